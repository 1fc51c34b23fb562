//! The core's errors as JSON, from which `npm/src/errors.ts` makes the JavaScript ones.

use std::borrow::Cow;

use senders_core::{Error, ErrorKind, InvalidArgument, Phase, ServerError, Status};
use wasm_bindgen::JsValue;

use senders_wasm_json::{Writer, camel_quoted, camel_words};

/// The largest number JavaScript counts to without gaps.
const LARGEST: u64 = (1 << 53) - 1;

/// The fields of one error.
struct Fields(Writer);

impl Fields {
    fn new(kind: ErrorKind, message: &str) -> Self {
        let mut fields = Self(Writer::default());
        fields.text("kind", Some(kind.as_str()));
        fields.text("message", Some(message));
        fields
    }

    fn key(&mut self, name: &str) {
        self.0.raw(if self.0.is_empty() { b"{" } else { b"," });
        self.0.key(name);
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.key(name);
            self.0.text(text);
        }
    }

    fn number(&mut self, name: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.key(name);
            self.0.raw(number.min(LARGEST).to_string().as_bytes());
        }
    }

    fn truth(&mut self, name: &str, truth: bool) {
        self.key(name);
        self.0.raw(if truth { b"true" } else { b"false" });
    }

    fn statuses(&mut self, statuses: &[Status]) {
        if statuses.is_empty() {
            return;
        }
        self.key("statuses");
        for (at, status) in statuses.iter().enumerate() {
            self.0.raw(if at == 0 { b"[" } else { b"," });
            self.0.text(status.as_str());
        }
        self.0.raw(b"]");
    }

    fn end(mut self) -> String {
        self.0.raw(b"}");
        String::from_utf8(self.0.finish()).unwrap_or_default()
    }
}

/// An error of the core as JSON in ASCII: the fields of `ErrorDetails` that are there, and `message`.
pub(crate) fn details(error: &Error) -> String {
    let message = if error.kind() == ErrorKind::InvalidArgument {
        argument_text(&error.to_string())
    } else {
        message_text(error)
    };
    let mut fields = Fields::new(error.kind(), &message);
    let server = error.server();
    fields.number("status", error.status().map(u64::from));
    fields.number("code", error.code().map(u64::from));
    fields.text("more_info", server.and_then(ServerError::more_info));
    fields.text("request_id", error.request_id());
    fields.number("retry_after_ms", error.retry_after_ms());
    fields.truth("retryable", error.is_retryable());
    fields.truth("may_have_executed", error.may_have_executed());
    fields.number("attempts", Some(error.attempts().into()));
    fields.text("next_step", Some(&camel_quoted(&error.next_step())));
    fields.text("field", error.field().map(camel_words).as_deref());
    fields.text("sid", error.sid());
    fields.text("sender_id", error.sender_id());
    fields.statuses(error.statuses());
    fields.text("resume_token", error.resume_token());
    fields.text("body", server.map(|server| String::from_utf8_lossy(server.raw())).as_deref());
    fields.number("started_at", error.started_unix_ms());
    fields.number("ended_at", error.ended_unix_ms());
    if let Some(sender) = error.sender() {
        fields.key("sender");
        fields.0.json(&sender.to_json());
    }
    fields.end()
}

/// The message with the core's own names as JavaScript writes them. What the server said, or a transport, stays as it is:
/// `foo_bar` may be the name of something.
fn message_text(error: &Error) -> String {
    const CAPPED: &str = "larger than `max_response_bytes` allows";
    let message = error.to_string();
    let (said, own) = (error.message(), error.next_step());
    let Some(between) = message.strip_prefix(said).and_then(|rest| rest.strip_suffix(own.as_str())) else {
        return message;
    };
    let capped = error.phase() == Phase::Transport && said.ends_with(CAPPED);
    let said = if capped { Cow::Owned(camel_quoted(said)) } else { Cow::Borrowed(said) };
    format!("{said}{between}{}", camel_quoted(&own))
}

/// The names in a message about an argument as JavaScript writes them; what the caller wrote stays as it is.
fn argument_text(message: &str) -> String {
    match message.split_once(", got ") {
        Some((rule, got)) => format!("{}, got {got}", camel_words(rule)),
        None => camel_words(message),
    }
}

/// A caller's mistake that the core found, to be thrown.
pub(crate) fn invalid(error: InvalidArgument) -> JsValue {
    thrown(&error.into())
}

/// An error of the core, to be thrown: its JSON. Whatever else is thrown is a panic.
fn thrown(error: &Error) -> JsValue {
    details(error).into()
}

/// A caller's mistake that this binding found: `field` and a rule that begins with `must` or `has`.
pub(crate) fn argument(field: &str, rule: &str) -> JsValue {
    let mut fields = Fields::new(ErrorKind::InvalidArgument, &format!("{field} {rule}"));
    fields.truth("retryable", false);
    fields.truth("may_have_executed", false);
    fields.number("attempts", Some(0));
    fields.text("next_step", Some("mend the argument and call again"));
    fields.text("field", Some(field));
    fields.end().into()
}

/// A mistake of the JavaScript side of this package, or of this one.
pub(crate) fn internal(message: &str) -> JsValue {
    thrown(&Error::from_binding(ErrorKind::Internal, message))
}
