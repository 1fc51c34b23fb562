//! The input of a case: the operation, its arguments and the client's configuration.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The call of a case.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Given {
    /// The client's configuration; an absent field has the client's default.
    #[serde(default)]
    pub config: Config,
    /// The operation.
    pub operation: OperationName,
    /// Its arguments, with the names of the API (`snake_case`), as text that keeps the order of keys.
    pub args: Box<RawValue>,
    /// After this many pages or statuses the driver drops the call, takes the token and continues in a new call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_after: Option<usize>,
}

/// The operations.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a driver has to know every one")]
pub enum OperationName {
    /// POST a new sender.
    Create,
    /// GET one.
    Fetch,
    /// GET all, page by page.
    List,
    /// POST changes.
    Update,
    /// POST the verification code.
    Verify,
    /// DELETE one.
    Delete,
    /// Poll until it is online.
    WaitUntilOnline,
    /// Find it or create it.
    Ensure,
    /// GET the error log, page by page.
    Alerts,
    /// Find out what is wrong with a sender.
    Diagnose,
    /// Check a webhook that came in, and read it.
    Webhook,
}

impl OperationName {
    /// Returns whether only the core has the operation yet, so that the drivers of languages skip its cases.
    #[must_use]
    pub const fn is_of_the_core(self) -> bool {
        matches!(self, Self::Alerts | Self::Diagnose | Self::Webhook)
    }

    /// Returns the names of the operation's arguments; any other is a case about an unknown argument.
    #[must_use]
    pub const fn args(self) -> &'static [&'static str] {
        match self {
            Self::Create | Self::Ensure => &[
                "sender_id",
                "friendly_name",
                "configuration",
                "webhook",
                "profile",
                "timeout_ms",
                "max_retries",
            ],
            Self::Update => {
                &["sid", "friendly_name", "configuration", "webhook", "profile", "timeout_ms", "max_retries"]
            }
            Self::Fetch => &["sid", "timeout_ms", "max_retries"],
            Self::List => &["channel", "page_size", "limit", "token", "timeout_ms", "max_retries"],
            Self::Verify => &["sid", "code", "timeout_ms", "max_retries"],
            Self::Delete => &["sid", "missing_ok", "timeout_ms", "max_retries"],
            Self::WaitUntilOnline => &["sid", "timeout_ms", "wait_for_verification", "token", "max_retries"],
            Self::Alerts => {
                &["level", "start", "end", "page_size", "limit", "token", "timeout_ms", "max_retries"]
            }
            Self::Diagnose => &["sid", "look_back_ms", "timeout_ms", "max_retries"],
            Self::Webhook => &[
                "url",
                "headers",
                "body",
                "body_times",
                "auth_tokens",
                "shared_keys",
                "max_body_bytes",
                "is_unverified",
            ],
        }
    }
}

/// The client's configuration.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Config {
    /// `none`: a client without credentials, for a proxy that adds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<NoCredentials>,
    /// The client's options, by their names in the core; the core's own driver refuses any other.
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

impl Config {
    /// Returns whether the configuration has no credentials, so that the driver takes [`DEFAULT_ACCOUNT_SID`] and
    /// [`DEFAULT_AUTH_TOKEN`].
    #[must_use]
    pub fn has_default_credentials(&self) -> bool {
        let parts = ["account_sid", "auth_token", "api_key", "api_secret"];
        self.credentials.is_none() && !parts.iter().any(|part| self.options.contains_key(*part))
    }
}

/// The word `none`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "one word")]
pub enum NoCredentials {
    /// `none`.
    None,
}

/// Whether a failed request was sent.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there are only these three")]
pub enum Sent {
    /// Nothing was sent.
    No,
    /// Unknown.
    Unknown,
    /// All of it was sent.
    Yes,
}

/// The account of a case without credentials.
pub const DEFAULT_ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
/// The token of a case without credentials.
pub const DEFAULT_AUTH_TOKEN: &str = "00000000000000000000000000000000";
