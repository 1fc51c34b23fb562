//! How names and the words of a server look in Kotlin and Swift.

use std::sync::atomic::{AtomicBool, Ordering};

use senders_core::Naming;

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
