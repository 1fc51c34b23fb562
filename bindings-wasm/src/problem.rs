//! The core's errors as plain objects, of which `npm/src/errors.ts` makes the JavaScript ones.

use senders_core::{Error, ErrorKind, InvalidArgument, ServerError, Status};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// The largest number JavaScript counts to without gaps.
const LARGEST: u64 = (1 << 53) - 1;

/// `Details` of `npm/src/glue.d.ts`: what is not there is left out. Names within texts are spelled as in the core.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    kind: &'a str,
    message: &'a str,
    said: &'a str,
    status: Option<u32>,
    code: Option<u32>,
    more_info: Option<&'a str>,
    request_id: Option<&'a str>,
    retry_after_ms: Option<u64>,
    retryable: bool,
    may_have_executed: bool,
    attempts: u32,
    next_step: &'a str,
    field: Option<&'a str>,
    sid: Option<&'a str>,
    sender_id: Option<&'a str>,
    /// JSON.
    sender: Option<&'a str>,
    statuses: Option<Vec<&'a str>>,
    resume_token: Option<&'a str>,
    body: Option<&'a str>,
    started_at: Option<u64>,
    ended_at: Option<u64>,
}

impl Details<'_> {
    fn object(&self) -> JsValue {
        serde_wasm_bindgen::to_value(self).unwrap_or_else(JsValue::from)
    }
}

/// An error of the core.
pub(crate) fn details(error: &Error) -> JsValue {
    let server = error.server();
    let number = |value: Option<u64>| value.map(|value| value.min(LARGEST));
    let statuses: Vec<&str> = error.statuses().iter().map(Status::as_str).collect();
    Details {
        kind: error.kind().as_str(),
        message: &error.to_string(),
        said: error.message(),
        status: error.status().map(u32::from),
        code: error.code(),
        more_info: server.and_then(ServerError::more_info),
        request_id: error.request_id(),
        retry_after_ms: number(error.retry_after_ms()),
        retryable: error.is_retryable(),
        may_have_executed: error.may_have_executed(),
        attempts: error.attempts(),
        next_step: &error.next_step(),
        field: error.field(),
        sid: error.sid(),
        sender_id: error.sender_id(),
        sender: error.sender().and_then(|sender| std::str::from_utf8(sender.camel_json()).ok()),
        statuses: (!statuses.is_empty()).then_some(statuses),
        resume_token: error.resume_token(),
        body: server.map(|server| String::from_utf8_lossy(server.raw())).as_deref(),
        started_at: number(error.started_unix_ms()),
        ended_at: number(error.ended_unix_ms()),
    }
    .object()
}

/// A caller's mistake that the core found, to be thrown.
pub(crate) fn invalid(error: InvalidArgument) -> JsValue {
    details(&error.into())
}

/// A caller's mistake that this binding found: `field` and a rule that begins with `must` or `has`.
pub(crate) fn argument(field: &str, rule: &str) -> JsValue {
    let message = format!("{field} {rule}");
    Details {
        kind: ErrorKind::InvalidArgument.as_str(),
        message: &message,
        said: &message,
        next_step: "mend the argument and call again",
        field: Some(field),
        ..Details::default()
    }
    .object()
}

/// A mistake of the JavaScript side of this package, or of this one. Whatever else is thrown is a panic.
pub(crate) fn internal(message: &str) -> JsValue {
    details(&Error::from_binding(ErrorKind::Internal, message))
}
