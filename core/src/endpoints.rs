//! The five endpoints, one file each: how a request is built and its success is read.
//!
//! Method, path, query and the documented success status of each stand in its file and nowhere else. Any 2xx is taken
//! for a success if its body can be read: requests are strict, responses lenient.

mod create_sender;
mod delete_sender;
mod fetch_sender;
mod list_senders;
mod update_sender;

pub use create_sender::CreateSender;
pub use delete_sender::DeleteSender;
pub use fetch_sender::FetchSender;
pub use list_senders::{ListSenders, PageSize};
pub(crate) use list_senders::{Page, Query};
pub use update_sender::UpdateSender;

use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::{Error, InvalidArgument, Unreadable};
use crate::http::HttpRequest;
use crate::retry::Repeatability;

/// The collection's path, case and all.
///
/// Source: Twilio's Senders API page. In lower case it is answered 404 (third-party report).
pub(crate) const PATH: &str = "/v2/Channels/Senders";

/// An endpoint of the API, with its arguments. Implemented by this crate only.
pub trait Endpoint: sealed::Sealed {
    /// What a success is.
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

/// How an endpoint's requests are built and its answers read.
pub(crate) trait Wire: Endpoint {
    /// The operation's name in errors.
    const OPERATION: &'static str;

    /// What may be done when the outcome is not known.
    fn repeatability(&self) -> Repeatability;

    /// The request.
    fn request(&self, client: &Client) -> HttpRequest;

    /// Reads the body of a 2xx answer.
    fn parse(body: Vec<u8>) -> Result<Self::Output, Unreadable>;

    /// Turns an error that is none for this endpoint into its success. `uncertain` says that an earlier attempt may
    /// have been carried out.
    fn forgive(&self, error: Error, _uncertain: bool) -> Result<Self::Output, Error> {
        Err(error)
    }

    /// The sender by SID, for errors.
    fn sid(&self) -> Option<&str> {
        None
    }

    /// The sender by what it is addressed by, for errors.
    fn sender_id(&self) -> Option<&str> {
        None
    }
}

/// The fields a caller gave a request, each of which must be among `known`.
pub(crate) fn fields<'v>(
    value: &'v Value,
    known: &[&str],
) -> Result<&'v Map<String, Value>, InvalidArgument> {
    let fields = value
        .as_object()
        .ok_or_else(|| InvalidArgument::of_value("the request", "must be an object", value))?;
    for key in fields.keys() {
        crate::types::refuse_unknown(key, "", known)?;
    }
    Ok(fields)
}

/// The text of a field that must be there.
pub(crate) fn required<'v>(fields: &'v Map<String, Value>, name: &str) -> Result<&'v str, InvalidArgument> {
    match fields.get(name) {
        Some(value) => crate::types::input_text(value, name),
        None => Err(InvalidArgument::unshown(name, "must be given")),
    }
}

/// The fields that are left when those named are taken away: a request's sections.
pub(crate) fn without(fields: &Map<String, Value>, name: &str) -> Value {
    Value::Object(
        fields
            .iter()
            .filter(|(key, _)| *key != name)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}
