//! The options that one client's connections share.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use senders_core::{FailureKind, TransportFailure};
use senders_core::{Origin, Scheme};

use super::connection::{Connection, TlsTarget, Tunnel};
use super::proxy::{Proxies, bare};
use super::{not_sent, tls};

/// The options of a transport, and the TLS configuration once it has been needed.
pub(crate) struct Settings {
    pub(crate) max_connections: usize,
    proxies: Proxies,
    extra_roots: Vec<CertificateDer<'static>>,
    tls: OnceLock<Result<Arc<ClientConfig>, String>>,
}

/// Where to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// A name, or an IP address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The proxy that this is the address of, as messages name it.
    pub(crate) proxy: Option<String>,
}

/// As messages name it.
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.proxy {
            Some(proxy) => f.write_str(proxy),
            None => write!(f, "{} port {}", self.host, self.port),
        }
    }
}

impl Settings {
    /// # Errors
    /// If the file cannot be read as PEM certificates.
    pub(crate) fn new(
        max_connections: usize,
        proxies: Proxies,
        ca_file: Option<&Path>,
    ) -> Result<Self, String> {
        let extra_roots = ca_file.map(tls::certificates).transpose()?.unwrap_or_default();
        Ok(Self { max_connections, proxies, extra_roots, tls: OnceLock::new() })
    }

    /// A new connection for `origin`, and where its socket must be connected to.
    pub(crate) fn connection(&self, origin: &Origin) -> Result<(Connection, Address), TransportFailure> {
        let authority = origin.authority();
        let host = bare(&origin.host);
        let https = origin.scheme == Scheme::Https;
        if !authority.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(not_sent(FailureKind::Connect, format!("`{authority}` is not a host name")));
        }
        if !https {
            // Plain http is for loopback, where no proxy has a place.
            let address = Address { host: host.to_owned(), port: origin.port, proxy: None };
            return Ok((Connection::new(authority, None, None)?, address));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            not_sent(FailureKind::Tls, format!("`{host}` is not a host name that TLS can check"))
        })?;
        let tls = TlsTarget { config: self.tls()?, name };
        let proxy = self
            .proxies
            .for_target(host, origin.port)
            .map_err(|message| not_sent(FailureKind::Connect, message))?;
        let (tunnel, address) = match proxy {
            Some(proxy) => (
                Some(Tunnel {
                    authority: if origin.port == 443 {
                        format!("{authority}:443")
                    } else {
                        authority.clone()
                    },
                    authorization: proxy.authorization.clone(),
                    proxy: proxy.to_string(),
                }),
                Address { host: proxy.host.clone(), port: proxy.port, proxy: Some(proxy.to_string()) },
            ),
            None => (None, Address { host: host.to_owned(), port: origin.port, proxy: None }),
        };
        Ok((Connection::new(authority.clone(), tunnel, Some(tls))?, address))
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, TransportFailure> {
        self.tls
            .get_or_init(|| tls::client_config(&self.extra_roots))
            .clone()
            .map_err(|message| not_sent(FailureKind::Tls, message))
    }
}
