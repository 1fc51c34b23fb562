//! Bytes in, bytes out: HTTP/1.1, TLS and proxies without a socket. The drivers beside this module own the sockets.

mod coding;
pub(crate) mod connection;
pub(crate) mod dial;
pub(crate) mod exchange;
mod head;
pub(crate) mod proxy;
pub(crate) mod settings;
pub(crate) mod tls;

#[cfg(test)]
mod tests;

use senders_core::{FailureKind, RequestSent, TransportFailure};

/// A failure before any byte of the request was written.
pub(crate) fn not_sent(kind: FailureKind, message: impl Into<String>) -> TransportFailure {
    TransportFailure::new(kind, RequestSent::No, message)
}
