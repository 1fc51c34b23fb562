//! One request with its repetitions: the part every machine is made of.

use crate::client::{CallOptions, Client, Settings};
use crate::endpoints::{Endpoint, Wire};
use crate::error::{Error, ErrorKind, Executed, InvalidArgument, Phase, ServerError, Unreadable, body};
use crate::http::{HttpRequest, HttpResponse};
use crate::retry::{self, Decision, Outcome, Repeatability, Situation, decide};
use crate::step::{
    AttemptId, FailureKind, Misuse, RequestSent, Step, Timeouts, TransportFailure, WaitReason,
};
use crate::time::Now;

/// How far an exchange is. Unlike [`Step`] it never yields, and it ends with what the endpoint makes of the answer.
pub(crate) enum Progress<T> {
    Send { attempt: AttemptId, request: HttpRequest, timeouts: Timeouts },
    InFlight(AttemptId),
    Wait { delay_ms: u64, reason: WaitReason },
    Ended(Result<T, Error>),
}

impl<T> Progress<T> {
    /// The end, or the step that leads there.
    pub(crate) fn end<Y, O>(self) -> Result<Result<T, Error>, Step<Y, O>> {
        match self {
            Self::Ended(result) => Ok(result),
            Self::Send { attempt, request, timeouts } => Err(Step::Send { attempt, request, timeouts }),
            Self::InFlight(attempt) => Err(Step::InFlight(attempt)),
            Self::Wait { delay_ms, reason } => Err(Step::Wait { delay_ms, reason }),
        }
    }
}

enum State<T> {
    Ready,
    InFlight(AttemptId),
    Waiting { until_ms: u64, reason: WaitReason },
    Ended(Box<Result<T, Error>>),
    Taken,
}

/// One request of an endpoint, repeated as the rules say.
pub(crate) struct Exchange<E: Endpoint> {
    endpoint: E,
    client: Client,
    settings: Settings,
    random: fastrand::Rng,
    state: State<E::Output>,
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
}

impl<E: Wire> Exchange<E> {
    pub(crate) fn new(client: &Client, endpoint: E, options: &CallOptions) -> Result<Self, InvalidArgument> {
        Ok(Self::with_settings(client, endpoint, options.over(client.policy())?, 0))
    }

    /// An exchange that goes on counting after `attempts`, so that attempt ids stay unique within a machine.
    pub(crate) fn with_settings(client: &Client, endpoint: E, settings: Settings, attempts: u32) -> Self {
        Self {
            endpoint,
            client: client.clone(),
            settings,
            random: client.random(),
            state: State::Ready,
            attempts,
            own_attempts: 0,
            started: None,
            uncertain: false,
            last_retry: None,
        }
    }

    pub(crate) const fn endpoint(&self) -> &E {
        &self.endpoint
    }

    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) const fn count_from(&mut self, attempts: u32) {
        self.attempts = attempts;
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn step(&mut self, now: Now) -> Progress<E::Output> {
        let started = *self.started.get_or_insert(now);
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Waiting { until_ms, reason } if now.until(until_ms) > 0 => {
                self.state = State::Waiting { until_ms, reason };
                Progress::Wait { delay_ms: now.until(until_ms), reason }
            }
            State::Ready | State::Waiting { .. } => self.send(now, started),
            State::InFlight(attempt) => {
                self.state = State::InFlight(attempt);
                Progress::InFlight(attempt)
            }
            State::Ended(result) => Progress::Ended(*result),
            State::Taken => Progress::Ended(Err(Error::finished())),
        }
    }

    fn send(&mut self, now: Now, started: Now) -> Progress<E::Output> {
        self.attempts = self.attempts.saturating_add(1);
        self.own_attempts = self.own_attempts.saturating_add(1);
        let attempt = AttemptId(u64::from(self.attempts));
        let policy = &self.settings.policy;
        let left_ms = policy.total_timeout_ms.saturating_sub(now.since(started.monotonic_ms)).max(1);
        let attempt_ms = policy.attempt_timeout_ms.min(left_ms);
        let timeouts = Timeouts { connect_ms: self.client.connect_timeout_ms().min(attempt_ms), attempt_ms };
        let mut request = self.endpoint.request(&self.client);
        for (name, value) in self.settings.headers.iter() {
            request.headers.push(name.to_owned(), value);
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

    pub(crate) fn on_response(
        &mut self,
        now: Now,
        attempt: AttemptId,
        response: HttpResponse,
    ) -> Result<(), Misuse> {
        self.accept(attempt)?;
        if (200..300).contains(&response.status) {
            let HttpResponse { status, headers, body } = response;
            let ended = match E::parse(body) {
                Ok(value) => {
                    self.client.budget().give_back(self.last_retry);
                    Ok(value)
                }
                Err(unreadable) => {
                    Err(self.unreadable(now, &HttpResponse::new(status, headers, Vec::new()), &unreadable))
                }
            };
            self.state = State::Ended(Box::new(ended));
            return Ok(());
        }
        let retry_after_ms =
            response.headers.value("Retry-After").and_then(|value| retry::retry_after_ms(value, now));
        let error = self.answered(&response).with(|inner| inner.retry_after_ms = retry_after_ms);
        self.conclude(now, Outcome::of_status(response.status), retry_after_ms, error);
        Ok(())
    }

    pub(crate) fn on_failure(
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

    /// Decides what comes after an attempt that brought no success.
    fn conclude(&mut self, now: Now, outcome: Outcome, retry_after_ms: Option<u64>, error: Error) {
        let started = self.started.unwrap_or(now);
        let policy = self.settings.policy;
        let situation = Situation {
            repeatability: self.endpoint.repeatability(),
            outcome,
            attempts: self.own_attempts,
            left_ms: policy.total_timeout_ms.saturating_sub(now.since(started.monotonic_ms)),
            retry_after_ms,
        };
        let random = &mut self.random;
        let decision = decide(&policy, self.client.budget(), situation, |bound| random.u64(0..=bound));
        let earlier = self.uncertain;
        self.uncertain |= outcome.is_uncertain();
        self.state = match decision {
            Decision::Retry { delay_ms, asked } => {
                self.last_retry = Some(outcome == Outcome::Throttled);
                let reason = if asked { WaitReason::RetryAfter } else { WaitReason::Backoff };
                State::Waiting { until_ms: now.plus(delay_ms), reason }
            }
            Decision::Permanent | Decision::Exhausted | Decision::Reconcile => {
                let error = self.finish(now, error, outcome, decision);
                State::Ended(Box::new(self.endpoint.forgive(error, earlier)))
            }
        };
    }

    /// Adds what is known at the end of a call to its error.
    fn finish(&self, now: Now, error: Error, outcome: Outcome, decision: Decision) -> Error {
        let repeatability = self.endpoint.repeatability();
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
            inner.sid = self.endpoint.sid().map(str::to_owned);
            inner.sender_id = self.endpoint.sender_id().map(str::to_owned);
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
                format!("{} was answered {status}, a redirect, which is never followed", E::OPERATION)
            }
            _ => {
                let code = server.code().map(|code| format!("/{code}")).unwrap_or_default();
                let said = server.summary();
                let said = if said.is_empty() { String::new() } else { format!(": `{said}`") };
                format!("{} was answered {status}{code}{said}", E::OPERATION)
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

    /// The error of a 2xx whose body is not what it should be.
    fn unreadable(&mut self, now: Now, head: &HttpResponse, unreadable: &Unreadable) -> Error {
        self.uncertain = true;
        let kind = match self.endpoint.repeatability() {
            Repeatability::Repeatable => ErrorKind::InvalidResponse,
            Repeatability::Countable | Repeatability::Create => ErrorKind::OutcomeUnknown,
        };
        let message = format!(
            "{} was answered {} with a body that cannot be read: {unreadable}",
            E::OPERATION,
            head.status
        );
        self.about(now, Error::new(kind, Phase::Decode, message)).with(|inner| {
            inner.server = Some(ServerError::read(head));
            inner.executed = Executed::Unknown;
        })
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
        let outcome = match (uncertain, final_kind, self.endpoint.repeatability()) {
            (false, true, _) => Outcome::Final,
            // Whoever gave the call up wants nothing more to be sent.
            _ if failure.kind == FailureKind::Aborted => Outcome::Final,
            (false, false, _) => Outcome::NotSent,
            // An unreadable answer to a create leaves its outcome as unknown as no answer does.
            (true, true, Repeatability::Repeatable) => Outcome::Final,
            (true, _, _) => Outcome::SentUnknown,
        };
        let message = body::excerpt(failure.message.as_bytes());
        let detail = if message.is_empty() { String::new() } else { format!(": {message}") };
        let what = match failure.kind {
            FailureKind::Timeout => format!("{} got no answer in time{detail}", E::OPERATION),
            FailureKind::Connect => format!("{} could not connect{detail}", E::OPERATION),
            FailureKind::Tls => format!("{} could not make a TLS connection{detail}", E::OPERATION),
            FailureKind::Closed => {
                format!("{} lost its connection before the answer was whole{detail}", E::OPERATION)
            }
            FailureKind::Protocol => {
                format!("{} was answered with something that is not HTTP{detail}", E::OPERATION)
            }
            FailureKind::ResponseTooLarge => {
                format!("{} was answered with a body larger than `max_response_bytes` allows", E::OPERATION)
            }

            FailureKind::Aborted => format!("{} was given up{detail}", E::OPERATION),
            FailureKind::Other => format!("{} failed in the transport{detail}", E::OPERATION),
        };
        let executed = if uncertain { Executed::Unknown } else { Executed::No };
        (outcome, Error::new(kind, Phase::Transport, what).with(|inner| inner.executed = executed))
    }
}
