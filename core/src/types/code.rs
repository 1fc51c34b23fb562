//! The verification code, as a person received it.

use std::fmt;

use crate::argument::InvalidArgument;
use crate::mask::{digit, is_unseen};
use crate::secret::Secret;

/// The code a number is verified with, as WhatsApp sent it by text message or call: 1 to 32 letters or digits. Hyphens,
/// spaces and characters that cannot be seen are left out, since the message shows it as `123-456` and people copy it.
///
/// It is a secret: `Debug` and errors never show it. Its exact form is not documented; the examples have six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(Secret);

impl VerificationCode {
    /// Parses a code for a request. Spaces and hyphens are left out: a message shows `123-456`.
    ///
    /// # Errors
    /// [`InvalidArgument`], without the code in it, if it is empty, longer than 32, or has anything but ASCII letters
    /// and digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidArgument> {
        Self::parse_at(Secret::new(text).expose(), "verification_code")
    }

    /// Parses a code; `path` names it in the error.
    pub(super) fn parse_at(text: &str, path: &str) -> Result<Self, InvalidArgument> {
        // As a line that was read holds it.
        let text = text.trim_matches(['\n', '\r', '\t']);
        let is_left_out = |c: char| {
            c.is_whitespace() || is_unseen(c) || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        };
        let between = |c: char| !c.is_control() && is_left_out(c);
        let rule = "must be the code as it was received, 1 to 32 letters or digits";
        // A sentence with the code in it would be sent as a wrong code, which counts.
        let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic());
        if text.split(' ').any(is_word) && text.bytes().any(|b| b.is_ascii_digit()) {
            return Err(InvalidArgument::redacted(
                path,
                "must be the code alone, without the words around it",
            ));
        }
        // Room for all of it, so that no copy stays behind where it grew.
        let mut code = String::with_capacity(text.len());
        code.extend(
            text.chars()
                .filter(|c| !between(*c))
                .map(|c| digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)),
        );
        let code = Secret::new(code);
        let plain = code.expose();
        if (1..=32).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(code))
        } else {
            Err(InvalidArgument::redacted(path, rule))
        }
    }

    /// The code itself. Never hand it to a log or an error.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl VerificationCode {
    /// A code as the server sent it.
    pub(super) const fn received(code: Secret) -> Self {
        Self(code)
    }
}
