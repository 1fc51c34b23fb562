//! The attempts of one request: sends it, decides what a response or a failure means, and whether to send it again.

use std::ops::ControlFlow;

use super::step::{Action, AttemptId, Misuse, Timeouts, WaitReason};
use crate::client::{
    AttemptOutcome, Client, CreateId, Decision, Idempotency, ResolvedOptions, RetryState, decide,
    retry_after_ms,
};
use crate::endpoints::{NotFound, RequestSpec, Subject};
use crate::error::{Error, ErrorKind, Executed, ServerError};
use crate::http::{FailureKind, Headers, HttpResponse, RETRY_AFTER, RequestSent, TransportFailure};
use crate::line::excerpt;
use crate::naming::Text;
use crate::time::Now;
use crate::types::DecodeError;

enum State {
    Ready,
    InFlight(AttemptId),
    Waiting {
        until_ms: u64,
        reason: WaitReason,
    },
    Failed(Error),
    /// The caller left: the next step ends with this error, and with what is known of the attempts.
    Cancelled(Error),
    /// The end was returned, or the caller has it.
    Over,
}

/// The attempts of one request, up to its success or its error.
pub(super) struct Attempts {
    spec: RequestSpec,
    pub(super) client: Client,
    pub(super) settings: ResolvedOptions,
    random: fastrand::Rng,
    state: State,
    /// Attempts of the whole call, those of earlier requests included: also the number of the last attempt.
    pub(super) attempts: u32,
    /// Attempts of this request.
    own_attempts: u32,
    /// Set by the first step: monotonic and wall clock.
    started: Option<Now>,
    /// Whether an earlier attempt may have been carried out.
    uncertain: bool,
    /// Whether the last repetition followed a 429; `None` if there was none.
    last_retry: Option<bool>,
    /// The create that is out, as the client remembers it.
    create: Option<CreateId>,
}

impl Drop for Attempts {
    fn drop(&mut self) {
        if let Some(id) = self.create.take() {
            self.client.registrations().left(id);
        }
    }
}

impl Attempts {
    // Once in the program, not once for each endpoint.
    #[inline(never)]
    pub(super) fn new(client: &Client, spec: RequestSpec, settings: ResolvedOptions, attempts: u32) -> Self {
        Self {
            spec,
            client: client.clone(),
            settings,
            random: client.random(),
            state: State::Ready,
            attempts,
            own_attempts: 0,
            started: None,
            uncertain: false,
            last_retry: None,
            create: None,
        }
    }

    /// Breaks with the error it ended with, or continues with what the driver has to do.
    pub(super) fn step(&mut self, now: Now) -> ControlFlow<Error, Action> {
        let started = *self.started.get_or_insert(now);
        match std::mem::replace(&mut self.state, State::Over) {
            State::Waiting { until_ms, reason } if now.until(until_ms) > 0 => {
                self.state = State::Waiting { until_ms, reason };
                ControlFlow::Continue(Action::Wait { delay_ms: now.until(until_ms), reason })
            }
            State::Ready | State::Waiting { .. } => ControlFlow::Continue(self.send(now, started)),
            State::InFlight(attempt) => {
                self.state = State::InFlight(attempt);
                ControlFlow::Continue(Action::InFlight(attempt))
            }
            State::Failed(error) => ControlFlow::Break(error),
            State::Cancelled(error) => {
                let executed = if self.uncertain { Executed::Unknown } else { Executed::No };
                ControlFlow::Break(self.about(now, error).with(|inner| inner.executed = executed))
            }
            State::Over => ControlFlow::Break(Error::finished()),
        }
    }

    fn send(&mut self, now: Now, started: Now) -> Action {
        self.attempts = self.attempts.saturating_add(1);
        self.own_attempts = self.own_attempts.saturating_add(1);
        let attempt = AttemptId(u64::from(self.attempts));
        let policy = &self.settings.policy;
        let left_ms = policy.total_timeout_ms.saturating_sub(now.since(started.monotonic_ms)).max(1);
        let attempt_ms = policy.attempt_timeout_ms.min(left_ms);
        let timeouts = Timeouts { connect_ms: self.client.connect_timeout_ms().min(attempt_ms), attempt_ms };
        let RequestSpec { service, method, target, body, .. } = &self.spec;
        let mut request = self.client.request(*service, *method, target, body.expose());
        for (name, value) in self.settings.headers.iter() {
            request.headers.push(name.to_owned(), value);
        }
        if let Some(number) = self.spec.creates() {
            self.create = Some(self.client.registrations().sent(number, now.monotonic_ms, attempt_ms));
        }
        self.state = State::InFlight(attempt);
        Action::Send { attempt, request, timeouts }
    }

    fn accept(&self, answered: AttemptId) -> Result<(), Misuse> {
        match self.state {
            State::InFlight(in_flight) if in_flight == answered => Ok(()),
            State::InFlight(in_flight) => Err(Misuse::WrongAttempt { answered, in_flight }),
            _ => Err(Misuse::NothingInFlight { answered }),
        }
    }

    /// Takes an answer in, and gives it back if it is a success.
    pub(super) fn on_response(
        &mut self,
        now: Now,
        attempt: AttemptId,
        response: HttpResponse,
    ) -> Result<Option<HttpResponse>, Misuse> {
        self.accept(attempt)?;
        let status = response.status;
        let gone = status == 404
            && match self.spec.not_found {
                NotFound::Error => false,
                NotFound::SuccessAfterRetry => self.uncertain,
                NotFound::Success => true,
            };
        if gone || (200..300).contains(&status) {
            if !gone {
                self.client.budget().release(self.last_retry);
            }
            self.state = State::Over;
            self.create_ended(now, false);
            return Ok(Some(response));
        }
        self.refused(now, &response);
        Ok(None)
    }

    /// Takes in an answer that is no success.
    // A WebAssembly engine compiles a function whole, once it is hot: what is rare stays outside.
    #[inline(never)]
    fn refused(&mut self, now: Now, response: &HttpResponse) {
        let retry_after_ms = response.headers.value(RETRY_AFTER).and_then(|value| retry_after_ms(value, now));
        let error = self.answered(response).with(|inner| inner.retry_after_ms = retry_after_ms);
        self.conclude(now, AttemptOutcome::of_status(response.status), retry_after_ms, error);
    }

    pub(super) fn on_failure(
        &mut self,
        now: Now,
        attempt: AttemptId,
        failure: &TransportFailure,
    ) -> Result<(), Misuse> {
        self.accept(attempt)?;
        let (outcome, error) = self.failed(failure);
        self.conclude(now, outcome, None, error);
        Ok(())
    }

    /// Decides what comes after an attempt without a success.
    fn conclude(&mut self, now: Now, outcome: AttemptOutcome, retry_after_ms: Option<u64>, error: Error) {
        let started = self.started.unwrap_or(now);
        let policy = self.settings.policy;
        let situation = RetryState {
            idempotency: self.spec.idempotency,
            outcome,
            attempts: self.own_attempts,
            left_ms: policy.total_timeout_ms.saturating_sub(now.since(started.monotonic_ms)),
            retry_after_ms,
        };
        let random = &mut self.random;
        let decision = decide(&policy, self.client.budget(), situation, |bound| random.u64(0..=bound));
        // A redirect, or a call that was left after it went out, is final and says nothing of what the server did.
        self.uncertain |= outcome.is_uncertain() || error.executed() == Executed::Unknown;
        if self.uncertain {
            self.create_ended(now, true);
        } else if let Some(id) = self.create.take() {
            self.client.registrations().had_no_effect(id);
        }
        self.state = match decision {
            Decision::Retry { delay_ms, asked } => {
                self.last_retry = Some(outcome == AttemptOutcome::Throttled);
                let reason = if asked { WaitReason::RetryAfter } else { WaitReason::Backoff };
                State::Waiting { until_ms: now.plus(delay_ms), reason }
            }
            Decision::Permanent | Decision::Exhausted | Decision::Reconcile => {
                State::Failed(self.finish(now, error, outcome, decision))
            }
        };
    }

    /// Ends it with this error, unless its end is known already. A request that is still out may have an effect.
    pub(super) fn cancel(&mut self, error: Error) {
        match self.state {
            State::Failed(_) | State::Cancelled(_) | State::Over => return,
            State::InFlight(_) => {
                self.uncertain = true;
                // Its number is free; the create is remembered.
                if let Some(id) = self.create.take() {
                    self.client.registrations().left(id);
                }
            }
            State::Ready | State::Waiting { .. } => {}
        }
        self.state = State::Cancelled(error);
    }

    fn create_ended(&mut self, now: Now, unknown: bool) {
        if let Some(id) = self.create.take() {
            self.client.registrations().ended(id, now.monotonic_ms, unknown);
        }
    }

    /// Adds what is known at the end of a call to its error.
    fn finish(&self, now: Now, error: Error, outcome: AttemptOutcome, decision: Decision) -> Error {
        let idempotency = self.spec.idempotency;
        let uncertain = self.uncertain;
        self.about(now, error).with(|inner| {
            if uncertain && inner.executed == Executed::No {
                inner.executed = Executed::Unknown;
            }
            inner.retryable = match outcome {
                AttemptOutcome::Terminal => false,
                AttemptOutcome::NotSent
                | AttemptOutcome::Throttled
                | AttemptOutcome::ServerError
                | AttemptOutcome::NoResponse => {
                    decision != Decision::Reconcile && (idempotency == Idempotency::Idempotent || !uncertain)
                }
            };
            if decision == Decision::Reconcile {
                inner.kind = ErrorKind::OutcomeUnknown;
            }
        })
    }

    /// Says whom and when the error is about.
    fn about(&self, now: Now, error: Error) -> Error {
        error.with(|inner| {
            inner.attempts = self.attempts;
            inner.operation = Some(self.spec.operation);
            match &self.spec.subject {
                Subject::Sid(sid) => inner.sid = Some(sid.as_str().to_owned()),
                Subject::SenderId(id) => inner.sender_id = Some(id.as_str().to_owned()),
                Subject::None => {}
            }
            inner.started_unix_ms = self.started.map(|started| started.unix_ms);
            inner.ended_unix_ms = Some(now.unix_ms);
        })
    }

    /// The error of an answer that is no 2xx.
    fn answered(&self, response: &HttpResponse) -> Error {
        let status = response.status;
        let kind = match status {
            300..400 => ErrorKind::InvalidResponse,
            401 => ErrorKind::Authentication,
            403 => ErrorKind::PermissionDenied,
            404 => ErrorKind::NotFound,
            408 => ErrorKind::Timeout,
            409 => ErrorKind::Conflict,
            429 => ErrorKind::RateLimited,
            400..500 => ErrorKind::InvalidRequest,
            500..600 => ErrorKind::ServerError,
            _ => ErrorKind::InvalidResponse,
        };
        let server = ServerError::read(response);
        let what = match kind {
            ErrorKind::InvalidResponse if (300..400).contains(&status) => {
                format!("{} got a redirect ({status}), which is never followed", self.spec.operation)
            }
            _ => {
                let code = server.code().map(|code| format!("/{code}")).unwrap_or_default();
                let said = server.summary();
                let said = if said.is_empty() { String::new() } else { format!(": `{said}`") };
                format!("{} failed with status {status}{code}{said}", self.spec.operation)
            }
        };
        let executed = match kind {
            ErrorKind::Timeout | ErrorKind::ServerError | ErrorKind::InvalidResponse => Executed::Unknown,
            _ => Executed::No,
        };
        Error::new(kind, what).with(|inner| {
            inner.server = Some(server);
            inner.executed = executed;
        })
    }

    /// Ends with the error of a 2xx whose body is not what it should be.
    pub(super) fn unreadable(&mut self, now: Now, head: &HttpResponse, unreadable: &DecodeError) {
        self.uncertain = true;
        let kind = match self.spec.idempotency {
            Idempotency::Idempotent => ErrorKind::InvalidResponse,
            Idempotency::VerifyFirst | Idempotency::NonIdempotent => ErrorKind::OutcomeUnknown,
        };
        let message = format!(
            "{} got status {} with a body that cannot be read: {unreadable}",
            self.spec.operation, head.status
        );
        let error = self.about(now, Error::new(kind, message)).with(|inner| {
            inner.server = Some(ServerError::read(head));
            inner.executed = Executed::Unknown;
        });
        self.state = State::Failed(error);
    }

    /// The outcome and the error that a failure of the transport means.
    fn failed(&self, failure: &TransportFailure) -> (AttemptOutcome, Error) {
        let (kind, final_kind) = match failure.kind {
            FailureKind::Timeout => (ErrorKind::Timeout, false),
            FailureKind::Connect | FailureKind::Closed | FailureKind::Other => (ErrorKind::Connection, false),
            FailureKind::Tls => (ErrorKind::Tls, false),
            FailureKind::Protocol | FailureKind::ResponseTooLarge => (ErrorKind::InvalidResponse, true),
            FailureKind::Aborted => (ErrorKind::Cancelled, true),
        };
        let uncertain = failure.sent != RequestSent::No;
        let outcome = match (uncertain, final_kind, self.spec.idempotency) {
            (false, true, _) => AttemptOutcome::Terminal,
            // Whoever gave the call up wants nothing more to be sent.
            _ if failure.kind == FailureKind::Aborted => AttemptOutcome::Terminal,
            (false, false, _) => AttemptOutcome::NotSent,
            // An unreadable answer to a create leaves its outcome as unknown as no answer does.
            (true, true, Idempotency::Idempotent) => AttemptOutcome::Terminal,
            (true, _, _) => AttemptOutcome::NoResponse,
        };
        let happened = match failure.kind {
            FailureKind::Timeout => " got no response in time",
            FailureKind::Connect => " could not connect",
            FailureKind::Tls => " could not make a TLS connection",
            FailureKind::Closed => " lost its connection before the whole response came",
            FailureKind::Protocol => " got a response that is not HTTP",
            FailureKind::ResponseTooLarge => " got a body larger than `max_response_bytes` allows",
            FailureKind::Aborted => " was cancelled",
            FailureKind::Other => " failed in the transport",
        };
        let mut what = Text::from(self.spec.operation).ours(happened);
        let detail = excerpt(failure.message.as_bytes());
        if !detail.is_empty() && failure.kind != FailureKind::ResponseTooLarge {
            what = what.theirs(&format!(": {detail}"));
        }
        let executed = if uncertain { Executed::Unknown } else { Executed::No };
        let error = Error::new(kind, what).with(|inner| {
            inner.executed = executed;
            let head = |status| HttpResponse::new(status, Headers::new(), Vec::new());
            inner.server = failure.status.map(|status| ServerError::read(&head(status)));
        });
        (outcome, error)
    }
}
