//! A change of the display name, as a sender stores it.

use std::borrow::Cow;

/// The latest change of the display name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameChange {
    pub(crate) name: String,
    pub(crate) status: Cow<'static, str>,
    /// When the status last changed.
    pub(crate) at_ms: u64,
    /// When the status ends by itself.
    pub(crate) due_ms: Option<u64>,
}
