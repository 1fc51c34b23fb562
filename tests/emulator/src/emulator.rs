//! The emulator itself: takes a request and a time, returns a reply.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use crate::answer::{ApiError, empty_response};
use crate::auth;
use crate::dates::http_date;
use crate::faults::{Effect, FaultError, FaultRule, Faults};
use crate::http::{Delivery, Reply, Request, Response, Target};
use crate::journal::{self, JournalEntry};
use crate::mix::mix;
use crate::routes::{COLLECTION_METHODS, INSTANCE_METHODS, LOG_METHODS, Operation, Route};
use crate::seed;
use crate::shape;
use crate::store::Store;
use crate::switches::{Key, SwitchError, Switches};
use crate::view::{Frame, Shape, View};

/// 2026-01-01T00:00:00Z, the date of the emulator's zero unless a caller sets another one.
const ZERO_UNIX_MS: u64 = 1_767_225_600_000;

const DEFAULT_BASE_URL: &str = "https://messaging.twilio.com";

/// The Senders API, without IO: [`handle`](Self::handle) takes a request and a time and returns a reply.
///
/// ```
/// use senders_emulator::{Emulator, Request, Switches};
///
/// let mut emulator = Emulator::new(Switches::new());
/// let create = Request::new("POST", "/v2/Channels/Senders")
///     .with_basic_auth("AC00000000000000000000000000000000", "00000000000000000000000000000000")
///     .with_json(r#"{"sender_id": "whatsapp:+15551234567"}"#);
/// let reply = emulator.handle(create, 0);
/// assert_eq!(reply.response.status, 202);
/// ```
#[derive(Clone, Debug)]
pub struct Emulator {
    pub(crate) switches: Switches,
    pub(crate) store: Store,
    pub(crate) used_tokens: BTreeSet<String>,
    pub(crate) refused_once: BTreeSet<String>,
    pub(crate) blank_page: bool,
    /// The times of the requests in the window of `rate-limit`.
    let_through_ms: VecDeque<u64>,
    faults: Faults,
    journal: Vec<JournalEntry>,
    requests: u64,
    sids: u64,
    now_ms: u64,
    skipped_ms: u64,
    pub(crate) zero_unix_ms: u64,
}

/// The counts of one `sender_id`, for finding duplicates and losses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SenderIdCount {
    /// The `sender_id`.
    pub sender_id: String,
    /// How many senders have it now: 0 after a delete, more than 1 only with the switch `duplicate-create`.
    pub senders: usize,
    /// How many creates with it were carried out.
    pub created: u64,
    /// The SIDs of the senders that have it now, oldest first.
    pub sids: Vec<String>,
}

/// A sender that is waiting for its verification code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WaitingCode {
    /// The SID.
    pub sid: String,
    /// The `sender_id`.
    pub sender_id: String,
    /// How the code is sent: `sms` or `voice`.
    pub verification_method: String,
    /// How many codes were sent, the first one included.
    pub codes_sent: u64,
    /// How many wrong codes were received since the last one was sent.
    pub wrong_codes: u64,
}

/// A sender as tests see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SenderState {
    /// The SID.
    pub sid: String,
    /// The `sender_id`, `whatsapp:+…` or `rcs:…`.
    pub sender_id: String,
    /// The status now.
    pub status: String,
    /// The code among the `offline_reasons`, if there is one.
    pub offline_code: Option<u32>,
    /// The body of a fetch.
    pub json: String,
}

impl Emulator {
    /// Creates an emulator without senders, at time zero.
    pub fn new(switches: Switches) -> Self {
        let mut emulator = Self {
            switches,
            store: Store::default(),
            used_tokens: BTreeSet::new(),
            refused_once: BTreeSet::new(),
            blank_page: false,
            let_through_ms: VecDeque::new(),
            faults: Faults::default(),
            journal: Vec::new(),
            requests: 0,
            sids: 0,
            now_ms: 0,
            skipped_ms: 0,
            zero_unix_ms: ZERO_UNIX_MS,
        };
        emulator.add_sandbox();
        emulator
    }

    /// Deletes the senders, faults, journal and skipped time; the switches stay.
    pub fn reset(&mut self) {
        *self = Self { zero_unix_ms: self.zero_unix_ms, ..Self::new(self.switches.clone()) };
    }

    /// Returns the reply to a request that arrives `now_ms` milliseconds after the caller's zero.
    ///
    /// Time never runs backwards: an earlier time than the last counts as the last. The time skipped by
    /// [`advance_ms`](Self::advance_ms) is added to it.
    pub fn handle(&mut self, request: Request, now_ms: u64) -> Reply {
        self.now_ms = self.now_ms.max(now_ms.saturating_add(self.skipped_ms));
        self.send(request)
    }

    /// Returns the reply to a request at the emulator's own time, which [`advance_ms`](Self::advance_ms) moves: a
    /// virtual clock.
    pub fn send(&mut self, request: Request) -> Reply {
        self.requests += 1;
        let target = Target::parse(&request.target);
        let route = Route::of(&request.method, &target);
        let operation = route.operation().map(Operation::name);
        let hit = self.faults.hit(&request.method, &request.target, operation);
        let acted = hit.as_ref().is_none_or(|hit| hit.acted());
        self.blank_page = hit.as_ref().is_some_and(|hit| hit.info.effect == Effect::EmptyPage);
        let response = if acted { self.answer(&request, &target, &route) } else { empty_response(204) };
        let mut reply = Reply { response, delivery: Delivery::Normal, acted };
        let request_id = self.request_id();
        self.finish_headers(&mut reply.response, &request_id);
        if let Some(hit) = &hit {
            shape::apply(hit, &mut reply, &request, self.unix_ms());
            self.finish_headers(&mut reply.response, &request_id);
            shape::last_touch(hit, &mut reply.response);
        }
        self.record(&request, operation, &reply, hit.map(|hit| hit.info.name), request_id);
        reply
    }

    /// Refuses a request whose body the transport did not read to the end.
    #[cfg(feature = "server")]
    pub(crate) fn refuse_too_large(&mut self, request: &Request, now_ms: u64, limit_bytes: usize) -> Reply {
        self.now_ms = self.now_ms.max(now_ms.saturating_add(self.skipped_ms));
        self.requests += 1;
        let target = Target::parse(&request.target);
        let operation = Route::of(&request.method, &target).operation().map(Operation::name);
        let text = format!("the body is larger than {limit_bytes} bytes");
        let error = ApiError { status: 413, ..ApiError::body("", text) };
        let response = self.error_response(error, &target);
        let mut reply = Reply { response, delivery: Delivery::Normal, acted: false };
        let request_id = self.request_id();
        self.finish_headers(&mut reply.response, &request_id);
        self.record(request, operation, &reply, None, request_id);
        reply
    }

    /// Reports a new connection; returns `true` if the transport must close it before it reads anything.
    ///
    /// Only transports with connections need it (fault `accept-then-close`).
    pub fn connection_opened(&mut self, now_ms: u64) -> bool {
        self.now_ms = self.now_ms.max(now_ms.saturating_add(self.skipped_ms));
        let Some(hit) = self.faults.hit_connection() else { return false };
        self.requests += 1;
        let request_id = self.request_id();
        let reply = Reply { response: Response::default(), delivery: Delivery::Close, acted: false };
        self.record(&Request::default(), None, &reply, Some(hit.info.name), request_id);
        true
    }

    /// Returns the emulator's time, in milliseconds.
    pub const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Moves the emulator's own time forward.
    pub const fn advance_ms(&mut self, ms: u64) {
        self.skipped_ms = self.skipped_ms.saturating_add(ms);
        self.now_ms = self.now_ms.saturating_add(ms);
    }

    /// Sets the Unix time of the emulator's zero, in milliseconds; dates in responses are based on it.
    ///
    /// Default: 2026-01-01T00:00:00Z.
    pub const fn set_zero_unix_ms(&mut self, unix_ms: u64) {
        self.zero_unix_ms = unix_ms;
    }

    /// Returns the emulator's time as Unix time, in milliseconds.
    pub const fn unix_ms(&self) -> u64 {
        self.zero_unix_ms.saturating_add(self.now_ms)
    }

    /// Returns the switches.
    pub const fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Sets a switch; it takes effect with the next request.
    ///
    /// # Errors
    /// As [`Switches::set`].
    pub fn set_switch(&mut self, name: &str, value: &str) -> Result<(), SwitchError> {
        self.switches.set(name, value)
    }

    /// Returns every request so far, oldest first; at least the last 20,000 are kept.
    pub fn journal(&self) -> &[JournalEntry] {
        &self.journal
    }

    /// Empties the journal.
    pub fn clear_journal(&mut self) {
        self.journal.clear();
    }

    /// Adds a fault rule after the existing ones.
    ///
    /// # Errors
    /// When the rule names an unknown fault, operation or parameter, or has a bad value.
    pub fn inject(&mut self, rule: FaultRule) -> Result<(), FaultError> {
        self.faults.arm(rule)
    }

    /// Returns the active fault rules: those that may still apply.
    pub fn faults(&self) -> impl Iterator<Item = &FaultRule> {
        self.faults.rules()
    }

    /// Removes every fault rule.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Adds this many WhatsApp senders that are ONLINE, with profiles of several sizes; faster than creating them.
    pub fn seed_senders(&mut self, count: usize) {
        let first = self.store.len();
        for number in first..first.saturating_add(count) {
            let sender_id = seed::sender_id(number);
            if self.store.has_sender_id(&sender_id) {
                continue;
            }
            let sid = self.next_sid();
            self.store.add(seed::sender(number, sid, sender_id));
        }
    }

    fn add_sandbox(&mut self) {
        if self.switches.is(Key::Sandbox, "present") {
            let sid = self.next_sid();
            let sender =
                crate::sender::Sender::online(sid, "whatsapp:+14155238886".to_owned(), [None, None, None]);
            if let Some(sender) = self.store.add(sender) {
                sender.force_status("OFFLINE", None);
            }
        }
    }

    /// Returns the number of senders.
    pub fn sender_count(&self) -> usize {
        self.store.len()
    }

    /// Returns the SIDs of the senders, oldest first.
    pub fn sids(&self) -> impl Iterator<Item = &str> {
        self.store.sids()
    }

    /// Returns the senders that are waiting for a verification code.
    pub fn waiting_codes(&mut self) -> Vec<WaitingCode> {
        let (now, switches, store) = (self.now_ms, &self.switches, &mut self.store);
        let senders = store.after(0, None).map(|(_, sender)| {
            sender.settle(now, switches);
            &*sender
        });
        let waiting = senders.filter(|sender| sender.waits_for_code()).map(|sender| WaitingCode {
            sid: sender.sid.clone(),
            sender_id: sender.sender_id.clone(),
            verification_method: sender.verification_method().to_owned(),
            codes_sent: sender.codes_asked + 1,
            wrong_codes: sender.wrong_codes,
        });
        waiting.collect()
    }

    /// Returns every `sender_id` that a sender has or had, in alphabetical order.
    pub fn sender_ids(&self) -> Vec<SenderIdCount> {
        let rows = self.store.sender_ids().map(|(sender_id, created, sids)| SenderIdCount {
            sender_id: sender_id.to_owned(),
            senders: sids.len(),
            created,
            sids: sids.into_iter().map(str::to_owned).collect(),
        });
        rows.collect()
    }

    /// Returns a sender in its present state.
    pub fn sender(&mut self, sid: &str) -> Option<SenderState> {
        let frame = Frame::new(DEFAULT_BASE_URL.to_owned(), self.zero_unix_ms, &self.switches);
        let now = self.now_ms;
        let sender = self.store.by_sid(sid)?;
        sender.settle(now, &self.switches);
        let view = View { sender, shape: Shape::Fetch, frame: &frame };
        Some(SenderState {
            sid: sender.sid.clone(),
            sender_id: sender.sender_id.clone(),
            status: sender.status().to_owned(),
            offline_code: sender.offline_code(),
            json: serde_json::to_string(&view).unwrap_or_default(),
        })
    }

    /// Sets a sender's status to any text; it stays until a request changes it. Returns `false` if there is no such
    /// sender.
    pub fn set_status(&mut self, sid: &str, status: &str) -> bool {
        let now = self.now_ms;
        let Some(sender) = self.store.by_sid(sid) else { return false };
        sender.settle(now, &self.switches);
        sender.force_status(status, None);
        true
    }

    fn answer(&mut self, request: &Request, target: &Target<'_>, route: &Route) -> Response {
        self.dispatch(request, target, route).unwrap_or_else(|error| self.error_response(error, target))
    }

    fn error_response(&self, error: ApiError, target: &Target<'_>) -> Response {
        let retry_after = self.switches.text(Key::RetryAfter);
        let error = match error.status {
            429 | 503 if retry_after != "none" => error.with_header("Retry-After", retry_after),
            _ => error,
        };
        error.into_response(self.switches.is(Key::ErrorFormat, "rfc9457"), target.path)
    }

    fn dispatch(
        &mut self,
        request: &Request,
        target: &Target<'_>,
        route: &Route,
    ) -> Result<Response, ApiError> {
        if let Route::Known(Operation::Preflight, _) = route {
            return Ok(self.preflight(target));
        }
        auth::check(request, &self.switches)?;
        self.pace()?;
        match route {
            Route::Known(operation, sid) => match operation {
                Operation::Create => self.create(request, target),
                Operation::List => self.list(request, target),
                Operation::Fetch => self.fetch(request, target, sid),
                Operation::Update => self.update(request, target, sid),
                Operation::Delete => self.delete(target, sid),
                Operation::Alerts => self.alerts(request, target),
                Operation::Preflight => Ok(self.preflight(target)),
            },
            Route::WrongMethod(allowed) => {
                let text = format!("{} is not allowed here; allowed are {allowed}", short(&request.method));
                Err(ApiError::new(405, 20004, text).with_header("Allow", *allowed))
            }
            Route::Nowhere => Err(ApiError::not_found(target.path)),
        }
    }

    /// Refuses requests that arrive too fast: the switch `rate-limit`. Refused requests do not count.
    fn pace(&mut self) -> Result<(), ApiError> {
        let Some(limit) = self.switches.limit(Key::RateLimit) else { return Ok(()) };
        let (now, window) = (self.now_ms, self.switches.number(Key::RateWindowMs));
        while self.let_through_ms.front().is_some_and(|at| at.saturating_add(window) <= now) {
            self.let_through_ms.pop_front();
        }
        if u64::try_from(self.let_through_ms.len()).unwrap_or(u64::MAX) < limit {
            self.let_through_ms.push_back(now);
            return Ok(());
        }
        let free_ms = self.let_through_ms.front().map_or(window, |at| at.saturating_add(window) - now);
        let seconds = free_ms.div_ceil(1000);
        Err(ApiError::new(429, 20429, "Too Many Requests").with_header("Retry-After", seconds.to_string()))
    }

    fn preflight(&self, target: &Target<'_>) -> Response {
        let methods = match target.segments.len() {
            2 => LOG_METHODS,
            3 => COLLECTION_METHODS,
            _ => INSTANCE_METHODS,
        };
        let mut response = empty_response(204);
        response.set_header("Allow", methods);
        if self.switches.is(Key::Cors, "on") {
            response.set_header("Access-Control-Allow-Methods", methods);
            let headers = "Accept, Accept-Charset, Authorization, Content-Type, User-Agent, X-Twilio-Client";
            response.set_header("Access-Control-Allow-Headers", headers);
            response.set_header("Access-Control-Max-Age", "600");
        }
        response
    }

    /// Sets the headers that every response has; calling it twice changes nothing.
    fn finish_headers(&self, response: &mut Response, request_id: &str) {
        let name = self.switches.text(Key::RequestIdHeader);
        if name != "none" {
            response.set_header(name, request_id);
        }
        response.set_header("Date", http_date(self.unix_ms()));
        if self.switches.is(Key::Cors, "on") {
            response.set_header("Access-Control-Allow-Origin", "*");
            if self.switches.is(Key::CorsExpose, "request-id") && name != "none" {
                response.set_header("Access-Control-Expose-Headers", format!("{name}, Retry-After"));
            }
        }
    }

    fn record(
        &mut self,
        request: &Request,
        operation: Option<&'static str>,
        reply: &Reply,
        fault: Option<&str>,
        request_id: String,
    ) {
        if self.journal.len() >= journal::KEPT * 2 {
            self.journal.drain(..journal::KEPT);
        }
        let silent = matches!(
            reply.delivery,
            Delivery::Refuse | Delivery::Close | Delivery::Reset | Delivery::StallBeforeHead { ms: None }
        );
        self.journal.push(JournalEntry {
            sequence: self.requests,
            at_ms: self.now_ms,
            method: request.method.clone(),
            target: request.target.clone(),
            headers: journal::redacted(&request.headers),
            body: journal::kept_body(&request.body),
            operation,
            status: if silent { 0 } else { reply.response.status },
            fault: fault.map(str::to_owned),
            acted: reply.acted,
            request_id,
        });
    }

    fn request_id(&self) -> String {
        format!("RQ{}", hex_of(self.switches.number(Key::Seed) ^ 0x5251, self.requests))
    }

    pub(crate) fn next_sid(&mut self) -> String {
        self.sids += 1;
        format!("XE{}", hex_of(self.switches.number(Key::Seed), self.sids))
    }

    /// Returns the beginning of absolute URLs.
    pub(crate) fn base_url(&self, request: &Request) -> String {
        let configured = self.switches.text(Key::BaseUrl);
        if !configured.is_empty() {
            return configured.trim_end_matches('/').to_owned();
        }
        match request.header("Host") {
            Some(host) if !host.is_empty() => format!("http://{host}"),
            _ => DEFAULT_BASE_URL.to_owned(),
        }
    }
}

/// Returns 32 hexadecimal digits.
fn hex_of(seed: u64, number: u64) -> String {
    format!("{:016x}{:016x}", mix(seed, number), mix(seed ^ 0xA5A5_A5A5, number))
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
