//! JSON for JavaScript, all of it ASCII.

/// A writer of JSON.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// Continues JSON that was begun.
    pub(crate) const fn after(begun: Vec<u8>) -> Self {
        Self(begun)
    }

    /// Writes text that is already JSON.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.0.extend_from_slice(json);
    }

    /// Writes text as a string.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.push(b'"');
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte @ (b'"' | b'\\')) => self.raw(&[b'\\', byte]),
                Ok(byte @ 0x20..0x80) => self.0.push(byte),
                _ => self.raw(&senders_json::escape(unit)),
            }
        }
        self.0.push(b'"');
    }

    /// Returns the JSON.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_ascii_and_comes_back() {
        let text = "a\"\\/\u{7f}\u{2028}\u{0}\n\u{1f}é😀_b";
        let mut out = Writer::default();
        out.text(text);
        let json = String::from_utf8(out.finish()).unwrap();
        assert!(json.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
