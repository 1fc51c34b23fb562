//! A webhook as it came in.

use std::fmt;

use super::rejected::{WebhookReason, WebhookRejected};
use crate::http::Headers;

/// The largest body that is read by default, in bytes: an assumption, Twilio documents no bound.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// A request that came in, before anything is believed of it.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "a caller builds one, and these are all that is signed")]
pub struct WebhookRequest {
    /// The whole URL as Twilio called it: scheme, host, path and query. Behind a proxy that is the URL outside.
    pub url: String,
    /// The headers.
    pub headers: Headers,
    /// The body, byte for byte as it came.
    pub body: Vec<u8>,
}

impl WebhookRequest {
    pub(super) fn check_size(&self, most: usize) -> Result<(), WebhookRejected> {
        if self.body.len() > most { Err(WebhookReason::TooLarge.into()) } else { Ok(()) }
    }

    /// Returns a header that says something.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// Returns whether one of these headers has two values that differ: no one can say which of them counts.
    pub(super) fn is_ambiguous(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.values(name).skip(1).any(|value| self.header(name) != Some(value)))
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let all = self.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
        all.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns whether the parameters of a form are signed with the URL. Without a type a body is one: every byte of a form
    /// is covered by the signature, so that nothing is believed that is not signed.
    pub(super) fn is_form(&self) -> bool {
        let kind = self.header("Content-Type").map(|kind| kind.split(';').next().unwrap_or_default().trim());
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }
}

/// Shows sizes only: a URL can hold a password, a body numbers.
impl fmt::Debug for WebhookRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookRequest({} headers, {} bytes)", self.headers.len(), self.body.len())
    }
}
