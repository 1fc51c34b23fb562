//! A call under way: an erased machine that the host language's loop steps.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use senders_core::{AttemptId, Event, Headers, HttpResponse, Machine, Now, Outcome, TransportFailure};

use crate::models::{Ensured, Sender, SenderPage, StatusChange};
use crate::problem::{Details, Failure, guard, internal};

/// One reading of the host's two clocks, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Moment {
    /// Of a clock that never goes back.
    pub monotonic_ms: u64,
    /// Since 1970-01-01 00:00:00 UTC.
    pub unix_ms: u64,
}

impl From<Moment> for Now {
    fn from(moment: Moment) -> Self {
        Self::new(moment.monotonic_ms, moment.unix_ms)
    }
}

/// A line of a request's or a response's head.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Header {
    /// The name, in any case.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Shows the name alone: the value may be a secret.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ***", self.name)
    }
}

/// A request to be sent as it is: no redirect is followed, and no more of the body is read than it allows.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Request {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Every header but `Host`, `Content-Length` and those of the connection.
    pub headers: Vec<Header>,
    /// The body, if it has one.
    pub body: Option<Vec<u8>>,
    /// The largest body of the response, in bytes.
    pub max_response_bytes: u64,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum WaitReason {
    /// The last attempt failed and the next is being held back.
    Backoff,
    /// The server said when to come back.
    RetryAfter,
    /// The next look at the sender is due after this.
    Poll,
    /// The server is given time to show what it did.
    Reconcile,
    /// Another call of the same client is registering the same number.
    Queue,
}

/// The kind of a failure below HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum FailureKind {
    /// One of the two timeouts ran out.
    Timeout,
    /// No connection could be made.
    Connect,
    /// TLS failed.
    Tls,
    /// The connection ended before the response did.
    Closed,
    /// The response is not HTTP.
    Protocol,
    /// The body is larger than allowed.
    ResponseTooLarge,
    /// The transport gave the attempt up by itself.
    Aborted,
    /// Anything else.
    Other,
}

/// Whether a failed request had gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "there are these three")]
pub enum Sent {
    /// No byte of it was written.
    No,
    /// Some of it may have been written.
    Unknown,
    /// All of it was written.
    Yes,
}

/// The one thing to do next.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "a driver has to obey every one of them")]
pub enum Step {
    /// Send the request, then report its response or failure under this attempt.
    Send {
        /// To be handed back with the response.
        attempt: u64,
        /// The request to send.
        request: Request,
        /// Milliseconds for connecting.
        connect_ms: u64,
        /// Milliseconds for the whole attempt.
        attempt_ms: u64,
    },
    /// A request is still out: its answer has to be reported first.
    InFlight,
    /// Nothing to do for this long; then step again.
    Wait {
        /// Milliseconds from now; at least 1.
        delay_ms: u64,
        /// Why.
        reason: WaitReason,
    },
    /// A page of a listing. Step again for more.
    Page {
        /// The page.
        page: SenderPage,
    },
    /// A status a wait has seen. Step again for more.
    Status {
        /// The status.
        change: StatusChange,
    },
    /// The end of create, fetch, update, verify and a wait.
    DoneSender {
        /// The sender.
        sender: Sender,
    },
    /// The token of an ensure, before anything is sent.
    Token {
        /// To be stored until the call has ended.
        token: String,
    },
    /// One number of `ensure_all` is done. Step again for more.
    EnsureResult {
        /// Its place in the list that was given.
        index: u32,
        /// The sender, if there is one.
        ensured: Option<Ensured>,
        /// Why there is none.
        failure: Option<Box<Details>>,
    },
    /// The end of delete.
    DoneDeleted,
    /// The end of a listing, after its last page.
    DoneListed,
    /// The end of ensure.
    DoneEnsured {
        /// The result.
        ensured: Ensured,
    },
    /// The end of `ensure_all`, after the result of its last number.
    DoneEnsuredAll,
}

/// A call under way. Dropping it gives the call up.
#[derive(Debug, uniffi::Object)]
pub struct Operation {
    machine: Mutex<senders_core::Operation>,
    /// The parts of a large body that have come.
    body: Mutex<Body>,
}

/// The parts of a body that were handed over, one behind the other.
#[derive(Default)]
struct Body(Vec<u8>);

/// Shows its size: it may hold numbers.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl Operation {
    pub(crate) fn new(operation: impl Into<senders_core::Operation>) -> Self {
        Self { machine: Mutex::new(operation.into()), body: Mutex::default() }
    }

    /// The whole body: the parts that were handed over, then `last`.
    fn body(&self, last: Vec<u8>) -> Vec<u8> {
        let mut body = std::mem::take(&mut self.body.lock().unwrap_or_else(PoisonError::into_inner).0);
        if body.is_empty() {
            return last;
        }
        body.extend_from_slice(&last);
        body
    }

    /// Works on the machine; what a panic left of one is not used again.
    fn with<T>(
        &self,
        work: impl FnOnce(&mut senders_core::Operation) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        guard(|| {
            let broken = |_: PoisonError<_>| internal("the call ended with a bug of this library before");
            work(&mut *self.machine.lock().map_err(broken)?)
        })
    }
}

#[uniffi::export]
impl Operation {
    /// The one thing to do next. While a request is out this never sends again; extra calls are harmless.
    ///
    /// # Errors
    /// The [`Failure`] the call ended with.
    pub fn step(&self, now: Moment) -> Result<Step, Failure> {
        self.with(|operation| match operation.step(now.into()) {
            senders_core::Step::Act(senders_core::Action::Send { attempt, request, timeouts }) => {
                Ok(Step::Send {
                    attempt: attempt.number(),
                    connect_ms: timeouts.connect_ms,
                    attempt_ms: timeouts.attempt_ms,
                    request: Request {
                        method: request.method.as_str().to_owned(),
                        url: request.url(),
                        headers: request
                            .headers
                            .iter()
                            .map(|(name, value)| Header { name: name.to_owned(), value: value.to_owned() })
                            .collect(),
                        max_response_bytes: request.max_response_bytes,
                        body: (!request.body.is_empty()).then_some(request.body),
                    },
                })
            }
            senders_core::Step::Act(senders_core::Action::InFlight(_)) => Ok(Step::InFlight),
            senders_core::Step::Act(senders_core::Action::Wait { delay_ms, reason }) => {
                Ok(Step::Wait { delay_ms, reason: wait_reason(reason)? })
            }
            senders_core::Step::Yield(event) => on_the_way(event),
            senders_core::Step::Done(Ok(outcome)) => end(outcome),
            senders_core::Step::Done(Err(error)) => Err(error.into()),
        })
    }

    /// The next part of the body of the response that `on_response` ends; `left` bytes come after it. All data is
    /// copied twice on its way over the border: a large body is handed over in parts, so that it is never there three times.
    #[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
    pub fn on_body(&self, part: Vec<u8>, left: u64) {
        let body = &mut self.body.lock().unwrap_or_else(PoisonError::into_inner).0;
        if body.is_empty() {
            // Of memory that cannot be had, nothing is taken now: it then grows as it comes.
            let whole = usize::try_from(left).unwrap_or(0).saturating_add(part.len());
            let _ = body.try_reserve_exact(whole);
        }
        body.extend_from_slice(&part);
    }

    /// The whole response to `attempt`, whatever its status; of a body that was handed over in parts `body` is the last one.
    /// Returns the id the server gave the request.
    ///
    /// # Errors
    /// [`Failure`] of kind `internal` if `attempt` is not out.
    pub fn on_response(
        &self,
        now: Moment,
        attempt: u64,
        status: u16,
        headers: Vec<Header>,
        body: Vec<u8>,
    ) -> Result<Option<String>, Failure> {
        let body = self.body(body);
        self.with(|operation| {
            let headers: Headers = headers.into_iter().map(|line| (line.name, line.value)).collect();
            let id = headers.request_id().map(str::to_owned);
            let response = HttpResponse::new(status, headers, body);
            operation
                .on_response(now.into(), AttemptId::from_number(attempt), response)
                .map_err(|misuse| internal(&misuse.to_string()))?;
            Ok(id)
        })
    }

    /// `attempt` failed without a whole response; `status` is that of one whose head came. `text` is for people: no
    /// secrets.
    ///
    /// # Errors
    /// [`Failure`] of kind `internal` if `attempt` is not out.
    pub fn on_failure(
        &self,
        now: Moment,
        attempt: u64,
        kind: FailureKind,
        sent: Sent,
        text: String,
        status: Option<u16>,
    ) -> Result<(), Failure> {
        drop(self.body(Vec::new()));
        self.with(|operation| {
            let failure = TransportFailure::new(kind.into(), sent.into(), text).with_status(status);
            operation
                .on_failure(now.into(), AttemptId::from_number(attempt), failure)
                .map_err(|misuse| internal(&misuse.to_string()))
        })
    }
}

fn wait_reason(reason: senders_core::WaitReason) -> Result<WaitReason, Failure> {
    match reason {
        senders_core::WaitReason::Backoff => Ok(WaitReason::Backoff),
        senders_core::WaitReason::RetryAfter => Ok(WaitReason::RetryAfter),
        senders_core::WaitReason::Poll => Ok(WaitReason::Poll),
        senders_core::WaitReason::Reconcile => Ok(WaitReason::Reconcile),
        senders_core::WaitReason::Queue => Ok(WaitReason::Queue),
        _ => Err(internal("a reason to wait this binding does not know")),
    }
}

fn on_the_way(event: Event) -> Result<Step, Failure> {
    match event {
        Event::Page(page) => Ok(Step::Page { page: page.into() }),
        Event::Status(change) => Ok(Step::Status { change: change.into() }),
        Event::Token(token) => Ok(Step::Token { token }),
        Event::EnsureResult { index, result } => {
            let index = u32::try_from(index).map_err(|_| internal("too many numbers"))?;
            let (ensured, failure) = match result {
                Ok(ensured) => (Some(ensured.into()), None),
                Err(error) => (None, Some(Box::new(error.into()))),
            };
            Ok(Step::EnsureResult { index, ensured, failure })
        }
        _ => Err(internal("an event this binding does not know")),
    }
}

fn end(outcome: Outcome) -> Result<Step, Failure> {
    match outcome {
        Outcome::Sender(sender) => Ok(Step::DoneSender { sender: Sender::from(&sender) }),
        Outcome::Deleted => Ok(Step::DoneDeleted),
        Outcome::Listed => Ok(Step::DoneListed),
        Outcome::Ensured(ensured) => Ok(Step::DoneEnsured { ensured: ensured.into() }),
        Outcome::EnsuredAll => Ok(Step::DoneEnsuredAll),
        _ => Err(internal("an outcome this binding does not know")),
    }
}

impl From<FailureKind> for senders_core::FailureKind {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Timeout => Self::Timeout,
            FailureKind::Connect => Self::Connect,
            FailureKind::Tls => Self::Tls,
            FailureKind::Closed => Self::Closed,
            FailureKind::Protocol => Self::Protocol,
            FailureKind::ResponseTooLarge => Self::ResponseTooLarge,
            FailureKind::Aborted => Self::Aborted,
            FailureKind::Other => Self::Other,
        }
    }
}

impl From<Sent> for senders_core::RequestSent {
    fn from(sent: Sent) -> Self {
        match sent {
            Sent::No => Self::No,
            Sent::Unknown => Self::Unknown,
            Sent::Yes => Self::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use senders_core::{CallOptions, Client, Config, FetchSender, SenderSid};

    #[test]
    fn a_body_that_comes_in_parts_is_one() {
        let client = Client::new(Config::builder().build().unwrap());
        let sid = SenderSid::parse(format!("XE{}", "a".repeat(32))).unwrap();
        let call = Operation::new(client.fetch(FetchSender::new(sid), &CallOptions::default()).unwrap());
        let at = Moment { monotonic_ms: 0, unix_ms: 0 };
        let Ok(Step::Send { attempt, .. }) = call.step(at) else { panic!("no request") };
        call.on_body(br#"{"sid":"XE1","#.to_vec(), 4);
        assert_eq!(format!("{:?}", call.body.lock().unwrap()), "Body(13 bytes)");
        call.on_body(br#""status":"#.to_vec(), u64::MAX);
        call.on_response(at, attempt, 200, Vec::new(), br#""S"}"#.to_vec()).unwrap();
        let Ok(Step::DoneSender { sender }) = call.step(at) else { panic!("no sender") };
        assert_eq!(sender.json, r#"{"sid":"XE1","status":"S"}"#);
        assert!(call.body.lock().unwrap().0.is_empty());
    }

    #[test]
    fn what_a_panic_left_of_a_call_is_not_used_again() {
        let client = Client::new(Config::builder().build().unwrap());
        let sid = SenderSid::parse(format!("XE{}", "a".repeat(32))).unwrap();
        let call = Operation::new(client.fetch(FetchSender::new(sid), &CallOptions::default()).unwrap());
        let kind = |result: Result<(), Failure>| {
            let Failure::Failed { details } = result.unwrap_err();
            (details.kind, details.text)
        };
        let (first, text) = kind(call.with(|_| panic!("a forced panic")));
        assert_eq!(first, "internal");
        assert!(text.contains("a forced panic"), "{text}");
        let (then, text) = kind(call.step(Moment { monotonic_ms: 0, unix_ms: 0 }).map(|_| ()));
        assert_eq!(then, "internal");
        assert!(text.contains("before"), "{text}");
    }
}
