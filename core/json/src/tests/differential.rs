//! Texts made from a seed, nearly right and quite wrong, against `serde_json`.
//!
//! `SENDERS_JSON_CASES` and `SENDERS_JSON_SEED` choose how many and which.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::*;

/// A generator that gives the same numbers everywhere (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }

    fn pick<'a>(&mut self, choices: &[&'a [u8]]) -> &'a [u8] {
        choices[self.below(choices.len())]
    }
}

const NUMBERS: [&[u8]; 16] = [
    b"0",
    b"-0",
    b"12",
    b"-7",
    b"1.5",
    b"1e5",
    b"1E-5",
    b"0.0e+1",
    b"01",
    b"1.",
    b"-",
    b"1e",
    b"+1",
    b".5",
    b"1e999",
    b"99999999999999999999",
];
const TEXTS: [&[u8]; 30] = [
    b"a",
    b"sid",
    b"status",
    b"senders",
    b"meta",
    b"sender_id",
    b"a_b",
    b" ",
    b"{[,:]}",
    b"0123456789abcdef",
    b"\\n",
    b"\\\\",
    b"\\\"",
    b"\\/",
    b"\\u0041",
    b"\\u00e9",
    b"\\ud83d\\ude00",
    b"\\ud800",
    b"\\udc00",
    b"\xc3\xa9",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xa8",
    b"\x7f",
    b"\\x",
    b"\\u12",
    b"\xff",
    b"\xed\xa0\x80",
    b"\t",
    b"\0",
    b"\\",
];
const SPACES: [&[u8]; 12] =
    [b"", b"", b"", b"", b"", b"", b" ", b"\n", b"\t", b"\r\n ", b"\x0c", b"\xc2\xa0"];
const WORDS: [&[u8]; 8] = [b"null", b"true", b"false", b"null", b"true", b"nul", b"True", b"NaN"];

/// Mostly the good ones, which come first.
fn mostly<'a>(numbers: &mut Numbers, choices: &[&'a [u8]], good: usize) -> &'a [u8] {
    if numbers.below(60) == 0 { numbers.pick(choices) } else { numbers.pick(&choices[..good]) }
}

fn space(numbers: &mut Numbers, out: &mut Vec<u8>) {
    out.extend_from_slice(mostly(numbers, &SPACES, 10));
}

fn string(numbers: &mut Numbers, out: &mut Vec<u8>) {
    out.push(b'"');
    for _ in 0..numbers.below(5) {
        out.extend_from_slice(mostly(numbers, &TEXTS, 23));
    }
    out.push(b'"');
}

fn value(numbers: &mut Numbers, out: &mut Vec<u8>, depth: usize) {
    space(numbers, out);
    match numbers.below(if depth == 0 { 6 } else { 12 }) {
        0 | 1 => out.extend_from_slice(mostly(numbers, &WORDS, 5)),
        2 | 3 => out.extend_from_slice(mostly(numbers, &NUMBERS, 8)),
        4 | 5 => string(numbers, out),
        6..9 => list(numbers, out, depth - 1),
        _ => object(numbers, out, depth - 1),
    }
    space(numbers, out);
}

fn list(numbers: &mut Numbers, out: &mut Vec<u8>, depth: usize) {
    out.push(b'[');
    for at in 0..numbers.below(4) {
        if at > 0 {
            out.push(b',');
        }
        value(numbers, out, depth);
    }
    out.push(b']');
}

fn object(numbers: &mut Numbers, out: &mut Vec<u8>, depth: usize) {
    out.push(b'{');
    for at in 0..numbers.below(4) {
        if at > 0 {
            out.push(b',');
        }
        space(numbers, out);
        string(numbers, out);
        space(numbers, out);
        out.push(b':');
        value(numbers, out, depth);
    }
    out.push(b'}');
}

fn sender(numbers: &mut Numbers, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"sid":"XE1","status":"ONLINE""#);
    for _ in 0..numbers.below(4) {
        out.push(b',');
        string(numbers, out);
        out.push(b':');
        value(numbers, out, 3);
    }
    out.push(b'}');
}

fn damage(numbers: &mut Numbers, text: &mut Vec<u8>) {
    const BYTES: &[u8] = b"{}[]\",:\\ 0e-.u\n\0\x80\xc3\xff";
    let at = numbers.below(text.len() + 1);
    let byte =
        if numbers.below(4) > 0 { BYTES[numbers.below(BYTES.len())] } else { (numbers.next() >> 40) as u8 };
    match numbers.below(5) {
        0 => text.insert(at, byte),
        1 if at < text.len() => text[at] = byte,
        2 if at < text.len() => drop(text.remove(at)),
        3 => text.truncate(at),
        _ => {
            let end = (at + numbers.below(6)).min(text.len());
            let copy = text[at..end].to_vec();
            text.splice(at..at, copy);
        }
    }
}

/// An object's fields in order, the same names more than once.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                std::iter::from_fn(|| map.next_entry().transpose()).collect()
            }
        }
        from.deserialize_map(Collect).map(Entries)
    }
}

fn entries(text: &[u8]) -> Option<Vec<(String, &str)>> {
    let entries = serde_json::from_slice::<Entries<'_>>(text).ok()?.0;
    Some(entries.into_iter().map(|(key, value)| (key, value.get())).collect())
}

fn items_of(text: &[u8]) -> Option<Vec<&str>> {
    Some(serde_json::from_slice::<Vec<&RawValue>>(text).ok()?.into_iter().map(RawValue::get).collect())
}

/// Whether the last field of a name is a text that is not empty.
fn has_text(fields: &[(String, &str)], name: &str) -> bool {
    let last = fields.iter().rev().find(|(key, _)| key == name);
    last.is_some_and(|(_, value)| value.starts_with('"') && *value != "\"\"")
}

/// A sender by `serde_json`: its fields, if it has a text for each of the two that it must have.
fn sender_of(text: &[u8]) -> Option<Vec<(String, &str)>> {
    entries(text).filter(|fields| has_text(fields, "sid") && has_text(fields, "status"))
}

/// A page by `serde_json`.
struct Page<'t> {
    senders: Vec<Vec<(String, &'t str)>>,
    skipped: usize,
    meta: Option<&'t str>,
}

fn page_of(text: &[u8]) -> Option<Page<'_>> {
    let fields = entries(text)?;
    let mut lists = fields.iter().filter(|(key, _)| key == "senders");
    let (list, None) = (lists.next()?.1, lists.next()) else { return None };
    let meta = fields.iter().rev().find(|(key, _)| key == "meta").map(|(_, meta)| *meta);
    let (mut senders, mut skipped) = (Vec::new(), 0);
    for item in items_of(list.as_bytes())? {
        // Of an object every key must be a name; what has no text `sid` is left out.
        let sender = if item.starts_with('{') { entries(item.as_bytes())? } else { Vec::new() };
        if has_text(&sender, "sid") {
            senders.push(sender);
        } else {
            skipped += 1;
        }
    }
    Some(Page { senders, skipped, meta })
}

fn found(found: &Index, text: &[u8], at: usize) -> Vec<(String, String)> {
    let whole = std::str::from_utf8(text).unwrap();
    let fields = found.fields(at).iter();
    fields.map(|field| (found.name(text, field).to_owned(), part(whole, field.value()).to_owned())).collect()
}

fn owned(fields: &[(String, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(key, value)| (key.clone(), (*value).to_owned())).collect()
}

/// The camelCase text of a page is JSON, and says the same in camelCase.
#[cfg(feature = "camel")]
fn compare_camel(mut ours: Index, theirs: &Page<'_>) {
    let (mut written, _) = ours.take_camel(theirs.senders.len(), 100);
    written.extend_from_slice(b"]}");
    let sender = |fields: &Vec<(String, &str)>| -> Option<Value> {
        let value = |text: &str| serde_json::from_str::<Value>(text).ok();
        let fields = fields.iter().map(|(key, text)| Some((key.clone(), value(text)?)));
        Some(in_camel(Value::Object(fields.collect::<Option<_>>()?)))
    };
    match theirs.senders.iter().map(sender).collect::<Option<Vec<_>>>() {
        Some(senders) => {
            assert_eq!(serde_json::from_slice::<Value>(&written).unwrap()["senders"], Value::from(senders));
        }
        // A value that no `Value` can hold (a lone surrogate, a number too large) goes through as it is.
        None => assert!(serde_json::from_slice::<&RawValue>(&written).is_ok()),
    }
}

/// Compares everything that is read of a text. Returns how often it was taken.
fn compare(text: &[u8]) -> usize {
    let shown = || String::from_utf8_lossy(text).into_owned();
    // A byte order mark is skipped here.
    if text.starts_with(b"\xef\xbb\xbf") {
        return 0;
    }
    let (ours, theirs) = (read_sender(text), sender_of(text));
    assert_eq!(ours.is_ok(), theirs.is_some(), "a sender: {:?}: {ours:?}", shown());
    let mut taken = usize::from(ours.is_ok());
    if let (Ok(ours), Some(theirs)) = (ours, theirs) {
        assert_eq!(found(&ours, text, 0), owned(&theirs), "{:?}", shown());
    }
    let (ours, theirs) = (read_page(text), page_of(text));
    assert_eq!(ours.is_ok(), theirs.is_some(), "a page: {:?}: {ours:?}", shown());
    taken += usize::from(ours.is_ok());
    if let (Ok(ours), Some(theirs)) = (ours, theirs) {
        let meta = ours.meta().map(|meta| part(std::str::from_utf8(text).unwrap(), meta));
        assert_eq!((ours.len(), ours.skipped(), meta), (theirs.senders.len(), theirs.skipped, theirs.meta));
        for (at, sender) in theirs.senders.iter().enumerate() {
            assert_eq!(found(&ours, text, at), owned(sender), "{:?}", shown());
        }
        #[cfg(feature = "camel")]
        compare_camel(ours, &theirs);
    }
    if let Ok(whole) = std::str::from_utf8(text) {
        let ours = crate::fields(whole).ok().map(|fields| {
            fields.into_iter().map(|(key, value)| (key.into_owned(), part(whole, value))).collect::<Vec<_>>()
        });
        taken += usize::from(ours.is_some());
        assert_eq!(ours, entries(text), "{:?}", shown());
        let ours = crate::items(whole, usize::MAX).ok();
        let ours = ours.map(|items| items.into_iter().map(|item| part(whole, item)).collect::<Vec<_>>());
        taken += usize::from(ours.is_some());
        let theirs = items_of(text);
        assert_eq!(ours, theirs, "{:?}", shown());
        let first = crate::items(whole, 2).ok().map(|items| items.len());
        assert_eq!(first, theirs.map(|items| items.len().min(2)), "{:?}", shown());
        let picked = crate::pick(whole, ["sid", "a_b"]).ok();
        let picked = picked.map(|found| found.map(|place| place.map(|place| part(whole, place).to_owned())));
        let last = |fields: &[(String, &str)], name| {
            fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| (*value).to_owned())
        };
        let theirs = entries(text).map(|fields| ["sid", "a_b"].map(|name| last(&fields, name)));
        assert_eq!(picked, theirs, "{:?}", shown());
    }
    taken
}

#[expect(clippy::disallowed_methods, reason = "the environment chooses how long this test runs")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn any_text_is_read_as_serde_json_reads_it() {
    let cases = number("SENDERS_JSON_CASES", 30_000);
    let mut numbers = Numbers(number("SENDERS_JSON_SEED", 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (mut taken, mut undamaged) = (0, 0);
    for _ in 0..cases {
        let mut text = Vec::new();
        match numbers.below(4) {
            0 => sender(&mut numbers, &mut text),
            1 => {
                text.extend_from_slice(br#"{"senders":["#);
                for at in 0..numbers.below(3) {
                    text.extend_from_slice(if at > 0 { b"," } else { b"" });
                    sender(&mut numbers, &mut text);
                }
                text.extend_from_slice(br#"],"meta":"#);
                value(&mut numbers, &mut text, 2);
                text.push(b'}');
            }
            2 => object(&mut numbers, &mut text, 4),
            _ => list(&mut numbers, &mut text, 4),
        }
        let count = numbers.below(4);
        undamaged += u64::from(count == 0);
        for _ in 0..count {
            damage(&mut numbers, &mut text);
        }
        taken += u64::from(compare(&text) > 0);
    }
    // Neither all right nor all wrong: both verdicts were compared.
    assert!(
        taken > undamaged / 2 && taken < cases * 9 / 10,
        "{taken} of {cases} were taken, {undamaged} undamaged"
    );
}
