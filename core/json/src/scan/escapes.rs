//! The escapes of a string.

/// Returns the text of a string whose escapes were checked; `None` if it has half a surrogate pair.
pub(super) fn unescape(inner: &[u8]) -> Option<String> {
    let mut chars = std::str::from_utf8(inner).ok()?.chars();
    let mut units = Vec::new();
    while let Some(c) = chars.next() {
        let c = match (c, if c == '\\' { chars.next()? } else { c }) {
            ('\\', 'u') => {
                let digits = chars.as_str().get(..4)?;
                units.push(u16::from_str_radix(digits, 16).ok()?);
                chars = chars.as_str().get(4..)?.chars();
                continue;
            }
            ('\\', 'b') => '\u{8}',
            ('\\', 'f') => '\u{c}',
            ('\\', 'n') => '\n',
            ('\\', 'r') => '\r',
            ('\\', 't') => '\t',
            (_, other) => other,
        };
        units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16(&units).ok()
}
