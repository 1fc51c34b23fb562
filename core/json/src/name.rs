//! Names of the wire in the languages that write them in camelCase.

/// A key of the wire in camelCase. `None` if it stays as it is: only two and more words of `[a-z][a-z0-9]*` joined by
/// single underscores change.
#[must_use]
pub fn camel(key: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut start) = (Vec::with_capacity(key.len()), true);
    for &byte in key {
        match byte {
            b'a'..=b'z' if start && !out.is_empty() => out.push(byte.to_ascii_uppercase()),
            b'a'..=b'z' => out.push(byte),
            b'0'..=b'9' if !start => out.push(byte),
            b'_' if !start => {}
            _ => return None,
        }
        start = byte == b'_';
    }
    (!start && out.len() < key.len()).then_some(out)
}
