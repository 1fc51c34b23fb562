//! The configuration of a client: every value parsed once, immutable afterwards.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::builder::{ConfigBuilder, OPTIONS, OptionValue, bounds_of, variable_of, within};
use super::credentials::{self, Credentials};
use super::retry::RetryPolicy;
use crate::argument::InvalidArgument;
use crate::http::{Origin, Scheme};
use crate::secret::Secret;

/// A service of Twilio's, each with its own host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// The Senders API.
    Messaging,
    /// The error log.
    #[cfg(feature = "error-log")]
    Monitor,
}

impl Service {
    /// The first label of its host.
    const fn label(self) -> &'static str {
        match self {
            Self::Messaging => "messaging",
            #[cfg(feature = "error-log")]
            Self::Monitor => "monitor",
        }
    }
}

/// An origin and the path in front of the API's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    pub(crate) origin: Arc<Origin>,
    /// Empty, or begins with `/` and does not end with one.
    pub(crate) prefix: String,
}

impl BaseUrl {
    /// Parses `https://host[:port][/path]`; plain http to this machine only.
    fn parse(url: &str) -> Result<Self, InvalidArgument> {
        // Not shown: a URL that is not understood may have a password anywhere.
        let fault = |rule: &str| Err(InvalidArgument::redacted("base_url", rule));
        let (scheme, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (Scheme::Https, rest),
            (_, Some(rest)) => (Scheme::Http, rest),
            _ => return fault("must begin with https://, or http:// to this machine"),
        };
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, path),
            None => (rest, ""),
        };
        if url.contains('@') {
            return fault("must not have a user or a password in it");
        }
        let Some((host, port)) = host_and_port(authority, scheme) else {
            return fault("must have a host name or address, and a port from 1 to 65535 if any");
        };
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let plain = |segment: &&str| {
            !matches!(*segment, "." | "..")
                && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        };
        if !segments.iter().all(plain) {
            return fault("must have a path of letters, digits and -._~ only, without query or fragment");
        }
        let origin = Origin { scheme, host, port };
        if scheme == Scheme::Http && !origin.is_loopback() {
            return fault(
                "must begin with https://: plain http is for this machine only (127.0.0.1, ::1, localhost)",
            );
        }
        let prefix = segments.iter().flat_map(|segment| ["/", *segment]).collect();
        Ok(Self { origin: Arc::new(origin), prefix })
    }
}

fn host_and_port(authority: &str, scheme: Scheme) -> Option<(String, u16)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        address.parse::<Ipv6Addr>().ok()?;
        (address.to_ascii_lowercase(), port)
    } else {
        let (host, port) = match authority.find(':') {
            Some(at) => authority.split_at(at),
            None => (authority, ""),
        };
        if !is_host_name(host) {
            return None;
        }
        (host.to_ascii_lowercase(), port)
    };
    let default = if scheme == Scheme::Http { 80 } else { 443 };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port > 0)?
        }
        _ => return None,
    };
    Some((host, port))
}

/// Letters, digits and hyphens in labels. A name whose last label is a number is taken only as a plain IPv4 address: so
/// `2130706433` and `0x7f.1` name no machine.
fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit_once('.').map_or(host, |(_, last)| last);
    let numeric = last.starts_with(|c: char| c.is_ascii_digit());
    host.len() <= 253 && host.split('.').all(label) && (!numeric || host.parse::<Ipv4Addr>().is_ok())
}

/// Checks text for a header: visible ASCII and spaces.
pub(crate) fn header_text(field: &str, text: &str) -> Result<(), InvalidArgument> {
    if text.len() <= 1024 && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(InvalidArgument::redacted(field, "must be at most 1024 visible ASCII characters or spaces"))
    }
}

/// How a client is set up. Made by [`Config::builder`].
#[derive(Clone, Debug)]
pub struct Config {
    base: BaseUrl,
    #[cfg(feature = "error-log")]
    monitor: BaseUrl,
    pub(crate) credentials: Credentials,
    pub(crate) connect_timeout_ms: u64,
    pub(crate) retry: RetryPolicy,
    /// Whether a total timeout was given.
    pub(crate) has_total_timeout: bool,
    pub(crate) max_response_bytes: u64,
    pub(crate) user_agent: String,
    pub(crate) seed: u64,
}

impl Config {
    /// Returns the variables of the environment that [`ConfigBuilder::complete`] asks for.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        OPTIONS.iter().filter_map(|option| option.variable)
    }

    /// Where a service is: one place for all if it was given as a URL.
    pub(crate) const fn base(&self, service: Service) -> &BaseUrl {
        match service {
            Service::Messaging => &self.base,
            #[cfg(feature = "error-log")]
            Service::Monitor => &self.monitor,
        }
    }

    /// A builder with every default.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }
}

impl ConfigBuilder {
    /// Completes what is not given from the environment; from then on credentials are needed, unless
    /// [`Self::no_credentials`] is set. A given option has priority over a variable, and an empty variable counts as not set.
    ///
    /// `variable` returns the value of each of [`Config::variables`]; this crate reads no environment itself. The rules:
    /// credentials only if no part of any is given, an API key before an account's token; the base URL only if neither it
    /// nor a region nor an edge is given; region and edge only without a base URL.
    ///
    /// Source: the names of twilio-node 6.2.0 and twilio-python 9.13.0; `SENDERS_BASE_URL` is this library's.
    pub fn complete(&mut self, variable: impl Fn(&str) -> Option<String>) -> &mut Self {
        let variable =
            |name: &str| variable(variable_of(name)?).filter(|value| !value.is_empty()).map(Secret::new);
        self.needs_credentials = true;
        if !self.flag("no_credentials") && self.credentials.is_none() {
            for (name, value) in credentials::of_environment(|name| self.text(name).is_some(), &variable) {
                self.put(name, OptionValue::Text(value));
            }
        }
        for (name, others) in PLACES {
            if others.iter().all(|other| self.text(other).is_none())
                && let Some(value) = variable(name)
            {
                self.put(name, OptionValue::Text(value));
            }
        }
        self
    }

    fn read_credentials(&self) -> Result<Credentials, InvalidArgument> {
        let part = |name: &str| self.text(name);
        let sends_none = self.flag("no_credentials");
        if let Some(credentials) = &self.credentials {
            credentials::refuse(part, "credentials")?;
            return Ok(credentials.clone());
        }
        if sends_none {
            credentials::refuse(part, "no_credentials")?;
        }
        let credentials = credentials::of_parts(part)?;
        if self.needs_credentials && !sends_none && matches!(credentials, Credentials::None) {
            return Err(InvalidArgument::redacted(
                "account_sid",
                "must be given with `auth_token`, or `api_key` with `api_secret`, or set TWILIO_ACCOUNT_SID and \
                 TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment (`no_credentials` sends \
                 none, for a proxy that adds them)",
            ));
        }
        Ok(credentials)
    }

    /// Parses everything.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the first option that is wrong.
    pub fn build(&self) -> Result<Config, InvalidArgument> {
        let credentials = self.read_credentials()?;
        let base = |service| base_url(service, self.text("base_url"), self.text("region"), self.text("edge"));
        let number = |name| within(name, self.number(name), bounds_of(name).default);
        let timeout_ms = number("timeout_ms")?;
        let total_timeout_ms = self.number("total_timeout_ms");
        let least_total = bounds_of("total_timeout_ms").default.max(timeout_ms);
        let retry = RetryPolicy {
            max_attempts: 1 + u32::try_from(number("max_retries")?).unwrap_or(2),
            attempt_timeout_ms: timeout_ms,
            total_timeout_ms: within("total_timeout_ms", total_timeout_ms, least_total)?,
            ..RetryPolicy::default()
        };
        let product = self.product.as_deref().unwrap_or(concat!("senders-rust/", env!("CARGO_PKG_VERSION")));
        let user_agent = match self.text("user_agent") {
            Some(suffix) if !suffix.is_empty() => [product, " ", suffix].concat(),
            _ => product.to_owned(),
        };
        header_text("user_agent", &user_agent)?;
        Ok(Config {
            has_total_timeout: total_timeout_ms.is_some(),
            base: base(Service::Messaging)?,
            #[cfg(feature = "error-log")]
            monitor: base(Service::Monitor)?,
            credentials,
            connect_timeout_ms: number("connect_timeout_ms")?,
            retry,
            max_response_bytes: number("max_response_bytes")?,
            user_agent,
            seed: self.number("seed").unwrap_or_default(),
        })
    }
}

/// The options that say where the server is, each with those that must not be given if its variable is to count.
const PLACES: [(&str, &[&str]); 3] = [
    ("base_url", &["base_url", "region", "edge"]),
    ("region", &["base_url", "region"]),
    ("edge", &["base_url", "edge"]),
];

/// Returns where a service is. Twilio's own host is `messaging[.edge][.region].twilio.com`; an edge alone implies the region `us1`.
///
/// Source: twilio-node 6.2.0, base/BaseTwilio.js.
fn base_url(
    service: Service,
    url: Option<&str>,
    region: Option<&str>,
    edge: Option<&str>,
) -> Result<BaseUrl, InvalidArgument> {
    for (field, value) in [("region", region), ("edge", edge)] {
        let word = |text: &str| {
            (1..=32).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !text.starts_with('-')
                && !text.ends_with('-')
        };
        if let Some(value) = value.filter(|value| !word(value)) {
            let rule = "must be 1 to 32 lower-case letters, digits and inner hyphens, such as ie1";
            return Err(InvalidArgument::of_id(field, rule, "ie", value));
        }
        if url.is_some() && value.is_some() {
            return Err(InvalidArgument::redacted(field, "must not be given together with `base_url`"));
        }
    }
    let label = service.label();
    let host = match (url, edge, region) {
        (Some(url), _, _) => return BaseUrl::parse(url),
        (None, None, None) => format!("{label}.twilio.com"),
        (None, None, Some(region)) => format!("{label}.{region}.twilio.com"),
        (None, Some(edge), region) => format!("{label}.{edge}.{}.twilio.com", region.unwrap_or("us1")),
    };
    Ok(BaseUrl { origin: Arc::new(Origin { scheme: Scheme::Https, host, port: 443 }), prefix: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base_url: &str) -> Result<String, String> {
        let config = Config::builder().base_url(base_url).build().map_err(|error| error.to_string())?;
        Ok(format!("{}{}", config.base.origin, config.base.prefix))
    }

    #[test]
    fn hosts_follow_region_and_edge() {
        let host = |builder: &ConfigBuilder| builder.build().unwrap().base.origin.to_string();
        assert_eq!(host(&Config::builder()), "https://messaging.twilio.com");
        assert_eq!(host(Config::builder().region("ie1")), "https://messaging.ie1.twilio.com");
        assert_eq!(host(Config::builder().edge("dublin")), "https://messaging.dublin.us1.twilio.com");
        assert_eq!(
            host(Config::builder().edge("dublin").region("ie1")),
            "https://messaging.dublin.ie1.twilio.com"
        );
        for bad in ["", "a.b", "a/b", "A", "-a", "a@b"] {
            assert!(Config::builder().region(bad).build().is_err(), "{bad}");
        }
        assert!(Config::builder().region("ie1").base_url("https://a").build().is_err());
    }

    #[test]
    fn good_base_urls() {
        for (given, read) in [
            ("https://example.com", "https://example.com"),
            ("https://EXAMPLE.com:443/", "https://example.com"),
            ("https://example.com:8443/a//b/", "https://example.com:8443/a/b"),
            ("http://127.0.0.1:8421", "http://127.0.0.1:8421"),
            ("http://127.8.9.1", "http://127.8.9.1"),
            ("http://localhost:80/x", "http://localhost/x"),
            ("http://[::1]:8421", "http://[::1]:8421"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ] {
            assert_eq!(url(given).unwrap(), read, "{given}");
        }
    }

    #[test]
    fn bad_base_urls() {
        for bad in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https:///a",
            "https://a b",
            "https://a?b",
            "https://a#b",
            "https://a/?b",
            "https://a/../b",
            "https://a/%2e%2e",
            "https://a:0",
            "https://a:65536",
            "https://a:",
            "https://a:1:2",
            "https://a:+1",
            "https://[::1",
            "https://[x]",
            "https://-a.com",
            "https://a..b",
            "http://example.com",
            "http://127.0.0.1.evil.com",
            "http://2130706433",
            "http://0x7f.0.0.1",
            "http://0177.1",
            "http://localhost.evil.com",
            "http://10.0.0.1",
            "http://[::2]",
            "http://[fe80::1%25eth0]",
            "https://a\r\nb",
            "HTTPS://a",
            "https://ex\u{e4}mple.com",
            "https://1.2.3",
            "http://localhost@evil.com",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
        let error = url("https://user:canary@example.com").unwrap_err();
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn options_have_bounds() {
        let message = |builder: &ConfigBuilder| builder.build().unwrap_err().to_string();
        assert_eq!(message(Config::builder().timeout_ms(0)), "timeout_ms must be from 1 to 600000, got 0");
        assert_eq!(message(Config::builder().max_retries(11)), "max_retries must be from 0 to 10, got 11");
        assert!(message(Config::builder().user_agent("a\r\nX: y")).starts_with("user_agent must be"));
        assert!(message(Config::builder().max_response_bytes(1)).starts_with("max_response_bytes must be"));
        let config = Config::builder().timeout_ms(90_000).build().unwrap();
        assert_eq!(config.retry.total_timeout_ms, 90_000);
    }

    #[test]
    fn what_is_not_given_comes_from_the_environment() {
        let all = |name: &str| {
            let value = match name {
                "TWILIO_API_KEY" => format!("SK{}", "1".repeat(32)),
                "TWILIO_ACCOUNT_SID" => format!("AC{}", "2".repeat(32)),
                "SENDERS_BASE_URL" => "https://proxy.example".to_owned(),
                "TWILIO_REGION" => "ie1".to_owned(),
                "TWILIO_EDGE" => "dublin".to_owned(),
                _ => "canary".to_owned(),
            };
            assert!(Config::variables().any(|known| known == name));
            Some(value)
        };
        let without = |missing: &'static [&str]| {
            move |name: &str| if missing.contains(&name) { Some(String::new()) } else { all(name) }
        };
        let read = |builder: &ConfigBuilder| {
            let config = builder.build().map_err(|error| error.to_string())?;
            Ok::<_, String>((config.credentials.kind(), config.base.origin.to_string()))
        };
        let is = |kind, origin: &str| Ok((kind, origin.to_owned()));
        let builder = Config::builder;
        assert_eq!(read(builder().complete(all)), is("API key", "https://proxy.example"));
        assert_eq!(
            read(builder().complete(without(&["TWILIO_API_SECRET"]))),
            is("auth token", "https://proxy.example")
        );
        assert_eq!(
            read(builder().edge("sydney").complete(all)),
            is("API key", "https://messaging.sydney.ie1.twilio.com")
        );
        assert_eq!(
            read(builder().complete(without(&["SENDERS_BASE_URL"]))),
            is("API key", "https://messaging.dublin.ie1.twilio.com")
        );
        assert_eq!(read(builder().no_credentials(true).complete(all)), is("none", "https://proxy.example"));
        let account = format!("AC{}", "0".repeat(32));
        assert_eq!(
            read(builder().account_sid(&account).auth_token("t").complete(all)),
            is("auth token", "https://proxy.example")
        );
        let wrong = |builder: &ConfigBuilder| read(builder).unwrap_err();
        assert_eq!(
            wrong(builder().account_sid(&account).complete(all)),
            "auth_token must be given with `account_sid`"
        );
        assert!(
            wrong(builder().complete(|_| None))
                .starts_with("account_sid must be given with `auth_token`, or `api_key`")
        );
        assert!(
            wrong(builder().auth_token("t").no_credentials(true))
                .starts_with("no_credentials must not be given")
        );
        let mut both = builder();
        both.account_sid(&account).auth_token("t").api_key("k").api_secret("s");
        assert!(wrong(&both).starts_with("api_key must not be given together with `account_sid`"));
        assert_eq!(read(&builder()), is("none", "https://messaging.twilio.com"));
    }
}
