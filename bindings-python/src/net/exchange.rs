//! One HTTP/1.1 exchange in plain bytes: the request as it goes out, the response as it comes in, piece by piece.
//!
//! Heads and chunk sizes are read by `httparse`; the framing around them is ours (RFC 9112 §6 and §7), and every run of
//! the Python suite compares it with h11 and llhttp (`tests/wire_differential.py`). `ureq-proto` 0.7 was tried: its call
//! is another type in each state, its headers are `http`'s (4.0 µs an exchange where this takes 0.9, of about 20 that a
//! whole fetch takes), and it reads a head strictly, so that one odd line loses the status.
//!
//! **The status decides before the framing does.** Once the status of an error has been read, it is the response,
//! even if the rest fails: [`Exchange::response_so_far`]. A success is one only with its whole body.

use std::io::Write;

use senders_core::{FailureKind, Headers, HttpRequest, HttpResponse, Method, RequestSent, TransportFailure};
use zeroize::{Zeroize, Zeroizing};

use super::coding::{self, Undecoded};
use super::head::{self, Framing, Parsed};
use super::not_sent;

/// The largest response head in bytes, and the largest chunk line or trailer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// A response that has come whole.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) response: HttpResponse,
    /// Whether the protocol lets the connection serve another request.
    pub(crate) keep_alive: bool,
}

/// An exchange whose request has been encoded.
#[derive(Debug)]
pub(crate) struct Exchange {
    state: State,
    /// The response to a `CONNECT`: its status line says all there is to know.
    tunnel: bool,
    max_body_bytes: u64,
    /// The status, once its line is whole.
    status: Option<u16>,
    /// No interim response has announced a body, which it must not have.
    keep_alive: bool,
}

#[derive(Debug)]
enum State {
    Head,
    Body(Body),
    Over,
}

#[derive(Debug)]
struct Body {
    response: HttpResponse,
    framing: Framing,
    keep_alive: bool,
    codings: Vec<String>,
}

fn protocol(message: impl std::fmt::Display) -> TransportFailure {
    TransportFailure::new(
        FailureKind::Protocol,
        RequestSent::Yes,
        format!("the answer is not HTTP/1.1 as this client speaks it: {message}"),
    )
}

/// Whether a response of this status means the same without its body.
const fn decides(status: u16) -> bool {
    status >= 300
}

impl Drop for Exchange {
    /// Overwrites the body: one that was not returned still holds phone numbers.
    fn drop(&mut self) {
        if let State::Body(body) = &mut self.state {
            body.response.body.zeroize();
        }
    }
}

impl Exchange {
    const fn new(tunnel: bool, max_body_bytes: u64) -> Self {
        Self { state: State::Head, tunnel, max_body_bytes, status: None, keep_alive: true }
    }

    /// Encodes `request` onto the end of `out`. `host` is the value of the `Host` header.
    pub(crate) fn start(
        request: &HttpRequest,
        host: &str,
        out: &mut Vec<u8>,
    ) -> Result<Self, TransportFailure> {
        // The core has checked every part; this is the last door, and it stays shut to a split request.
        if !request.target.starts_with('/') || !request.target.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(not_sent(FailureKind::Other, "the request's target is not a path"));
        }
        out.reserve(request.target.len() + host.len() + request.body.len() + 512);
        for part in [request.method.as_str(), " ", &request.target, " HTTP/1.1\r\nhost: ", host, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        for (name, value) in request.headers.iter() {
            let name_fits =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
            if !name_fits || value.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
                return Err(not_sent(FailureKind::Other, "a header of the request cannot be sent as it is"));
            }
            for part in [name, ": ", value, "\r\n"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
        if request.headers.value("accept-encoding").is_none() {
            out.extend_from_slice(b"accept-encoding: identity\r\n");
        }
        if request.method == Method::Post || !request.body.is_empty() {
            // Writing into a `Vec` cannot fail.
            let _ = write!(out, "content-length: {}\r\n", request.body.len());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&request.body);
        Ok(Self::new(false, request.max_response_bytes))
    }

    /// Encodes a `CONNECT` to `authority` onto the end of `out`.
    pub(crate) fn start_tunnel(authority: &str, authorization: Option<&str>, out: &mut Vec<u8>) -> Self {
        let _ = write!(out, "CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n");
        if let Some(value) = authorization {
            let _ = write!(out, "proxy-authorization: {value}\r\n");
        }
        out.extend_from_slice(b"\r\n");
        Self::new(true, 0)
    }

    /// Reads on. Returns how many bytes of `input` were used, and the response once it is whole. The caller must
    /// pass the bytes that were not used again, with more behind them.
    pub(crate) fn read(&mut self, input: &[u8]) -> Result<(usize, Option<Received>), TransportFailure> {
        let mut used = 0;
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let count = match &mut self.state {
                State::Over => return Ok((used, None)),
                State::Head => self.read_head(rest)?,
                State::Body(body) => body.read(rest, self.max_body_bytes)?,
            };
            let stuck = count.is_none();
            let count = count.unwrap_or(0);
            used += count;
            if let State::Body(Body { framing: Framing::End, .. }) = &self.state
                && let State::Body(body) = std::mem::replace(&mut self.state, State::Over)
            {
                return Ok((used, Some(self.finish(body)?)));
            }
            if stuck {
                if rest.len() > MAX_HEAD_BYTES {
                    return Err(too_long());
                }
                return Ok((used, None));
            }
        }
    }

    /// The connection has ended cleanly: the end of a body that is delimited by it, a cut response otherwise.
    pub(crate) fn read_end(&mut self) -> Result<Received, TransportFailure> {
        let message = match &self.state {
            State::Body(Body { framing: Framing::UntilClosed, .. }) => {
                if let State::Body(body) = std::mem::replace(&mut self.state, State::Over) {
                    return self.finish(body);
                }
                String::new()
            }
            State::Body(body) => {
                let status = body.response.status;
                format!(
                    "the connection was closed in the middle of the body of an answer with status {status}"
                )
            }
            State::Head | State::Over => "the connection was closed before a response came".to_owned(),
        };
        Err(TransportFailure::new(FailureKind::Closed, RequestSent::Yes, message))
    }

    /// Returns the response of an exchange that has failed, if an error status has been read, with as much of its
    /// body as came.
    pub(crate) fn response_so_far(&mut self) -> Option<HttpResponse> {
        if self.tunnel {
            return None;
        }
        match (std::mem::replace(&mut self.state, State::Over), self.status) {
            (State::Body(mut body), _) if decides(body.response.status) => {
                if !body.codings.is_empty() {
                    body.response.body.zeroize();
                }
                Some(body.response)
            }
            (State::Head, Some(status)) if decides(status) => {
                Some(HttpResponse::new(status, Headers::new(), Vec::new()))
            }
            _ => None,
        }
    }

    /// Bytes of the body that are still to come, as far as the response has said so.
    pub(crate) fn body_bytes_left(&self) -> Option<u64> {
        match &self.state {
            State::Body(Body { framing: Framing::Length(left) | Framing::Chunk(left), .. }) => Some(*left),
            _ => None,
        }
    }

    /// Reads one head, and returns how many bytes it takes; `None` if it is not whole yet.
    fn read_head(&mut self, input: &[u8]) -> Result<Option<usize>, TransportFailure> {
        let (used, head) = match head::read(input, self.tunnel).map_err(protocol)? {
            Parsed::Partial(status) => {
                self.status = status;
                return match status {
                    // A refusal of a tunnel is one whatever its head goes on to say.
                    Some(status) if self.tunnel && decides(status) => {
                        self.state = State::Body(Body::of_status(status));
                        Ok(Some(input.len()))
                    }
                    _ => Ok(None),
                };
            }
            Parsed::Whole(used, head) => (used, *head),
        };
        if used > MAX_HEAD_BYTES {
            self.status = Some(head.status);
            return Err(too_long());
        }
        match head.status {
            101 => return Err(protocol("it switches to another protocol")),
            // An interim response: the one that counts is still to come.
            100..=199 => {
                self.status = None;
                self.keep_alive = self.keep_alive && head.keep_alive;
                return Ok(Some(used));
            }
            200..=999 => {}
            _ => return Err(protocol("its status is below 100")),
        }
        let (framing, mut failure) = match head.framing {
            Ok(framing) => (framing, None),
            Err(wrong) => (Framing::UntilClosed, Some(protocol(wrong))),
        };
        let mut body = Vec::new();
        if let Framing::Length(length) = framing {
            if length > self.max_body_bytes {
                failure = Some(too_large(self.max_body_bytes));
            } else {
                body.reserve_exact(usize::try_from(length).unwrap_or(0));
            }
        }
        self.state = State::Body(Body {
            response: HttpResponse::new(head.status, head.headers, body),
            framing,
            keep_alive: head.keep_alive && self.keep_alive,
            codings: head.codings,
        });
        failure.map_or(Ok(Some(used)), Err)
    }

    /// Takes the content codings off a whole body.
    fn finish(&self, body: Body) -> Result<Received, TransportFailure> {
        let Body { mut response, keep_alive, codings, .. } = body;
        if !codings.is_empty() {
            let mut encoded = Zeroizing::new(std::mem::take(&mut response.body));
            // Text is no compressed data: a header that came through a gateway which had unpacked the body.
            let plain = std::str::from_utf8(&encoded).is_ok();
            response.body = match coding::decode(&codings, &encoded, self.max_body_bytes) {
                Ok(decoded) => decoded,
                Err(Undecoded::TooLarge) if !decides(response.status) => {
                    return Err(too_large(self.max_body_bytes));
                }
                Err(Undecoded::Unreadable) if plain => std::mem::take(&mut *encoded),
                Err(_) => Vec::new(),
            };
        }
        Ok(Received { response, keep_alive })
    }
}

impl Body {
    fn of_status(status: u16) -> Self {
        let response = HttpResponse::new(status, Headers::new(), Vec::new());
        Self { response, framing: Framing::End, keep_alive: false, codings: Vec::new() }
    }

    /// Takes what it can of `input`, and returns how much that was; `None` if it can go on only with more.
    fn read(&mut self, input: &[u8], max: u64) -> Result<Option<usize>, TransportFailure> {
        let (used, next) = match self.framing {
            Framing::End => (0, Framing::End),
            _ if input.is_empty() => return Ok(None),
            Framing::UntilClosed => {
                self.take(input, max)?;
                (input.len(), Framing::UntilClosed)
            }
            Framing::Length(left) => match self.take_some(input, left, max)? {
                (count, 0) => (count, Framing::End),
                (count, left) => (count, Framing::Length(left)),
            },
            Framing::Chunk(left) => match self.take_some(input, left, max)? {
                (count, 0) => (count, Framing::ChunkEnd),
                (count, left) => (count, Framing::Chunk(left)),
            },
            Framing::ChunkSize => match chunk_size(input)? {
                None => return Ok(None),
                Some((used, 0)) => (used, Framing::Trailers),
                Some((used, size)) => (used, Framing::Chunk(size)),
            },
            Framing::ChunkEnd => match input {
                [b'\r', b'\n', ..] => (2, Framing::ChunkSize),
                [b'\r'] => return Ok(None),
                _ => return Err(protocol("a chunk is longer than it said")),
            },
            Framing::Trailers => {
                let Some(end) = input.iter().position(|byte| *byte == b'\n') else {
                    return Ok(None);
                };
                if end >= MAX_HEAD_BYTES {
                    return Err(too_long());
                }
                // Trailers say nothing this client needs.
                let last = matches!(input.get(..end), Some(b"" | b"\r"));
                (end + 1, if last { Framing::End } else { Framing::Trailers })
            }
        };
        self.framing = next;
        Ok(Some(used))
    }

    fn take_some(&mut self, input: &[u8], left: u64, max: u64) -> Result<(usize, u64), TransportFailure> {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        self.take(input.get(..count).unwrap_or_default(), max)?;
        Ok((count, left - count as u64))
    }

    fn take(&mut self, bytes: &[u8], max: u64) -> Result<(), TransportFailure> {
        if (self.response.body.len() + bytes.len()) as u64 > max {
            return Err(too_large(max));
        }
        self.response.body.extend_from_slice(bytes);
        Ok(())
    }
}

/// The length of a line with a chunk's size, and the size; `None` if the line is not whole.
fn chunk_size(input: &[u8]) -> Result<Option<(usize, u64)>, TransportFailure> {
    // `httparse` takes a line without a digit for 0, and so for the end of the body.
    if !input.first().is_some_and(u8::is_ascii_hexdigit) {
        return Err(protocol("a chunk has no size"));
    }
    let (line, read) = match httparse::parse_chunk_size(input).map_err(protocol)? {
        httparse::Status::Partial => (input, None),
        httparse::Status::Complete((used, _)) if used > MAX_HEAD_BYTES => return Err(too_long()),
        httparse::Status::Complete((used, size)) => {
            (input.get(..used.saturating_sub(2)).unwrap_or_default(), Some((used, size)))
        }
    };
    // In an extension it lets a bare LF pass, where another reader may end the line.
    if line.contains(&b'\n') {
        return Err(protocol("a line with a chunk's size does not end with CR LF"));
    }
    Ok(read)
}

fn too_long() -> TransportFailure {
    protocol("its head or a line of its body is larger than 64 KiB")
}

fn too_large(max: u64) -> TransportFailure {
    TransportFailure::new(
        FailureKind::ResponseTooLarge,
        RequestSent::Yes,
        format!("the response's body is larger than {max} bytes"),
    )
}
