//! camelCase and snake_case: how names look in JavaScript and on the wire.
//!
//! The rule is one for every key at every depth, known or not: lower-case words joined by single underscores, each
//! beginning with a letter, become camelCase (`waba_id` → `wabaId`), and every other key stays as it is (`__proto__`, `X-1`,
//! `a__b`, `line_2`, `fooBar`). So the way back is unambiguous for every key the API has or announces; only a key
//! the server itself writes in camelCase would come back changed.

use std::borrow::Cow;

/// Whether a key of the wire changes: two or more words of `[a-z][a-z0-9]*` joined by `_`.
fn is_words(key: &[u8]) -> bool {
    let mut start = true;
    let mut underscores = 0_usize;
    for &byte in key {
        match byte {
            b'a'..=b'z' => start = false,
            b'0'..=b'9' if !start => {}
            b'_' if !start => {
                start = true;
                underscores += 1;
            }
            _ => return false,
        }
    }
    underscores > 0 && !start
}

/// A wire name as JavaScript writes it.
#[must_use]
pub fn camel(name: &str) -> Cow<'_, str> {
    if !is_words(name.as_bytes()) {
        return Cow::Borrowed(name);
    }
    String::from_utf8(camel_bytes(name.as_bytes()).into()).map_or(Cow::Borrowed(name), Cow::Owned)
}

/// A JavaScript name as it stands on the wire: the exact reverse of [`camel`]. Names it cannot have made stay as they are.
#[must_use]
pub fn snake(name: &str) -> Cow<'_, str> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().any(|byte| byte.is_ascii_uppercase());
    if !plain {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    Cow::Owned(out)
}

/// A text in which every wire name is written as in JavaScript: `profile.logo_url must …` → `profile.logoUrl must …`.
#[must_use]
pub fn camel_words(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, from_word) = rest.split_at(start);
        let end = from_word.find(|c| !is_word(c)).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        out.push_str(before);
        out.push_str(&camel(word));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text of the library's own in which the names, which stand in backticks, are written as in JavaScript. What stands
/// outside of them, such as a sender's id, stays as it is.
#[must_use]
pub fn camel_quoted(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let spelled =
        parts.map(|(at, part)| if at % 2 == 1 { camel_words(part).into() } else { Cow::Borrowed(part) });
    spelled.collect::<Vec<_>>().join("`")
}

const HEX: [u8; 16] = *b"0123456789abcdef";

/// How much longer than its UTF-8 a character's escapes can be: two bytes become six.
const GROWTH: usize = 3;

/// Every byte of a word the same.
const fn splat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Marks the zero bytes of a word in their highest bits; exact up to the first of them.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(splat(1)) & !word & splat(0x80)
}

fn word(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().copied().map(u64::from_le_bytes)
}

/// Keys that were met before, with what they became: a page has the same few in every sender.
#[derive(Debug, Default)]
struct Keys(Vec<Option<Met>>);

#[derive(Debug)]
struct Met {
    key: Box<[u8]>,
    written: Box<[u8]>,
}

impl Keys {
    /// A power of two above the number of documented names.
    const PLACES: usize = 128;

    /// What the key is written as: its camelCase, or itself if that is no words.
    fn written(&mut self, key: &[u8]) -> &[u8] {
        if self.0.is_empty() {
            self.0.resize_with(Self::PLACES, || None);
        }
        let end = key.get(key.len().saturating_sub(8)..).unwrap_or_default();
        let mixed = word(key).unwrap_or(0).wrapping_add(word(end).unwrap_or(0).rotate_left(29));
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 57;
        let Some(place) = self.0.get_mut(usize::try_from(hash).unwrap_or(0) % Self::PLACES) else {
            return &[];
        };
        if !place.as_ref().is_some_and(|met| same(&met.key, key)) {
            let written = if is_words(key) { camel_bytes(key) } else { key.into() };
            *place = Some(Met { key: key.into(), written });
        }
        place.as_ref().map_or(&[], |met| &met.written)
    }
}

/// Whether two keys are the same; quicker than `==` for keys of some eight bytes and more.
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while let (Some(x), Some(y)) = (a.get(at..).and_then(word), b.get(at..).and_then(word)) {
        if x != y {
            return false;
        }
        at += 8;
    }
    a.get(at..) == b.get(at..)
}

/// Words joined by underscores in camelCase.
fn camel_bytes(key: &[u8]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(key.len());
    let mut upper = false;
    for &byte in key {
        if byte == b'_' {
            upper = true;
        } else {
            out.push(if upper { byte.to_ascii_uppercase() } else { byte });
            upper = false;
        }
    }
    out.into()
}

/// Writes JSON in ASCII.
///
/// Its buffer is longer than what is written, so that most bytes are copied eight at a time with one check.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    at: usize,
    keys: Keys,
}

impl Writer {
    /// A writer with room for so many bytes.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { bytes: vec![0; bytes], ..Self::default() }
    }

    /// What was written.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.at);
        self.bytes
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.at == 0
    }

    fn room(&mut self, more: usize) {
        let needed = self.at.saturating_add(more);
        if self.bytes.len() < needed {
            self.bytes.resize(needed.max(self.bytes.len().saturating_mul(2)), 0);
        }
    }

    /// Writes a byte for which there is room.
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.at) {
            *place = byte;
            self.at += 1;
        }
    }

    /// Writes what is JSON already.
    pub fn raw(&mut self, json: &[u8]) {
        self.room(json.len());
        put_all(&mut self.bytes, &mut self.at, json);
    }

    /// Writes a key of the wire as JavaScript has it, with the colon.
    pub fn key(&mut self, name: &str) {
        if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            self.room(name.len() + 3);
            self.put(b'"');
            put_all(&mut self.bytes, &mut self.at, self.keys.written(name.as_bytes()));
            self.put(b'"');
        } else {
            // `camel` changes nothing that would need an escape.
            self.text(&camel(name));
        }
        self.raw(b":");
    }

    /// Writes text as a string.
    pub fn text(&mut self, text: &str) {
        // A string can always be written as JSON, and what follows it is no colon.
        self.json(&serde_json::to_string(text).unwrap_or_default());
    }

    /// Writes JSON that has been checked: keys in camelCase, everything beyond ASCII as `\u` escapes, no white space.
    ///
    /// ASCII because a JavaScript engine makes a string of it several times faster than of UTF-8. It walks the text once,
    /// without recursion.
    pub fn json(&mut self, json: &str) {
        let bytes = json.as_bytes();
        // Eight more: words are written whole.
        self.room(bytes.len() + 8);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => at = self.string(json, at),
                b' ' | b'\n' | b'\r' | b'\t' => at += 1,
                _ => {
                    self.put(byte);
                    at += 1;
                }
            }
        }
    }

    /// Writes the string that begins at `start` and answers where the text goes on.
    fn string(&mut self, json: &str, start: usize) -> usize {
        let bytes = json.as_bytes();
        let begun = self.at;
        self.put(b'"');
        let mut at = start + 1;
        let mut underscores = 0;
        loop {
            if let Some(&word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
                if let Some(place) = self.bytes.get_mut(self.at..).and_then(<[u8]>::first_chunk_mut) {
                    *place = word;
                }
                let word = u64::from_le_bytes(word);
                let special = zeros(word ^ splat(b'"')) | zeros(word ^ splat(b'\\')) | word & splat(0x80);
                let plain = special.trailing_zeros() as usize / 8;
                // Those before the first special byte.
                underscores |= zeros(word ^ splat(b'_')) & (special ^ special.wrapping_sub(1));
                at += plain;
                self.at += plain;
                if special == 0 {
                    continue;
                }
            }
            match bytes.get(at) {
                Some(b'\\') => {
                    self.put(b'\\');
                    self.put(bytes.get(at + 1).copied().unwrap_or(b'\\'));
                    at += 2;
                }
                Some(byte) if byte.is_ascii() && *byte != b'"' => {
                    underscores |= u64::from(*byte == b'_');
                    self.put(*byte);
                    at += 1;
                }
                Some(0x80..) => at = self.escaped(json, at),
                _ => break,
            }
        }
        if underscores != 0
            && is_key(bytes, at + 1)
            && let Some(key) = bytes.get(start + 1..at)
            && key.is_ascii()
        {
            self.at = begun + 1;
            put_all(&mut self.bytes, &mut self.at, self.keys.written(key));
        }
        self.put(b'"');
        at + 1
    }

    /// Writes the characters beyond ASCII that begin here as escapes, and answers where the text goes on.
    fn escaped(&mut self, json: &str, start: usize) -> usize {
        let rest = json.get(start..).unwrap_or_default();
        let end = rest.bytes().position(|byte| byte.is_ascii()).unwrap_or(rest.len());
        self.room(rest.len() + end * GROWTH + 8);
        let mut units = [0_u16; 2];
        for c in rest.get(..end).unwrap_or_default().chars() {
            for unit in c.encode_utf16(&mut units) {
                self.put(b'\\');
                self.put(b'u');
                for shift in [12, 8, 4, 0] {
                    self.put(HEX.get(usize::from(*unit >> shift) & 15).copied().unwrap_or(b'0'));
                }
            }
        }
        start + end.max(1)
    }
}

/// Writes bytes for which there is room.
fn put_all(out: &mut [u8], at: &mut usize, mut bytes: &[u8]) {
    while let Some((word, rest)) = bytes.split_first_chunk::<8>() {
        if let Some(place) = out.get_mut(*at..).and_then(<[u8]>::first_chunk_mut) {
            *place = *word;
            *at += 8;
        }
        bytes = rest;
    }
    for byte in bytes {
        if let Some(place) = out.get_mut(*at) {
            *place = *byte;
            *at += 1;
        }
    }
}

/// Whether a string that ends here is a key: in checked JSON only a key is followed by a colon.
fn is_key(bytes: &[u8], mut at: usize) -> bool {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    bytes.get(at) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        let mut out = Writer::default();
        out.json(text);
        String::from_utf8(out.finish()).unwrap()
    }

    #[test]
    fn names_go_both_ways() {
        for (wire, js) in [
            ("waba_id", "wabaId"),
            ("status_callback_url", "statusCallbackUrl"),
            ("sid", "sid"),
            ("a_b_c", "aBC"),
            ("x1_y2", "x1Y2"),
        ] {
            assert_eq!((camel(wire).as_ref(), snake(js).as_ref()), (js, wire));
        }
        for same in ["__proto__", "_a", "a_", "a__b", "line_2", "", "a-b_c", "é_e", "constructor", "A_B"] {
            assert_eq!((camel(same).as_ref(), snake(same).as_ref()), (same, same));
        }
    }

    #[test]
    fn keys_change_and_values_do_not() {
        assert_eq!(
            json(
                r#" { "sender_id" : "waba_id", "a_b":[ {"c_d" :1.0e2 , "__proto__":{"e_f":null}} ], "g_h\u0041":"x_y" } "#
            ),
            r#"{"senderId":"waba_id","aB":[{"cD":1.0e2,"__proto__":{"eF":null}}],"g_h\u0041":"x_y"}"#
        );
    }

    #[test]
    fn what_is_not_ascii_is_escaped() {
        assert_eq!(
            json("{\"é_é\":\"a😀\\\"ü\",\"a_b\":\"\\\\\"}"),
            "{\"\\u00e9_\\u00e9\":\"a\\ud83d\\ude00\\\"\\u00fc\",\"aB\":\"\\\\\"}"
        );
        let mut out = Writer::default();
        out.text("a\"\u{2028}");
        assert_eq!(String::from_utf8(out.finish()).unwrap(), "\"a\\\"\\u2028\"");
    }

    #[test]
    fn every_length_and_place_is_written_right() {
        for length in 0..40 {
            for odd in ["", "\\\"", "\\\\", "\\n", "é", "😀", "_", "€uro"] {
                for place in 0..=length {
                    let (a, b) = ("x".repeat(place), "y".repeat(length - place));
                    let text = format!("[\"{a}{odd}{b}\",\"a_b\"]");
                    let written = json(&text);
                    assert!(written.is_ascii());
                    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
                    assert_eq!(parse(&written), parse(&text), "{text}");
                }
            }
        }
    }

    #[test]
    fn messages_name_what_javascript_calls_it() {
        assert_eq!(
            camel_words("profile.logo_url must be text; did you mean `banner_url`?"),
            "profile.logoUrl must be text; did you mean `bannerUrl`?"
        );
        assert_eq!(
            camel_quoted("look for rcs:my_agent, check `configuration.waba_id` and `sender_id`"),
            "look for rcs:my_agent, check `configuration.wabaId` and `senderId`"
        );
    }
}
