//! Names and words: how they look in Kotlin and Swift, and which of them the core knows.

use std::sync::atomic::{AtomicBool, Ordering};

use senders_core::{
    AccountType, CallbackMethod, CarrierStatus, CountryStatus, DisplayNameStatus, Naming,
    PendingDisplayNameStatus, Status, UseCase, VerificationMethod,
};

/// The words the core knows of one kind.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct KnownWords {
    /// The type of the words, as the core names it: `Status`.
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

/// Whether names are spelled as in Swift: one process has one language.
static IS_SWIFT: AtomicBool = AtomicBool::new(false);

/// Makes errors spell the names of arguments as Swift does (`logoURL`, `senderID`). Swift calls it before anything else.
#[uniffi::export]
pub fn spell_names_as_swift() {
    IS_SWIFT.store(true, Ordering::Relaxed);
}

/// The language's spelling of names.
pub(crate) fn naming() -> Naming {
    if IS_SWIFT.load(Ordering::Relaxed) { Naming::Swift } else { Naming::Kotlin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_word_is_named_once() {
        let known = known_words();
        assert_eq!(known.len(), 9);
        assert!(known.iter().any(|kind| kind.name == "Status" && kind.words.contains(&"ONLINE".to_owned())));
    }
}
