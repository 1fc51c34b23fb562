//! Every call of the API behind one type, for a border that has no generics: one driver loop serves them all.

use std::convert::Infallible;
use std::fmt;

use super::call::Call;
#[cfg(feature = "error-log")]
use super::diagnose::Diagnose;
use super::ensure::Ensure;
use super::ensure_all::{EnsureAll, EnsureEvent};
use super::ensured::Ensured;
use super::pager::Pager;
use super::step::{AttemptId, Machine, Misuse, Step};
use super::update::Update;
use super::waiter::{StatusChange, Waiter};
#[cfg(feature = "error-log")]
use crate::endpoints::ListAlerts;
use crate::endpoints::{CreateSender, DeleteSender, FetchSender, ListSenders};
use crate::error::{Error, ErrorKind};
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::time::Now;
#[cfg(feature = "error-log")]
use crate::types::{AlertPage, Diagnosis};
use crate::types::{Sender, SenderPage};

/// An event on the way to the end of an operation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A page of a listing.
    Page(SenderPage),
    /// A page of the error log.
    #[cfg(feature = "error-log")]
    AlertPage(AlertPage),
    /// A status a wait has seen.
    Status(StatusChange),
    /// The token of an `ensure` or `ensure_all`, before anything is sent.
    Token(String),
    /// One number of `ensure_all` is done.
    EnsureResult {
        /// Its place in the list that was given.
        index: usize,
        /// The sender, or why there is none.
        result: Result<Ensured, Error>,
    },
}

/// The result of an operation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Of create, fetch, update, verify and a wait.
    Sender(Sender),
    /// Of delete.
    Deleted,
    /// Of a listing, after its last page.
    Listed,
    /// Of `diagnose`.
    #[cfg(feature = "error-log")]
    Diagnosed(Box<Diagnosis>),
    /// Of ensure.
    Ensured(Ensured),
    /// Of `ensure_all`, after the result of its last number.
    EnsuredAll,
}

/// Any operation. Made from a machine with `into`.
pub struct Operation(Box<dyn Erased>);

/// A machine whose events and result have the types of an operation.
trait Erased: Machine<Yield = Event, Output = Outcome> + Send + Sync {
    /// Ends it with this error and what it knows of its requests, unless its end is known already.
    fn cancel(&mut self, error: Error);
}

impl Operation {
    /// Ends it: the next steps return the remaining events and the end.
    ///
    /// For a driver whose caller leaves, or whose client is closed. The error is of kind `Cancelled` and says whether a
    /// request that was sent before may have had an effect; that of a wait has the token to go on. An `ensure` lets its
    /// numbers go and ends with what it knows of each. An end that is known already stays as it is.
    pub fn cancel(&mut self, message: &str) {
        self.0.cancel(Error::new(ErrorKind::Cancelled, message.to_owned()));
    }
}

impl Machine for Operation {
    type Yield = Event;
    type Output = Outcome;

    fn step(&mut self, now: Now) -> Step<Event, Outcome> {
        self.0.step(now)
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.0.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.0.on_failure(now, attempt, failure)
    }
}

/// A machine with the way its values become those of an operation.
struct Of<M: Machine> {
    machine: M,
    event: fn(M::Yield) -> Event,
    outcome: fn(M::Output) -> Outcome,
    cancel: fn(&mut M, Error),
}

impl<M: Machine> Machine for Of<M> {
    type Yield = Event;
    type Output = Outcome;

    fn step(&mut self, now: Now) -> Step<Event, Outcome> {
        self.machine.step(now).map(self.event, self.outcome)
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.machine.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.machine.on_failure(now, attempt, failure)
    }
}

impl<M: Machine + Send + Sync> Erased for Of<M> {
    fn cancel(&mut self, error: Error) {
        (self.cancel)(&mut self.machine, error);
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation")
    }
}

macro_rules! operations {
    ($($machine:ty => $event:expr, $outcome:expr;)*) => {
        $( impl From<$machine> for Operation {
            fn from(machine: $machine) -> Self {
                Self(Box::new(Of { machine, event: $event, outcome: $outcome, cancel: <$machine>::cancel }))
            }
        } )*
    };
}

operations!(
    Call<CreateSender> => never, Outcome::Sender;
    Call<FetchSender> => never, Outcome::Sender;
    Call<DeleteSender> => never, |()| Outcome::Deleted;
    Update => never, Outcome::Sender;
    Pager<ListSenders> => Event::Page, |()| Outcome::Listed;
    Waiter => Event::Status, Outcome::Sender;
    Ensure => Event::Token, Outcome::Ensured;
    EnsureAll => Event::from, |()| Outcome::EnsuredAll;
);

#[cfg(feature = "error-log")]
operations!(
    Pager<ListAlerts> => Event::AlertPage, |()| Outcome::Listed;
    Diagnose => never, Outcome::Diagnosed;
);

const fn never(never: Infallible) -> Event {
    match never {}
}

impl From<EnsureEvent> for Event {
    fn from(event: EnsureEvent) -> Self {
        match event {
            EnsureEvent::Token(token) => Self::Token(token),
            EnsureEvent::Result { index, result } => Self::EnsureResult { index, result },
        }
    }
}
