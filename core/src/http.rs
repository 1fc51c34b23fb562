//! Requests and responses as owned plain data: what a transport sends and what it hands back.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The two methods this API uses, and the one that deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// `http` or `https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two schemes there are")]
pub enum Scheme {
    /// Plain text: to this machine only.
    Http,
    /// TLS.
    Https,
}

/// Where requests go: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The scheme.
    pub scheme: Scheme,
    /// A host name in lower case, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port, the scheme's own one included.
    pub port: u16,
}

impl Origin {
    /// The value of the `Host` header: brackets around an IPv6 address, the port unless it is the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.scheme, self.port) {
            (Scheme::Http, 80) | (Scheme::Https, 443) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// Whether it is this machine: 127.0.0.0/8, `::1`, `localhost`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
            || self.host.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.scheme == Scheme::Http { "http" } else { "https" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

/// Names of headers whose values may be shown. An allow-list: a header that is not here is redacted.
const SHOWN: [&str; 12] = [
    "accept",
    "content-type",
    "content-length",
    "user-agent",
    "retry-after",
    "t-request-id",
    "twilio-request-id",
    "twilio-concurrent-requests",
    "date",
    "server",
    "traceparent",
    "transfer-encoding",
];

/// Header lines in the order they are sent or were received. Names compare without case.
///
/// `Debug` shows the values of an allow-list of names only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(Cow<'static, str>, Arc<str>)>);

const T_REQUEST_ID: &str = "t-request-id";
const TWILIO_REQUEST_ID: &str = "twilio-request-id";
pub(crate) const RETRY_AFTER: &str = "retry-after";

impl Headers {
    /// No headers yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Room for this many lines.
    pub(crate) fn with_capacity(lines: usize) -> Self {
        Self(Vec::with_capacity(lines))
    }

    /// Adds a line. Response headers come in through here as they were received; request headers are made by the
    /// core from checked parts.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Arc<str>>) {
        self.0.push((name.into(), value.into()));
    }

    /// The first value of the header `name`, in any case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The headers of a response that are read, in lower case: a binding may leave the others out.
    pub const READ: [&'static str; 3] = [T_REQUEST_ID, TWILIO_REQUEST_ID, RETRY_AFTER];

    /// The id the server gave the request: `T-Request-Id` (Twilio OAS d50069b) or `Twilio-Request-Id` (other Twilio APIs).
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        [T_REQUEST_ID, TWILIO_REQUEST_ID].iter().find_map(|name| self.value(name))
    }

    /// Every line, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str| SHOWN.iter().any(|shown| shown.eq_ignore_ascii_case(name));
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, if shown(name) { value } else { "***" })))
            .finish()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Arc<str>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        Self(lines.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// One request, ready to be sent. A transport sends it as it is: it adds `Host`, `Content-Length` and
/// connection headers, follows no redirect and reads no more than [`HttpRequest::max_response_bytes`].
///
/// `Debug` shows neither the body nor the values of headers that may hold a secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Scheme, host and port to connect to.
    pub origin: Arc<Origin>,
    /// Path and query, percent-encoded, beginning with `/`.
    pub target: String,
    /// Every header but `Host`, `Content-Length` and those of the connection.
    pub headers: Headers,
    /// The body; empty for `GET` and `DELETE`, which carry none.
    pub body: Vec<u8>,
    /// The largest response body in bytes; a transport that meets a larger one stops reading and reports
    /// [`FailureKind::ResponseTooLarge`].
    pub max_response_bytes: u64,
}

impl HttpRequest {
    /// The whole URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.target)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method.as_str())
            .field("url", &self.url())
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("max_response_bytes", &self.max_response_bytes)
            .finish()
    }
}

/// One whole response: the body has been read to its end and is as the server meant it (unchunked, decompressed).
///
/// `Debug` shows the body's size, not the body: it holds phone numbers.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every transport builds one")]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The headers as received.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response of these parts.
    #[must_use]
    pub const fn new(status: u16, headers: Headers, body: Vec<u8>) -> Self {
        Self { status, headers, body }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Whether a failed request had gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are these three")]
pub enum RequestSent {
    /// No byte of it was written: the server cannot have acted.
    No,
    /// Some of it may have been written.
    Unknown,
    /// All of it was written; the answer did not come whole.
    Yes,
}

/// The kind of a failure below HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// One of the two timeouts of the attempt ran out.
    Timeout,
    /// The name could not be looked up, or the connection was not accepted, or a proxy refused it.
    Connect,
    /// TLS failed: a certificate that is not trusted, a protocol neither side shares.
    Tls,
    /// The connection ended before the response did.
    Closed,
    /// The response is not HTTP/1.1.
    Protocol,
    /// The body is larger than [`HttpRequest::max_response_bytes`].
    ResponseTooLarge,
    /// The caller gave the attempt up.
    Aborted,
    /// Anything else, from an injected transport.
    Other,
}

impl FailureKind {
    /// The kind as a word: `timeout`, `connect`, `tls`, `closed`, `protocol`, `response_too_large`, `aborted`,
    /// `other`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Closed => "closed",
            Self::Protocol => "protocol",
            Self::ResponseTooLarge => "response_too_large",
            Self::Aborted => "aborted",
            Self::Other => "other",
        }
    }

    /// The kind of this word; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Timeout,
            Self::Connect,
            Self::Tls,
            Self::Closed,
            Self::Protocol,
            Self::ResponseTooLarge,
            Self::Aborted,
            Self::Other,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// An attempt without a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every transport builds one")]
pub struct TransportFailure {
    /// The kind.
    pub kind: FailureKind,
    /// Whether the request had gone out.
    pub sent: RequestSent,
    /// The transport's description, for people; no secrets, no body.
    pub message: String,
    /// The status of the response, if its head was read and its body did not come whole.
    pub status: Option<u16>,
}

impl TransportFailure {
    /// A failure of these parts.
    #[must_use]
    pub fn new(kind: FailureKind, sent: RequestSent, message: impl Into<String>) -> Self {
        Self { kind, sent, message: message.into(), status: None }
    }

    /// The same with the status of the response that did not come whole.
    #[must_use]
    pub const fn with_status(mut self, status: Option<u16>) -> Self {
        self.status = status;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted() {
        let headers: Headers =
            [("Authorization", "Basic canary"), ("X-Other", "canary"), ("T-Request-Id", "RQ1")]
                .into_iter()
                .collect();
        let response = HttpResponse::new(200, headers, b"canary".to_vec());
        let shown = format!("{response:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("RQ1") && shown.contains("body_bytes: 6"), "{shown}");
    }

    #[test]
    fn names_compare_without_case() {
        let headers: Headers = [("retry-after", "1"), ("Retry-After", "2")].into_iter().collect();
        assert_eq!(headers.value("RETRY-AFTER"), Some("1"));
        assert_eq!(headers.value("date"), None);
    }
}
