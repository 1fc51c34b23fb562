//! The running calls: each is a type-erased state machine with a number, stepped by JavaScript.

use std::cell::RefCell;

use js_sys::Uint8Array;
use senders_core::{
    Action, AttemptId, Ensured, Error, Event, FailureKind, HttpRequest, HttpResponse, Machine, Misuse,
    Naming, Now, Operation, Outcome, RequestSent, SenderPage, Step, Timeouts, TransportFailure,
};
use senders_json::PAGE;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::Writer;
use crate::problem::{details, internal};
use crate::slab::Slab;

/// One call.
struct Call {
    operation: Operation,
    sending: Option<Sending>,
    /// The output of the last step, until it is taken.
    brought: Brought,
    /// The error of the last step: of the call, or of one number of `ensureAll`.
    error: Option<Error>,
}

/// The request in flight, and the part of its response that has arrived.
pub(crate) struct Sending {
    pub(crate) attempt: AttemptId,
    pub(crate) request: HttpRequest,
    timeouts: Timeouts,
    body: Vec<u8>,
}

enum Brought {
    Nothing,
    Wait { delay_ms: u64, reason: &'static str },
    Json(Json),
}

/// JSON in ASCII, returned in pieces: first lists of senders, last the value they belong to, with the remaining senders.
#[derive(Default)]
struct Json {
    bytes: Vec<u8>,
    /// The remaining ends of pieces, each after a sender.
    ends: std::vec::IntoIter<usize>,
    /// Where the next piece begins.
    start: usize,
    /// The length of the last piece.
    len: usize,
}

/// The size of a piece in bytes. A string of this size stays in the youngest generation of an engine's memory until it is
/// freed: a page in one piece takes an eighth longer, and more memory.
const PIECE: usize = 40_000;

impl Json {
    fn whole(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Returns the next piece. Its brackets overwrite separators, or senders that were already returned.
    fn piece(&mut self) -> &[u8] {
        let (open, end): (&[u8], usize) = match self.ends.next() {
            Some(end) => {
                if let Some(comma) = self.bytes.get_mut(end) {
                    *comma = b']';
                }
                (b"[", end + 1)
            }
            None if self.start > 0 => (PAGE, self.bytes.len()),
            None => (b"", self.bytes.len()),
        };
        let start = self.start.saturating_sub(open.len());
        if let Some(place) = self.bytes.get_mut(start..self.start) {
            place.copy_from_slice(open);
        }
        self.start = end;
        self.bytes.get(start..end).unwrap_or_default()
    }
}

thread_local! {
    static CALLS: RefCell<Slab<Call>> = const { RefCell::new(Slab::new()) };
}

/// Stores an operation and returns its number.
pub(crate) fn keep(operation: Operation) -> u32 {
    let call = Call { operation, sending: None, brought: Brought::Nothing, error: None };
    CALLS.with_borrow_mut(|calls| calls.insert(call))
}

fn with<T>(number: u32, work: impl FnOnce(&mut Call) -> Result<T, JsValue>) -> Result<T, JsValue> {
    CALLS.with_borrow_mut(|calls| match calls.entry(number) {
        Some(call) => work(call),
        None => Err(internal("a call that is not there")),
    })
}

/// Returns the request in flight, with its response.
pub(crate) fn with_sending<T>(
    number: u32,
    work: impl FnOnce(&mut Sending) -> Result<T, JsValue>,
) -> Result<T, JsValue> {
    with(number, |call| match &mut call.sending {
        Some(sending) => work(sending),
        None => Err(internal("no request is out")),
    })
}

/// Returns the number of calls, for tests of leaks.
#[wasm_bindgen]
#[must_use]
pub fn open_calls() -> usize {
    CALLS.with_borrow(Slab::len)
}

/// Removes a call, whatever its state.
#[wasm_bindgen]
pub fn end(call: u32) {
    drop(CALLS.with_borrow_mut(|calls| calls.remove(call)));
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times are positive and far below 2^53 ms"
)]
fn now(monotonic_ms: f64, unix_ms: f64) -> Now {
    Now::new(monotonic_ms as u64, unix_ms as u64)
}

/// The kind of a step, with the names of `npm/src/engine.ts`.
mod step_code {
    pub(super) const SEND: u32 = 0;
    pub(super) const IN_FLIGHT: u32 = 1;
    pub(super) const WAIT: u32 = 2;
    pub(super) const YIELD: u32 = 3;
    pub(super) const DONE: u32 = 4;
    pub(super) const FAILED: u32 = 5;
}

/// Returns the next thing to do. `request`, `delay`, `piece_at` or `problem` return its data.
///
/// # Errors
/// The details of an error if there is no such call.
#[wasm_bindgen]
pub fn step(call: u32, monotonic_ms: f64, unix_ms: f64) -> Result<u32, JsValue> {
    with(call, |call| call.step(now(monotonic_ms, unix_ms)))
}

impl Call {
    fn step(&mut self, now: Now) -> Result<u32, JsValue> {
        let (code, brought) = match self.operation.step(now) {
            Step::Act(Action::Send { attempt, request, timeouts }) => {
                self.sending = Some(Sending { attempt, request, timeouts, body: Vec::new() });
                (step_code::SEND, Brought::Nothing)
            }
            Step::Act(Action::InFlight(_)) => (step_code::IN_FLIGHT, Brought::Nothing),
            Step::Act(Action::Wait { delay_ms, reason }) => {
                (step_code::WAIT, Brought::Wait { delay_ms, reason: reason.as_str() })
            }
            Step::Yield(Event::EnsureResult { index, result }) => {
                let (ensured, error) = result.map_or_else(|error| (None, Some(error)), |it| (Some(it), None));
                self.error = error;
                (step_code::YIELD, Brought::Json(result_json(index, ensured.as_ref())))
            }
            Step::Yield(event) => (step_code::YIELD, Brought::Json(event_json(event)?)),
            Step::Done(Ok(outcome)) => (step_code::DONE, Brought::Json(outcome_json(&outcome)?)),
            Step::Done(Err(error)) => {
                self.error = Some(error);
                (step_code::FAILED, Brought::Nothing)
            }
        };
        self.brought = brought;
        Ok(code)
    }

    /// Reports the result of the request in flight, and continues.
    fn settle(
        &mut self,
        now: Now,
        tell: impl FnOnce(&mut Operation, Now, Sending) -> Result<(), Misuse>,
    ) -> Result<u32, JsValue> {
        let Some(sending) = self.sending.take() else {
            return Err(internal("no request is out"));
        };
        tell(&mut self.operation, now, sending).map_err(|misuse| internal(&misuse.to_string()))?;
        self.step(now)
    }
}

fn event_json(event: Event) -> Result<Json, JsValue> {
    match event {
        Event::Page(page) => Ok(page_json(page)),
        Event::Status(change) => {
            let mut out = Writer::default();
            out.raw(b"{\"status\":");
            out.text(change.status.as_str());
            out.raw(b",\"sender\":");
            out.raw(change.sender.camel_json());
            out.raw(b",\"token\":");
            out.text(&change.token);
            out.raw(b"}");
            Ok(Json::whole(out.finish()))
        }
        Event::Token(token) => {
            let mut out = Writer::default();
            out.text(&token);
            Ok(Json::whole(out.finish()))
        }
        _ => Err(internal("an event this binding does not know")),
    }
}

fn outcome_json(outcome: &Outcome) -> Result<Json, JsValue> {
    let mut out = Writer::default();
    match outcome {
        Outcome::Sender(sender) => out.raw(sender.camel_json()),
        Outcome::Deleted | Outcome::Listed | Outcome::EnsuredAll => out.raw(b"null"),
        Outcome::Ensured(ensured) => write_ensured(ensured, &mut out),
        _ => return Err(internal("an outcome this binding does not know")),
    }
    Ok(Json::whole(out.finish()))
}

/// The result of one number of `ensureAll`; without a sender, the call's error has the reason.
fn result_json(index: usize, ensured: Option<&Ensured>) -> Json {
    let mut out = Writer::default();
    out.raw(b"{\"index\":");
    out.raw(index.to_string().as_bytes());
    out.raw(b",\"ensured\":");
    match ensured {
        Some(ensured) => write_ensured(ensured, &mut out),
        None => out.raw(b"null"),
    }
    out.raw(b"}");
    Json::whole(out.finish())
}

fn write_ensured(ensured: &Ensured, out: &mut Writer) {
    out.raw(b"{\"resolution\":");
    out.text(ensured.resolution.as_str());
    out.raw(b",\"sender\":");
    out.raw(ensured.sender.camel_json());
    out.raw(b",\"differences\":[");
    for (at, path) in ensured.differences.iter().enumerate() {
        out.raw(if at > 0 { b"," } else { b"" });
        out.text(&Naming::JavaScript.spell(path));
    }
    out.raw(b"]}");
}

fn page_json(page: SenderPage) -> Json {
    let token = page.next_token().map(str::to_owned);
    let (senders, mut ends) = page.into_camel_json(PIECE);
    // The last piece has a sender too.
    ends.retain(|end| *end < senders.len());
    let mut out = Writer::after(senders);
    out.raw(b"]");
    if let Some(token) = token {
        out.raw(b",\"nextToken\":");
        out.text(&token);
    }
    out.raw(b"}");
    let start = if ends.is_empty() { 0 } else { PAGE.len() };
    Json { bytes: out.finish(), ends: ends.into_iter(), start, len: 0 }
}

/// Returns how long to wait, in milliseconds.
///
/// # Errors
/// The details of an error if the last step was not a wait.
#[wasm_bindgen]
#[expect(clippy::cast_precision_loss, reason = "a delay is far below 2^53 ms")]
pub fn delay(call: u32) -> Result<f64, JsValue> {
    with(call, |call| match call.brought {
        Brought::Wait { delay_ms, .. } => Ok(delay_ms as f64),
        _ => Err(internal("the last step was no wait")),
    })
}

/// Returns why to wait: `backoff`, `retry_after`, `poll`, `reconcile`, `queue`.
///
/// # Errors
/// The details of an error if the last step was not a wait.
#[wasm_bindgen]
pub fn reason(call: u32) -> Result<String, JsValue> {
    with(call, |call| match call.brought {
        Brought::Wait { reason, .. } => Ok(reason.to_owned()),
        _ => Err(internal("the last step was no wait")),
    })
}

/// Returns the address in memory of the next piece of the last step's JSON, in ASCII. JavaScript makes a string from the
/// memory, which is faster than a string as the return value. It is valid until the next piece, or the next step.
///
/// The last piece is the value. The pieces before it are lists, which precede the value's `senders`.
///
/// # Errors
/// The details of an error if the step has no output.
#[wasm_bindgen]
pub fn piece_at(call: u32) -> Result<usize, JsValue> {
    with(call, |call| match &mut call.brought {
        Brought::Json(json) => {
            let piece = json.piece();
            let (at, len) = (piece.as_ptr() as usize, piece.len());
            json.len = len;
            Ok(at)
        }
        _ => Err(internal("the last step has no result")),
    })
}

/// Returns the length of that piece in bytes.
#[wasm_bindgen]
#[must_use]
pub fn piece_len(call: u32) -> usize {
    CALLS.with_borrow_mut(|calls| match calls.entry(call).map(|call| &call.brought) {
        Some(Brought::Json(json)) => json.len,
        _ => 0,
    })
}

/// Returns the error of the call, or of the number whose result is the output of the last step.
///
/// # Errors
/// The details of another error if there is none.
#[wasm_bindgen]
pub fn problem(call: u32) -> Result<JsValue, JsValue> {
    with(call, |call| match &call.error {
        Some(error) => Ok(details(error)),
        None => Err(internal("the last step has no error")),
    })
}

/// Returns the request in flight, in lines: the method and the URL; then the part that most requests of a client share: the
/// limits of connecting, of the attempt and of the body, and a name and a value for each header. If there is a body, a NUL,
/// which JSON never has, and the body follow.
///
/// # Errors
/// The details of an error if no request is in flight.
#[wasm_bindgen]
pub fn request(call: u32) -> Result<String, JsValue> {
    with_sending(call, |sending| {
        let Sending { request, timeouts, .. } = sending;
        let numbers = [timeouts.connect_ms, timeouts.attempt_ms, request.max_response_bytes];
        let mut out = String::with_capacity(1024);
        out.push_str(request.method.as_str());
        out.push('\n');
        out.push_str(&request.url());
        for number in numbers {
            out.push('\n');
            out.push_str(&number.to_string());
        }
        for (name, value) in request.headers.iter() {
            for part in [name, value] {
                out.push('\n');
                out.push_str(part);
            }
        }
        if !request.body.is_empty() {
            out.push('\0');
            out.push_str(&String::from_utf8_lossy(&request.body));
        }
        Ok(out)
    })
}

/// Takes a piece of the response body. Returns false if the body is now larger than allowed.
///
/// # Errors
/// The details of an error if no request is in flight.
#[wasm_bindgen]
pub fn chunk(call: u32, bytes: &Uint8Array) -> Result<bool, JsValue> {
    with_sending(call, |sending| Ok(sending.push(bytes)))
}

impl Sending {
    /// Adds a piece of the body; returns false if the whole would be too large.
    pub(crate) fn push(&mut self, bytes: &Uint8Array) -> bool {
        let len = self.body.len().saturating_add(bytes.length() as usize);
        if len as u64 > self.request.max_response_bytes {
            return false;
        }
        let piece = bytes.to_vec();
        if self.body.is_empty() {
            self.body = piece;
            return true;
        }
        // It grows by doubling: many calls at once must fit into memory. If they do not, this one fails.
        if self.body.try_reserve(piece.len()).is_err() {
            return false;
        }
        self.body.extend_from_slice(&piece);
        true
    }
}

/// Reads header lines from JavaScript: name, value, name, value, …, one per line.
fn headers(lines: &str) -> senders_core::Headers {
    let mut lines = lines.split('\n');
    let mut headers = senders_core::Headers::new();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        headers.push(name.to_owned(), value);
    }
    headers
}

/// Returns the names of the response headers that are read, in lower case, one per line: others need not be passed in.
#[wasm_bindgen]
#[must_use]
pub fn headers_read() -> String {
    senders_core::Headers::READ.join("\n")
}

/// Returns the id of a request, from the header lines of its response.
#[wasm_bindgen]
#[must_use]
pub fn request_id(lines: &str) -> Option<String> {
    headers(lines).request_id().map(str::to_owned)
}

/// Takes the response to the request in flight, after the pieces of its body. Returns what to do next, as [`step`] does.
///
/// # Errors
/// The details of an error if no request is in flight.
#[wasm_bindgen]
pub fn respond(call: u32, monotonic_ms: f64, unix_ms: f64, status: u16, lines: &str) -> Result<u32, JsValue> {
    with(call, |call| {
        call.settle(now(monotonic_ms, unix_ms), |operation, now, Sending { attempt, body, .. }| {
            operation.on_response(now, attempt, HttpResponse::new(status, headers(lines), body))
        })
    })
}

/// Takes the failure of the request in flight, which got no response. Returns what to do next, as [`step`] does.
///
/// # Errors
/// The details of an error if no request is in flight.
#[wasm_bindgen]
pub fn fail(
    call: u32,
    monotonic_ms: f64,
    unix_ms: f64,
    kind: &str,
    sent: &str,
    message: &str,
) -> Result<u32, JsValue> {
    let kind = FailureKind::from_word(kind).unwrap_or(FailureKind::Other);
    let sent = match sent {
        "no" => RequestSent::No,
        "yes" => RequestSent::Yes,
        _ => RequestSent::Unknown,
    };
    let failure = TransportFailure::new(kind, sent, senders_core::mask_digits(message));
    with(call, |call| {
        call.settle(now(monotonic_ms, unix_ms), |operation, now, sending| {
            operation.on_failure(now, sending.attempt, failure)
        })
    })
}
