//! The senders that the stub serves: created once, from a fixed seed, and rendered to JSON before the first request.

use std::fmt::Write as _;
use std::ops::Range;

use anyhow::{Context as _, Result};
use bytes::Bytes;

use crate::model::{Configuration, Email, OfflineReason, Profile, Properties, Sender, Webhook, Website};

/// Senders in the stub.
pub(crate) const SENDERS: usize = 10_000;

/// A business in the language of its customers: name, the text about it, street, a sentence to build the
/// description from, vertical. Half of them are ASCII.
type Business = (&'static str, &'static str, &'static str, &'static str, &'static str);

const BUSINESSES: [Business; 12] = [
    (
        "Harbour Street Bakery",
        "Fresh bread from five in the morning",
        "14 Harbour Street, Portsmouth PO1 2AB",
        "We bake sourdough, rye and pastries twice a day and answer orders and questions here. ",
        "Food and Grocery",
    ),
    (
        "Müller & Söhne Möbelhaus",
        "Möbel für Küche, Büro und Wohnräume",
        "Königsallee 92, 40212 Düsseldorf",
        "Über uns erreichen Sie Lieferung, Aufbau und Rückgabe; wir antworten werktags bis 18 Uhr. ",
        "Shopping and Retail",
    ),
    (
        "Northline Insurance Partners",
        "Claims, policies and quotes by message",
        "800 Fifth Avenue, Suite 2100, Seattle, WA 98104",
        "Send \"CLAIM\" to open a case or \"AGENT\" to talk to a person; we never ask for a password. ",
        "Finance and Banking",
    ),
    (
        "Clínica São João",
        "Marcação de consultas e exames",
        "Rua das Flores 210, 4050-262 Porto",
        "Confirme a sua consulta, peça a segunda via da receita e receba os resultados em português. ",
        "Medical and Health",
    ),
    (
        "Blue Ridge Outfitters",
        "Tents, boots and maps for the long trail",
        "77 Haywood Road, Asheville, NC 28806",
        "Ask about stock, repairs and rental dates.\nReturns within 60 days with the receipt. ",
        "Shopping and Retail",
    ),
    (
        "さくら旅行センター",
        "国内・海外旅行のご予約とご相談",
        "東京都千代田区丸の内1丁目9番1号",
        "ご予約の確認、変更、キャンセルはこちらで承ります。",
        "Travel and Transportation",
    ),
    (
        "Metro Parcel Service",
        "Where is my parcel? Ask here",
        "Unit 6, Gateway Industrial Park, Leeds LS10 1RT",
        "Track, redirect or collect a parcel by sending its number; drivers reply between 7 am and 9 pm. ",
        "Travel and Transportation",
    ),
    (
        "मीरा फैशन हाउस",
        "साड़ी, कुर्ता और दुपट्टे 🧵",
        "१२ लिंकिंग रोड, बांद्रा पश्चिम, मुंबई ४०००५०",
        "नया संग्रह देखें और ऑर्डर दें। ",
        "Clothing and Apparel",
    ),
    (
        "Evergreen Language School",
        "Courses in the evening and at weekends",
        "3 Rue de Rivoli, 75004 Paris",
        "Placement tests, timetables and invoices; a teacher replies within one working day. ",
        "Education",
    ),
    (
        "Peluquería Señora Núñez",
        "Citas, precios y horarios 💇‍♀️",
        "Calle de Alcalá 45, 3.º izquierda, 28014 Madrid",
        "Pide tu cita o cámbiala con un mensaje; abrimos también el sábado por la mañana. ",
        "Beauty, Spa and Salon",
    ),
    (
        "Quayside Hotel and Rooms",
        "Bookings, late arrival and breakfast",
        "1 Quayside, Newcastle upon Tyne NE1 3DE",
        "Tell us when you arrive and we keep the key for you at the desk <open day & night>. ",
        "Hotel and Lodging",
    ),
    (
        "مطعم ياسمين الشام",
        "طلبات التوصيل وحجز الطاولات",
        "شارع الملك فهد، حي العليا، الرياض",
        "أرسل رقم الطبق وعنوانك وسنصل خلال أربعين دقيقة. ",
        "Restaurant",
    ),
];

/// The senders rendered: one text, `{…},{…},…`, and the range of each sender in it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    text: Bytes,
    spans: Vec<Range<usize>>,
    sids: Vec<String>,
}

impl Catalogue {
    /// Renders `count` senders, the same ones every time. `origin` begins the URL of each.
    pub(crate) fn render(count: usize, origin: &str) -> Result<Self> {
        let mut rng = fastrand::Rng::with_seed(0x5E4D_E125);
        let mut text = Vec::with_capacity(count.saturating_mul(1500));
        let mut spans = Vec::with_capacity(count);
        let mut sids = Vec::with_capacity(count);
        for index in 0..count {
            let sender = sender(index, &mut rng, origin);
            if index > 0 {
                text.push(b',');
            }
            let start = text.len();
            serde_json::to_writer(&mut text, &sender).context("a sender could not be rendered")?;
            spans.push(start..text.len());
            sids.push(sender.sid);
        }
        Ok(Self { text: text.into(), spans, sids })
    }

    /// Returns the sids in the order of the list.
    pub(crate) fn sids(&self) -> &[String] {
        &self.sids
    }

    /// Returns the sender with this sid as JSON, without a copy.
    pub(crate) fn sender(&self, sid: &str) -> Option<Bytes> {
        let index = index_of(sid)?;
        (self.sids.get(index)? == sid).then_some(())?;
        Some(self.text.slice(self.spans.get(index)?.clone()))
    }

    /// Returns the senders of a range as JSON separated by commas, without a copy. Empty for an empty range.
    pub(crate) fn senders(&self, range: Range<usize>) -> Bytes {
        let ends = self.spans.get(range).and_then(|spans| Some(spans.first()?.start..spans.last()?.end));
        ends.map_or_else(Bytes::new, |ends| self.text.slice(ends))
    }
}

/// Returns a sid that ends with the sender's index, so a fetch needs no map.
fn sid_of(index: usize, rng: &mut fastrand::Rng) -> String {
    format!("XE{:024x}{index:08x}", rng.u128(..) >> 32)
}

fn index_of(sid: &str) -> Option<usize> {
    usize::from_str_radix(sid.strip_prefix("XE")?.get(24..)?, 16).ok()
}

fn sender(index: usize, rng: &mut fastrand::Rng, origin: &str) -> Sender {
    let sid = sid_of(index, rng);
    let number = 15_550_000_000 + index;
    let business = rng.choice(BUSINESSES).unwrap_or(("", "", "", "", ""));
    let (name, about, address, sentence, vertical) = business;
    let status = match rng.u8(..) {
        0..=204 => "ONLINE",
        205..=219 => "OFFLINE",
        220..=229 => "ONLINE:UPDATING",
        230..=239 => "PENDING_VERIFICATION",
        240..=249 => "CREATING",
        _ => "TWILIO_REVIEW",
    };
    let host = format!("customer{}.example.com", index % 977);
    let some = |text: &str| Some(text.to_owned());
    Sender {
        status: status.to_owned(),
        sender_id: Some(format!("whatsapp:+{number}")),
        configuration: Some(Configuration {
            waba_id: Some(format!("{}", rng.u64(100_000_000_000_000..999_999_999_999_999))),
            verification_method: some("sms"),
            verification_code: None,
            voice_application_sid: (rng.u8(..4) == 0).then(|| format!("AP{:032x}", rng.u128(..))),
        }),
        webhook: Some(Webhook {
            callback_url: Some(format!("https://{host}/twilio/whatsapp/incoming")),
            callback_method: some("POST"),
            fallback_url: Some(format!("https://fallback.{host}/twilio/incoming")),
            fallback_method: some("POST"),
            status_callback_url: Some(format!("https://{host}/twilio/status")),
            status_callback_method: some("POST"),
        }),
        profile: Some(profile(business_text(name, index), about, address, sentence, vertical, &host, rng)),
        compliance: None,
        properties: Some(Properties {
            quality_rating: rng.choice(["HIGH", "MEDIUM", "LOW"]).map(str::to_owned),
            messaging_limit: rng
                .choice(["1K Customers/24hr", "10K Customers/24hr", "100K Customers/24hr"])
                .map(str::to_owned),
        }),
        offline_reasons: (status == "OFFLINE").then(|| {
            vec![OfflineReason {
                code: some("63114"),
                message: some("Sender could not be verified because the verification code expired"),
                more_info: some("https://www.twilio.com/docs/errors/63114"),
            }]
        }),
        url: Some(format!("{origin}/v2/Channels/Senders/{sid}")),
        sid,
    }
}

fn business_text(name: &str, index: usize) -> String {
    let mut text = name.to_owned();
    let _ = write!(text, " {}", index % 400);
    text
}

fn profile(
    name: String,
    about: &str,
    address: &str,
    sentence: &str,
    vertical: &str,
    host: &str,
    rng: &mut fastrand::Rng,
) -> Profile {
    let some = |text: &str| Some(text.to_owned());
    // WhatsApp allows 512 characters; most businesses write one sentence or two.
    let description = sentence.repeat(if rng.u8(..5) == 0 { 2 } else { 1 }).trim_end().to_owned();
    let mut emails = vec![Email { email: Some(format!("hello@{host}")), label: some("Email") }];
    if rng.u8(..8) == 0 {
        emails.push(Email { email: Some(format!("support@{host}")), label: some("Support") });
    }
    let mut websites =
        vec![Website { website: Some(format!("https://www.{host}/")), label: some("Website") }];
    if rng.u8(..4) == 0 {
        websites.push(Website { website: Some(format!("https://shop.{host}/")), label: some("Shop") });
    }
    Profile {
        name: Some(name),
        about: some(about),
        address: some(address),
        description: Some(description),
        emails: Some(emails),
        logo_url: Some(format!("https://assets.{host}/logo.png")),
        vertical: some(vertical),
        websites: Some(websites),
        banner_url: None,
        privacy_url: None,
        terms_of_service_url: None,
        accent_color: None,
        phone_numbers: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_the_same_every_time_and_of_the_size_that_was_measured() {
        let one = Catalogue::render(2_000, "http://127.0.0.1:1").unwrap();
        let two = Catalogue::render(2_000, "http://127.0.0.1:1").unwrap();
        assert_eq!(one.text, two.text);
        let bytes_a_sender = one.text.len() / 2_000;
        assert!((1_340..=1_420).contains(&bytes_a_sender), "{bytes_a_sender} bytes a sender");
    }

    #[test]
    fn text_is_mixed() {
        let catalogue = Catalogue::render(2_000, "http://127.0.0.1:1").unwrap();
        let ascii = catalogue.spans.iter().filter(|span| catalogue.text[(*span).clone()].is_ascii()).count();
        assert!((800..=1_200).contains(&ascii), "{ascii} of 2,000 are ASCII");
    }

    #[test]
    fn a_sender_is_found_by_its_sid_only() {
        let catalogue = Catalogue::render(20, "http://127.0.0.1:1").unwrap();
        for sid in catalogue.sids() {
            let sender: Sender = serde_json::from_slice(&catalogue.sender(sid).unwrap()).unwrap();
            assert_eq!(sender.sid, *sid);
        }
        assert!(catalogue.sender("XE00000000000000000000000000000000").is_none());
        assert!(catalogue.sender("XE").is_none());
        assert!(catalogue.sender("").is_none());
    }
}
