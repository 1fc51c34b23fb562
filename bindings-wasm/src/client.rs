//! Clients, and the operations they make.

use std::cell::RefCell;

use senders_core::{
    Client, Config, Configuration, Email, Naming, Operation, PhoneNumber, Profile, SenderId, Webhook, Website,
};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::calls;
use crate::problem::{internal, invalid};
use crate::slab::Slab;

thread_local! {
    static CLIENTS: RefCell<Slab<Client>> = const { RefCell::new(Slab::new()) };
}

/// The options of a client that the package itself reads.
const OWN_OPTIONS: [&str; 8] =
    ["fetch", "transport", "clock", "onRequest", "onResponse", "onWait", "logger", "dangerouslyAllowBrowser"];

/// Makes a client from its options and returns its number. `environment` has the variables that complete them, by name; it is
/// empty in a page.
///
/// # Errors
/// The details of an error if an option is wrong.
#[wasm_bindgen]
pub fn open(options: &str, environment: &str) -> Result<u32, JsValue> {
    let mut builder = Config::builder();
    builder.product(concat!("senders-js/", env!("CARGO_PKG_VERSION")));
    builder.options(&value(options)?, Naming::JavaScript, &OWN_OPTIONS).map_err(invalid)?;
    if !environment.is_empty() {
        let variables = value(environment)?;
        builder.complete(|name| variables.get(name)?.as_str().map(str::to_owned));
    }
    let client = Client::new(builder.build().map_err(invalid)?);
    Ok(CLIENTS.with_borrow_mut(|clients| clients.insert(client)))
}

/// Removes a client; its calls continue.
#[wasm_bindgen]
pub fn close(client: u32) {
    drop(CLIENTS.with_borrow_mut(|clients| clients.remove(client)));
}

/// Remembers creates that the client sent in an instance that has ended: their numbers, one per line, when their call ended,
/// and whether it had no response.
#[wasm_bindgen]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time is positive and far below 2^53 ms"
)]
pub fn remember(client: u32, sender_ids: &str, unknown: bool, ended_ms: f64) {
    let client = CLIENTS.with_borrow_mut(|clients| clients.entry(client).cloned());
    for id in sender_ids.lines().filter_map(|id| id.parse::<SenderId>().ok()) {
        if let Some(client) = &client {
            client.remember_create(&id, unknown, ended_ms as u64);
        }
    }
}

/// Returns a text of others in a form that may be shown: one line, bounded, numbers masked.
#[wasm_bindgen]
#[must_use]
pub fn one_line(text: &str) -> String {
    senders_core::one_line(text)
}

/// Returns scheme, host and port of the client's requests.
#[wasm_bindgen]
#[must_use]
pub fn origin(client: u32) -> Option<String> {
    CLIENTS.with_borrow_mut(|clients| clients.entry(client).map(|client| client.origin().to_string()))
}

/// Returns the kind of the client's credentials, as a log may show it.
#[wasm_bindgen]
#[must_use]
pub fn credentials(client: u32) -> Option<String> {
    CLIENTS.with_borrow_mut(|clients| clients.entry(client).map(|client| client.credentials().to_owned()))
}

/// Returns whether a response had a field with this API name.
#[wasm_bindgen]
#[must_use]
pub fn was_seen(name: &str) -> bool {
    senders_json::was_seen(name)
}

/// Returns the API names of the fields of each section and of the items of each list, one line each that begins with its name.
#[wasm_bindgen]
#[must_use]
pub fn request_fields() -> String {
    let kinds = [
        ("configuration", Configuration::FIELDS),
        ("webhook", Webhook::FIELDS),
        ("profile", Profile::FIELDS),
        ("websites", Website::FIELDS),
        ("emails", Email::FIELDS),
        ("phone_numbers", PhoneNumber::FIELDS),
    ];
    let mut out = String::new();
    for (kind, fields) in kinds {
        out.push_str(if out.is_empty() { "" } else { "\n" });
        out.push_str(kind);
        for field in fields {
            out.push(' ');
            out.push_str(field);
        }
    }
    out
}

/// Begins a call and returns its number; nothing is sent yet.
///
/// # Errors
/// The details of an error if an argument or an option is wrong.
#[wasm_bindgen]
pub fn begin(client: u32, operation: &str, args: &str, options: &str) -> Result<u32, JsValue> {
    let client = CLIENTS
        .with_borrow_mut(|clients| clients.entry(client).cloned())
        .ok_or_else(|| internal("a client that is not there"))?;
    let (args, options) = (value(args)?, if options.is_empty() { Value::Null } else { value(options)? });
    // The options of a call that the package itself reads.
    let own: &[&str] = match operation {
        "waitUntilOnline" => &["signal", "onStatus"],
        "ensure" => &["signal", "onToken"],
        "ensureAll" => &["signal", "onToken", "onResult"],
        _ => &["signal"],
    };
    let made = Operation::from_args(&client, Naming::JavaScript, operation, &args, &options, own);
    match made.map_err(invalid)? {
        Some(operation) => Ok(calls::keep(operation)),
        None => Err(internal("an operation this binding does not know")),
    }
}

/// Reads the data of a caller, as `npm/src/plain.ts` wrote it: a request has the API's keys.
fn value(json: &str) -> Result<Value, JsValue> {
    serde_json::from_str(json).map_err(|_| internal("the arguments are no plain data"))
}
