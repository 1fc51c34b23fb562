//! Responses: success bodies and the two forms of error bodies.

use serde::Serialize;
use serde_json::{Value, json};

use crate::http::Response;

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    /// The wrong place in the body, as a JSON pointer.
    pub(crate) pointer: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), pointer: None, headers: Vec::new() }
    }

    /// Returns 400 with 63100: the body of the request is wrong at this place.
    pub(crate) fn body(pointer: impl Into<String>, message: impl AsRef<str>) -> Self {
        let text = format!("Validation Error: {}", message.as_ref());
        Self { pointer: Some(pointer.into()), ..Self::new(400, 63100, text) }
    }

    /// Returns 400 with 20001: a parameter of the query is wrong.
    pub(crate) fn query(message: impl Into<String>) -> Self {
        Self::new(400, 20001, message)
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(404, 20404, format!("The requested resource {path} was not found"))
    }

    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn into_response(self, rfc9457: bool, instance: &str) -> Response {
        let more_info = more_info(self.code);
        let (kind, body) = if rfc9457 {
            let mut body = json!({
                "type": more_info,
                "title": reason(self.status),
                "status": self.status,
                "code": self.code,
                "detail": self.message,
                "instance": instance,
            });
            if let (Some(pointer), Some(map)) = (&self.pointer, body.as_object_mut()) {
                map.insert(
                    "errors".into(),
                    json!([{ "detail": self.message, "pointer": format!("#{pointer}") }]),
                );
            }
            ("application/problem+json", body)
        } else {
            let body = Legacy {
                code: self.code,
                message: &self.message,
                more_info: &more_info,
                status: self.status,
            };
            ("application/json", serde_json::to_value(body).unwrap_or(Value::Null))
        };
        let mut response = json_response(self.status, &body);
        response.set_header("Content-Type", kind);
        for (name, value) in self.headers {
            response.set_header(name, value);
        }
        response
    }
}

#[derive(Serialize)]
struct Legacy<'a> {
    code: u32,
    message: &'a str,
    more_info: &'a str,
    status: u16,
}

/// Returns the address of a code's page, as in Twilio's errors.
pub(crate) fn more_info(code: u32) -> String {
    format!("https://www.twilio.com/docs/errors/{code}")
}

pub(crate) fn json_response(status: u16, body: &impl Serialize) -> Response {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: serde_json::to_vec(body).unwrap_or_default() }
}

pub(crate) fn empty_response(status: u16) -> Response {
    Response { status, ..Response::default() }
}

/// Returns the reason phrase of a status.
pub(crate) const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
