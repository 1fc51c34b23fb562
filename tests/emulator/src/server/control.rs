//! The control endpoints under `/_emulator/`, outside the API's paths. They need no authentication, as the server is
//! on loopback only. They refuse web pages of other origins, and send no CORS headers.

use std::net::IpAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::shared::{Received, Shared, receive};
use crate::{FaultRule, magic_numbers};

/// The endpoints, for the help.
pub(super) const ENDPOINTS: &[(&str, &str)] = &[
    ("POST   /_emulator/faults", "add a fault rule (or a list of them): {\"fault\": \"drip\", …}"),
    ("GET    /_emulator/faults", "the active rules"),
    ("DELETE /_emulator/faults", "remove them all"),
    ("GET    /_emulator/journal", "every request so far"),
    ("DELETE /_emulator/journal", "empty the journal"),
    ("POST   /_emulator/clock", "move the time forward: {\"advance_ms\": 60000}"),
    ("GET    /_emulator/clock", "the present time: {\"now_ms\": …, \"unix_ms\": …}"),
    ("POST   /_emulator/switches", "set switches: {\"otp\": \"123456\"}"),
    ("GET    /_emulator/switches", "their values"),
    ("POST   /_emulator/seed", "add senders that are online: {\"count\": 10000}"),
    ("POST   /_emulator/status", "set a sender's status: {\"sid\": \"XE…\", \"status\": \"OFFLINE\"}"),
    (
        "POST   /_emulator/sender",
        "change one sender: {\"sid\": \"XE…\", \"status\": \"OFFLINE\"}; the README lists the keys",
    ),
    (
        "GET    /_emulator/codes",
        "the senders that are waiting for a code: [{\"sid\", \"sender_id\", \"verification_method\", \"codes_sent\", \"wrong_codes\"}]",
    ),
    (
        "GET    /_emulator/sender-ids",
        "how many senders each sender_id has: [{\"sender_id\", \"senders\", \"created\", \"sids\"}]",
    ),
    ("POST   /_emulator/reset", "delete senders, faults, journal and skipped time"),
    ("GET    /_emulator/magic-numbers", "the table of magic numbers"),
];

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/_emulator/faults", get(faults).post(inject).delete(clear_faults))
        .route("/_emulator/journal", get(journal).delete(clear_journal))
        .route("/_emulator/clock", get(clock).post(advance))
        .route("/_emulator/switches", get(switches).post(set_switches))
        .route("/_emulator/seed", post(seed))
        .route("/_emulator/status", post(status))
        .route("/_emulator/sender", post(change_sender))
        .route("/_emulator/codes", get(codes))
        .route("/_emulator/sender-ids", get(sender_ids))
        .route("/_emulator/reset", post(reset))
        .route("/_emulator/magic-numbers", get(magic))
        .method_not_allowed_fallback(wrong_method)
        .route("/_emulator", any(nowhere))
        .route("/_emulator/", any(nowhere))
        .route("/_emulator/{*rest}", any(nowhere))
        .layer(from_fn(guard))
}

/// Reads the body, even if the endpoint needs none, and refuses requests from web pages of other origins.
async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match receive(body).await {
        Received::Whole(body) => body,
        Received::TooLarge => return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Received::Broken => return StatusCode::BAD_REQUEST.into_response(),
    };
    if let Some(why) = foreign(&parts.headers) {
        return refusal(StatusCode::FORBIDDEN, why);
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Returns the reason why a request must be from a web page of another origin.
fn foreign(headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text("Host").unwrap_or("");
    if !is_local(host) {
        return Some("the Host is a name of the network: ask by 127.0.0.1 or localhost");
    }
    let same = |origin: &str| {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("", origin));
        matches!(scheme, "http" | "https") && authority.eq_ignore_ascii_case(host)
    };
    if text("Origin").is_some_and(|origin| !same(origin)) {
        return Some("control requests from web pages of other origins are refused");
    }
    let site = text("Sec-Fetch-Site").unwrap_or("none");
    (!matches!(site, "none" | "same-origin"))
        .then_some("control requests from web pages of other sites are refused")
}

/// Returns whether the owner of a `Host` cannot point it to this machine (DNS rebinding): it is an address, or a name
/// that no public zone has.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(address, _)| address),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let local = [".localhost", ".internal", ".test"];
    name.parse::<IpAddr>().is_ok() || !name.contains('.') || local.iter().any(|zone| name.ends_with(zone))
}

async fn nowhere(uri: Uri) -> Response {
    let near = ENDPOINTS.iter().filter_map(|(endpoint, _)| endpoint.split_whitespace().nth(1));
    let mut paths: Vec<&str> = near.collect();
    paths.dedup();
    let text = format!("there is no control endpoint {}; there are {}", uri.path(), paths.join(", "));
    refusal(StatusCode::NOT_FOUND, text)
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let text =
        format!("the control endpoint {} does not take {method}; `--help` lists what it takes", uri.path());
    refusal(StatusCode::METHOD_NOT_ALLOWED, text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    sid: String,
    status: String,
}

/// A control request that cannot be carried out: 400 with the reason.
struct Refusal(String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        refusal(StatusCode::BAD_REQUEST, self.0)
    }
}

fn refusal(status: StatusCode, why: impl Into<String>) -> Response {
    let mut response = ok(&json!({ "error": why.into() }));
    *response.status_mut() = status;
    response
}

fn refused(error: impl std::fmt::Display) -> Refusal {
    Refusal(error.to_string())
}

fn ok(body: &impl Serialize) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    let kind = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(refused)
}

async fn faults(State(shared): State<Shared>) -> Response {
    let emulator = shared.emulator();
    ok(&emulator.faults().collect::<Vec<_>>())
}

async fn inject(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    // Checked by hand, because an untagged enum would hide the mistake in a rule.
    let rules = if body.trim_ascii_start().starts_with(b"[") {
        read::<Vec<FaultRule>>(&body)?
    } else {
        vec![read::<FaultRule>(&body)?]
    };
    let mut emulator = shared.emulator();
    for rule in rules {
        emulator.inject(rule).map_err(refused)?;
    }
    Ok(ok(&emulator.faults().collect::<Vec<_>>()))
}

async fn clear_faults(State(shared): State<Shared>) -> Response {
    shared.emulator().clear_faults();
    ok(&json!([]))
}

async fn journal(State(shared): State<Shared>) -> Response {
    ok(&shared.emulator().journal())
}

async fn clear_journal(State(shared): State<Shared>) -> Response {
    shared.emulator().clear_journal();
    ok(&json!([]))
}

async fn clock(State(shared): State<Shared>) -> Response {
    let emulator = shared.emulator();
    ok(&json!({ "now_ms": emulator.now_ms(), "unix_ms": emulator.unix_ms() }))
}

async fn advance(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let Advance { advance_ms } = read(&body)?;
    let mut emulator = shared.emulator();
    emulator.advance_ms(advance_ms);
    Ok(ok(&json!({ "now_ms": emulator.now_ms(), "unix_ms": emulator.unix_ms() })))
}

async fn switches(State(shared): State<Shared>) -> Response {
    let emulator = shared.emulator();
    let values = emulator.switches().iter().map(|(info, value)| (info.name.to_owned(), json!(value)));
    ok(&values.collect::<Map<String, Value>>())
}

async fn set_switches(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let values: Map<String, Value> = read(&body)?;
    {
        let mut emulator = shared.emulator();
        // All of them or none.
        let mut changed = emulator.switches().clone();
        for (name, value) in &values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            changed.set(name, &text).map_err(refused)?;
        }
        for (info, value) in changed.iter() {
            emulator.set_switch(info.name, value).map_err(refused)?;
        }
    }
    Ok(switches(State(shared)).await)
}

async fn seed(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let Seed { count } = read(&body)?;
    if count > 1_000_000 {
        return Err(refused("count must be at most 1000000"));
    }
    let mut emulator = shared.emulator();
    emulator.seed_senders(count);
    Ok(ok(&json!({ "senders": emulator.sender_count() })))
}

async fn status(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let SetStatus { sid, status } = read(&body)?;
    if shared.emulator().set_status(&sid, &status) {
        return Ok(ok(&json!({ "sid": sid, "status": status })));
    }
    Err(refused("there is no sender with this sid"))
}

async fn change_sender(State(shared): State<Shared>, body: Bytes) -> Result<Response, Refusal> {
    let mut change: Map<String, Value> = read(&body)?;
    let Some(Value::String(sid)) = change.remove("sid") else {
        return Err(refused("`sid` must be the SID of a sender"));
    };
    let change = serde_json::to_vec(&change).map_err(refused)?;
    let mut emulator = shared.emulator();
    emulator.change_sender(&sid, &change).map_err(refused)?;
    let state = emulator.sender(&sid).map(|state| state.json).unwrap_or_default();
    Ok(ok(&serde_json::from_str::<Value>(&state).unwrap_or_default()))
}

async fn codes(State(shared): State<Shared>) -> Response {
    ok(&shared.emulator().waiting_codes())
}

async fn sender_ids(State(shared): State<Shared>) -> Response {
    ok(&shared.emulator().sender_ids())
}

async fn reset(State(shared): State<Shared>) -> Response {
    shared.emulator().reset();
    ok(&json!({}))
}

async fn magic(State(_): State<Shared>) -> Response {
    ok(&magic_numbers())
}
