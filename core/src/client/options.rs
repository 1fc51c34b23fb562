//! The options of one call, which differ from those of its client.

use super::builder::within;
use super::config::header_text;
use super::retry::RetryPolicy;
use crate::argument::InvalidArgument;
use crate::given::Given;
use crate::http::Headers;

/// The options of one call, each in place of its client's. Made with [`CallOptions::default`] and its setters.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    timeout_ms: Option<u64>,
    total_timeout_ms: Option<u64>,
    max_retries: Option<u32>,
    headers: Vec<(String, String)>,
}

impl CallOptions {
    /// Milliseconds an attempt may take, 1 to 600000.
    #[must_use]
    pub const fn timeout_ms(mut self, value: u64) -> Self {
        self.timeout_ms = Some(value);
        self
    }

    /// Milliseconds for the call with all its attempts and waits, 1 to 3600000.
    #[must_use]
    pub const fn total_timeout_ms(mut self, value: u64) -> Self {
        self.total_timeout_ms = Some(value);
        self
    }

    /// Attempts after the first, 0 to 10.
    #[must_use]
    pub const fn max_retries(mut self, value: u32) -> Self {
        self.max_retries = Some(value);
        self
    }

    /// One more header, such as `traceparent`. The headers this library sets itself cannot be replaced.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The names of the options of a call.
    pub(crate) const NAMES: [&'static str; 4] = ["timeout_ms", "total_timeout_ms", "max_retries", "headers"];

    /// Reads the options of a call; `timeout_ms` is the name of the time for an attempt.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the option.
    pub(crate) fn of(given: Given<'_>, timeout_ms: &str) -> Result<Self, InvalidArgument> {
        let headers = given.texts("headers")?.into_iter();
        Ok(Self {
            timeout_ms: given.count(timeout_ms)?,
            total_timeout_ms: given.count("total_timeout_ms")?,
            max_retries: given.retries()?,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }

    /// Milliseconds for a call of many requests: those of the call, else those given to its client, else the default.
    pub(crate) fn total_of_many(&self, of_client: Option<u64>, default_ms: u64) -> u64 {
        self.total_timeout_ms.or(of_client).unwrap_or(default_ms)
    }

    /// The options checked and laid over a client's policy.
    pub(crate) fn resolve(&self, policy: RetryPolicy) -> Result<ResolvedOptions, InvalidArgument> {
        let attempt_timeout_ms = within("timeout_ms", self.timeout_ms, policy.attempt_timeout_ms)?;
        // An attempt longer than the client's total extends the total; otherwise the client's own total applies.
        let total =
            self.timeout_ms.map_or(policy.total_timeout_ms, |attempt| policy.total_timeout_ms.max(attempt));
        let of_client = u64::from(policy.max_attempts - 1);
        let retries = within("max_retries", self.max_retries.map(u64::from), of_client)?;
        let mut headers = Headers::new();
        for (name, value) in &self.headers {
            extra_header(name, value)?;
            headers.push(name.clone(), value.as_str());
        }
        Ok(ResolvedOptions {
            policy: RetryPolicy {
                attempt_timeout_ms,
                total_timeout_ms: within("total_timeout_ms", self.total_timeout_ms, total)?,
                max_attempts: u32::try_from(retries).unwrap_or(2) + 1,
                ..policy
            },
            headers,
        })
    }
}

/// Headers that belong to the library, the transport or the connection.
const RESERVED: [&str; 14] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

fn extra_header(name: &str, value: &str) -> Result<(), InvalidArgument> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 128 || !name.bytes().all(token) {
        // Not shown: name and value may be in each other's place.
        return Err(InvalidArgument::redacted(
            "headers",
            "must have names that are HTTP tokens, 1 to 128 characters",
        ));
    }
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(InvalidArgument::new("headers", "must not replace a header this library sets", name));
    }
    header_text("headers", value).map_err(|_| {
        InvalidArgument::of_key("headers.", name, "must be at most 1024 visible ASCII characters or spaces")
    })
}

/// A call's own policy and headers.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedOptions {
    pub(crate) policy: RetryPolicy,
    pub(crate) headers: Headers,
}
