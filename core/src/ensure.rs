//! Registering a number once: look first, create it if it is not there, and look again when the outcome is not known.
//!
//! ```text
//!   list ──found──▶ found
//!     │ not there
//!     ▼
//!   create ──answered──▶ created
//!     │ outcome not known, or refused because the number is registered already
//!     ▼
//!   list again, for twelve seconds ──found──▶ reconciled, or found
//!     │ not there
//!     ▼
//!   create once more (never after a refusal); after that, unknown stays unknown
//! ```
//!
//! The API has no idempotency key, and how soon a new sender is listed is not documented: hence the looks.
//!
//! One machine, [`EnsureAll`], does it for any number of senders and lists once for all of them; [`Ensure`] is the same
//! for one.

use std::fmt;

use serde_json::Value;

use crate::client::{CallOptions, Client};
use crate::endpoints::CreateSender;
use crate::ensure_all::{EnsureAll, EnsureEvent};
use crate::error::{Error, InvalidArgument};
use crate::http::HttpResponse;
use crate::step::{AttemptId, Machine, Misuse, Step, TransportFailure};
use crate::time::Now;
use crate::types::{Sender, first_items, join, pick};

/// How a sender came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// This call created it.
    Created,
    /// It was there already.
    Found,
    /// A create of this call, of the same client, or of the one whose token was given, had no known outcome, and the
    /// sender was found afterwards.
    Reconciled,
}

impl How {
    /// As a word: `created`, `found`, `reconciled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Found => "found",
            Self::Reconciled => "reconciled",
        }
    }
}

/// The result of `ensure`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ensured {
    /// How it came to be there.
    pub how: How,
    /// The sender.
    pub sender: Sender,
    /// The fields of the request that the found sender does not have, such as `profile.name`. They are reported, never
    /// overwritten: update the sender if it is to change. `sender_id` is among them if the number is listed in another
    /// of its spellings. Verification fields are left out, since the server does not keep them.
    pub differences: Vec<String>,
}

impl Ensured {
    pub(crate) const fn created(sender: Sender) -> Self {
        Self { how: How::Created, sender, differences: Vec::new() }
    }

    pub(crate) fn found(how: How, create: &CreateSender, sender: Sender) -> Self {
        let differences = differences(create, &sender);
        Self { how, sender, differences }
    }
}

/// The fields of a create that the sender has not, or has otherwise.
fn differences(create: &CreateSender, sender: &Sender) -> Vec<String> {
    let mut found = Vec::new();
    if sender.sender_id().is_some_and(|id| id != create.sender_id.as_str()) {
        found.push("sender_id".to_owned());
    }
    found.extend(differences_of(create.sections(), sender));
    found
}

/// The same of the sections of a request, as JSON.
pub(crate) fn differences_of(sections: &str, sender: &Sender) -> Vec<String> {
    // The sender is walked as text: a tree of it would take many times its size.
    fn walk(wanted: &Value, have: Option<&str>, path: &str, found: &mut Vec<String>) {
        match (wanted, have) {
            (Value::Object(fields), _) => {
                for (key, wanted) in fields {
                    if !matches!(key.as_str(), "verification_code" | "verification_method") {
                        let have = have.and_then(|have| pick(have, [key.as_str()])?[0]);
                        walk(wanted, have, &join(path, key), found);
                    }
                }
            }
            (Value::Null, None | Some("null")) => {}
            // A list differs as a whole, by the fields that the request gave its items.
            (Value::Array(wanted), Some(have)) => {
                let items = first_items(have, wanted.len() + 1).filter(|items| items.len() == wanted.len());
                let mut within = Vec::new();
                for (wanted, have) in wanted.iter().zip(items.iter().flatten()) {
                    walk(wanted, Some(have), path, &mut within);
                }
                if items.is_none() || !within.is_empty() {
                    found.push(path.to_owned());
                }
            }
            (wanted, Some(have)) if is_same(wanted, have) => {}
            _ => found.push(path.to_owned()),
        }
    }
    let wanted: Value = serde_json::from_str(sections).unwrap_or_default();
    let mut found = Vec::new();
    walk(&wanted, Some(&sender.to_json()), "", &mut found);
    found
}

/// Whether a text, number or truth is the same; a long one in `have` is read only where it may be. No character takes more
/// than six bytes in JSON.
fn is_same(wanted: &Value, have: &str) -> bool {
    let longest = wanted.as_str().map_or(64, |text| 2 + text.len() * 6);
    have.len() <= longest && serde_json::from_str::<Value>(have).is_ok_and(|have| have == *wanted)
}

/// A call of ensure. Yields its token first; see [`Client::ensure`] and [`Machine`].
pub struct Ensure(EnsureAll);

impl Ensure {
    pub(crate) fn new(
        client: &Client,
        create: CreateSender,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        EnsureAll::of_one(client, create, token, options).map(Self)
    }

    pub(crate) fn cancel(&mut self, error: &Error) {
        self.0.cancel(error);
    }
}

impl Machine for Ensure {
    /// The token, before anything is sent. See [`EnsureEvent::Token`].
    type Yield = String;
    type Output = Ensured;

    fn step(&mut self, now: Now) -> Step<String, Ensured> {
        match self.0.step(now) {
            Step::Yield(EnsureEvent::Token(token)) => Step::Yield(token),
            Step::Yield(EnsureEvent::Result { result, .. }) => {
                self.0.finish();
                Step::Done(result)
            }
            Step::Done(Err(error)) => Step::Done(Err(error)),
            Step::Done(Ok(())) => Step::Done(Err(Error::finished())),
            Step::Send { attempt, request, timeouts } => Step::Send { attempt, request, timeouts },
            Step::InFlight(attempt) => Step::InFlight(attempt),
            Step::Wait { delay_ms, reason } => Step::Wait { delay_ms, reason },
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.0.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.0.on_failure(now, attempt, failure)
    }
}

impl fmt::Debug for Ensure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ensure({:?})", self.0)
    }
}
