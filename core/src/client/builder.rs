//! The options of a client as one table: every language's options, their documentation and their bounds are made from it.

use serde_json::Value;

use super::credentials::Credentials;
use crate::argument::InvalidArgument;
use crate::given::{Given, unknown};
use crate::naming::Naming;
use crate::secret::Secret;

/// An option of a client.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ClientOption {
    /// The name in the core. A time ends with `_ms`; a language whose type says the unit leaves that out.
    pub name: &'static str,
    /// The values it takes.
    pub kind: OptionKind,
    /// The variable of the environment that has its value if it is not given.
    pub variable: Option<&'static str>,
}

/// The values of an option.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum OptionKind {
    /// A text, which may be secret.
    Text,
    /// True or false; false if it is not given.
    Flag,
    /// A whole number with bounds.
    Number(Bounds),
}

/// The bounds of a number, and its value if it is not given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bounds {
    /// The least value.
    pub least: u64,
    /// The greatest value.
    pub most: u64,
    /// The value if it is not given.
    pub default: u64,
}

/// The value of an option, as a binding gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "one for each kind of option")]
pub enum OptionValue {
    /// Of [`OptionKind::Text`].
    Text(Secret),
    /// Of [`OptionKind::Flag`].
    Flag(bool),
    /// Of [`OptionKind::Number`].
    Number(u64),
}

macro_rules! variable {
    () => {
        None
    };
    ($variable:literal) => {
        Some($variable)
    };
}

macro_rules! kind {
    (text) => {
        OptionKind::Text
    };
    (flag) => {
        OptionKind::Flag
    };
    (number($least:expr, $most:expr, $default:expr)) => {
        OptionKind::Number(Bounds { least: $least, most: $most, default: $default })
    };
}

macro_rules! setter {
    ($name:ident, [$($meta:tt)*], text) => {
        $($meta)*
        pub fn $name(&mut self, value: impl Into<String>) -> &mut Self {
            self.put(stringify!($name), OptionValue::Text(Secret::new(value)))
        }
    };
    ($name:ident, [$($meta:tt)*], flag) => {
        $($meta)*
        pub fn $name(&mut self, value: bool) -> &mut Self {
            self.put(stringify!($name), OptionValue::Flag(value))
        }
    };
    ($name:ident, [$($meta:tt)*], number($least:expr, $most:expr, $default:expr)) => {
        $($meta)*
        #[doc = concat!("\n\nFrom ", stringify!($least), " to ", stringify!($most), "; default ", stringify!($default), ".")]
        pub fn $name(&mut self, value: u64) -> &mut Self {
            self.put(stringify!($name), OptionValue::Number(value))
        }
    };
}

macro_rules! client_options {
    ($( $(#[doc = $doc:literal])+ $name:ident: $kind:ident $(($($bounds:tt)*))? $(= $variable:literal)?; )*) => {
        /// The options, in the order in which every language lists them.
        pub const OPTIONS: &[ClientOption] =
            &[$( ClientOption {
                name: stringify!($name),
                kind: kind!($kind $(($($bounds)*))?),
                variable: variable!($($variable)?),
            } ),*];

        /// The documentation of each option, in Markdown: a first paragraph for every language, its bounds apart.
        pub const OPTION_DOCS: &[&str] = &[$( concat!($($doc, "\n"),+) ),*];

        impl ConfigBuilder {
            $( setter!($name, [$(#[doc = $doc])+], $kind $(($($bounds)*))?); )*
        }
    };
}

client_options! {
    /// The SID of the account: `AC` and 32 hexadecimal digits. Given with `auth_token`.
    account_sid: text = "TWILIO_ACCOUNT_SID";
    /// The auth token of the account.
    auth_token: text = "TWILIO_AUTH_TOKEN";
    /// The SID of an API key: `SK` and 32 hexadecimal digits. Given with `api_secret`, in place of an account's SID and token.
    api_key: text = "TWILIO_API_KEY";
    /// The secret of the API key.
    api_secret: text = "TWILIO_API_SECRET";
    /// Sends no credentials: for a proxy that adds them, since a page or an app that others install can keep no secret.
    no_credentials: flag;
    /// The server: `https://host[:port][/path]`, plain http to this machine only. Without it, Twilio's of `region` and `edge`,
    /// which it excludes.
    base_url: text = "SENDERS_BASE_URL";
    /// Twilio's region, such as `ie1`.
    region: text = "TWILIO_REGION";
    /// Twilio's edge location, such as `dublin`. Alone it means region `us1`.
    edge: text = "TWILIO_EDGE";
    /// The time for one attempt.
    timeout_ms: number(1, 600_000, 30_000);
    /// The time for connecting within an attempt.
    connect_timeout_ms: number(1, 600_000, 5_000);
    /// The time for a call with all its attempts and pauses. At least that of an attempt, unless it is given.
    total_timeout_ms: number(1, 3_600_000, 60_000);
    /// Attempts after the first; with 0 nothing is sent twice.
    max_retries: number(0, 10, 2);
    /// The largest response body, in bytes.
    max_response_bytes: number(1_024, 1_073_741_824, 10_485_760);
    /// The application's name, added to `User-Agent`.
    user_agent: text;
    /// Makes the jitter of the pauses the same each time. Without it, they differ.
    seed: number(0, u64::MAX, 0);
}

/// Returns the bounds of a number by the name of its option.
pub(super) fn bounds_of(name: &str) -> Bounds {
    match option(name).map(|option| option.kind) {
        Some(OptionKind::Number(bounds)) => bounds,
        _ => Bounds { least: 0, most: u64::MAX, default: 0 },
    }
}

/// Returns the variable of the environment of an option.
pub(super) fn variable_of(name: &str) -> Option<&'static str> {
    option(name)?.variable
}

/// Returns the names of all options.
fn names() -> Vec<&'static str> {
    OPTIONS.iter().map(|option| option.name).collect()
}

fn option(name: &str) -> Option<&'static ClientOption> {
    OPTIONS.iter().find(|option| option.name == name)
}

/// Gathers a client's options; nothing is checked until [`ConfigBuilder::build`]. The setters of the options come from one table,
/// which [`schema::OPTIONS`](crate::schema::OPTIONS) shows.
#[derive(Clone, Debug, Default)]
pub struct ConfigBuilder {
    pub(super) credentials: Option<Credentials>,
    pub(super) needs_credentials: bool,
    pub(super) product: Option<String>,
    /// The options that were given.
    values: Vec<(&'static str, OptionValue)>,
}

impl ConfigBuilder {
    /// Who the client is. Default: none, or the parts that are given as options.
    pub fn credentials(&mut self, value: Credentials) -> &mut Self {
        self.credentials = Some(value);
        self
    }

    /// The binding's own name in `User-Agent`, such as `senders-python/0.1.0`.
    pub fn product(&mut self, value: impl Into<String>) -> &mut Self {
        self.product = Some(value.into());
        self
    }

    /// Sets an option in place of what it was.
    pub(super) fn put(&mut self, name: &'static str, value: OptionValue) -> &mut Self {
        self.values.retain(|(other, _)| *other != name);
        self.values.push((name, value));
        self
    }

    /// Sets an option by its name in the core. For a binding, which goes through [`OPTIONS`].
    ///
    /// # Errors
    /// [`InvalidArgument`] if there is no such option, or its values are of another kind.
    pub fn set(&mut self, name: &str, value: OptionValue) -> Result<&mut Self, InvalidArgument> {
        let Some(option) = option(name) else {
            return Err(unknown(name, "the client", &names()));
        };
        let rule = match (option.kind, &value) {
            (OptionKind::Text, OptionValue::Text(_))
            | (OptionKind::Flag, OptionValue::Flag(_))
            | (OptionKind::Number(_), OptionValue::Number(_)) => return Ok(self.put(option.name, value)),
            (OptionKind::Text, _) => "must be text",
            (OptionKind::Flag, _) => "must be true or false",
            (OptionKind::Number(_), _) => "must be a whole number",
        };
        Err(InvalidArgument::redacted(name, rule))
    }

    /// Takes options from an object in the language's names. `others` are further options of the language, for hints only.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the option that is not known or has another type.
    pub fn options(
        &mut self,
        value: &Value,
        naming: Naming,
        others: &[&str],
    ) -> Result<&mut Self, InvalidArgument> {
        let given = Given::new(value, naming, "the client", &names(), others)?;
        for ClientOption { name, kind, .. } in OPTIONS {
            let value = match kind {
                OptionKind::Text => given.text(name)?.map(|text| OptionValue::Text(Secret::new(text))),
                OptionKind::Flag => given.flag(name)?.map(OptionValue::Flag),
                OptionKind::Number(_) => given.count(name)?.map(OptionValue::Number),
            };
            if let Some(value) = value {
                self.put(name, value);
            }
        }
        Ok(self)
    }

    fn value(&self, name: &str) -> Option<&OptionValue> {
        self.values.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(OptionValue::Text(text)) => Some(text.expose()),
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.value(name) {
            Some(OptionValue::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Some(OptionValue::Flag(true)))
    }
}

/// Checks a number against the bounds of its option.
pub(crate) fn within(name: &str, value: Option<u64>, default: u64) -> Result<u64, InvalidArgument> {
    let Bounds { least, most, .. } = bounds_of(name);
    bounded(name, value, default, least..=most)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_set_by_its_name_and_kind() {
        let mut builder = ConfigBuilder::default();
        assert!(builder.set("timeout_ms", OptionValue::Number(5)).is_ok());
        let refused = |builder: &mut ConfigBuilder, name, value| {
            builder.set(name, value).map(drop).unwrap_err().to_string()
        };
        let text = OptionValue::Text(Secret::new("canary"));
        assert_eq!(refused(&mut builder, "timeout_ms", text.clone()), "timeout_ms must be a whole number");
        assert_eq!(
            refused(&mut builder, "no_credentials", text.clone()),
            "no_credentials must be true or false"
        );
        assert_eq!(refused(&mut builder, "edge", OptionValue::Flag(true)), "edge must be text");
        let unknown = refused(&mut builder, "timeoutMs", text);
        assert_eq!(unknown, "timeoutMs is not an option of the client: did you mean `timeout_ms`?");
    }

    #[test]
    fn every_option_has_documentation_and_its_default_is_within_its_bounds() {
        assert_eq!(OPTIONS.len(), OPTION_DOCS.len());
        for (option, doc) in OPTIONS.iter().zip(OPTION_DOCS) {
            assert!(doc.trim().ends_with('.'), "{}", option.name);
            if let OptionKind::Number(Bounds { least, most, default }) = option.kind {
                assert!((least..=most).contains(&default), "{}", option.name);
            }
        }
    }
}
