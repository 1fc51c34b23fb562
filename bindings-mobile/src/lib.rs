//! The native half of the Kotlin and Swift packages: it converts, and keeps the machines of the calls under way.
//!
//! The host language drives: its loop calls [`Operation::step`] until a call ends, sends the request of a step with OkHttp or
//! `URLSession`, and reports the result. So the coroutine or the task of a call reaches the socket directly, and nothing
//! here waits, reads a clock or draws randomness.
//!
//! A request crosses the border as JSON text, a response as records of UniFFI. Words of the API (a status, a method) cross as text, since
//! the languages' own enums keep unknown ones. Every function that can fail returns a
//! [`Failure`] with [`Details`]; a panic becomes one of kind `internal`.

mod client;
mod explain;
mod models;
mod operation;
mod problem;
mod request;
mod sender_json;
mod words;

pub use client::{
    CallOptions, Client, ClientOption, EnsureRequest, ListRequest, OptionValue, WaitRequest,
    environment_variables,
};
pub use explain::explanation_of_code;
pub use models::{
    Carrier, Compliance, Configuration, Country, Email, Ensured, Explanation, OfflineReason, PhoneNumber,
    Profile, Properties, Sender, SenderPage, StatusChange, Webhook, Website,
};
pub use operation::{FailureKind, Header, Moment, Operation, Request, Sent, Step, WaitReason};
pub use problem::{Details, Failure, argument_failure, failure_of_kind, forced_panic};
pub use request::{Entry, check_fields, entries_of_json};
pub use sender_json::{Part, items_of_json, part_of_json, sender_of_json};
pub use words::{one_line, spell_names_as_swift};

uniffi::setup_scaffolding!("senders_mobile");

/// The version of the core.
#[uniffi::export]
#[must_use]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
