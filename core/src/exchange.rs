//! One request with its repetitions: the part every machine is made of.

use crate::client::{CallOptions, Client, Settings};
use crate::endpoints::{Errand, Gone, Subject, Wire};
use crate::error::line::excerpt;
use crate::error::{Error, ErrorKind, Executed, InvalidArgument, Phase, ServerError, Unreadable};
use crate::http::{Headers, HttpRequest, HttpResponse, RETRY_AFTER};
use crate::registrations::CreateId;
use crate::retry::{self, Decision, Outcome, Repeatability, Situation, decide};
use crate::step::{
    AttemptId, FailureKind, Misuse, RequestSent, Step, Timeouts, TransportFailure, WaitReason,
};
use crate::time::Now;

/// What leads to the end of an exchange: a step that is no end.
pub(crate) enum Progress {
    Send { attempt: AttemptId, request: HttpRequest, timeouts: Timeouts },
    InFlight(AttemptId),
    Wait { delay_ms: u64, reason: WaitReason },
}

impl<Y, T> From<Progress> for Step<Y, T> {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Send { attempt, request, timeouts } => Self::Send { attempt, request, timeouts },
            Progress::InFlight(attempt) => Self::InFlight(attempt),
            Progress::Wait { delay_ms, reason } => Self::Wait { delay_ms, reason },
        }
    }
}

/// One request of an endpoint, repeated as the rules say, and what is read of its answer.
///
/// All there is to decide is in [`Attempts`], which knows no type of answer: its code is there once.
pub(crate) struct Exchange<T> {
    attempts: Attempts,
    read: fn(Vec<u8>) -> Result<T, Unreadable>,
    value: Option<T>,
}

impl<T> Exchange<T> {
    pub(crate) fn new<E: Wire<Output = T>>(
        client: &Client,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        Ok(Self::with_settings(client, endpoint, options.over(client.policy())?, 0))
    }

    /// An exchange that goes on counting after `attempts`, so that attempt ids stay unique within a machine.
    pub(crate) fn with_settings<E: Wire<Output = T>>(
        client: &Client,
        endpoint: &E,
        settings: Settings,
        attempts: u32,
    ) -> Self {
        let attempts = Attempts::new(client, endpoint.errand(), settings, attempts);
        Self { attempts, read: E::parse, value: None }
    }

    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts.attempts
    }

    pub(crate) const fn count_from(&mut self, attempts: u32) {
        self.attempts.attempts = attempts;
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.attempts.client
    }

    pub(crate) fn set_settings(&mut self, settings: Settings) {
        self.attempts.settings = settings;
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.attempts.settings
    }

    /// The end, or what leads there.
    pub(crate) fn step(&mut self, now: Now) -> Result<Result<T, Error>, Progress> {
        match self.value.take() {
            Some(value) => Ok(Ok(value)),
            None => self.attempts.step(now).map(Err),
        }
    }

    pub(crate) fn on_response(
        &mut self,
        now: Now,
        attempt: AttemptId,
        response: HttpResponse,
    ) -> Result<(), Misuse> {
        if let Some(HttpResponse { status, headers, body }) =
            self.attempts.on_response(now, attempt, response)?
        {
            match (self.read)(body) {
                Ok(value) => self.value = Some(value),
                Err(unreadable) => {
                    let head = HttpResponse::new(status, headers, Vec::new());
                    self.attempts.unreadable(now, &head, &unreadable);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn on_failure(
        &mut self,
        now: Now,
        attempt: AttemptId,
        failure: &TransportFailure,
    ) -> Result<(), Misuse> {
        self.attempts.on_failure(now, attempt, failure)
    }
}

enum State {
    Ready,
    InFlight(AttemptId),
    Waiting {
        until_ms: u64,
        reason: WaitReason,
    },
    Failed(Error),
    /// The end was told, or is in the hands of the exchange.
    Over,
}

/// The attempts of one request, up to its success or its error.
struct Attempts {
    errand: Errand,
    client: Client,
    settings: Settings,
    random: fastrand::Rng,
    state: State,
    /// Attempts of the whole call, those of earlier exchanges included: also the number of the last attempt.
    attempts: u32,
    /// Attempts of this exchange.
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
    fn new(client: &Client, errand: Errand, settings: Settings, attempts: u32) -> Self {
        Self {
            errand,
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

    /// The error it ended with, or what leads to the end.
    fn step(&mut self, now: Now) -> Result<Error, Progress> {
        let started = *self.started.get_or_insert(now);
        match std::mem::replace(&mut self.state, State::Over) {
            State::Waiting { until_ms, reason } if now.until(until_ms) > 0 => {
                self.state = State::Waiting { until_ms, reason };
                Err(Progress::Wait { delay_ms: now.until(until_ms), reason })
            }
            State::Ready | State::Waiting { .. } => Err(self.send(now, started)),
            State::InFlight(attempt) => {
                self.state = State::InFlight(attempt);
                Err(Progress::InFlight(attempt))
            }
            State::Failed(error) => Ok(error),
            State::Over => Ok(Error::finished()),
        }
    }

    fn send(&mut self, now: Now, started: Now) -> Progress {
        self.attempts = self.attempts.saturating_add(1);
        self.own_attempts = self.own_attempts.saturating_add(1);
        let attempt = AttemptId(u64::from(self.attempts));
        let policy = &self.settings.policy;
        let left_ms = policy.total_timeout_ms.saturating_sub(now.since(started.monotonic_ms)).max(1);
        let attempt_ms = policy.attempt_timeout_ms.min(left_ms);
        let timeouts = Timeouts { connect_ms: self.client.connect_timeout_ms().min(attempt_ms), attempt_ms };
        let mut request = self.errand.request(&self.client);
        for (name, value) in self.settings.headers.iter() {
            request.headers.push(name.to_owned(), value);
        }
        if let Some(number) = self.errand.creates() {
            self.create = Some(self.client.registrations().sent(number, now.monotonic_ms, attempt_ms));
        }
        self.state = State::InFlight(attempt);
        Progress::Send { attempt, request, timeouts }
    }

    fn accept(&self, answered: AttemptId) -> Result<(), Misuse> {
        match self.state {
            State::InFlight(in_flight) if in_flight == answered => Ok(()),
            State::InFlight(in_flight) => Err(Misuse::WrongAttempt { answered, in_flight }),
            _ => Err(Misuse::NothingInFlight { answered }),
        }
    }

    /// Takes an answer in, and gives it back if it is a success.
    fn on_response(
        &mut self,
        now: Now,
        attempt: AttemptId,
        response: HttpResponse,
    ) -> Result<Option<HttpResponse>, Misuse> {
        self.accept(attempt)?;
        let status = response.status;
        let gone = status == 404
            && match self.errand.gone {
                Gone::Wrong => false,
                Gone::RightIfUncertain => self.uncertain,
                Gone::Right => true,
            };
        if gone || (200..300).contains(&status) {
            if !gone {
                self.client.budget().give_back(self.last_retry);
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
        let retry_after_ms =
            response.headers.value(RETRY_AFTER).and_then(|value| retry::retry_after_ms(value, now));
        let error = self.answered(response).with(|inner| inner.retry_after_ms = retry_after_ms);
        self.conclude(now, Outcome::of_status(response.status), retry_after_ms, error);
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: &TransportFailure) -> Result<(), Misuse> {
        self.accept(attempt)?;
        let (outcome, error) = self.failed(failure);
        self.conclude(now, outcome, None, error);
        Ok(())
    }

    /// Decides what comes after an attempt that brought no success.
    fn conclude(&mut self, now: Now, outcome: Outcome, retry_after_ms: Option<u64>, error: Error) {
        let started = self.started.unwrap_or(now);
        let policy = self.settings.policy;
        let situation = Situation {
            repeatability: self.errand.repeatability,
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
                self.last_retry = Some(outcome == Outcome::Throttled);
                let reason = if asked { WaitReason::RetryAfter } else { WaitReason::Backoff };
                State::Waiting { until_ms: now.plus(delay_ms), reason }
            }
            Decision::Permanent | Decision::Exhausted | Decision::Reconcile => {
                State::Failed(self.finish(now, error, outcome, decision))
            }
        };
    }

    fn create_ended(&mut self, now: Now, unknown: bool) {
        if let Some(id) = self.create.take() {
            self.client.registrations().ended(id, now.monotonic_ms, unknown);
        }
    }

    /// Adds what is known at the end of a call to its error.
    fn finish(&self, now: Now, error: Error, outcome: Outcome, decision: Decision) -> Error {
        let repeatability = self.errand.repeatability;
        let uncertain = self.uncertain;
        self.about(now, error).with(|inner| {
            if uncertain && inner.executed == Executed::No {
                inner.executed = Executed::Unknown;
            }
            inner.retryable = match outcome {
                Outcome::Final => false,
                Outcome::NotSent | Outcome::Throttled | Outcome::Unsure | Outcome::SentUnknown => {
                    decision != Decision::Reconcile
                        && (repeatability == Repeatability::Repeatable || !uncertain)
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
            inner.operation = Some(self.errand.operation);
            match &self.errand.subject {
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
                format!(
                    "{} was answered {status}, a redirect, which is never followed",
                    self.errand.operation
                )
            }
            _ => {
                let code = server.code().map(|code| format!("/{code}")).unwrap_or_default();
                let said = server.summary();
                let said = if said.is_empty() { String::new() } else { format!(": `{said}`") };
                format!("{} was answered {status}{code}{said}", self.errand.operation)
            }
        };
        let executed = match kind {
            ErrorKind::Timeout | ErrorKind::ServerError | ErrorKind::InvalidResponse => Executed::Unknown,
            _ => Executed::No,
        };
        let phase = if kind == ErrorKind::InvalidResponse { Phase::Decode } else { Phase::Api };
        Error::new(kind, phase, what).with(|inner| {
            inner.server = Some(server);
            inner.executed = executed;
        })
    }

    /// Ends with the error of a 2xx whose body is not what it should be.
    fn unreadable(&mut self, now: Now, head: &HttpResponse, unreadable: &Unreadable) {
        self.uncertain = true;
        let kind = match self.errand.repeatability {
            Repeatability::Repeatable => ErrorKind::InvalidResponse,
            Repeatability::Countable | Repeatability::Create => ErrorKind::OutcomeUnknown,
        };
        let message = format!(
            "{} was answered {} with a body that cannot be read: {unreadable}",
            self.errand.operation, head.status
        );
        let error = self.about(now, Error::new(kind, Phase::Decode, message)).with(|inner| {
            inner.server = Some(ServerError::read(head));
            inner.executed = Executed::Unknown;
        });
        self.state = State::Failed(error);
    }

    /// What a failure of the transport means.
    fn failed(&self, failure: &TransportFailure) -> (Outcome, Error) {
        let (kind, final_kind) = match failure.kind {
            FailureKind::Timeout => (ErrorKind::Timeout, false),
            FailureKind::Connect | FailureKind::Closed | FailureKind::Other => (ErrorKind::Connection, false),
            FailureKind::Tls => (ErrorKind::Tls, false),
            FailureKind::Protocol | FailureKind::ResponseTooLarge => (ErrorKind::InvalidResponse, true),
            FailureKind::Aborted => (ErrorKind::Cancelled, true),
        };
        let uncertain = failure.sent != RequestSent::No;
        let outcome = match (uncertain, final_kind, self.errand.repeatability) {
            (false, true, _) => Outcome::Final,
            // Whoever gave the call up wants nothing more to be sent.
            _ if failure.kind == FailureKind::Aborted => Outcome::Final,
            (false, false, _) => Outcome::NotSent,
            // An unreadable answer to a create leaves its outcome as unknown as no answer does.
            (true, true, Repeatability::Repeatable) => Outcome::Final,
            (true, _, _) => Outcome::SentUnknown,
        };
        let message = excerpt(failure.message.as_bytes());
        let detail = if message.is_empty() { String::new() } else { format!(": {message}") };
        let what = match failure.kind {
            FailureKind::Timeout => format!("{} got no response in time{detail}", self.errand.operation),
            FailureKind::Connect => format!("{} could not connect{detail}", self.errand.operation),
            FailureKind::Tls => format!("{} could not make a TLS connection{detail}", self.errand.operation),
            FailureKind::Closed => {
                format!(
                    "{} lost its connection before the whole response came{detail}",
                    self.errand.operation
                )
            }
            FailureKind::Protocol => {
                format!("{} got a response that is not HTTP{detail}", self.errand.operation)
            }
            FailureKind::ResponseTooLarge => {
                format!(
                    "{} was answered with a body larger than `max_response_bytes` allows",
                    self.errand.operation
                )
            }

            FailureKind::Aborted => format!("{} was cancelled{detail}", self.errand.operation),
            FailureKind::Other => format!("{} failed in the transport{detail}", self.errand.operation),
        };
        let executed = if uncertain { Executed::Unknown } else { Executed::No };
        let error = Error::new(kind, Phase::Transport, what).with(|inner| {
            inner.executed = executed;
            let head = |status| HttpResponse::new(status, Headers::new(), Vec::new());
            inner.server = failure.status.map(|status| ServerError::read(&head(status)));
        });
        (outcome, error)
    }
}
