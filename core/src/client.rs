//! The immutable configuration of an account, from which operations are made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::call::Call;
use crate::config::{Config, Origin, bounded, header_text};
use crate::endpoints::{CreateSender, DeleteSender, FetchSender, ListSenders, UpdateSender};
use crate::ensure::Ensure;
use crate::ensure_all::EnsureAll;
use crate::error::InvalidArgument;
use crate::http::{Headers, HttpRequest, Method};
use crate::ids::SenderId;
use crate::pager::Pager;
use crate::registrations::Registrations;
use crate::retry::{Budget, RetryPolicy};
use crate::update::Update;
use crate::waiter::{WaitOptions, Waiter};

/// What one call does otherwise than its client. Made with [`CallOptions::default`] and its setters.
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

    /// Milliseconds for a call of many requests: what was given for the call or the client, else the default.
    pub(crate) fn total_of_many(&self, client: &Client, default_ms: u64) -> u64 {
        let of_client = client.has_total_timeout().then(|| client.policy().total_timeout_ms);
        self.total_timeout_ms.or(of_client).unwrap_or(default_ms)
    }

    /// The options checked and laid over a client's policy.
    pub(crate) fn over(&self, policy: RetryPolicy) -> Result<Settings, InvalidArgument> {
        let attempt_timeout_ms =
            bounded("timeout_ms", self.timeout_ms, policy.attempt_timeout_ms, 1..=600_000)?;
        // A longer attempt than the client's makes room for itself; the client's own total stands otherwise.
        let total =
            self.timeout_ms.map_or(policy.total_timeout_ms, |attempt| policy.total_timeout_ms.max(attempt));
        let retries = bounded(
            "max_retries",
            self.max_retries.map(u64::from),
            u64::from(policy.max_attempts - 1),
            0..=10,
        )?;
        let mut headers = Headers::new();
        for (name, value) in &self.headers {
            extra_header(name, value)?;
            headers.push(name.clone(), value.as_str());
        }
        Ok(Settings {
            policy: RetryPolicy {
                attempt_timeout_ms,
                total_timeout_ms: bounded("total_timeout_ms", self.total_timeout_ms, total, 1..=3_600_000)?,
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
        return Err(InvalidArgument::unshown(
            "headers",
            "must have names that are HTTP tokens, 1 to 128 characters",
        ));
    }
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(InvalidArgument::new("headers", "must not replace a header this library sets", name));
    }
    header_text("headers", value).map_err(|_| {
        InvalidArgument::unshown(
            &format!("headers.{name}"),
            "must be at most 1024 visible ASCII characters or spaces",
        )
    })
}

/// A call's own policy and headers.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) policy: RetryPolicy,
    pub(crate) headers: Headers,
}

/// An account's client: cheap to clone, safe to share between threads. It holds no connection and does no IO.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    origin: Arc<Origin>,
    user_agent: Arc<str>,
    /// The one media type there is.
    json: Arc<str>,
    authorization: Option<Authorization>,
    budget: Budget,
    registrations: Registrations,
    calls: AtomicU64,
    salt: AtomicU64,
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
            origin: Arc::new(config.base.origin.clone()),
            user_agent: config.user_agent.as_str().into(),
            json: "application/json".into(),
            authorization,
            budget: Budget::full(),
            registrations: Registrations::default(),
            calls: AtomicU64::new(0),
            salt: AtomicU64::new(0),
            config,
        }))
    }

    /// Where its requests go.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Adds a per-process value to the jitter seed, so that forked workers do not retry at the same moment. 0 undoes it.
    ///
    /// Call it in the forked process: numbers that its parent was registering count as free there.
    pub fn salt(&self, salt: u64) {
        self.0.salt.store(salt, Ordering::Relaxed);
        self.0.registrations.end_all();
    }

    /// Remembers a create that a client in whose place this one is has sent, so that `ensure` looks for the number before
    /// it creates it again. `ended_ms` is when its call ended, on the clock of [`Now::monotonic_ms`](crate::Now);
    /// `unknown` whether it ended without an answer.
    pub fn remember_create(&self, sender_id: &SenderId, unknown: bool, ended_ms: u64) {
        let attempt_ms = self.policy().attempt_timeout_ms;
        self.registrations().sent_before(sender_id.one_spelling(), ended_ms, attempt_ms, unknown);
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    pub(crate) fn registrations(&self) -> &Registrations {
        &self.0.registrations
    }

    /// Whether the client was given a total timeout.
    pub(crate) fn has_total_timeout(&self) -> bool {
        self.0.config.has_total_timeout
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
        let seed = self.0.config.seed ^ self.0.salt.load(Ordering::Relaxed);
        fastrand::Rng::with_seed(seed.wrapping_add(call.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A request. `target` is a path of the API with its query, `body` JSON, or empty where there is none.
    pub(crate) fn request(&self, method: Method, target: &str, body: &str) -> HttpRequest {
        let inner = &self.0;
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
            origin: Arc::clone(&inner.origin),
            target: [inner.config.base.prefix.as_str(), target].concat(),
            headers,
            body: body.as_bytes().to_vec(),
            max_response_bytes: inner.config.max_response_bytes,
        }
    }

    /// Registers a number or an agent.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn create(
        &self,
        create: CreateSender,
        options: &CallOptions,
    ) -> Result<Call<CreateSender>, InvalidArgument> {
        Call::new(self, &create, options)
    }

    /// Looks at one sender.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn fetch(
        &self,
        fetch: FetchSender,
        options: &CallOptions,
    ) -> Result<Call<FetchSender>, InvalidArgument> {
        Call::new(self, &fetch, options)
    }

    /// Deletes a sender.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn delete(
        &self,
        delete: DeleteSender,
        options: &CallOptions,
    ) -> Result<Call<DeleteSender>, InvalidArgument> {
        Call::new(self, &delete, options)
    }

    /// Changes a sender, or verifies it with [`UpdateSender::verify`].
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn update(&self, update: UpdateSender, options: &CallOptions) -> Result<Update, InvalidArgument> {
        Update::new(self, update, options)
    }

    /// Lists senders, page by page.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn list(&self, list: ListSenders, options: &CallOptions) -> Result<Pager, InvalidArgument> {
        Pager::new(self, list, options)
    }

    /// Goes on with a listing after the page whose [`SenderPage::next_token`](crate::SenderPage::next_token) this is.
    /// A limit of that listing is kept unless a new one is given.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the text is no token of a listing, or an option is out of bounds.
    pub fn resume_list(
        &self,
        token: &str,
        limit: Option<u64>,
        options: &CallOptions,
    ) -> Result<Pager, InvalidArgument> {
        Pager::resume(self, token, limit, options)
    }

    /// Looks at a sender again and again until it is online.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn wait_until_online(
        &self,
        fetch: FetchSender,
        wait: WaitOptions,
        options: &CallOptions,
    ) -> Result<Waiter, InvalidArgument> {
        Waiter::new(self, fetch.sid, wait, options)
    }

    /// Goes on with a wait whose token this is: the token of a status up to the same moment, the token of an error with
    /// its whole time again. A timeout that is given replaces either.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the text is no token of a wait, or an option is out of bounds.
    pub fn resume_wait(
        &self,
        token: &str,
        timeout_ms: Option<u64>,
        options: &CallOptions,
    ) -> Result<Waiter, InvalidArgument> {
        Waiter::resume(self, token, timeout_ms, options)
    }

    /// Finds the sender of this id, or creates it if there is none: use it where a number must not be registered twice.
    ///
    /// It lists the senders first. After a create without a known outcome, and after one that is refused because the
    /// number is registered already, it lists again for twelve seconds before anything else. Within one client (and its
    /// clones), one call at a time has a number in hand; another one waits, then looks for what the first one did.
    ///
    /// The call yields a token before anything is sent. With the token of a call that did not end (its process was
    /// killed), `ensure` looks for twelve seconds before it creates anything: so one number is not created twice, as long
    /// as the server lists a sender within that time. Two processes at the same time, without a lock of yours around
    /// them, can both find the number missing: then it is up to the server to refuse the second create (Twilio documents
    /// code 63110), and both calls return the same sender.
    ///
    /// A total timeout bounds all of it. Default: 300000 ms.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds, or the token is not one of this number.
    pub fn ensure(
        &self,
        create: CreateSender,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Ensure, InvalidArgument> {
        Ensure::new(self, create, token, options)
    }

    /// The same for many senders, at most 10000: one listing serves them all, and one token. The results come one by
    /// one, in the order they are known.
    ///
    /// Creates are sent one after the other. After one that is refused for its credentials, or with 429 until the
    /// attempts ran out, no further one is sent; the other numbers end with the same error.
    ///
    /// A total timeout bounds all of it. Default: 3600000 ms.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds, a number stands in the list twice, or the token is not one of
    /// these numbers.
    pub fn ensure_all(
        &self,
        creates: Vec<CreateSender>,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<EnsureAll, InvalidArgument> {
        EnsureAll::new(self, creates, token, options)
    }
}
