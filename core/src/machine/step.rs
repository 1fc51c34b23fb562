//! The one shape of every machine: what a driver calls, what it reports, and what it has to do.
//!
//! ```text
//!            step ┌─────────────────────────────────────────────┐
//!   ┌─────────────▼───┐ Send   ┌───────────┐ on_response        │
//!   │ nothing is out  ├───────▶│ in flight ├────────────────────┤
//!   └──┬────┬─────────┘        └───────────┘ on_failure         │
//!      │    │ Wait { delay }: call step again after it ─────────┤
//!      │    │ Yield(value): take it, call step again ───────────┘
//!      └────▶ Done(result): for good
//! ```

use std::fmt;

use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse, TransportFailure};
use crate::time::Now;

/// Names one sending of one request, so that a late response cannot be taken for another one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(crate) u64);

impl AttemptId {
    /// The number, for a border that cannot carry the type. Counts up from 1 in each machine.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The id with this number, as [`AttemptId::number`] gave it.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }
}

/// How long one attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Milliseconds for name lookup, connecting and TLS together; never more than `attempt_ms`.
    pub connect_ms: u64,
    /// Milliseconds for the whole attempt, from the first look-up to the last byte of the body.
    pub attempt_ms: u64,
}

/// Why a machine waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// The last attempt failed and the next is being held back.
    Backoff,
    /// The server said when to come back (`Retry-After`).
    RetryAfter,
    /// The sender is not there yet: the next look is due after this.
    Poll,
    /// The outcome of a request is unknown: the server gets time to show it.
    Reconcile,
    /// Another call of the same client is registering the same number.
    Queue,
}

impl WaitReason {
    /// The reason as a word: `backoff`, `retry_after`, `poll`, `reconcile`, `queue`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backoff => "backoff",
            Self::RetryAfter => "retry_after",
            Self::Poll => "poll",
            Self::Reconcile => "reconcile",
            Self::Queue => "queue",
        }
    }
}

/// An action of the driver, without which the machine cannot go on.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver has to obey every one of them")]
pub enum Action {
    /// Send the request, then report its response or failure under this attempt.
    Send {
        /// To be handed back with the response or the failure.
        attempt: AttemptId,
        /// The request to send.
        request: HttpRequest,
        /// How long it may take; past that, report a failure of kind `Timeout`.
        timeouts: Timeouts,
    },
    /// The request of this attempt is still out: nothing to do until its response or failure is reported.
    InFlight(AttemptId),
    /// Nothing to send for this long; then call `step` again. Calling it earlier returns the rest of the wait.
    Wait {
        /// Milliseconds from the `now` of this call; at least 1.
        delay_ms: u64,
        /// Why.
        reason: WaitReason,
    },
}

/// The one thing to do next.
#[derive(Debug)]
#[must_use = "a step that is not obeyed is a call that never ends"]
#[expect(clippy::exhaustive_enums, reason = "a driver has to obey every one of them")]
pub enum Step<Y, T> {
    /// Do this, then call `step` again.
    Act(Action),
    /// A value on the way to the end: a page, a status. Call `step` again for more.
    Yield(Y),
    /// The end. Every later call of `step` returns `Done` with a misuse error.
    Done(Result<T, Error>),
}

impl<Y, T> Step<Y, T> {
    /// The same step with its values converted.
    pub fn map<Z, U>(self, yielded: impl FnOnce(Y) -> Z, done: impl FnOnce(T) -> U) -> Step<Z, U> {
        match self {
            Self::Act(action) => Step::Act(action),
            Self::Yield(value) => Step::Yield(yielded(value)),
            Self::Done(result) => Step::Done(result.map(done)),
        }
    }

    /// A wait.
    pub(crate) const fn wait(delay_ms: u64, reason: WaitReason) -> Self {
        Self::Act(Action::Wait { delay_ms, reason })
    }
}

/// A driver's mistake: a response or failure of no request that is out. The machine is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// The report is for another attempt than the one that is out.
    WrongAttempt {
        /// The attempt that was reported.
        answered: AttemptId,
        /// The attempt that is out.
        in_flight: AttemptId,
    },
    /// No request is out.
    NothingInFlight {
        /// The attempt that was reported.
        answered: AttemptId,
    },
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongAttempt { answered, in_flight } => {
                write!(f, "attempt {} was reported while attempt {} is out", answered.0, in_flight.0)
            }
            Self::NothingInFlight { answered } => {
                write!(f, "attempt {} was reported but no request is out", answered.0)
            }
        }
    }
}

impl std::error::Error for Misuse {}

/// A sans-IO operation. See the picture above and the run loop in the crate's documentation.
pub trait Machine {
    /// The value of a step on the way: a page, a status, or nothing at all ([`std::convert::Infallible`]).
    type Yield;
    /// The value of a success.
    type Output;

    /// The one thing to do next.
    ///
    /// While a request is out this returns [`Action::InFlight`] and never sends twice; extra calls are harmless.
    fn step(&mut self, now: Now) -> Step<Self::Yield, Self::Output>;

    /// The response to `attempt`, whole and whatever its status.
    ///
    /// # Errors
    /// [`Misuse`] if `attempt` is not out; the machine is unchanged and the response is dropped.
    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse>;

    /// `attempt` failed without a response.
    ///
    /// # Errors
    /// [`Misuse`] if `attempt` is not out; the machine is unchanged and the failure is dropped.
    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse>;
}
