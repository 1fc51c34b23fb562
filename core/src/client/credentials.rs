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

/// A pair of parts, each with the names of its option and of its variable of the environment.
type Pair = [(&'static str, &'static str); 2];

const ACCOUNT: Pair = [("account_sid", "TWILIO_ACCOUNT_SID"), ("auth_token", "TWILIO_AUTH_TOKEN")];
const KEY: Pair = [("api_key", "TWILIO_API_KEY"), ("api_secret", "TWILIO_API_SECRET")];

/// Credentials in parts, as options or variables of the environment hold them: the account's SID and token, then the API
/// key's SID and secret.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) account: [Option<Secret>; 2],
    pub(super) key: [Option<Secret>; 2],
}

impl Parts {
    fn are_given(&self) -> bool {
        self.account.iter().chain(&self.key).any(Option::is_some)
    }

    /// Takes an API key from the environment, else an account's token; only if no part is given.
    pub(super) fn complete(&mut self, variable: &dyn Fn(&str) -> Option<String>) {
        if self.are_given() {
            return;
        }
        for (pair, parts) in [(KEY, &mut self.key), (ACCOUNT, &mut self.account)] {
            let found = pair.map(|(_, name)| variable(name).map(Secret::new));
            if found.iter().all(Option::is_some) {
                *parts = found;
                return;
            }
        }
    }

    /// Returns the credentials, [`Credentials::None`] if no part is given.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the part that is wrong, missing or too much.
    pub(super) fn read(&self) -> Result<Credentials, InvalidArgument> {
        for (pair, parts) in [(ACCOUNT, &self.account), (KEY, &self.key)] {
            let [(user, _), (secret, _)] = pair;
            let (missing, other) = match parts {
                [Some(_), None] => (secret, user),
                [None, Some(_)] => (user, secret),
                _ => continue,
            };
            return Err(InvalidArgument::redacted(missing, &format!("must be given with `{other}`")));
        }
        match (&self.account, &self.key) {
            ([Some(_), _], [Some(_), _]) => Err(InvalidArgument::redacted(
                "api_key",
                "must not be given together with `account_sid` and `auth_token`",
            )),
            ([Some(sid), Some(token)], _) => Credentials::account_token(sid.expose(), token.expose()),
            (_, [Some(key), Some(secret)]) => Credentials::api_key(key.expose(), secret.expose()),
            _ => Ok(Credentials::None),
        }
    }

    /// Checks that no part is given.
    pub(super) fn refuse(&self, field: &str) -> Result<(), InvalidArgument> {
        if self.are_given() {
            return Err(InvalidArgument::redacted(field, "must not be given together with credentials"));
        }
        Ok(())
    }
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
