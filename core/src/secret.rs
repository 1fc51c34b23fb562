//! Text that must not be shown.

use std::fmt;

use zeroize::Zeroize;

/// A secret: an auth token, an API key's secret, a header value made of one, a verification code.
///
/// `Debug` prints `***`, there is no `Display`, and the memory is wiped when it is dropped. Compare and read it
/// through [`Secret::expose`], which is easy to search for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Never hand it to a log, an error or a `Debug`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Masks every run of five or more digits but for its last two, so that a phone number can be recognised by its
/// owner and used by nobody else: `whatsapp:+15551234567` becomes `whatsapp:+*********67`.
#[must_use]
pub fn mask_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (run, after) = rest.split_at(digits);
        let hidden = if digits >= 5 { digits - 2 } else { 0 };
        out.extend(std::iter::repeat_n('*', hidden));
        out.push_str(run.get(hidden..).unwrap_or_default());
        let other = after.bytes().take_while(|b| !b.is_ascii_digit()).count();
        // What is no digit ends where a digit begins, and so never within a character.
        let (other, after) = after.split_at(other);
        out.push_str(other);
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("canary");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "*** Some(***)");
        assert_eq!(secret.expose(), "canary");
    }

    #[test]
    fn only_long_runs_are_masked() {
        assert_eq!(mask_digits("whatsapp:+15551234567"), "whatsapp:+*********67");
        assert_eq!(mask_digits("code 123456, page 1000"), "code ****56, page 1000");
        assert_eq!(mask_digits(""), "");
        assert_eq!(mask_digits("é12345"), "é***45");
    }
}
