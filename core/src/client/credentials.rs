//! Who a client is to the server.

use base64ct::{Base64, Encoding as _};

use crate::argument::InvalidArgument;
use crate::ids::{AccountSid, ApiKeySid};
use crate::secret::Secret;

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

    /// Their kind, as a log may show it: `auth token`, `API key` or `none`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccountToken { .. } => "auth token",
            Self::ApiKey { .. } => "API key",
            Self::None => "none",
        }
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

/// The two options that are credentials together.
type Pair = [&'static str; 2];

const ACCOUNT: Pair = ["account_sid", "auth_token"];
const KEY: Pair = ["api_key", "api_secret"];

/// Returns the parts that the environment has, by option: those of an API key, else those of an account's token. None if one of
/// the parts is given. `variable` returns the value of an option's variable.
pub(super) fn of_environment(
    is_given: impl Fn(&str) -> bool,
    variable: &dyn Fn(&str) -> Option<Secret>,
) -> Vec<(&'static str, Secret)> {
    if ACCOUNT.iter().chain(&KEY).any(|name| is_given(name)) {
        return Vec::new();
    }
    [KEY, ACCOUNT]
        .iter()
        .find_map(|pair| pair.iter().map(|name| Some((*name, variable(name)?))).collect())
        .unwrap_or_default()
}

/// Returns the credentials of these parts, by option; [`Credentials::None`] if there are none.
///
/// # Errors
/// [`InvalidArgument`] naming the part that is wrong, missing or too much.
pub(super) fn of_parts<'p>(part: impl Fn(&str) -> Option<&'p str>) -> Result<Credentials, InvalidArgument> {
    let read = |[user, secret]: Pair| match (part(user), part(secret)) {
        (Some(given), Some(secret)) => Ok(Some((given, secret))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(InvalidArgument::redacted(secret, &format!("must be given with `{user}`"))),
        (None, Some(_)) => Err(InvalidArgument::redacted(user, &format!("must be given with `{secret}`"))),
    };
    match (read(ACCOUNT)?, read(KEY)?) {
        (Some(_), Some(_)) => Err(InvalidArgument::redacted(
            "api_key",
            "must not be given together with `account_sid` and `auth_token`",
        )),
        (Some((sid, token)), None) => Credentials::account_token(sid, token),
        (None, Some((key, secret))) => Credentials::api_key(key, secret),
        (None, None) => Ok(Credentials::None),
    }
}

/// Checks that no part is given.
///
/// # Errors
/// [`InvalidArgument`] naming `field`, which excludes them.
pub(super) fn refuse<'p>(part: impl Fn(&str) -> Option<&'p str>, field: &str) -> Result<(), InvalidArgument> {
    if ACCOUNT.iter().chain(&KEY).any(|name| part(name).is_some()) {
        return Err(InvalidArgument::redacted(field, "must not be given together with credentials"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
