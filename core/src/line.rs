//! Text of others as an error may show it: one line, bounded, numbers masked.

use crate::mask::{is_unseen, mask_digits};

/// How much of a server's sentence a line shows, in bytes: Twilio's longest known one, the list of verticals, is whole.
pub(crate) const SENTENCE: usize = 1_024;
/// How much of a body, a status word or another transport's sentence a line shows.
pub(crate) const EXCERPT: usize = 256;

/// The beginning of a text in one line of at most `most` bytes, numbers masked.
pub(crate) fn line(text: &[u8], most: usize) -> String {
    // Text that is cut off later need not be read.
    let start = text.get(..text.len().min(most * 2)).unwrap_or_default();
    let masked = mask_digits(&String::from_utf8_lossy(start));
    let line = plain(&masked, most);
    if start.len() < text.len() && !line.ends_with('…') { line + "…" } else { line }
}

/// The same for text that has no numbers to mask, such as the id of a request.
pub(crate) fn plain(text: &str, most: usize) -> String {
    let mut line = String::new();
    for c in text.trim_matches(|c: char| c == ' ' || is_unseen(c)).chars() {
        if line.len() + c.len_utf8() > most - '…'.len_utf8() {
            // A word is not cut in two, unless it is all there is.
            if let Some((whole, _)) = line.rsplit_once(' ').filter(|(whole, _)| whole.len() > most / 2) {
                line.truncate(whole.len());
            }
            return line + "…";
        }
        line.push(if is_unseen(c) { ' ' } else { c });
    }
    line
}

/// A body, a status word, or what a transport says.
pub(crate) fn excerpt(text: &[u8]) -> String {
    line(text, EXCERPT)
}

/// Text of a server as a log may show it: the beginning of it in one line, numbers masked.
#[must_use]
pub fn one_line(text: &str) -> String {
    excerpt(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_masked_line() {
        assert_eq!(excerpt(b"to +15551234567\n"), "to +*********67");
        assert_eq!(excerpt(b"X\nCRITICAL root: \x1b[31m\xe2\x80\xaeb"), "X CRITICAL root:  [31m b");
        let long = excerpt("é\u{7}".repeat(500).as_bytes());
        assert!(long.len() <= EXCERPT && long.ends_with('…'), "{}", long.len());
        let words = excerpt("word ".repeat(100).as_bytes());
        assert!(words.ends_with("word…"), "{words}");
        let sentence = format!("must be one of {}", "Medical and Health, ".repeat(40));
        assert_eq!(line(sentence.as_bytes(), SENTENCE), sentence.trim_end());
        assert!(excerpt(&[b'x'; 1 << 20]).len() <= EXCERPT);
    }
}
