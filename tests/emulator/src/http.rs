//! Requests and responses as plain data, and the way a response is delivered.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// One request, as read by a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain data that every transport builds")]
pub struct Request {
    /// The method, as sent: `GET`, `POST`, …
    pub method: String,
    /// The path and the query as sent: `/v2/Channels/Senders?Channel=whatsapp`. An absolute URL is also accepted.
    pub target: String,
    /// Header fields in the order sent; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body, without any transfer coding.
    pub body: Vec<u8>,
}

impl Request {
    /// Creates a request without headers and body.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self { method: method.into(), target: target.into(), ..Self::default() }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds `Authorization: Basic` with a user name and a password.
    #[must_use]
    pub fn with_basic_auth(self, user: &str, password: &str) -> Self {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.with_header("Authorization", format!("Basic {pair}"))
    }

    /// Sets a JSON body and its `Content-Type`.
    #[must_use]
    pub fn with_json(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.with_header("Content-Type", "application/json")
    }

    /// Returns the first value of a header field, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// One response. The transport adds `Content-Length`, because it knows how the body is framed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain data that every transport reads")]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header fields in the order they are sent.
    pub headers: Vec<(String, String)>,
    /// The body, without any transfer coding.
    pub body: Vec<u8>,
}

impl Response {
    /// Returns the first value of a header field, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(crate) fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.remove_header(name);
        self.headers.push((title_case(name), value.into()));
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }
}

/// The reply to a request: the response, and how it reaches the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain data that every transport reads")]
pub struct Reply {
    /// The response. Meaningless with a [`Delivery`] that sends none.
    pub response: Response,
    /// How the transport sends it.
    pub delivery: Delivery,
    /// Whether the emulator carried out the request, even if no response says so; `false` if a fault prevented it.
    pub acted: bool,
}

/// How a transport sends a response. Everything except [`Delivery::Normal`] is caused by an injected fault.
///
/// A transport without connections (a client's test transport) maps each to the failure that its client would see:
/// [`Refuse`](Self::Refuse) is "not sent"; the others are "sent, outcome unknown" if the body or the head is
/// incomplete, and a timeout if the response stalls without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a transport has to know every variant")]
pub enum Delivery {
    /// The whole response, framed correctly.
    Normal,
    /// No connection is made; the request was not read. A server that has already accepted it closes at once.
    Refuse,
    /// The connection is closed in order (FIN) without a response.
    Close,
    /// The connection is reset (RST) without a response.
    Reset,
    /// Nothing is sent for this time, then the whole response; without a time, nothing is ever sent.
    StallBeforeHead {
        /// Milliseconds; `None` means forever.
        ms: Option<u64>,
    },
    /// The head and the first bytes of the body are sent, then nothing for this time, then the rest.
    StallInBody {
        /// Bytes of the body sent before the stall.
        after: usize,
        /// Milliseconds; `None` means forever.
        ms: Option<u64>,
    },
    /// The head at once, then the body at this pace.
    Drip {
        /// Bytes per second, at least 1.
        bytes_per_s: u32,
    },
    /// The head with the right `Content-Length`, the first bytes of the body, then the connection is closed.
    CutBody {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// The whole body under a `Content-Length` that is wrong, then the connection is closed.
    ContentLength {
        /// The wrong length.
        claimed: u64,
    },
    /// The body in chunks of this size (`Transfer-Encoding: chunked`), framed correctly.
    Chunked {
        /// Bytes per chunk, at least 1.
        size: usize,
    },
    /// The body in chunks of this size; the connection is closed before the last chunk and the final one.
    ChunkedCut {
        /// Bytes per chunk, at least 1.
        size: usize,
    },
    /// The body, then this many spaces (JSON allows them), created while they are sent.
    Padded {
        /// Bytes of padding.
        bytes: u64,
    },
}

/// Returns the name of a header field with the capitals of responses: `T-Request-Id`.
fn title_case(name: &str) -> String {
    let mut upper = true;
    let letter = |character: char| {
        let shown = if upper { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() };
        upper = character == '-';
        shown
    };
    name.chars().map(letter).collect()
}

/// The path and the query of a request, decoded.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) path: &'a str,
    pub(crate) segments: Vec<Cow<'a, str>>,
    pub(crate) query: Vec<(String, String)>,
}

impl<'a> Target<'a> {
    pub(crate) fn parse(target: &'a str) -> Self {
        // Clients of a proxy send the absolute form; the path begins at the first slash after the authority.
        let origin_form = match target.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
                rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/")
            }
            _ => target,
        };
        let without_fragment = origin_form.split_once('#').map_or(origin_form, |(before, _)| before);
        let (path, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
        let segments = path
            .strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            .map(|s| percent_decode_str(s).decode_utf8_lossy());
        Self { path, segments: segments.collect(), query: parse_pairs(query) }
    }
}

/// Reads `a=1&b=2` with the encoding of forms and queries; accepts everything.
pub(crate) fn parse_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
