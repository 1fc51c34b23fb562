//! Ready-made senders, like those of an account that has grown.

use crate::section::{FieldValue, Item, Section};
use crate::sender::Sender;

const NAMES: [&str; 6] =
    ["Example Bakery", "Północ Books", "Casa del Café", "東京 Travel", "Owl Air", "Smith & Sons"];
const VERTICALS: [&str; 4] = ["Automotive", "Restaurant", "Shopping and Retail", "Professional Services"];

/// Returns the number of the sender at this index; never a magic one.
pub(crate) fn sender_id(number: usize) -> String {
    format!("whatsapp:+1555{:07}", number.saturating_add(2_000_000))
}

/// Returns the sender at this index: one in four has a full profile, one in four a bare one.
pub(crate) fn sender(number: usize, sid: String, sender_id: String) -> Sender {
    let text = |index: u8, text: String| (index, FieldValue::Text(text));
    let pick = |words: &[&'static str]| words.get(number % words.len()).copied().unwrap_or_default();
    let host = format!("https://shop{number}.example.com");
    let configuration = vec![text(0, format!("{:015}", 100_000 + number / 20))];
    let webhook = vec![
        text(0, format!("{host}/messages")),
        text(1, "POST".to_owned()),
        text(4, format!("{host}/status")),
        text(5, "POST".to_owned()),
    ];
    let mut profile = vec![text(0, format!("{} {number}", pick(&NAMES)))];
    if !number.is_multiple_of(4) {
        profile.push(text(1, "We answer on weekdays, nine to five.".to_owned()));
        profile.push(text(6, pick(&VERTICALS).to_owned()));
    }
    if number % 4 == 1 {
        let item = |value: String, label: &str| Item { value: Some(value), label: Some(label.to_owned()) };
        let emails = vec![item(format!("hello@shop{number}.example.com"), "Email")];
        let websites = vec![item(host.clone(), "Website"), item(format!("{host}/menu"), "Menu \u{1F35E}")];
        profile.extend([
            text(2, format!("{number} Example St, Example City, EX 12345")),
            text(3, "Bread, cakes and coffee since 1987.\nOrder a day ahead.".to_owned()),
            (4, FieldValue::Items(emails)),
            text(5, format!("{host}/logo.png")),
            (7, FieldValue::Items(websites)),
        ]);
        profile.sort_by_key(|(index, _)| *index);
    }
    let section = |values| Some(Section::of(values));
    let webhook = if number.is_multiple_of(4) { None } else { section(webhook) };
    Sender::online(sid, sender_id, [section(configuration), webhook, section(profile)])
}
