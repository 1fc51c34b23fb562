//! The secrets of a receiver.

use super::request::MOST_BYTES;
use crate::argument::InvalidArgument;
use crate::secret::Secret;

/// The secrets that webhooks are signed with: the account's auth tokens, and shared keys by name.
///
/// Several of each may be given, so that a secret can be changed without a gap. Here a form is checked and read:
///
/// ```
/// use senders_core::{Headers, Secret, WebhookKind, WebhookRequest, WebhookSecrets};
///
/// let secrets = WebhookSecrets::new().auth_token(Secret::new("12345"))?;
/// let headers = [("X-Twilio-Signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")];
/// let request = WebhookRequest {
///     url: "https://mycompany.com/myapp.php?foo=1&bar=2".to_owned(),
///     headers: headers.into_iter().collect::<Headers>(),
///     body: b"To=%2B18005551212&From=%2B12349013030&Digits=1234&CallSid=CA1234567890ABCDE&Caller=%2B12349013030"
///         .to_vec(),
/// };
/// for event in secrets.receive(&request)? {
///     assert_eq!(event.kind.value(), Some(&WebhookKind::Other));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WebhookSecrets {
    pub(super) auth_tokens: Vec<Secret>,
    pub(super) shared_keys: Vec<(String, Secret)>,
    pub(super) max_body_bytes: usize,
}

impl Default for WebhookSecrets {
    fn default() -> Self {
        Self { auth_tokens: Vec::new(), shared_keys: Vec::new(), max_body_bytes: MOST_BYTES }
    }
}

impl WebhookSecrets {
    /// No secrets yet: every webhook is refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an auth token of the account whose webhooks come in.
    ///
    /// # Errors
    /// [`InvalidArgument`] if it is empty: everyone can sign with that.
    pub fn auth_token(mut self, token: Secret) -> Result<Self, InvalidArgument> {
        self.auth_tokens.push(filled("auth_token", token)?);
        Ok(self)
    }

    /// Adds a shared key under the name that Twilio sends with a signature.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the name or the key is empty.
    pub fn shared_key(mut self, name: impl Into<String>, key: Secret) -> Result<Self, InvalidArgument> {
        let name = name.into();
        if name.trim().is_empty() {
            return Err(InvalidArgument::redacted("shared_key", "must have a name"));
        }
        self.shared_keys.push((name.trim().to_owned(), filled("shared_key", key)?));
        Ok(self)
    }

    /// Sets the largest body that is taken, in bytes; 1 MiB by default.
    #[must_use]
    pub const fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }
}

fn filled(field: &str, secret: Secret) -> Result<Secret, InvalidArgument> {
    if secret.expose().trim().is_empty() {
        return Err(InvalidArgument::redacted(field, "must not be empty"));
    }
    Ok(secret)
}
