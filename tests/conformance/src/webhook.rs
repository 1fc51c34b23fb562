//! Cases about webhooks: they have no requests and no clock, and so far only the core runs them.

use std::collections::BTreeMap;

use senders_core::{Headers, InvalidArgument, Secret, WebhookEvent, WebhookRequest, WebhookSecrets};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::trace::Outcome;

/// A request that came in, and the secrets of the receiver.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Args {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    #[serde(default = "once")]
    body_times: usize,
    #[serde(default)]
    auth_tokens: Vec<String>,
    #[serde(default)]
    shared_keys: Vec<(String, String)>,
    max_body_bytes: Option<usize>,
    #[serde(default)]
    is_unverified: bool,
}

const fn once() -> usize {
    1
}

/// Receives the webhook of a case.
pub(crate) fn receive(args: Map<String, Value>) -> Outcome {
    let args: Args = match serde_json::from_value(args.into()) {
        Ok(args) => args,
        Err(error) => return Outcome::crashed(error.to_string()),
    };
    let secrets = match secrets(&args) {
        Ok(secrets) => secrets,
        Err(mistake) => {
            let error = [("kind", json!("invalid_argument")), ("message", json!(mistake.to_string()))];
            let error = error.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            return Outcome { error: Some(error), ..Outcome::default() };
        }
    };
    let headers: Headers = args.headers.into_iter().collect();
    let body = args.body.repeat(args.body_times).into_bytes();
    let request = WebhookRequest { url: args.url, headers, body };
    let read = if args.is_unverified { request.read_unverified() } else { secrets.receive(&request) };
    match read {
        Ok(events) => Outcome { events: Some(events.iter().map(fields).collect()), ..Outcome::default() },
        Err(rejected) => {
            Outcome { rejected: Some(rejected.reason().as_str().to_owned()), ..Outcome::default() }
        }
    }
}

fn secrets(args: &Args) -> Result<WebhookSecrets, InvalidArgument> {
    let mut secrets = WebhookSecrets::new();
    for token in &args.auth_tokens {
        secrets = secrets.auth_token(Secret::new(token))?;
    }
    for (name, key) in &args.shared_keys {
        secrets = secrets.shared_key(name, Secret::new(key))?;
    }
    Ok(args.max_body_bytes.map_or(secrets.clone(), |bytes| secrets.max_body_bytes(bytes)))
}

/// The fields of an event; `json` is kept as text, so that a case can name it byte for byte.
fn fields(event: &WebhookEvent) -> BTreeMap<String, Value> {
    serde_json::from_str(&event.to_json()).unwrap_or_default()
}
