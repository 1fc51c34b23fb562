//! Every call of the API behind one type, for a border that has no generics: one driver loop serves them all.

use std::convert::Infallible;

use crate::call::Call;
use crate::endpoints::{CreateSender, DeleteSender, FetchSender};
use crate::ensure::{Ensure, Ensured};
use crate::ensure_all::{EnsureAll, EnsureEvent};
use crate::error::{Error, ErrorKind, Phase};
use crate::http::HttpResponse;
use crate::pager::Pager;
use crate::step::{AttemptId, Machine, Misuse, Step, TransportFailure};
use crate::time::Now;
use crate::types::{Sender, SenderPage};
use crate::update::Update;
use crate::waiter::{StatusChange, Waiter};

/// What an operation hands out on the way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A page of a listing.
    Page(SenderPage),
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

/// What an operation ends with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Of create, fetch, update, verify and a wait.
    Sender(Sender),
    /// Of delete.
    Deleted,
    /// Of a listing, after its last page.
    Listed,
    /// Of ensure.
    Ensured(Ensured),
    /// Of `ensure_all`, after the result of its last number.
    EnsuredAll,
}

/// Any operation. Made from a machine with `into`.
#[derive(Debug)]
pub struct Operation(Kind);

#[derive(Debug)]
enum Kind {
    Create(Box<Call<CreateSender>>),
    Fetch(Box<Call<FetchSender>>),
    Delete(Box<Call<DeleteSender>>),
    Update(Box<Update>),
    List(Box<Pager>),
    Wait(Box<Waiter>),
    Ensure(Box<Ensure>),
    EnsureAll(Box<EnsureAll>),
    /// Cancelled, with the error that the next step returns.
    Cancelled(Option<Error>),
}

impl Operation {
    /// Ends it, where no request is out or its failure was reported: the next steps return the remaining events and the end.
    ///
    /// For a driver whose caller leaves, or whose client is closed, between two requests. An `ensure` lets its numbers go
    /// and ends with what it knows of each.
    pub fn cancel(&mut self, message: &str) {
        let error = Error::new(ErrorKind::Cancelled, Phase::Wait, message);
        match &mut self.0 {
            Kind::Ensure(ensure) => ensure.cancel(&error),
            Kind::EnsureAll(all) => all.cancel(&error),
            other => *other = Kind::Cancelled(Some(error)),
        }
    }
}

macro_rules! from {
    ($($machine:ty => $kind:ident),* $(,)?) => {
        $( impl From<$machine> for Operation {
            fn from(machine: $machine) -> Self {
                Self(Kind::$kind(Box::new(machine)))
            }
        } )*
    };
}

from!(
    Call<CreateSender> => Create,
    Call<FetchSender> => Fetch,
    Call<DeleteSender> => Delete,
    Update => Update,
    Pager => List,
    Waiter => Wait,
    Ensure => Ensure,
    EnsureAll => EnsureAll,
);

/// Makes a machine's step one of an operation.
fn erase<Y, T>(
    step: Step<Y, T>,
    event: impl FnOnce(Y) -> Event,
    outcome: impl FnOnce(T) -> Outcome,
) -> Step<Event, Outcome> {
    match step {
        Step::Send { attempt, request, timeouts } => Step::Send { attempt, request, timeouts },
        Step::InFlight(attempt) => Step::InFlight(attempt),
        Step::Wait { delay_ms, reason } => Step::Wait { delay_ms, reason },
        Step::Yield(value) => Step::Yield(event(value)),
        Step::Done(result) => Step::Done(result.map(outcome)),
    }
}

impl From<EnsureEvent> for Event {
    fn from(event: EnsureEvent) -> Self {
        match event {
            EnsureEvent::Token(token) => Self::Token(token),
            EnsureEvent::Result { index, result } => Self::EnsureResult { index, result },
        }
    }
}

const fn never(never: Infallible) -> Event {
    match never {}
}

impl Machine for Operation {
    type Yield = Event;
    type Output = Outcome;

    fn step(&mut self, now: Now) -> Step<Event, Outcome> {
        match &mut self.0 {
            Kind::Create(call) => erase(call.step(now), never, Outcome::Sender),
            Kind::Fetch(call) => erase(call.step(now), never, Outcome::Sender),
            Kind::Delete(call) => erase(call.step(now), never, |()| Outcome::Deleted),
            Kind::Update(update) => erase(update.step(now), never, Outcome::Sender),
            Kind::List(pager) => erase(pager.step(now), Event::Page, |()| Outcome::Listed),
            Kind::Wait(waiter) => erase(waiter.step(now), Event::Status, Outcome::Sender),
            Kind::Ensure(ensure) => erase(ensure.step(now), Event::Token, Outcome::Ensured),
            Kind::EnsureAll(all) => erase(all.step(now), Event::from, |()| Outcome::EnsuredAll),
            Kind::Cancelled(error) => Step::Done(Err(error.take().unwrap_or_else(Error::finished))),
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.0 {
            Kind::Create(call) => call.on_response(now, attempt, response),
            Kind::Fetch(call) => call.on_response(now, attempt, response),
            Kind::Delete(call) => call.on_response(now, attempt, response),
            Kind::Update(update) => update.on_response(now, attempt, response),
            Kind::List(pager) => pager.on_response(now, attempt, response),
            Kind::Wait(waiter) => waiter.on_response(now, attempt, response),
            Kind::Ensure(ensure) => ensure.on_response(now, attempt, response),
            Kind::EnsureAll(all) => all.on_response(now, attempt, response),
            Kind::Cancelled(_) => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.0 {
            Kind::Create(call) => call.on_failure(now, attempt, failure),
            Kind::Fetch(call) => call.on_failure(now, attempt, failure),
            Kind::Delete(call) => call.on_failure(now, attempt, failure),
            Kind::Update(update) => update.on_failure(now, attempt, failure),
            Kind::List(pager) => pager.on_failure(now, attempt, failure),
            Kind::Wait(waiter) => waiter.on_failure(now, attempt, failure),
            Kind::Ensure(ensure) => ensure.on_failure(now, attempt, failure),
            Kind::EnsureAll(all) => all.on_failure(now, attempt, failure),
            Kind::Cancelled(_) => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}
