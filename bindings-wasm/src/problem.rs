//! The core's errors as plain objects, from which `npm/src/errors.ts` makes the JavaScript errors.

use senders_core::{Error, ErrorKind, InvalidArgument, Naming, ServerError, Spelled, Status};
use serde::{Serialize, Serializer as _};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The value of an error's field.
#[derive(Serialize)]
#[serde(untagged)]
enum Field<'a> {
    Text(&'a str),
    Number(f64),
    Truth(bool),
    Texts(Vec<&'a str>),
}

/// `Details` of `npm/src/details.ts`; absent fields are left out.
struct Details<'a>(Vec<(&'a str, Field<'a>)>);

impl<'a> Details<'a> {
    fn new(kind: ErrorKind, message: &'a str, next_step: &'a str) -> Self {
        let mut details = Self(Vec::new());
        for (name, text) in [("kind", kind.as_str()), ("message", message), ("nextStep", next_step)] {
            details.text(name, Some(text));
        }
        details
    }

    fn text(&mut self, name: &'a str, text: Option<&'a str>) {
        self.0.extend(text.map(|text| (name, Field::Text(text))));
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "times and counts are far below 2^53, and what is not is only shown"
    )]
    fn number(&mut self, name: &'a str, number: Option<u64>) {
        self.0.extend(number.map(|number| (name, Field::Number(number as f64))));
    }

    fn truth(&mut self, name: &'a str, truth: bool) {
        self.0.push((name, Field::Truth(truth)));
    }

    fn object(self) -> JsValue {
        let serializer = Serializer::new().serialize_maps_as_objects(true);
        serializer.collect_map(self.0).unwrap_or_else(JsValue::from)
    }
}

/// Returns an error of the core as an object.
pub(crate) fn details(error: &Error) -> JsValue {
    let Spelled { text, next_step, field, .. } = error.spelled(Naming::JavaScript);
    let server = error.server();
    let body = server.map(|server| String::from_utf8_lossy(server.raw()));
    let mut details = Details::new(error.kind(), &text, &next_step);
    for (name, number) in [
        ("status", error.status().map(u64::from)),
        ("code", error.code().map(u64::from)),
        ("retryAfterMs", error.retry_after_ms()),
        ("attempts", Some(error.attempts().into())),
        ("startedAt", error.started_unix_ms()),
        ("endedAt", error.ended_unix_ms()),
    ] {
        details.number(name, number);
    }
    details.truth("retryable", error.is_retryable());
    details.truth("mayHaveExecuted", error.may_have_executed());
    for (name, text) in [
        ("moreInfo", server.and_then(ServerError::more_info)),
        ("requestId", error.request_id()),
        ("field", field.as_deref()),
        ("sid", error.sid()),
        ("senderId", error.sender_id()),
        // JSON.
        ("sender", error.sender().and_then(|sender| std::str::from_utf8(sender.camel_json()).ok())),
        ("resumeToken", error.resume_token()),
        ("body", body.as_deref()),
    ] {
        details.text(name, text);
    }
    let statuses: Vec<&str> = error.statuses().iter().map(Status::as_str).collect();
    if !statuses.is_empty() {
        details.0.push(("statuses", Field::Texts(statuses)));
    }
    details.object()
}

/// Returns the error for a caller's mistake that the core found.
pub(crate) fn invalid(error: InvalidArgument) -> JsValue {
    details(&error.into())
}

/// Returns the error for a bug in this package, in JavaScript or in Rust. Anything else that is thrown is a panic.
pub(crate) fn internal(message: &str) -> JsValue {
    details(&Error::from_binding(ErrorKind::Internal, message))
}
