//! An update. Where its outcome is not known and repeating it would cost a code or a change of name, it looks first.
//!
//! ```text
//!   update ──response──▶ done
//!      │ outcome not known, and the update gave or asked for a code, or gave a name
//!      ▼
//!   fetch ──▶ all that was asked for is there: done with the fetched sender
//!      │ it is not, or the look failed
//!      ├─ the update gave or asked for a code ──▶ outcome unknown, with the sender as it was seen
//!      └─ it gave a name ──▶ update again, as often as attempts and time allow
//! ```
//!
//! Sending the same name again is harmless: the server responds `pending_review` or `no_change` (the page of Twilio's error
//! 63128). A code may be tried only so often.

use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;

use super::differences::differences_of;
use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step, WaitReason};
use crate::argument::InvalidArgument;
use crate::client::{AttemptOutcome, Decision, Idempotency, RetryState, decide};
use crate::client::{CallOptions, Client, ResolvedOptions};
use crate::endpoints::{FetchSender, UpdateSender};
use crate::error::{Error, ErrorKind, Executed};
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::time::Now;
use crate::types::{Sender, Status};

/// A call of update or verify. See [`Machine`].
pub struct Update {
    client: Client,
    wanted: UpdateSender,
    settings: ResolvedOptions,
    random: fastrand::Rng,
    /// When the whole call must have ended, set by the first step.
    deadline_ms: Option<u64>,
    /// Updates sent so far whose outcome is unknown.
    unknown: u32,
    /// Why the caller left: nothing is sent after that.
    cancelled: Option<Error>,
    state: State,
}

enum State {
    Updating(RetryLoop<Sender>),
    /// The look, and the error that made it needed.
    Checking(RetryLoop<Sender>, Error),
    /// Before the update is sent again; with the attempts so far.
    Sleeping {
        until_ms: u64,
        attempts: u32,
    },
    Ended(u32),
}

impl Update {
    pub(crate) fn new(
        client: &Client,
        update: UpdateSender,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let settings = options.resolve(client.policy())?;
        let exchange = RetryLoop::with_settings(client, &update, settings.clone(), 0);
        Ok(Self {
            client: client.clone(),
            wanted: update,
            settings,
            random: client.random(),
            deadline_ms: None,
            unknown: 0,
            cancelled: None,
            state: State::Updating(exchange),
        })
    }

    pub(crate) fn cancel(&mut self, error: Error) {
        if let State::Updating(exchange) | State::Checking(exchange, _) = &mut self.state {
            exchange.cancel(error.clone());
        }
        self.cancelled = Some(error);
    }

    /// Whether all that the update asked for is there. The name of an online sender stays the old one until it is
    /// approved; the new one is pending meanwhile (twilio-python 9.13.0). Whether a new code was sent cannot be seen; a
    /// sender that can send needs none.
    fn is_done(&self, sender: &Sender) -> bool {
        let named = self.wanted.name().is_none_or(|name| sender.has_name(name));
        let status = sender.status();
        let verified = !self.wanted.verifies()
            || matches!(status, Status::Verifying | Status::TwilioReview)
            || status.can_send();
        let has_code = !self.wanted.asks_for_code() || status.can_send();
        let differences = differences_of(self.wanted.sections(), sender);
        let all_there = differences.iter().all(|field| field == "profile.name");
        named && verified && has_code && all_there
    }

    /// The settings of the next request, within the time that is left.
    fn settings(&self, now: Now) -> ResolvedOptions {
        let mut settings = self.settings.clone();
        if let Some(deadline_ms) = self.deadline_ms {
            settings.policy.total_timeout_ms = now.until(deadline_ms).max(1);
        }
        settings.policy.max_attempts = settings.policy.max_attempts.saturating_sub(self.unknown).max(1);
        settings
    }

    fn look(&mut self, now: Now, attempts: u32, error: Error) {
        self.unknown += 1;
        let fetch = FetchSender::new(self.wanted.sid.clone());
        let mut settings = self.settings(now);
        settings.policy.max_attempts = self.settings.policy.max_attempts;
        let look = RetryLoop::with_settings(&self.client, &fetch, settings, attempts);
        self.state = State::Checking(look, error);
    }

    /// Whether the update may be sent again: within the attempts, the time and the budget of every other repetition.
    fn again(&mut self, now: Now) -> Decision {
        let situation = RetryState {
            idempotency: Idempotency::Idempotent,
            outcome: AttemptOutcome::NoResponse,
            attempts: self.unknown,
            left_ms: self.deadline_ms.map_or(0, |deadline_ms| now.until(deadline_ms)),
            retry_after_ms: None,
        };
        let random = &mut self.random;
        decide(&self.settings.policy, self.client.budget(), situation, |bound| random.u64(0..=bound))
    }

    /// The change is not there, or the look failed: the update again, or the end.
    fn not_done(
        &mut self,
        now: Now,
        attempts: u32,
        error: Error,
        seen: Result<Sender, Error>,
    ) -> Option<Error> {
        if self.cancelled.is_none()
            && !self.wanted.verifies()
            && !self.wanted.asks_for_code()
            && let Decision::Retry { delay_ms, .. } = self.again(now)
        {
            self.state = State::Sleeping { until_ms: now.plus(delay_ms), attempts };
            return None;
        }
        Some(error.with(|inner| {
            inner.attempts = attempts;
            inner.ended_unix_ms = Some(now.unix_ms);
            match seen {
                Ok(sender) => {
                    let status = crate::line::excerpt(sender.status().as_str().as_bytes());
                    inner.message = inner
                        .message
                        .clone()
                        .theirs(&format!("; a look afterwards found the sender {status}"));
                    inner.sender = Some(sender);
                }
                Err(look) => {
                    inner.message = inner
                        .message
                        .clone()
                        .ours("; a look afterwards failed too: ")
                        .theirs(&look.message());
                }
            }
        }))
    }
}

impl Client {
    /// Changes a sender, or verifies it with [`UpdateSender::verify`].
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn update(&self, update: UpdateSender, options: &CallOptions) -> Result<Update, InvalidArgument> {
        Update::new(self, update, options)
    }
}

impl Machine for Update {
    type Yield = Infallible;
    type Output = Sender;

    fn step(&mut self, now: Now) -> Step<Infallible, Sender> {
        self.deadline_ms.get_or_insert_with(|| now.plus(self.settings.policy.total_timeout_ms));
        // Each turn but the last changes the state, and the attempts bound the turns.
        loop {
            match std::mem::replace(&mut self.state, State::Ended(0)) {
                State::Updating(mut update) => match update.step(now) {
                    ControlFlow::Continue(action) => {
                        self.state = State::Updating(update);
                        return Step::Act(action);
                    }
                    ControlFlow::Break(Err(error))
                        if error.kind() == ErrorKind::OutcomeUnknown && self.cancelled.is_none() =>
                    {
                        self.look(now, update.attempts(), error);
                    }
                    ControlFlow::Break(result) => {
                        self.state = State::Ended(update.attempts());
                        let unknown = self.unknown > 0;
                        return Step::Done(result.map_err(|error| {
                            error.with(|inner| {
                                if unknown {
                                    inner.executed = Executed::Unknown;
                                }
                            })
                        }));
                    }
                },
                State::Checking(mut look, error) => match look.step(now) {
                    ControlFlow::Continue(action) => {
                        self.state = State::Checking(look, error);
                        return Step::Act(action);
                    }
                    ControlFlow::Break(Ok(sender)) if self.is_done(&sender) => {
                        self.state = State::Ended(look.attempts());
                        return Step::Done(Ok(sender));
                    }
                    ControlFlow::Break(seen) => {
                        self.state = State::Ended(look.attempts());
                        if let Some(error) = self.not_done(now, look.attempts(), error, seen) {
                            return Step::Done(Err(error));
                        }
                    }
                },
                State::Sleeping { until_ms, attempts } => {
                    if let Some(error) = self.cancelled.take() {
                        self.state = State::Ended(attempts);
                        return Step::Done(Err(error.with(|inner| {
                            inner.attempts = attempts;
                            inner.operation = Some(self.wanted.operation());
                            inner.executed = Executed::Unknown;
                            inner.sid = Some(self.wanted.sid.as_str().to_owned());
                            inner.ended_unix_ms = Some(now.unix_ms);
                        })));
                    }
                    if now.until(until_ms) > 0 {
                        self.state = State::Sleeping { until_ms, attempts };
                        return Step::wait(now.until(until_ms), WaitReason::Backoff);
                    }
                    let settings = self.settings(now);
                    let again = RetryLoop::with_settings(&self.client, &self.wanted, settings, attempts);
                    self.state = State::Updating(again);
                }
                State::Ended(attempts) => {
                    self.state = State::Ended(attempts);
                    return Step::Done(Err(Error::finished()));
                }
            }
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.state {
            State::Updating(exchange) | State::Checking(exchange, _) => {
                exchange.on_response(now, attempt, response)
            }
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.state {
            State::Updating(exchange) | State::Checking(exchange, _) => {
                exchange.on_failure(now, attempt, &failure)
            }
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}

impl fmt::Debug for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = match &self.state {
            State::Updating(exchange) | State::Checking(exchange, _) => exchange.attempts(),
            State::Sleeping { attempts, .. } | State::Ended(attempts) => *attempts,
        };
        write!(f, "Update({sent} sent)")
    }
}
