//! Which proxy serves which target: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` as curl reads them, or the one given.

use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use senders_core::Secret;
use zeroize::Zeroizing;

/// The option of a client that names a proxy.
const OPTION: &str = "proxy";
/// The variables that name one, in the order they are asked; lower case first, as curl has it.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// An HTTP proxy that is asked for a tunnel.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The value of `Proxy-Authorization`.
    pub(crate) authorization: Option<Secret>,
    /// The option or variable that names it, for messages.
    source: &'static str,
}

/// `the proxy host:port (from …)`: never the user or the password.
impl std::fmt::Display for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        let from = if self.source == OPTION { "the option `proxy`" } else { self.source };
        write!(f, "the proxy {open}{}{close}:{} (from {from})", self.host, self.port)
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let user = if self.authorization.is_some() { "***@" } else { "" };
        write!(f, "http://{user}{}:{}", self.host, self.port)
    }
}

impl Proxy {
    /// Reads `http://[user:password@]host[:port]`; the scheme may be left out and the port is 80 by default.
    /// `source` is the option or variable that the URL comes from.
    ///
    /// # Errors
    /// A message with nothing of the URL in it: a password may stand anywhere in a URL that cannot be read.
    pub(crate) fn parse(url: &str, source: &'static str) -> Result<Self, String> {
        let refuse =
            |why: &str| Err(format!("{source} must look like http://user:password@host:port: {why}"));
        let (scheme, rest) = url.trim().split_once("://").unwrap_or(("http", url.trim()));
        if !scheme.eq_ignore_ascii_case("http") {
            // Only a scheme that is known is named; anything else may be part of a password.
            let known = ["https", "socks4", "socks4a", "socks5", "socks5h"];
            return match known.iter().find(|known| known.eq_ignore_ascii_case(scheme)) {
                Some(known) => refuse(&format!("its scheme is {known}, which is not supported")),
                None => refuse("its scheme is not http"),
            };
        }
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(end);
        if after.contains('@') || after.to_ascii_lowercase().contains("%40") {
            // The text before it is then a piece of the user or password, not the proxy's host.
            return refuse(
                "its user and password must be percent-encoded (`/` is %2F, `?` is %3F, `#` is %23)",
            );
        }
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let (host, port) = split_port(address);
        let port = match port {
            None => 80,
            Some(port) => match port.parse() {
                Ok(port) if port > 0 => port,
                _ => return refuse("its port is not a number from 1 to 65535"),
            },
        };
        let host = bare(host);
        let is_name = !host.is_empty()
            && host.len() <= 253
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        let is_address = host.parse::<IpAddr>().is_ok();
        if !is_address && (!is_name || address.starts_with('[')) {
            return refuse("its host is missing or not a host name");
        }
        let authorization = userinfo.filter(|userinfo| !userinfo.is_empty()).map(|userinfo| {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let mut text = Zeroizing::new(Vec::with_capacity(userinfo.len() + 1));
            text.extend(percent_decode_str(user));
            text.push(b':');
            text.extend(percent_decode_str(password));
            let encoded = Zeroizing::new(BASE64_STANDARD.encode(text.as_slice()));
            let mut value = String::with_capacity(encoded.len() + 6);
            value.push_str("Basic ");
            value.push_str(&encoded);
            Secret::new(value)
        });
        Ok(Self { host: host.to_owned(), port, authorization, source })
    }
}

/// The proxies of one client.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    /// An error is kept until a target needs the proxy: a client that needs none must not fail.
    proxy: Option<Result<Proxy, String>>,
    exceptions: Vec<Exception>,
}

impl Proxies {
    /// This one for every target.
    pub(crate) fn one(url: &str) -> Result<Self, String> {
        Ok(Self { proxy: Some(Ok(Proxy::parse(url, OPTION)?)), exceptions: Vec::new() })
    }

    /// As the environment says, in which `variable` looks a name up. Lower case wins over upper case.
    pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let proxy = VARIABLES.iter().find_map(|name| Some(Proxy::parse(&Zeroizing::new(set(name)?), name)));
        let exceptions = set("no_proxy")
            .or_else(|| set("NO_PROXY"))
            .map(|list| {
                list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).map(Exception::parse).collect()
            })
            .unwrap_or_default();
        Self { proxy, exceptions }
    }

    /// The proxy for an https target, if it has one.
    pub(crate) fn for_target(&self, host: &str, port: u16) -> Result<Option<&Proxy>, String> {
        let host = bare(host).to_ascii_lowercase();
        let host = host.trim_end_matches('.');
        match &self.proxy {
            None => Ok(None),
            Some(_) if self.exceptions.iter().any(|exception| exception.covers(host, port)) => Ok(None),
            Some(Ok(proxy)) => Ok(Some(proxy)),
            Some(Err(message)) => Err(message.clone()),
        }
    }
}

/// One entry of `NO_PROXY`.
#[derive(Debug)]
struct Exception {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug)]
enum Host {
    Any,
    /// The name itself and every name below it.
    Name(String),
    Network(IpAddr, u32),
}

impl Exception {
    fn parse(entry: &str) -> Self {
        if let Some((address, length)) = entry.split_once('/')
            && let (Ok(address), Ok(length)) = (bare(address).parse(), length.parse())
        {
            return Self { host: Host::Network(address, length), port: None };
        }
        let (host, port) = match bare(entry).parse::<IpAddr>() {
            Ok(_) => (entry, None),
            Err(_) => split_port(entry),
        };
        let port = port.and_then(|port| port.parse().ok());
        let host = bare(host);
        if host == "*" {
            return Self { host: Host::Any, port };
        }
        let host = match host.parse::<IpAddr>() {
            Ok(address) => Host::Network(address, 128),
            Err(_) => {
                let name = host.trim_start_matches("*.").trim_matches('.');
                Host::Name(name.to_ascii_lowercase())
            }
        };
        Self { host, port }
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        if self.port.is_some_and(|own| own != port) {
            return false;
        }
        match &self.host {
            Host::Any => true,
            Host::Name(name) => {
                host.strip_suffix(name.as_str()).is_some_and(|above| above.is_empty() || above.ends_with('.'))
                    && !name.is_empty()
            }
            Host::Network(network, length) => match (network, host.parse::<IpAddr>()) {
                (IpAddr::V4(network), Ok(IpAddr::V4(address))) => {
                    let mask = u32::MAX.checked_shl(32_u32.saturating_sub(*length)).unwrap_or(0);
                    (u32::from(*network) ^ u32::from(address)) & mask == 0
                }
                (IpAddr::V6(network), Ok(IpAddr::V6(address))) => {
                    let mask = u128::MAX.checked_shl(128_u32.saturating_sub(*length)).unwrap_or(0);
                    (u128::from(*network) ^ u128::from(address)) & mask == 0
                }
                _ => false,
            },
        }
    }
}

/// An IPv6 address without its brackets.
pub(crate) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn split_port(address: &str) -> (&str, Option<&str>) {
    match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && (!host.contains(':') || host.ends_with(']')) => {
            (host, Some(port))
        }
        _ => (address, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(lines: &'static [(&'static str, &'static str)]) -> Proxies {
        Proxies::from_environment(|name| {
            lines.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_proxy_is_read() {
        let proxy = Proxy::parse("http://us%40er:p%3Aw@proxy.example:3128/", OPTION).unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port), ("proxy.example", 3128));
        let authorization =
            |proxy: &Proxy| proxy.authorization.as_ref().map(|value| value.expose().to_owned());
        assert_eq!(authorization(&proxy).as_deref(), Some("Basic dXNAZXI6cDp3"));
        assert_eq!(format!("{proxy:?}"), "http://***@proxy.example:3128");
        assert_eq!(proxy.to_string(), "the proxy proxy.example:3128 (from the option `proxy`)");
        let proxy = Proxy::parse("[::1]:8080", "HTTPS_PROXY").unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port, authorization(&proxy)), ("::1", 8080, None));
        assert_eq!(proxy.to_string(), "the proxy [::1]:8080 (from HTTPS_PROXY)");
        assert_eq!(Proxy::parse("proxy", OPTION).unwrap().port, 80);
        assert_eq!(Proxy::parse("http://@proxy", OPTION).unwrap().authorization, None);
    }

    /// Whatever is wrong with a proxy's URL, nothing of it is shown. `71` and `canary` stand for the password.
    #[test]
    fn nothing_of_a_bad_proxy_is_shown() {
        for url in [
            "socks5://u:canary@h:1",
            "https://u:canary@h:1",
            "canary://h:1",
            "svc:canary://x@h:1",
            "http://u:canary@h:x",
            "http://u:canary@h:0",
            "http://u:canary@h:70000",
            "http://u:canary@",
            "http://u:canary@ h",
            "http://u:canary",
            "http://u:canary/abc@h:3128",
            "http://u:canary?abc@h:3128",
            "http://u:canary#abc@h:3128",
            "http://u:canary\\abc@h:3128",
            // A password of digits would pass for a port, its user for the host.
            "http://canary:7171/abc@h:3128",
            "http://canary:7171#abc@h:3128",
            "http://canary:7171/abc%40h:3128",
            "http%3A%2F%2Fu%3Acanary%40h%3A3128",
            "http://u%3Acanary%40h:3128",
            "http://u:can\u{e4}canary",
            "http://[canary]:1",
            "u:canary@h:1:2",
        ] {
            for source in [OPTION, "HTTPS_PROXY"] {
                let message = Proxy::parse(url, source).unwrap_err();
                assert!(!message.contains("canary") && !message.contains("71"), "{url}: {message}");
                assert!(message.starts_with(source), "{message}");
            }
        }
    }

    #[test]
    fn variables_have_an_order() {
        let proxies = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "http://lower")]);
        assert_eq!(proxies.for_target("a", 443).unwrap().unwrap().host, "lower");
        let proxies = environment(&[("ALL_PROXY", "http://all"), ("HTTPS_PROXY", " ")]);
        assert_eq!(proxies.for_target("a", 443).unwrap().unwrap().host, "all");
        assert_eq!(environment(&[]).for_target("a", 443), Ok(None));
    }

    #[test]
    fn a_bad_proxy_of_the_environment_fails_only_who_needs_it() {
        let proxies = environment(&[("ALL_PROXY", "socks5://h:1"), ("NO_PROXY", "free.example")]);
        assert_eq!(proxies.for_target("free.example", 443), Ok(None));
        assert!(proxies.for_target("other.example", 443).is_err());
    }

    #[test]
    fn exceptions() {
        let proxies = environment(&[
            ("HTTPS_PROXY", "http://p"),
            (
                "NO_PROXY",
                "example.com, .dot.example,*.star.example ported.example:8443,10.0.0.0/8,192.168.1.7,[::1],fd00::/8",
            ),
        ]);
        let direct = |host, port| proxies.for_target(host, port).unwrap().is_none();
        for host in [
            "example.com",
            "API.Example.com",
            "a.dot.example",
            "dot.example",
            "a.star.example",
            "10.1.2.3",
            "192.168.1.7",
            "::1",
            "[::1]",
            "fd12::1",
        ] {
            assert!(direct(host, 443), "{host}");
        }
        for host in ["notexample.com", "example.com.evil", "11.0.0.1", "192.168.1.8", "::2", "fe80::1"] {
            assert!(!direct(host, 443), "{host}");
        }
        assert!(direct("ported.example", 8443) && !direct("ported.example", 443));
        let proxies = environment(&[("HTTPS_PROXY", "http://p"), ("NO_PROXY", "*")]);
        assert_eq!(proxies.for_target("any", 1), Ok(None));
    }
}
