//! The endpoints, one file each: how a request is built and its success is read.
//!
//! Method, path, query and the documented success status of each are only in its own file. Any 2xx counts as a
//! success if its body can be read: requests are strict, responses lenient.

mod create_sender;
mod delete_sender;
mod fetch_sender;
#[cfg(feature = "error-log")]
mod list_alerts;
mod list_senders;
mod update_sender;

pub use create_sender::CreateSender;
pub use delete_sender::DeleteSender;
pub use fetch_sender::FetchSender;
#[cfg(feature = "error-log")]
pub use list_alerts::{AlertTime, ListAlerts};
pub(crate) use list_senders::Query;
pub use list_senders::{ListSenders, PageSize};
pub use update_sender::UpdateSender;

use serde_json::{Map, Value};

use crate::argument::InvalidArgument;
use crate::client::{Idempotency, Service};
use crate::http::Method;
use crate::ids::{SenderId, SenderSid};
use crate::secret::Secret;
use crate::types::{DecodeError, NextPage};

/// The collection's path, case and all.
///
/// Source: Twilio's Senders API page. In lower case the server responds 404 (third-party report).
pub(crate) const PATH: &str = "/v2/Channels/Senders";

/// An endpoint of the API, with its arguments. Implemented by this crate only.
pub trait Endpoint: sealed::Sealed {
    /// The value of a success.
    type Output;
}

mod sealed {
    /// Keeps [`Endpoint`](super::Endpoint) to this crate.
    #[expect(unnameable_types, reason = "that it cannot be named is what seals the trait")]
    pub trait Sealed {}
}

macro_rules! endpoint {
    ($name:ty => $output:ty) => {
        impl $crate::endpoints::sealed::Sealed for $name {}
        impl $crate::endpoints::Endpoint for $name {
            type Output = $output;
        }
    };
}

use endpoint;

/// How the requests of an endpoint are built and its responses read.
pub(crate) trait Definition: Endpoint {
    /// The request to send, and how to repeat it.
    fn spec(&self) -> RequestSpec;

    /// Reads the body of a success.
    fn parse(body: Vec<u8>) -> Result<Self::Output, DecodeError>;
}

/// A listing: how its pages are asked for, and what a page, which is its output, holds.
pub(crate) trait Listing: Endpoint {
    /// The request of one page.
    type Request: Definition<Output = Self::Output>;
    /// The operation's name in errors and tokens.
    const OPERATION: &'static str;
    /// The name of many items in errors.
    const ITEMS: &'static str;
    /// Whether every query has a channel.
    const HAS_CHANNEL: bool;

    fn request(query: Query) -> Self::Request;

    /// The number of items of a page.
    fn len(page: &Self::Output) -> usize;

    /// Keeps the first `most` items.
    fn cut(page: &mut Self::Output, most: usize);

    /// The link to the next page.
    fn next(page: &Self::Output) -> &NextPage;

    fn set_token(page: &mut Self::Output, token: String);
}

/// A request of an endpoint, with all that decides how it is repeated and what its errors say.
#[derive(Clone)]
pub(crate) struct RequestSpec {
    /// The operation's name in errors.
    pub(crate) operation: &'static str,
    pub(crate) service: Service,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// JSON: empty for a request without a body. It may hold a verification code.
    pub(crate) body: Secret,
    /// How the request may be repeated when its outcome is not known.
    pub(crate) idempotency: Idempotency,
    pub(crate) not_found: NotFound,
    /// Whom errors are about.
    pub(crate) subject: Subject,
}

impl RequestSpec {
    /// A request without a body that may be repeated.
    pub(crate) fn new(operation: &'static str, method: Method, target: String, subject: Subject) -> Self {
        Self {
            operation,
            service: Service::Messaging,
            method,
            target,
            body: Secret::new(String::new()),
            idempotency: Idempotency::Idempotent,
            not_found: NotFound::Error,
            subject,
        }
    }

    /// The number a create is for, in the one spelling.
    pub(crate) fn creates(&self) -> Option<String> {
        match &self.subject {
            Subject::SenderId(id) if self.idempotency == Idempotency::NonIdempotent => {
                Some(id.one_spelling())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
impl RequestSpec {
    /// The request as a client without options sends it.
    fn sent(&self) -> crate::http::HttpRequest {
        let client = crate::client::Client::new(crate::client::Config::builder().build().unwrap());
        client.request(self.service, self.method, &self.target, self.body.expose())
    }
}

/// How to treat a 404.
#[derive(Clone, Copy)]
pub(crate) enum NotFound {
    /// An error.
    Error,
    /// Success if an earlier attempt may have been carried out, else an error.
    SuccessAfterRetry,
    /// Success.
    Success,
}

/// Whom a request is about.
#[derive(Clone)]
pub(crate) enum Subject {
    None,
    Sid(SenderSid),
    SenderId(SenderId),
}

/// The text of a field that must be there.
pub(crate) fn required<'v>(fields: &'v Map<String, Value>, name: &str) -> Result<&'v str, InvalidArgument> {
    match fields.get(name) {
        Some(value) => crate::types::input_text(value, name),
        None => Err(InvalidArgument::redacted(name, "must be given")),
    }
}
