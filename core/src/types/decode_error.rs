//! A body that is not what it should be.

use std::fmt;

use crate::line::excerpt;

/// A body that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    reason: String,
    start: String,
}

impl DecodeError {
    pub(crate) fn new(reason: impl fmt::Display, body: &[u8]) -> Self {
        Self { reason: reason.to_string(), start: excerpt(body) }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; the body begins `{}`", self.reason, self.start)
    }
}

impl std::error::Error for DecodeError {}
