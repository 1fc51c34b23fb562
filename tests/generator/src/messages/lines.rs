//! Whole lines, as a user reads them: each operation after each outcome, from the core itself.

use anyhow::{Result, bail};
use senders_core::{
    Action, Client, Config, Error, FailureKind, Headers, HttpResponse, Machine as _, Naming, Now, Operation,
    RequestSent, Step, TransportFailure,
};
use serde_json::{Value, json};

const SID: &str = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const NUMBER: &str = "whatsapp:+15551234567";
/// Of an `ensure` of the number whose process was killed.
const TOKEN: &str = r#"{"v":1,"op":"ensure","sender_ids":["whatsapp:+15551234567"]}"#;

/// The end of every request of a call.
enum Reply {
    Response(u16, &'static str),
    Failure(FailureKind, RequestSent),
}

const NEEDS_CODE: &str = r#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"PENDING_VERIFICATION"}"#;
const OFFLINE: &str = r#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"OFFLINE","offline_reasons":[{"code":"63104","message":"Too many"}]}"#;

const REPLIES: [(&str, Reply); 17] = [
    (
        "400 with a code",
        Reply::Response(400, r#"{"code":63100,"message":"Invalid profile.name","status":400}"#),
    ),
    ("401", Reply::Response(401, "{}")),
    ("403", Reply::Response(403, "{}")),
    ("404", Reply::Response(404, "{}")),
    ("409", Reply::Response(409, "{}")),
    ("429", Reply::Response(429, "{}")),
    ("503", Reply::Response(503, "{}")),
    ("a redirect", Reply::Response(302, "")),
    ("a sender that needs a code", Reply::Response(200, NEEDS_CODE)),
    ("a sender that is offline", Reply::Response(200, OFFLINE)),
    ("a 2xx that is no JSON", Reply::Response(200, "<html>")),
    ("no connection", Reply::Failure(FailureKind::Connect, RequestSent::No)),
    ("a certificate that is refused", Reply::Failure(FailureKind::Tls, RequestSent::No)),
    ("a connection that is cut", Reply::Failure(FailureKind::Closed, RequestSent::Unknown)),
    ("no response in time", Reply::Failure(FailureKind::Timeout, RequestSent::Yes)),
    ("a body that is too large", Reply::Failure(FailureKind::ResponseTooLarge, RequestSent::Yes)),
    ("cancelled while it is out", Reply::Failure(FailureKind::Aborted, RequestSent::Unknown)),
];

/// Returns the lines by operation.
pub(super) fn lines() -> Result<String> {
    let calls = [
        ("create", json!({"sender_id": NUMBER, "profile": {"name": "Example"}}), json!({})),
        ("ensure", json!({"sender_id": NUMBER, "profile": {"name": "Example"}}), json!({})),
        ("ensure", json!({"sender_id": NUMBER, "profile": {"name": "Example"}}), json!({"token": TOKEN})),
        ("fetch", json!({"sid": SID}), json!({})),
        ("list", json!({}), json!({})),
        ("update", json!({"sid": SID, "profile": {"about": "Open"}}), json!({})),
        ("verify", json!({"sid": SID, "code": "123456"}), json!({})),
        ("delete", json!({"sid": SID}), json!({})),
        ("wait_until_online", json!({"sid": SID}), json!({"timeout_ms": 1000})),
    ];
    let mut out = "\n## Lines\n\nAs a user reads them, after the last attempt: each operation when every request of it ends so.\n"
        .to_owned();
    for (name, args, options) in calls {
        let token = if options.get("token").is_some() { " with a token" } else { "" };
        out.push_str(&format!("\n### {name}{token}\n\n"));
        for (what, reply) in &REPLIES {
            match end(name, &args, &options, reply)? {
                Some(error) => out.push_str(&format!("- {what}: {error}\n")),
                None => out.push_str(&format!("- {what}: it succeeds\n")),
            }
        }
    }
    Ok(out)
}

/// Runs a call; returns its error, if it has one.
fn end(name: &str, args: &Value, options: &Value, reply: &Reply) -> Result<Option<Error>> {
    let mut builder = Config::builder();
    builder.max_retries(0).total_timeout_ms(1_000);
    let client = Client::new(builder.build()?);
    let Some(mut operation) = Operation::from_args(&client, Naming::Rust, name, args, options, &[])? else {
        bail!("the core has no operation {name}")
    };
    let mut now = Now::new(0, 1_767_225_600_000);
    loop {
        match operation.step(now) {
            Step::Act(Action::Send { attempt, .. }) => match reply {
                Reply::Response(status, body) => {
                    let response = HttpResponse::new(*status, Headers::new(), (*body).into());
                    operation.on_response(now, attempt, response)?;
                }
                Reply::Failure(kind, sent) => {
                    operation.on_failure(now, attempt, TransportFailure::new(*kind, *sent, ""))?;
                }
            },
            Step::Act(Action::Wait { delay_ms, .. }) => {
                now = Now::new(now.monotonic_ms + delay_ms, now.unix_ms + delay_ms);
            }
            Step::Act(Action::InFlight(_)) => bail!("a request without a reply"),
            Step::Yield(_) => {}
            Step::Done(result) => return Ok(result.err()),
        }
    }
}
