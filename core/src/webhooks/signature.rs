//! The signature of a webhook.
//!
//! Source: Twilio's page on webhook security and on shared keys, and what twilio-python 9.13.0 and twilio-node 6.3.1 accept.

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::form::{self, Parameters};
use super::rejected::WebhookReason;
use super::request::WebhookRequest;
use super::secrets::WebhookSecrets;
use crate::secret::Secret;

const SIGNATURE: &str = "X-Twilio-Signature";
const SETTINGS: &str = "X-Twilio-Webhooks-Signature-Settings";
const BODY_HASH: &[u8] = b"bodySHA256";

/// How a request is signed.
#[derive(Clone, Copy)]
enum Algorithm {
    Sha1,
    Sha256,
}

/// Checks that one of the secrets signed the request.
pub(super) fn check(request: &WebhookRequest, secrets: &WebhookSecrets) -> Result<(), WebhookReason> {
    if request.is_ambiguous(&[SIGNATURE, SETTINGS, "Content-Type"]) {
        return Err(WebhookReason::RepeatedHeader);
    }
    let signature = request.header(SIGNATURE).ok_or(WebhookReason::MissingSignature)?;
    let (algorithm, keys) = signers(request.header(SETTINGS), secrets)?;
    let urls = spellings(&request.url).ok_or(WebhookReason::UnreadableUrl)?;
    let parameters = if request.is_form() { form::read(&request.body) } else { Parameters::new() };

    let query = form::read(form::query(&request.url).as_bytes());
    let hashes: Vec<&Vec<u8>> =
        query.iter().filter(|(name, _)| name == BODY_HASH).map(|(_, value)| value).collect();
    if hashes.is_empty() && !request.is_form() && !request.body.is_empty() {
        // The signature covers only the URL then, and anyone who saw one such request could change the body.
        return Err(WebhookReason::UnsignedBody);
    }
    // The signature comes first: the hash is only worth something if the URL is Twilio's.
    let given = Base64::decode_vec(signature).map_err(|_| WebhookReason::WrongSignature)?;
    let mut is_signed = Choice::from(0);
    for key in keys {
        for url in &urls {
            is_signed |= sign(algorithm, key, url, &parameters).ct_eq(&given);
        }
    }
    if !bool::from(is_signed) {
        return Err(WebhookReason::WrongSignature);
    }
    let hash = hex(&Sha256::digest(&request.body));
    let is_whole = hashes.iter().all(|given| bool::from(hash.as_bytes().ct_eq(&given.to_ascii_lowercase())));
    if is_whole { Ok(()) } else { Err(WebhookReason::WrongBodyHash) }
}

/// Returns the algorithm and the secrets that may have signed. The header is not signed itself; it only chooses.
fn signers<'s>(
    settings: Option<&str>,
    secrets: &'s WebhookSecrets,
) -> Result<(Algorithm, Vec<&'s Secret>), WebhookReason> {
    let Some(settings) = settings else {
        if secrets.auth_tokens.is_empty() {
            return Err(WebhookReason::MissingSecret);
        }
        return Ok((Algorithm::Sha1, secrets.auth_tokens.iter().collect()));
    };
    let setting = |wanted: &str| {
        let mut parts = settings.split(',').filter_map(|part| part.split_once('='));
        parts.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim())
    };
    let algorithm = match setting("algorithm").unwrap_or_default() {
        "" => Algorithm::Sha1,
        word if word.eq_ignore_ascii_case("HMAC_SHA1") => Algorithm::Sha1,
        word if word.eq_ignore_ascii_case("HMAC_SHA256") => Algorithm::Sha256,
        _ => return Err(WebhookReason::UnknownAlgorithm),
    };
    let name = setting("key").unwrap_or_default();
    let keys: Vec<&Secret> =
        secrets.shared_keys.iter().filter(|(known, _)| known == name).map(|(_, key)| key).collect();
    if keys.is_empty() { Err(WebhookReason::UnknownKey) } else { Ok((algorithm, keys)) }
}

/// Returns the spellings of a URL that Twilio may have signed: as given, without its port, and with the default one.
fn spellings(url: &str) -> Option<Vec<String>> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme.to_ascii_lowercase().as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority
        .rsplit_once('@')
        .map_or(("", authority), |(user, host)| (authority.get(..=user.len()).unwrap_or_default(), host));
    if host.is_empty() {
        return None;
    }
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map(|(bare, _)| bare);
    let other = match bare {
        Some(bare) => format!("{scheme}://{user}{bare}{path}"),
        None => format!("{scheme}://{user}{host}:{port}{path}"),
    };
    Some(vec![url.to_owned(), other])
}

fn sign(algorithm: Algorithm, key: &Secret, url: &str, parameters: &Parameters) -> Vec<u8> {
    let key = key.expose().as_bytes();
    match algorithm {
        Algorithm::Sha1 => Hmac::<Sha1>::new_from_slice(key).map(|mac| finish(mac, url, parameters)),
        Algorithm::Sha256 => Hmac::<Sha256>::new_from_slice(key).map(|mac| finish(mac, url, parameters)),
    }
    // A key of any length is taken; an empty result equals no signature that is as long as a hash.
    .unwrap_or_default()
}

fn finish<M: Mac>(mut mac: M, url: &str, parameters: &Parameters) -> Vec<u8> {
    mac.update(url.as_bytes());
    for (name, value) in parameters {
        mac.update(name);
        mac.update(value);
    }
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_two_spellings() {
        let both = |url| spellings(url).unwrap();
        assert_eq!(both("https://a.example/x?y"), ["https://a.example/x?y", "https://a.example:443/x?y"]);
        assert_eq!(both("http://a.example"), ["http://a.example", "http://a.example:80"]);
        assert_eq!(
            both("https://u:1@a.example:8443/"),
            ["https://u:1@a.example:8443/", "https://u:1@a.example/"]
        );
        assert_eq!(both("https://[::1]/x").last().unwrap(), "https://[::1]:443/x");
        for odd in ["/hooks", "", "ftp://a.example/", "https://", "a.example/x"] {
            assert_eq!(spellings(odd), None, "{odd}");
        }
    }
}
