//! The server's own description of an error, in whatever form it comes.
//!
//! Of a body only the fields that are wanted are read; the rest is walked over, so that a large or hostile body costs no
//! more than its own size.

use std::borrow::Cow;
use std::fmt;

use crate::http::HttpResponse;
use crate::line::{self, SENTENCE};
use crate::types::{pick, text_of};

/// How much of a body is kept, in bytes. Twilio's own have less than 2 KiB.
const KEPT: usize = 64 * 1024;
/// How many entries of a list of errors are read.
const MOST_ERRORS: usize = 20;

/// An answer that reports an error.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerError {
    status: u16,
    code: Option<u32>,
    message: Option<String>,
    more_info: Option<String>,
    request_id: Option<String>,
    raw: Vec<u8>,
}

fn number(json: Option<&str>) -> Option<u32> {
    let json = json?;
    text_of(json).unwrap_or(Cow::Borrowed(json)).parse().ok()
}

fn text(json: Option<&str>) -> Option<String> {
    text_of(json?).map(Cow::into_owned).filter(|text| !text.is_empty())
}

/// `title: detail`, with the list of errors behind it (RFC 9457 and its registered extension).
fn problem_message(title: Option<&str>, detail: Option<&str>, errors: Option<&str>) -> Option<String> {
    let mut message = text(title).unwrap_or_default();
    if let Some(detail) = text(detail) {
        message.push_str(if message.is_empty() { "" } else { ": " });
        message.push_str(&detail);
    }
    let places = errors.and_then(|errors| senders_json::items(errors, MOST_ERRORS).ok());
    for error in places.into_iter().flatten().filter_map(|place| errors?.get(place)) {
        let Some([detail, pointer]) = pick(error, ["detail", "pointer"]) else { continue };
        if let Some(detail) = text(detail) {
            let place = text(pointer).map(|pointer| format!("{pointer}: ")).unwrap_or_default();
            message.push_str(&format!(" ({place}{detail})"));
        }
    }
    (!message.is_empty()).then_some(message)
}

impl ServerError {
    /// Reads an answer. Whatever its body is, this succeeds: Twilio's own form (`code`, `message`, `more_info`), RFC 9457
    /// (`type`, `title`, `status` and `code`, sometimes `detail` and `errors`), any other JSON, or no JSON at all.
    #[must_use]
    pub fn read(response: &HttpResponse) -> Self {
        let json = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
        let json = std::str::from_utf8(json).unwrap_or_default();
        let names = ["code", "message", "more_info", "type", "title", "status", "detail", "errors"];
        let (code, message, more_info) = match pick(json, names) {
            Some([Some(code), _, _, Some(kind), Some(title), Some(_), detail, errors]) => {
                (number(Some(code)), problem_message(Some(title), detail, errors), text(Some(kind)))
            }
            Some([code, message, more_info, ..]) => (number(code), text(message), text(more_info)),
            None => (None, None, None),
        };
        Self {
            status: response.status,
            code,
            message,
            more_info,
            request_id: response.headers.request_id().map(str::to_owned),
            raw: response.body.get(..response.body.len().min(KEPT)).unwrap_or_default().to_vec(),
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

    /// The server's own words, whole and as they came.
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

    /// The body as it was received, its first 64 KiB. It may hold phone numbers.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Its text in one line, numbers masked.
    pub(crate) fn summary(&self) -> String {
        match &self.message {
            Some(message) => line::line(message.as_bytes(), SENTENCE),
            None => line::excerpt(&self.raw),
        }
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.summary())
            .field("request_id", &self.request_id().map(|id| line::plain(id, line::EXCERPT)))
            .finish_non_exhaustive()
    }
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
        assert_eq!(standard.request_id(), Some("RQ1"));
        let problem = read(
            br##"{"type":"https://e","title":"Bad","status":400,"code":"63100","detail":"no","errors":[{"detail":"short","pointer":"#/a"},{"detail":"long"},7]}"##,
        );
        assert_eq!((problem.code(), problem.message()), (Some(63100), Some("Bad: no (#/a: short) (long)")));
        assert_eq!(problem.more_info(), Some("https://e"));
        for odd in [&b"<html>"[..], b"[1]", b"", b"\xff\xfe", b"7", br#"{"code":{},"message":5}"#] {
            assert_eq!((read(odd).code(), read(odd).message()), (None, None));
            assert_eq!(read(odd).raw(), odd);
        }
        let marked = read(b"\xef\xbb\xbf{\"code\":1,\"c\":2}");
        assert_eq!(marked.code(), Some(1));
    }

    #[test]
    fn a_large_body_is_walked_and_not_kept() {
        let rest = r#"{"":0},"#.repeat(200_000);
        let large = format!(r#"{{"code":63100,"message":"x","a":[{rest}{{}}]}}"#);
        let error = read(large.as_bytes());
        assert_eq!((error.code(), error.message(), error.raw().len()), (Some(63100), Some("x"), KEPT));
        let deep = read("[".repeat(200_000).as_bytes());
        assert_eq!((deep.code(), deep.raw().len()), (None, KEPT));
    }
}
