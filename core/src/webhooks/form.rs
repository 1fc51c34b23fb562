//! Forms as Twilio posts them, and the query of a URL, which has the same form.

use std::collections::BTreeSet;

use percent_encoding::percent_decode;

/// The parameters of a form: distinct pairs of name and value, in the order of their bytes, as a signature wants them.
pub(super) type Parameters = BTreeSet<(Vec<u8>, Vec<u8>)>;

/// Reads a form. Nothing is refused: a `%` without two digits stays as it is.
pub(super) fn read(form: &[u8]) -> Parameters {
    form.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = parts.next().unwrap_or_default();
            (decode(name), decode(parts.next().unwrap_or_default()))
        })
        .collect()
}

/// Returns the query of a URL, without its fragment.
pub(super) fn query(url: &str) -> &str {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    url.split_once('?').map_or("", |(_, query)| query)
}

fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(form: &str) -> Vec<(String, String)> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        read(form.as_bytes()).into_iter().map(|(name, value)| (text(name), text(value))).collect()
    }

    #[test]
    fn a_form_is_decoded_and_sorted() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs("b=2&&a=1+%2B&b=1&b=2"), [pair("a", "1 +"), pair("b", "1"), pair("b", "2")]);
        assert_eq!(pairs("x&y=&=z&w=%zz&v=a=b").len(), 5);
        assert_eq!(pairs("w=%zz"), [pair("w", "%zz")]);
        assert!(pairs("").is_empty() && pairs("&&&").is_empty());
    }

    #[test]
    fn a_query_ends_at_the_fragment() {
        assert_eq!(query("https://example.com/a?b=c?d#e?f"), "b=c?d");
        assert_eq!(query("https://example.com/a#e?f"), "");
    }
}
