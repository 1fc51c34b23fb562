//! The configuration of a client: every value parsed once, immutable afterwards.

use base64ct::{Base64, Encoding as _};
use core::net::{Ipv4Addr, Ipv6Addr};

use super::retry::RetryPolicy;
use crate::argument::InvalidArgument;
use crate::http::{Origin, Scheme};
use crate::ids::{AccountSid, ApiKeySid};
use crate::secret::Secret;

/// An origin and the path in front of the API's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    pub(crate) origin: Origin,
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
        Ok(Self { origin, prefix })
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

/// Who the client is to the server.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Credentials {
    /// An account's SID and its auth token.
    AccountToken {
        /// `AC` and 32 hexadecimal digits. A subaccount uses its own: the API's paths have no account in them.
        account_sid: AccountSid,
        /// The auth token.
        auth_token: Secret,
    },
    /// An API key's SID and its secret.
    ApiKey {
        /// `SK` and 32 hexadecimal digits.
        key_sid: ApiKeySid,
        /// The key's secret.
        secret: Secret,
    },
    /// None: for a proxy that adds them. No `Authorization` header is sent.
    #[default]
    None,
}

impl Credentials {
    /// An account's SID and auth token, as text.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the SID has not the form, or the token is empty or has a character that is not visible ASCII.
    pub fn account_token(account_sid: &str, auth_token: &str) -> Result<Self, InvalidArgument> {
        Ok(Self::AccountToken {
            account_sid: AccountSid::parse(account_sid)?,
            auth_token: password(auth_token, "auth_token")?,
        })
    }

    /// An API key's SID and secret, as text.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the SID has not the form, or the secret is empty or has a character that is not visible ASCII.
    pub fn api_key(key_sid: &str, secret: &str) -> Result<Self, InvalidArgument> {
        Ok(Self::ApiKey { key_sid: ApiKeySid::parse(key_sid)?, secret: password(secret, "api_secret")? })
    }

    /// The value of the `Authorization` header.
    pub(crate) fn authorization(&self) -> Option<Secret> {
        let (user, password) = match self {
            Self::AccountToken { account_sid, auth_token } => (account_sid.as_str(), auth_token),
            Self::ApiKey { key_sid, secret } => (key_sid.as_str(), secret),
            Self::None => return None,
        };
        let pair = Secret::new(format!("{user}:{}", password.expose()));
        let encoded = Secret::new(Base64::encode_string(pair.expose().as_bytes()));
        Some(Secret::new(format!("Basic {}", encoded.expose())))
    }
}

fn password(text: &str, field: &str) -> Result<Secret, InvalidArgument> {
    if !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(Secret::new(text))
    } else {
        Err(InvalidArgument::redacted(field, "must be 1 to 512 visible ASCII characters"))
    }
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
    pub(crate) base: BaseUrl,
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
    /// A builder with every default.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }
}

/// Gathers a client's options; nothing is checked until [`ConfigBuilder::build`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    credentials: Credentials,
    base_url: Option<String>,
    region: Option<String>,
    edge: Option<String>,
    timeout_ms: Option<u64>,
    connect_timeout_ms: Option<u64>,
    total_timeout_ms: Option<u64>,
    max_retries: Option<u32>,
    max_response_bytes: Option<u64>,
    product: Option<String>,
    user_agent: Option<String>,
    seed: u64,
}

macro_rules! setters {
    ($( $(#[$meta:meta])* $name:ident : $ty:ty => |$value:ident| $store:expr ),* $(,)?) => {
        $( $(#[$meta])* pub fn $name(mut self, $value: $ty) -> Self { self.$name = $store; self } )*
    };
}

impl ConfigBuilder {
    setters! {
        /// Who the client is. Default: none.
        credentials: Credentials => |value| value,
        /// The server, `https://host[:port][/path]`; plain http to this machine only. Default: Twilio's, of the region
        /// and edge. Excludes both.
        base_url: impl Into<String> => |value| Some(value.into()),
        /// Twilio's region, such as `ie1`: letters, digits, hyphens.
        region: impl Into<String> => |value| Some(value.into()),
        /// Twilio's edge location, such as `dublin`. Alone it means region `us1`.
        edge: impl Into<String> => |value| Some(value.into()),
        /// Milliseconds an attempt may take, 1 to 600000. Default 30000.
        timeout_ms: u64 => |value| Some(value),
        /// Milliseconds for connecting within an attempt, 1 to 600000. Default 5000.
        connect_timeout_ms: u64 => |value| Some(value),
        /// Milliseconds for a call with all its attempts and waits, 1 to 3600000. Default 60000, or the attempt's
        /// timeout if that is longer.
        total_timeout_ms: u64 => |value| Some(value),
        /// Attempts after the first, 0 to 10. Default 2. 0 means exactly one request.
        max_retries: u32 => |value| Some(value),
        /// The largest response body in bytes, 1 KiB to 1 GiB. Default 10 MiB.
        max_response_bytes: u64 => |value| Some(value),
        /// The binding's own name in `User-Agent`, such as `senders-python/0.1.0`.
        product: impl Into<String> => |value| Some(value.into()),
        /// The application's name, added to `User-Agent`.
        user_agent: impl Into<String> => |value| Some(value.into()),
        /// Where jitter comes from: the same seed gives the same delays. Default 0; a binding gives a random one.
        seed: u64 => |value| value,
    }

    /// Parses everything.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the first option that is wrong.
    pub fn build(self) -> Result<Config, InvalidArgument> {
        let base = base_url(self.base_url.as_deref(), self.region.as_deref(), self.edge.as_deref())?;
        let timeout_ms = bounded("timeout_ms", self.timeout_ms, 30_000, 1..=600_000)?;
        let default_total = timeout_ms.max(60_000);
        let retry = RetryPolicy {
            max_attempts: 1 + u32::try_from(bounded(
                "max_retries",
                self.max_retries.map(u64::from),
                2,
                0..=10,
            )?)
            .unwrap_or(2),
            attempt_timeout_ms: timeout_ms,
            total_timeout_ms: bounded(
                "total_timeout_ms",
                self.total_timeout_ms,
                default_total,
                1..=3_600_000,
            )?,
            ..RetryPolicy::default()
        };
        let product =
            self.product.unwrap_or_else(|| concat!("senders-rust/", env!("CARGO_PKG_VERSION")).to_owned());
        let user_agent = match self.user_agent {
            Some(suffix) if !suffix.is_empty() => format!("{product} {suffix}"),
            _ => product,
        };
        header_text("user_agent", &user_agent)?;
        Ok(Config {
            has_total_timeout: self.total_timeout_ms.is_some(),
            base,
            credentials: self.credentials,
            connect_timeout_ms: bounded("connect_timeout_ms", self.connect_timeout_ms, 5_000, 1..=600_000)?,
            retry,
            max_response_bytes: bounded(
                "max_response_bytes",
                self.max_response_bytes,
                10 << 20,
                1024..=1 << 30,
            )?,
            user_agent,
            seed: self.seed,
        })
    }
}

pub(crate) fn bounded(
    field: &str,
    value: Option<u64>,
    default: u64,
    bounds: std::ops::RangeInclusive<u64>,
) -> Result<u64, InvalidArgument> {
    let value = value.unwrap_or(default);
    if bounds.contains(&value) {
        Ok(value)
    } else {
        Err(InvalidArgument::out_of_bounds(field, &bounds, value))
    }
}

/// Twilio's own host is `messaging[.edge][.region].twilio.com`; an edge alone implies the region `us1`.
///
/// Source: twilio-node 6.2.0, base/BaseTwilio.js.
fn base_url(url: Option<&str>, region: Option<&str>, edge: Option<&str>) -> Result<BaseUrl, InvalidArgument> {
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
    let host = match (url, edge, region) {
        (Some(url), _, _) => return BaseUrl::parse(url),
        (None, None, None) => "messaging.twilio.com".to_owned(),
        (None, None, Some(region)) => format!("messaging.{region}.twilio.com"),
        (None, Some(edge), region) => format!("messaging.{edge}.{}.twilio.com", region.unwrap_or("us1")),
    };
    Ok(BaseUrl { origin: Origin { scheme: Scheme::Https, host, port: 443 }, prefix: String::new() })
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
        let host = |builder: ConfigBuilder| builder.build().unwrap().base.origin.to_string();
        assert_eq!(host(Config::builder()), "https://messaging.twilio.com");
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
        let message = |builder: ConfigBuilder| builder.build().unwrap_err().to_string();
        assert_eq!(message(Config::builder().timeout_ms(0)), "timeout_ms must be from 1 to 600000, got 0");
        assert_eq!(message(Config::builder().max_retries(11)), "max_retries must be from 0 to 10, got 11");
        assert!(message(Config::builder().user_agent("a\r\nX: y")).starts_with("user_agent must be"));
        assert!(message(Config::builder().max_response_bytes(1)).starts_with("max_response_bytes must be"));
        let config = Config::builder().timeout_ms(90_000).build().unwrap();
        assert_eq!(config.retry.total_timeout_ms, 90_000);
    }

    #[test]
    fn credentials_are_checked_and_hidden() {
        let account = format!("AC{}", "0".repeat(32));
        let credentials = Credentials::account_token(&account, "canary").unwrap();
        assert!(!format!("{credentials:?}").contains("canary"));
        assert_eq!(
            credentials.authorization().unwrap().expose(),
            "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDpjYW5hcnk="
        );
        for bad in ["", "a b", "a\n", "é"] {
            let error = Credentials::account_token(&account, bad).unwrap_err().to_string();
            assert!(error.starts_with("auth_token must be") && !error.contains('`'), "{error}");
        }
        assert!(Credentials::api_key(&account, "x").is_err());
        assert!(Credentials::None.authorization().is_none());
    }
}
