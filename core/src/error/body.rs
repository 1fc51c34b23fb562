//! What the server says of an error, whatever form it says it in.
//!
//! A ladder of forms, none of which can itself fail: Twilio's own, RFC 9457, any other JSON, not JSON at all.

use std::fmt;

use serde_json::{Map, Value};

use crate::http::HttpResponse;
use crate::secret::mask_digits;

/// How much of a body an error shows, in bytes at most.
const EXCERPT: usize = 256;

/// The form of an error's body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// Twilio's own form: `code`, `message`, `more_info`, `status`, sometimes `details`.
    Standard(Map<String, Value>),
    /// RFC 9457: `type`, `title`, `status` and `code`, sometimes `detail`, `instance`, `errors`.
    Problem(Map<String, Value>),
    /// Some other JSON.
    Json(Value),
    /// Not JSON, or nested deeper than 128 levels.
    NotJson,
}

/// An answer that reports an error.
#[derive(Clone, PartialEq)]
pub struct ServerError {
    status: u16,
    body: ErrorBody,
    code: Option<u32>,
    message: Option<String>,
    more_info: Option<String>,
    request_id: Option<String>,
    raw: Vec<u8>,
}

fn number(value: Option<&Value>) -> Option<u32> {
    match value? {
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// `title: detail`, with the list of errors behind it.
fn problem_message(object: &Map<String, Value>) -> Option<String> {
    let mut message = text(object, "title").unwrap_or_default();
    if let Some(detail) = text(object, "detail") {
        message.push_str(if message.is_empty() { "" } else { ": " });
        message.push_str(&detail);
    }
    for error in
        object.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    {
        if let Some(detail) = text(error, "detail") {
            let place = text(error, "pointer").map(|pointer| format!("{pointer}: ")).unwrap_or_default();
            message = format!("{message} ({place}{detail})");
        }
    }
    (!message.is_empty()).then_some(message)
}

impl ServerError {
    /// Reads an answer. Whatever its body is, this succeeds.
    #[must_use]
    pub fn read(response: &HttpResponse) -> Self {
        let json = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
        // As text: the one reader that everything else is read with.
        let body = match serde_json::from_str(std::str::from_utf8(json).unwrap_or_default()) {
            Ok(Value::Object(object))
                if ["type", "title", "status", "code"].iter().all(|key| object.contains_key(*key)) =>
            {
                ErrorBody::Problem(object)
            }
            Ok(Value::Object(object)) if object.contains_key("message") || object.contains_key("code") => {
                ErrorBody::Standard(object)
            }
            Ok(other) => ErrorBody::Json(other),
            Err(_) => ErrorBody::NotJson,
        };
        let (code, message, more_info) = match &body {
            ErrorBody::Standard(object) => {
                (number(object.get("code")), text(object, "message"), text(object, "more_info"))
            }
            ErrorBody::Problem(object) => {
                (number(object.get("code")), problem_message(object), text(object, "type"))
            }
            ErrorBody::Json(_) | ErrorBody::NotJson => (None, None, None),
        };
        Self {
            status: response.status,
            body,
            code,
            message,
            more_info,
            request_id: response.headers.request_id().map(str::to_owned),
            raw: response.body.clone(),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Twilio's error code. It may be a number or digits on the wire.
    #[must_use]
    pub const fn code(&self) -> Option<u32> {
        self.code
    }

    /// The server's own words.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// A link to more.
    #[must_use]
    pub fn more_info(&self) -> Option<&str> {
        self.more_info.as_deref()
    }

    /// The request's id: the header `T-Request-Id` (Twilio OAS d50069b) or `Twilio-Request-Id` (other Twilio APIs).
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body in the form it has.
    #[must_use]
    pub const fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// The body as it was received. It may hold phone numbers.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What it says in one line, numbers masked, at most 256 bytes of it.
    pub(crate) fn summary(&self) -> String {
        match &self.message {
            Some(message) => excerpt(message.as_bytes()),
            None => excerpt(&self.raw),
        }
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.summary())
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// The beginning of a body as an error may show it: one line, numbers masked, at most 256 bytes.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let start = body.get(..body.len().min(EXCERPT)).unwrap_or_default();
    let masked = mask_digits(&String::from_utf8_lossy(start));
    let mut line: String = masked.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    while line.len() > EXCERPT - '…'.len_utf8() {
        line.pop();
    }
    let line = line.trim_matches(' ').to_owned();
    if body.len() > EXCERPT { line + "…" } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    fn read(body: &[u8]) -> ServerError {
        let headers: Headers = [("twilio-request-id", "RQ1")].into_iter().collect();
        ServerError::read(&HttpResponse::new(400, headers, body.to_vec()))
    }

    #[test]
    fn every_form_has_its_step_of_the_ladder() {
        let standard = read(br#"{"code":63100,"message":"Validation","more_info":"https://x","status":400}"#);
        assert_eq!(
            (standard.code(), standard.message(), standard.more_info()),
            (Some(63100), Some("Validation"), Some("https://x"))
        );
        assert!(matches!(standard.body(), ErrorBody::Standard(_)) && standard.request_id() == Some("RQ1"));
        let problem = read(
            br##"{"type":"https://e","title":"Bad","status":400,"code":"63100","detail":"no","errors":[{"detail":"short","pointer":"#/a"},{"detail":"long"},7]}"##,
        );
        assert_eq!((problem.code(), problem.message()), (Some(63100), Some("Bad: no (#/a: short) (long)")));
        assert!(matches!(problem.body(), ErrorBody::Problem(_)));
        assert!(matches!(read(b"[1]").body(), ErrorBody::Json(_)));
        for odd in [&b"<html>"[..], b"", b"\xff\xfe", "[".repeat(200_000).as_bytes()] {
            assert!(matches!(read(odd).body(), ErrorBody::NotJson));
            assert_eq!(read(odd).raw(), odd);
        }
        let odd = read(br#"{"code":{},"message":5}"#);
        assert_eq!((odd.code(), odd.message()), (None, None));
    }

    #[test]
    fn an_excerpt_is_short_and_masked() {
        assert_eq!(excerpt(b"to +15551234567\n"), "to +*********67");
        let long = excerpt("é\u{7}".repeat(500).as_bytes());
        assert!(long.len() <= 256 && long.ends_with('…'), "{}", long.len());
    }
}
