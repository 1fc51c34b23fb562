//! Registering a number once: look first, create it if it is not there, and look again when the outcome is not known.
//!
//! ```text
//!   list ──found──▶ found
//!     │ not there
//!     ▼
//!   create ──response──▶ created
//!     │ outcome not known, or refused because the number is registered already
//!     ▼
//!   list again, for twelve seconds ──found──▶ reconciled, or found
//!     │ not there
//!     ▼
//!   create once more (never after a refusal); after that, unknown stays unknown
//! ```
//!
//! The API has no idempotency key, and how soon a new sender is listed is not documented: so it looks again.
//!
//! One machine, [`EnsureAll`], does it for any number of senders and lists once for all of them; [`Ensure`] is the same
//! for one.

use std::fmt;

use super::ensure_all::{EnsureAll, EnsureEvent};
use super::ensured::Ensured;
use super::step::{AttemptId, Machine, Misuse, Step};
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client};
use crate::endpoints::CreateSender;
use crate::error::Error;
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::time::Now;

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

    pub(crate) fn cancel(&mut self, error: Error) {
        self.0.cancel(error);
    }
}

impl Client {
    /// Finds the sender of this id, or creates it if there is none: use it where a number must not be registered twice.
    ///
    /// It lists the senders first. After a create without a known outcome, and after one that is refused because the
    /// number is registered already, it lists again for twelve seconds before anything else. Within one client (and its
    /// clones), one call at a time holds a number; another one waits, then looks for what the first one did.
    ///
    /// The call yields a token before anything is sent. With the token of a call that did not end (its process was
    /// killed), `ensure` looks for twelve seconds before it creates anything: so one number is not created twice, as long
    /// as the server lists a sender within that time. Two processes at the same time, without a lock of yours around
    /// them, can both find the number missing: then it is up to the server to refuse the second create (Twilio documents
    /// code 63110), and both calls return the same sender.
    ///
    /// A total timeout bounds all of it. Default: 300000 ms.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds, or the token is not one of this number.
    pub fn ensure(
        &self,
        create: CreateSender,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Ensure, InvalidArgument> {
        Ensure::new(self, create, token, options)
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
            Step::Act(action) => Step::Act(action),
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
