//! Names and words: how they look in Kotlin and Swift, and which of them the core knows.

use senders_core::{
    AccountType, CallbackMethod, CarrierStatus, CountryStatus, DisplayNameStatus, PendingDisplayNameStatus,
    Status, UseCase, VerificationMethod,
};

/// The words the core knows of one kind.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated anew with every change")]
pub struct KnownWords {
    /// What they are words of, as the core names it: `Status`.
    pub name: String,
    /// The words as on the wire.
    pub words: Vec<String>,
}

/// Every word the core knows, so that a test can compare them with the enums written by hand.
#[uniffi::export]
#[must_use]
pub fn known_words() -> Vec<KnownWords> {
    macro_rules! known {
        ($($name:ident)*) => { vec![ $( KnownWords {
            name: stringify!($name).to_owned(),
            words: $name::KNOWN.iter().map(|word| (*word).to_owned()).collect(),
        } ),* ] };
    }
    known!(Status VerificationMethod CallbackMethod AccountType UseCase DisplayNameStatus
        PendingDisplayNameStatus CountryStatus CarrierStatus)
}

/// Text of a server as a log may show it: the beginning of it in one line, numbers masked.
#[uniffi::export]
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn one_line(text: String) -> String {
    senders_core::one_line(&text)
}

/// A name of the core in camelCase: `waba_id` → `wabaId`. What is no such name stays as it is.
fn camel(name: &str) -> String {
    let camel = senders_json::camel(name.as_bytes()).and_then(|camel| String::from_utf8(camel).ok());
    camel.unwrap_or_else(|| name.to_owned())
}

/// A text with every name of the core in it in camelCase: `profile.logo_url must …` → `profile.logoUrl must …`.
pub(crate) fn camel_names(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if is_word(c) {
            word.push(c);
            continue;
        }
        out.push_str(&camel(&std::mem::take(&mut word)));
        out.push(c);
    }
    out.push_str(&camel(&word));
    out
}

/// The same for names in backticks alone, where a text may hold words that are none of ours.
pub(crate) fn camel_quoted(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let pieces: Vec<String> =
        pieces.map(|(at, piece)| if at % 2 == 1 { camel_names(piece) } else { piece.to_owned() }).collect();
    pieces.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_camel_case_and_nothing_else_does() {
        assert_eq!(camel_names("profile.logo_url must be text"), "profile.logoUrl must be text");
        for same in ["ONLINE", "a__b", "_x", "x_", "X_y", "wabaId", "", "é_a"] {
            assert_eq!(camel(same), same);
        }
        assert_eq!(
            camel_quoted("look for rcs:my_agent, then call `wait_until_online`"),
            "look for rcs:my_agent, then call `waitUntilOnline`"
        );
    }

    #[test]
    fn every_kind_of_word_is_named_once() {
        let known = known_words();
        assert_eq!(known.len(), 9);
        assert!(known.iter().any(|kind| kind.name == "Status" && kind.words.contains(&"ONLINE".to_owned())));
    }
}
