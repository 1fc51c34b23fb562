//! One connection as bytes in and bytes out, the same for the blocking and the asyncio driver.
//!
//! ```text
//!   new ──▶ tunnel (CONNECT through a proxy) ──▶ handshake (TLS) ──▶ open ◀──▶ one exchange at a time
//!           └──────────── either may be left out ───────────┘         └──▶ not reusable: to be dropped
//! ```
//!
//! The request is held back until the connection is open, and bytes count as sent only when the driver says so
//! ([`Connection::wrote`]), so that [`RequestSent::No`] is exact.

use std::io::{Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use senders_core::{FailureKind, HttpRequest, HttpResponse, RequestSent, Secret, TransportFailure};
use zeroize::Zeroize;

use super::exchange::Exchange;
use super::not_sent;

/// The result of an exchange.
pub(crate) type Answer = Result<HttpResponse, TransportFailure>;

/// The request to a proxy, which is sent before anything else.
#[derive(Clone)]
pub(crate) struct Tunnel {
    /// `host:port` of the target.
    pub(crate) authority: String,
    /// The value of `Proxy-Authorization`.
    pub(crate) authorization: Option<Secret>,
    /// The proxy as messages name it.
    pub(crate) proxy: String,
}

/// TLS with whom, on whose terms.
#[derive(Clone)]
pub(crate) struct TlsTarget {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) name: ServerName<'static>,
}

pub(crate) struct Connection {
    phase: Phase,
    /// Present from the handshake on.
    tls: Option<Box<ClientConnection>>,
    host: String,
    exchange: Option<Exchange>,
    /// The encoded request, until the connection is open.
    held_back: Vec<u8>,
    /// Plain bytes that came in and are not used yet.
    input: Vec<u8>,
    /// Bytes for the socket; those before `output_at` have gone.
    output: Vec<u8>,
    output_at: usize,
    /// How many bytes were ever put into `output`, how many of them have gone, and where the request lies in them.
    put: u64,
    gone: u64,
    request_start: Option<u64>,
    request_end: u64,
    reusable: bool,
}

enum Phase {
    Tunnel(Box<OpeningTunnel>),
    Handshake,
    Open,
}

/// A `CONNECT` under way, and what comes after it.
struct OpeningTunnel {
    connect: Exchange,
    tls: Option<TlsTarget>,
    proxy: String,
}

impl Drop for Connection {
    /// Overwrites the buffers: requests hold credentials and codes, responses hold phone numbers.
    fn drop(&mut self) {
        self.held_back.zeroize();
        self.input.zeroize();
        self.output.zeroize();
    }
}

impl Connection {
    /// A connection to be used over a socket that is being connected. `host` is the value of the `Host` header.
    pub(crate) fn new(
        host: String,
        tunnel: Option<Tunnel>,
        tls: Option<TlsTarget>,
    ) -> Result<Self, TransportFailure> {
        let mut connection = Self {
            phase: Phase::Open,
            tls: None,
            host,
            exchange: None,
            held_back: Vec::new(),
            input: Vec::new(),
            output: Vec::new(),
            output_at: 0,
            put: 0,
            gone: 0,
            request_start: None,
            request_end: 0,
            reusable: true,
        };
        if let Some(tunnel) = tunnel {
            let Tunnel { authority, authorization, proxy } = tunnel;
            let authorization = authorization.as_ref().map(Secret::expose);
            connection.output.reserve(2 * authority.len() + authorization.map_or(0, str::len) + 128);
            let connect = Exchange::start_tunnel(&authority, authorization, &mut connection.output);
            connection.put = connection.output.len() as u64;
            connection.phase = Phase::Tunnel(Box::new(OpeningTunnel { connect, tls, proxy }));
        } else {
            connection.open_tls(tls)?;
        }
        Ok(connection)
    }

    /// Puts a request out. One at a time, and only while [`Connection::is_reusable`] or new.
    pub(crate) fn start(&mut self, request: &HttpRequest) -> Result<(), TransportFailure> {
        self.request_start = None;
        self.held_back.zeroize();
        // Room for all of it: a buffer that grows leaves its old memory behind as it is.
        let lines: usize = request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        self.held_back.reserve(request.target.len() + self.host.len() + lines + request.body.len() + 512);
        self.exchange = Some(Exchange::start(request, &self.host, &mut self.held_back)?);
        if self.is_open() { self.release_request() } else { Ok(()) }
    }

    /// Takes bytes from the socket. Returns the result of the exchange if it ends with them.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<Answer> {
        match self.read_on(bytes) {
            Ok(response) => response.map(Ok),
            Err(failure) => self.end(failure),
        }
    }

    /// The socket has come to its end: nothing more will be read.
    pub(crate) fn read_end(&mut self) -> Option<Answer> {
        self.reusable = false;
        let failure = match (&self.phase, &mut self.exchange) {
            (Phase::Tunnel(tunnel), _) => not_sent(
                FailureKind::Connect,
                format!("{} closed the connection before it opened the tunnel", tunnel.proxy),
            ),
            (Phase::Handshake, _) => {
                not_sent(FailureKind::Tls, "the server closed the connection during the TLS handshake")
            }
            (Phase::Open, None) => return None,
            // Under TLS a clean end is announced (`read_on` handles it); this end may be an attacker's cut.
            (Phase::Open, Some(_)) if self.tls.is_some() => TransportFailure::new(
                FailureKind::Closed,
                RequestSent::Yes,
                "the connection was closed before the response was whole",
            ),
            (Phase::Open, Some(exchange)) => match exchange.read_end() {
                Ok(received) => {
                    self.exchange = None;
                    return Some(Ok(received.response));
                }
                Err(failure) => failure,
            },
        };
        self.end(failure)
    }

    /// Bytes for the socket.
    pub(crate) fn output(&self) -> &[u8] {
        self.output.get(self.output_at..).unwrap_or_default()
    }

    /// The socket has taken the first `count` bytes of [`Connection::output`].
    pub(crate) fn wrote(&mut self, count: usize) {
        self.output_at += count;
        self.gone += count as u64;
        if self.output_at >= self.output.len() {
            self.output.zeroize();
            self.output_at = 0;
        }
    }

    /// Whether the way is free: name looked up, tunnel open, TLS agreed on.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// Whether another request may be sent: nothing is out and both sides mean to go on.
    pub(crate) fn is_reusable(&self) -> bool {
        self.reusable && self.is_open() && self.exchange.is_none() && self.output().is_empty()
    }

    /// Whether closing now would cut something off.
    pub(crate) const fn is_busy(&self) -> bool {
        self.exchange.is_some() || !self.is_open()
    }

    /// Whether what goes out now is encrypted.
    pub(crate) const fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// How much of the request has gone out.
    pub(crate) const fn sent(&self) -> RequestSent {
        match self.request_start {
            Some(start) if self.gone > start => {
                if self.gone >= self.request_end {
                    RequestSent::Yes
                } else {
                    RequestSent::Unknown
                }
            }
            _ => RequestSent::No,
        }
    }

    /// A failure that the driver saw, with what is known of the request.
    pub(crate) fn failure(&self, kind: FailureKind, message: impl Into<String>) -> TransportFailure {
        TransportFailure::new(kind, self.sent(), message)
    }

    /// The failure of a connection that was not made within its time.
    pub(crate) fn connect_timeout(&self, limit_ms: u64) -> TransportFailure {
        let place = match &self.phase {
            Phase::Tunnel(tunnel) => format!(" through {}", tunnel.proxy),
            Phase::Handshake | Phase::Open => String::new(),
        };
        self.failure(FailureKind::Timeout, format!("no connection{place} within {limit_ms} ms"))
    }

    /// Returns the response of an exchange that failed in the driver: an error status that has been read decides,
    /// even if the body is not complete. The connection cannot be used again.
    pub(crate) fn answer_so_far(&mut self) -> Option<HttpResponse> {
        let response = self.exchange.as_mut()?.response_so_far()?;
        self.exchange = None;
        self.reusable = false;
        Some(response)
    }

    /// Bytes of the body that are still to come, where the response's head said so.
    pub(crate) fn body_bytes_left(&self) -> Option<u64> {
        self.exchange.as_ref().and_then(Exchange::body_bytes_left)
    }

    /// Says goodbye, as far as the protocol has a word for it. To be called only by the process that opened it.
    pub(crate) fn close(&mut self) {
        self.reusable = false;
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            self.flush_tls();
        }
    }

    fn end(&mut self, mut failure: TransportFailure) -> Option<Answer> {
        self.reusable = false;
        failure.sent = self.sent();
        self.exchange.take().map(|mut exchange| exchange.response_so_far().ok_or(failure))
    }

    fn read_on(&mut self, bytes: &[u8]) -> Result<Option<HttpResponse>, TransportFailure> {
        if self.tls.is_some() {
            return self.read_tls(bytes);
        }
        if !self.input.is_empty() {
            self.input.extend_from_slice(bytes);
            return self.use_input();
        }
        // The common case: everything that came is used at once, without a copy.
        let (used, response) = self.use_bytes(bytes)?;
        self.input.extend_from_slice(bytes.get(used..).unwrap_or_default());
        self.after_use(response)
    }

    fn use_input(&mut self) -> Result<Option<HttpResponse>, TransportFailure> {
        let input = std::mem::take(&mut self.input);
        let outcome = self.use_bytes(&input);
        self.input = input;
        let (used, response) = outcome?;
        self.input.drain(..used.min(self.input.len()));
        self.after_use(response)
    }

    /// Clears the bytes that are left after the end of the exchange: they belong to no response.
    fn after_use(
        &mut self,
        response: Option<HttpResponse>,
    ) -> Result<Option<HttpResponse>, TransportFailure> {
        if self.exchange.is_none() && !self.input.is_empty() {
            self.reusable = false;
            self.input.zeroize();
        }
        Ok(response)
    }

    fn use_bytes(&mut self, bytes: &[u8]) -> Result<(usize, Option<HttpResponse>), TransportFailure> {
        if let Phase::Tunnel(tunnel) = &mut self.phase {
            let (used, received) = tunnel.connect.read(bytes)?;
            if let Some(received) = received {
                // A server does not speak before TLS does.
                self.tunnel_answered(received.response.status, bytes.len() > used)?;
            }
            return Ok((used, None));
        }
        let Some(exchange) = &mut self.exchange else {
            return Ok((0, None));
        };
        let (used, received) = exchange.read(bytes)?;
        let Some(received) = received else {
            return Ok((used, None));
        };
        self.exchange = None;
        // A server that responds before it has the whole request reads the rest of it as another request.
        self.reusable = self.reusable && received.keep_alive && self.sent() == RequestSent::Yes;
        Ok((used, Some(received.response)))
    }

    fn tunnel_answered(&mut self, status: u16, more: bool) -> Result<(), TransportFailure> {
        let Phase::Tunnel(tunnel) = std::mem::replace(&mut self.phase, Phase::Open) else {
            return Ok(());
        };
        let OpeningTunnel { tls, proxy, .. } = *tunnel;
        let message = match status {
            200..=299 if more => format!("{proxy} sent more than its answer"),
            200..=299 => return self.open_tls(tls),
            407 => {
                format!("{proxy} asks for a user and password (status 407); put them into its URL")
            }
            status => format!("{proxy} refused to open a tunnel (status {status})"),
        };
        Err(not_sent(FailureKind::Connect, message))
    }

    fn open_tls(&mut self, tls: Option<TlsTarget>) -> Result<(), TransportFailure> {
        let Some(TlsTarget { config, name }) = tls else {
            self.phase = Phase::Open;
            return self.release_request();
        };
        self.phase = Phase::Handshake;
        let mut tls = ClientConnection::new(config, name).map_err(tls_failure)?;
        tls.set_buffer_limit(None);
        self.tls = Some(Box::new(tls));
        self.flush_tls();
        Ok(())
    }

    fn read_tls(&mut self, mut bytes: &[u8]) -> Result<Option<HttpResponse>, TransportFailure> {
        let mut closed = false;
        let mut broken = None;
        while let Some(tls) = &mut self.tls {
            if bytes.is_empty()
                || tls.read_tls(&mut bytes).map_err(|error| tls_failure(error.to_string()))? == 0
            {
                break;
            }
            match tls.process_new_packets() {
                Ok(state) => {
                    closed = state.peer_has_closed();
                    let start = self.input.len();
                    self.input.resize(start + state.plaintext_bytes_to_read(), 0);
                    let target = self.input.get_mut(start..).unwrap_or_default();
                    tls.reader().read_exact(target).map_err(|error| tls_failure(error.to_string()))?;
                }
                Err(error) => {
                    // Bytes that came before the alert are still read; after them the exchange ends with the error.
                    let _ = tls.reader().read_to_end(&mut self.input);
                    broken = Some(if matches!(self.phase, Phase::Open) && !is_about_certificates(&error) {
                        // The handshake was over: a connection that broke, whatever the alert calls it.
                        self.failure(FailureKind::Closed, format!("TLS ended early: {error}"))
                    } else {
                        tls_failure(error)
                    });
                    break;
                }
            }
            if matches!(self.phase, Phase::Handshake) && !tls.is_handshaking() {
                self.phase = Phase::Open;
                self.flush_tls();
                self.release_request()?;
            }
        }
        // Also the alert that tells the server what was wrong.
        self.flush_tls();
        let response = self.use_input()?;
        if let Some(failure) = broken {
            self.reusable = false;
            // A response that came whole before the alert is the result.
            return if response.is_some() { Ok(response) } else { Err(failure) };
        }
        if closed {
            self.reusable = false;
            if let (None, Some(exchange)) = (&response, &mut self.exchange) {
                let received = exchange.read_end()?;
                self.exchange = None;
                return Ok(Some(received.response));
            }
        }
        Ok(response)
    }

    /// Moves the request that was held back into the output.
    fn release_request(&mut self) -> Result<(), TransportFailure> {
        if self.held_back.is_empty() {
            return Ok(());
        }
        let mut request = std::mem::take(&mut self.held_back);
        self.request_start = Some(self.put);
        // Until its end is known nothing counts as all of it.
        self.request_end = u64::MAX;
        match &mut self.tls {
            Some(tls) => {
                let written = tls.writer().write_all(&request);
                request.zeroize();
                self.held_back = request;
                written.map_err(|error| tls_failure(error.to_string()))?;
                self.flush_tls();
            }
            None if self.output.is_empty() => {
                // Swapped, not copied; the emptied buffer serves the next request.
                self.put += request.len() as u64;
                self.held_back = std::mem::replace(&mut self.output, request);
            }
            None => {
                self.put += request.len() as u64;
                self.output.extend_from_slice(&request);
                request.zeroize();
            }
        }
        self.request_end = self.put;
        Ok(())
    }

    fn flush_tls(&mut self) {
        if let Some(tls) = &mut self.tls {
            let before = self.output.len();
            while tls.wants_write() {
                // Writing into a `Vec` cannot fail.
                if tls.write_tls(&mut self.output).is_err() {
                    break;
                }
            }
            self.put += (self.output.len() - before) as u64;
        }
    }
}

fn tls_failure(error: impl std::fmt::Display) -> TransportFailure {
    not_sent(FailureKind::Tls, format!("TLS failed: {error}"))
}

/// Whether the server's alert is about the client's certificate, which in TLS 1.3 comes after the handshake.
const fn is_about_certificates(error: &rustls::Error) -> bool {
    use rustls::AlertDescription as Alert;
    matches!(
        error,
        rustls::Error::AlertReceived(
            Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
        )
    )
}
