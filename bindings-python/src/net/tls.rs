//! The terms of TLS: the system's trust store, more roots from a file, TLS 1.2 and 1.3, no logging of keys.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

/// The certificates of a PEM file.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    if path.to_string_lossy().contains(['\n', '\r']) || path.to_string_lossy().contains("-----BEGIN") {
        // Not shown: it may be a key.
        return Err("ca_file must be the path of a PEM file, not the text of one".to_owned());
    }
    let broken =
        |error: &dyn std::fmt::Display| format!("ca_file `{}` cannot be read: {error}", path.display());
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(|error| broken(&error))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| broken(&error))?;
    if certificates.is_empty() {
        return Err(broken(&"it holds no PEM certificate"));
    }
    Ok(certificates)
}

/// Reads the system's trust store (tens of milliseconds on some systems) and adds `extra` to it.
pub(crate) fn client_config(extra: &[CertificateDer<'static>]) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        Verifier::new_with_extra_roots(extra.iter().cloned(), Arc::clone(&provider)).map_err(|error| {
            format!("the system's trust store could not be read: {error}; name a file in ca_file")
        })?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
