//! Authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::answer::ApiError;
use crate::http::Request;
use crate::switches::{Key, Switches};

/// Checks Basic authentication with the account's SID and token, or with the API key if one is set.
pub(crate) fn check(request: &Request, switches: &Switches) -> Result<(), ApiError> {
    let given = request.header("Authorization").and_then(basic_pair);
    let pair = |user, password| (switches.text(user).to_owned(), switches.text(password).to_owned());
    let account = pair(Key::AccountSid, Key::AuthToken);
    let api_key = pair(Key::ApiKeySid, Key::ApiKeySecret);
    match given {
        Some(given) if given == account || (given == api_key && !api_key.0.is_empty()) => Ok(()),
        _ => Err(ApiError::new(401, 20003, "Authenticate")
            .with_header("WWW-Authenticate", "Basic realm=\"Twilio API\"")),
    }
}

fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
