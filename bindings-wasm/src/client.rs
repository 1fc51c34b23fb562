//! Clients, and the operations they make.

use std::cell::RefCell;

use senders_core::{
    CallOptions, Channel, Client, Config, Configuration, CreateSender, Credentials, DeleteSender, Email,
    FetchSender, InvalidArgument, ListSenders, Operation, PageSize, PhoneNumber, Profile, SenderId,
    SenderSid, UpdateSender, VerificationCode, WaitOptions, Webhook, Website,
};
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::calls;
use crate::convert::{count, flag, known, object, required, text};
use crate::problem::{argument, internal, invalid};
use crate::slab::Slab;

thread_local! {
    static CLIENTS: RefCell<Slab<Client>> = const { RefCell::new(Slab::new()) };
}

const OPTIONS: [&str; 15] = [
    "accountSid",
    "authToken",
    "apiKey",
    "apiSecret",
    "baseUrl",
    "region",
    "edge",
    "timeoutMs",
    "connectTimeoutMs",
    "totalTimeoutMs",
    "maxRetries",
    "maxResponseBytes",
    "userAgent",
    "seed",
    "product",
];

/// Makes a client from its options and returns its number.
///
/// # Errors
/// The details of an error if an option is wrong.
#[wasm_bindgen]
pub fn open(options: &str) -> Result<u32, JsValue> {
    let options = object(options)?;
    known(&options, "the client", &OPTIONS)?;
    // Everything is read before anything is built: each early return with a live builder costs code.
    let read = |name: &'static str| text(&options, name);
    let [base, region, edge, agent, product] =
        [read("baseUrl")?, read("region")?, read("edge")?, read("userAgent")?, read("product")?];
    let read = |name: &'static str| count(&options, name);
    let [timeout, connect, total] = [read("timeoutMs")?, read("connectTimeoutMs")?, read("totalTimeoutMs")?];
    let (largest, seed, retries) =
        (read("maxResponseBytes")?, read("seed")?, retries(&options, "maxRetries")?);
    let mut builder = Config::builder().credentials(credentials(&options)?);
    macro_rules! set {
        ($($value:ident $set:ident),*) => { $( if let Some(value) = $value { builder = builder.$set(value); } )* };
    }
    set!(
        base base_url, region region, edge edge, agent user_agent, product product, timeout timeout_ms,
        connect connect_timeout_ms, total total_timeout_ms, retries max_retries, largest max_response_bytes, seed seed
    );
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

fn retries(map: &Map<String, Value>, name: &str) -> Result<Option<u32>, JsValue> {
    Ok(count(map, name)?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
}

fn credentials(options: &Map<String, Value>) -> Result<Credentials, JsValue> {
    let pair = |user: &'static str, secret: &'static str| match (text(options, user)?, text(options, secret)?)
    {
        (None, None) => Ok(None),
        (Some(user), Some(secret)) => Ok(Some((user, secret))),
        (Some(_), None) => Err(argument(secret, &format!("must be given with {user}"))),
        (None, Some(_)) => Err(argument(user, &format!("must be given with {secret}"))),
    };
    match (pair("accountSid", "authToken")?, pair("apiKey", "apiSecret")?) {
        (Some(_), Some(_)) => {
            Err(argument("apiKey", "must not be given together with accountSid and authToken"))
        }
        (Some((sid, token)), None) => Credentials::account_token(sid, token).map_err(invalid),
        (None, Some((key, secret))) => Credentials::api_key(key, secret).map_err(invalid),
        (None, None) => Ok(Credentials::None),
    }
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
    let args = object(args)?;
    let (options, token) =
        if options.is_empty() { Default::default() } else { call_options(operation, options)? };
    Ok(calls::keep(make(&client, operation, args, token.as_deref(), &options)?))
}

/// Reads the options of a call, and the token of an `ensure` or `ensureAll`.
#[inline(never)]
fn call_options(operation: &str, options: &str) -> Result<(CallOptions, Option<String>), JsValue> {
    let mut out = CallOptions::default();
    let map = object(options)?;
    let names = ["signal", "timeoutMs", "totalTimeoutMs", "maxRetries", "headers", "token"];
    let of_ensure = usize::from(operation.starts_with("ensure"));
    known(&map, operation, names.get(..5 + of_ensure).unwrap_or_default())?;
    if let Some(value) = count(&map, "timeoutMs")? {
        out = out.timeout_ms(value);
    }
    if let Some(value) = count(&map, "totalTimeoutMs")? {
        out = out.total_timeout_ms(value);
    }
    if let Some(value) = retries(&map, "maxRetries")? {
        out = out.max_retries(value);
    }
    match map.get("headers") {
        None => {}
        Some(Value::Object(headers)) => {
            for (name, value) in headers {
                let value = value
                    .as_str()
                    .ok_or_else(|| invalid(InvalidArgument::of_key("headers.", name, "must be text")))?;
                out = out.header(name.as_str(), value);
            }
        }
        Some(_) => return Err(argument("headers", "must be an object of text by name")),
    }
    Ok((out, text(&map, "token")?.map(str::to_owned)))
}

// An engine compiles a hot function whole: each operation has a separate one.
fn make(
    client: &Client,
    operation: &str,
    args: Map<String, Value>,
    token: Option<&str>,
    options: &CallOptions,
) -> Result<Operation, JsValue> {
    match operation {
        "create" | "ensure" | "ensureAll" | "update" => {
            request(client, operation, &args.into(), token, options)
        }
        "fetch" => client.fetch(FetchSender::new(sid(&args)?), options).map(Into::into).map_err(invalid),
        "verify" => verify(client, &args, options),
        "delete" => delete(client, &args, options),
        "list" => list(client, &args, options),
        "waitUntilOnline" => wait(client, &args, options),
        _ => Err(internal("an operation this binding does not know")),
    }
}

fn sid(args: &Map<String, Value>) -> Result<SenderSid, JsValue> {
    SenderSid::parse(required(args, "sid")?).map_err(invalid)
}

/// Makes an operation whose arguments are a request of the API.
#[inline(never)]
fn request(
    client: &Client,
    operation: &str,
    args: &Value,
    token: Option<&str>,
    options: &CallOptions,
) -> Result<Operation, JsValue> {
    match operation {
        "update" => {
            UpdateSender::from_value(args).and_then(|update| client.update(update, options)).map(Into::into)
        }
        "create" => {
            CreateSender::from_value(args).and_then(|create| client.create(create, options)).map(Into::into)
        }
        "ensure" => CreateSender::from_value(args)
            .and_then(|create| client.ensure(create, token, options))
            .map(Into::into),
        _ => CreateSender::list_from_value(args.get("senders").unwrap_or_default())
            .and_then(|creates| client.ensure_all(creates, token, options))
            .map(Into::into),
    }
    .map_err(invalid)
}

#[inline(never)]
fn verify(client: &Client, args: &Map<String, Value>, options: &CallOptions) -> Result<Operation, JsValue> {
    // The error names the argument; the core would name the field.
    let code =
        VerificationCode::parse(required(args, "code")?).map_err(|error| invalid(error.named("code")))?;
    client.update(UpdateSender::verify(sid(args)?, code), options).map(Into::into).map_err(invalid)
}

#[inline(never)]
fn delete(client: &Client, args: &Map<String, Value>, options: &CallOptions) -> Result<Operation, JsValue> {
    known(args, "delete", &["sid", "missingOk"])?;
    let mut delete = DeleteSender::new(sid(args)?);
    delete.missing_ok = flag(args, "missingOk")?;
    client.delete(delete, options).map(Into::into).map_err(invalid)
}

#[inline(never)]
fn list(client: &Client, args: &Map<String, Value>, options: &CallOptions) -> Result<Operation, JsValue> {
    known(args, "list", &["channel", "pageSize", "limit", "token"])?;
    let limit = count(args, "limit")?;
    let channel: Channel = text(args, "channel")?.unwrap_or("whatsapp").parse().map_err(invalid)?;
    let mut list = ListSenders::new(channel);
    list.page_size = count(args, "pageSize")?.map(PageSize::new).transpose().map_err(invalid)?;
    list.limit = limit;
    client.list(list, text(args, "token")?, options).map(Into::into).map_err(invalid)
}

#[inline(never)]
fn wait(client: &Client, args: &Map<String, Value>, options: &CallOptions) -> Result<Operation, JsValue> {
    known(args, "waitUntilOnline", &["sid", "timeoutMs", "waitForVerification", "token"])?;
    let mut wait = WaitOptions::default().wait_for_verification(flag(args, "waitForVerification")?);
    if let Some(ms) = count(args, "timeoutMs")? {
        wait = wait.timeout_ms(ms);
    }
    let sid = text(args, "sid")?.map(SenderSid::parse).transpose().map_err(invalid)?;
    client.wait_until_online(sid, wait, text(args, "token")?, options).map(Into::into).map_err(invalid)
}
