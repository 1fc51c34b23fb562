//! An account's client: the state that all calls share. Each machine adds its own method to the client.

mod builder;
mod config;
mod credentials;
mod options;
mod registrations;
mod retry;

pub(crate) use builder::bounded;
pub use builder::{Bounds, ClientOption, ConfigBuilder, OPTION_DOCS, OPTIONS, OptionKind, OptionValue};
pub use config::Config;
pub(crate) use config::Service;
pub use credentials::Credentials;
pub use options::CallOptions;
pub(crate) use options::ResolvedOptions;
pub(crate) use registrations::{CreateId, REMEMBERED_MS, Registrations, place_of, places};
pub(crate) use retry::{
    AttemptOutcome, Decision, Idempotency, RetryBudget, RetryPolicy, RetryState, decide, retry_after_ms,
};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::http::{Headers, HttpRequest, Method, Origin};
use crate::ids::SenderId;

/// An account's client: cheap to clone, safe to share between threads. It holds no connection and does no IO.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    user_agent: Arc<str>,
    /// The one media type there is.
    json: Arc<str>,
    authorization: Option<Authorization>,
    budget: RetryBudget,
    registrations: Registrations,
    calls: AtomicU64,
    jitter: AtomicU64,
}

/// The header's value, hidden from `Debug`.
struct Authorization(Arc<str>);

/// Wiped, unless a request still holds it.
impl Drop for Authorization {
    fn drop(&mut self) {
        if let Some(value) = Arc::get_mut(&mut self.0) {
            zeroize::Zeroize::zeroize(value);
        }
    }
}

impl std::fmt::Debug for Authorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Client {
    /// A client of this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let authorization =
            config.credentials.authorization().map(|value| Authorization(value.expose().into()));
        Self(Arc::new(Inner {
            user_agent: config.user_agent.as_str().into(),
            json: "application/json".into(),
            authorization,
            budget: RetryBudget::full(),
            registrations: Registrations::default(),
            calls: AtomicU64::new(0),
            jitter: AtomicU64::new(0),
            config,
        }))
    }

    /// Where its requests go; those for the error log may go to a host beside it.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.config.base(Service::Messaging).origin
    }

    /// The kind of its credentials, as a log may show it: `auth token`, `API key` or `none`.
    #[must_use]
    pub fn credentials(&self) -> &'static str {
        self.0.config.credentials.kind()
    }

    /// Adds a per-process value to the jitter seed, so that forked workers do not retry at the same moment. 0 undoes it.
    ///
    /// Call it in the forked process: numbers that its parent was registering count as free there.
    pub fn reseed_jitter(&self, by: u64) {
        self.0.jitter.store(by, Ordering::Relaxed);
        self.0.registrations.end_all();
    }

    /// Remembers a create that another client sent, whose place this one takes, so that `ensure` looks for the number
    /// before it creates it again. `ended_ms` is the end of its call, on the clock of [`Now::monotonic_ms`](crate::Now);
    /// `unknown` says whether it ended without a response.
    pub fn remember_create(&self, sender_id: &SenderId, unknown: bool, ended_ms: u64) {
        let attempt_ms = self.policy().attempt_timeout_ms;
        self.registrations().sent_before(sender_id.one_spelling(), ended_ms, attempt_ms, unknown);
    }

    pub(crate) fn budget(&self) -> &RetryBudget {
        &self.0.budget
    }

    pub(crate) fn registrations(&self) -> &Registrations {
        &self.0.registrations
    }

    /// The total timeout, if one was given to the client.
    pub(crate) fn total_timeout_ms(&self) -> Option<u64> {
        self.0.config.has_total_timeout.then_some(self.0.config.retry.total_timeout_ms)
    }

    pub(crate) fn policy(&self) -> RetryPolicy {
        self.0.config.retry
    }

    pub(crate) fn connect_timeout_ms(&self) -> u64 {
        self.0.config.connect_timeout_ms
    }

    /// Where the next call's jitter comes from.
    pub(crate) fn random(&self) -> fastrand::Rng {
        let call = self.0.calls.fetch_add(1, Ordering::Relaxed);
        let seed = self.0.config.seed ^ self.0.jitter.load(Ordering::Relaxed);
        fastrand::Rng::with_seed(seed.wrapping_add(call.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A request to a service. `target` is a path of it with its query, `body` JSON, or empty where there is none.
    pub(crate) fn request(&self, service: Service, method: Method, target: &str, body: &str) -> HttpRequest {
        let inner = &self.0;
        let base = inner.config.base(service);
        let mut headers = Headers::with_capacity(6);
        headers.push("Accept", Arc::clone(&inner.json));
        headers.push("User-Agent", Arc::clone(&inner.user_agent));
        if let Some(Authorization(value)) = &inner.authorization {
            headers.push("Authorization", Arc::clone(value));
        }
        if !body.is_empty() {
            headers.push("Content-Type", Arc::clone(&inner.json));
        }
        HttpRequest {
            method,
            origin: Arc::clone(&base.origin),
            target: [base.prefix.as_str(), target].concat(),
            headers,
            body: body.as_bytes().to_vec(),
            max_response_bytes: inner.config.max_response_bytes,
        }
    }
}
