//! The Rust core's own driver: its machines with a scripted transport and a clock that only the driver moves.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::vec::IntoIter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use senders_core::{
    Action, Client, Config, Error, FailureKind, HttpRequest, HttpResponse, Machine, Naming, Now, Operation,
    RequestSent, Sender, Step, Timeouts, TransportFailure,
};
use serde_json::{Map, Value, json};

use crate::core_reads::read;
use crate::given::{self, DEFAULT_ACCOUNT_SID, DEFAULT_AUTH_TOKEN, Given, OperationName, Sent};
use crate::trace::{
    Answer, Ensured, Event, Outcome, SeenPage, SeenRequest, SeenTimeouts, SeenWait, Task, Trace,
};
use crate::webhook;

/// 2026-01-01T00:00:00Z, when every case starts.
const START_UNIX_MS: u64 = 1_767_225_600_000;
/// No case needs this many steps; a machine that does is in a loop.
const MOST_STEPS: usize = 10_000;

/// Runs a task and returns the trace.
#[must_use]
pub fn run(task: Task) -> Trace {
    let mut harness =
        Harness { now: Now::new(0, START_UNIX_MS), replies: task.replies.into_iter(), events: Vec::new() };
    let end = match perform(&task.given, &mut harness) {
        Ok(mut end) => {
            end.reads = reads(&end, &task.read);
            end
        }
        Err(Stop::Error(error)) => Outcome { error: Some(fields(&error)), ..Outcome::default() },
        Err(Stop::Crash(why)) => Outcome::crashed(why),
    };
    Trace { id: task.id, events: harness.events, end }
}

/// Runs as a process: reads a task per line, writes a trace per line.
///
/// # Errors
/// If a line is not a task, or the traces cannot be written.
pub fn serve(input: impl BufRead, mut output: impl Write) -> Result<(), String> {
    for line in input.lines() {
        let line = line.map_err(|error| error.to_string())?;
        let task = serde_json::from_str(&line).map_err(|error| format!("no task: {error}"))?;
        let trace = serde_json::to_string(&run(task)).map_err(|error| error.to_string())?;
        writeln!(output, "{trace}").and_then(|()| output.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The reason why a case stopped without a result.
enum Stop {
    Error(Box<Error>),
    Crash(String),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(Box::new(error.into()))
    }
}

struct Harness {
    now: Now,
    replies: IntoIter<Answer>,
    events: Vec<Event>,
}

/// The outcome of an operation: its result, or the given number of yields.
enum Driven {
    Done(senders_core::Outcome),
    Stopped(senders_core::Event),
}

impl Harness {
    fn pass(&mut self, ms: u64) {
        self.now = Now::new(self.now.monotonic_ms.saturating_add(ms), self.now.unix_ms.saturating_add(ms));
    }

    /// Follows an operation until it ends or has yielded `stop_after` times: the driver loop of every language.
    fn drive(&mut self, mut machine: Operation, stop_after: Option<usize>) -> Result<Driven, Stop> {
        let mut yields = 0;
        for _ in 0..MOST_STEPS {
            match machine.step(self.now) {
                Step::Act(Action::Send { attempt, request, timeouts }) => {
                    self.events.push(Event::Request(seen(&request, timeouts)));
                    let Some(answer) = self.replies.next() else {
                        return Err(Stop::Crash("the script has no more replies".to_owned()));
                    };
                    let reported = match answer {
                        Answer::Response { status, headers, body_base64, took_ms } => {
                            self.pass(took_ms);
                            let body =
                                BASE64.decode(body_base64).map_err(|error| Stop::Crash(error.to_string()))?;
                            let response = HttpResponse::new(status, headers.into_iter().collect(), body);
                            machine.on_response(self.now, attempt, response)
                        }
                        Answer::Failure { kind, sent, took_ms } => {
                            self.pass(took_ms);
                            machine.on_failure(self.now, attempt, failure(&kind, sent))
                        }
                    };
                    reported.map_err(|misuse| Stop::Crash(misuse.to_string()))?;
                }
                Step::Act(Action::InFlight(attempt)) => {
                    return Err(Stop::Crash(format!(
                        "attempt {} has a response and is still in flight",
                        attempt.number()
                    )));
                }
                Step::Act(Action::Wait { delay_ms, reason }) => {
                    self.events.push(Event::Wait(SeenWait {
                        ms: delay_ms,
                        reason: Some(reason.as_str().to_owned()),
                    }));
                    self.pass(delay_ms);
                }
                Step::Yield(value) => {
                    let Some(event) = show(&value) else { continue };
                    self.events.push(event);
                    yields += 1;
                    if stop_after == Some(yields) {
                        return Ok(Driven::Stopped(value));
                    }
                }
                Step::Done(result) => return Ok(Driven::Done(result?)),
            }
        }
        Err(Stop::Crash(format!("still going after {MOST_STEPS} steps")))
    }
}

/// Returns what the trace has of a value on the way; nothing of a token, which is the caller's.
fn show(event: &senders_core::Event) -> Option<Event> {
    match event {
        senders_core::Event::Page(page) => Some(Event::Page(SeenPage {
            sids: page.senders().map(|sender| sender.sid().into_owned()).collect(),
            has_next: page.next_token().is_some(),
        })),
        senders_core::Event::AlertPage(page) => Some(Event::Page(SeenPage {
            sids: page.alerts.iter().map(|alert| alert.sid.value().cloned().unwrap_or_default()).collect(),
            has_next: page.next_token().is_some(),
        })),
        senders_core::Event::Status(change) => Some(Event::Status(change.status.as_str().to_owned())),
        _ => None,
    }
}

fn seen(request: &HttpRequest, timeouts: Timeouts) -> SeenRequest {
    SeenRequest {
        method: request.method.as_str().to_owned(),
        url: request.url(),
        headers: request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body_base64: BASE64.encode(&request.body),
        timeouts: Some(SeenTimeouts {
            connect_ms: Some(timeouts.connect_ms),
            attempt_ms: timeouts.attempt_ms,
        }),
    }
}

fn failure(kind: &str, sent: Sent) -> TransportFailure {
    let sent = match sent {
        Sent::No => RequestSent::No,
        Sent::Unknown => RequestSent::Unknown,
        Sent::Yes => RequestSent::Yes,
    };
    TransportFailure::new(
        FailureKind::from_word(kind).unwrap_or(FailureKind::Other),
        sent,
        format!("scripted: {kind}"),
    )
}

fn perform(given: &Given, harness: &mut Harness) -> Result<Outcome, Stop> {
    let args: Map<String, Value> =
        serde_json::from_str(given.args.get()).map_err(|error| Stop::Crash(error.to_string()))?;
    if given.operation == OperationName::Webhook {
        return Ok(webhook::receive(args));
    }
    let client = client(&given.config)?;
    let (args, mut options) = parted(given.operation, args);
    let name = serde_json::to_value(given.operation).map_err(|error| Stop::Crash(error.to_string()))?;
    let begin = |args: &Value, options: &Map<String, Value>| {
        let name = name.as_str().unwrap_or_default();
        let made = Operation::from_args(&client, Naming::Rust, name, args, &options.clone().into(), &[])?;
        made.ok_or_else(|| Stop::Crash(format!("the core has no operation `{name}`")))
    };
    let first = begin(&args, &options)?;
    let outcome = match harness.drive(first, given.resume_after)? {
        Driven::Done(outcome) => outcome,
        Driven::Stopped(event) => {
            let token = match &event {
                senders_core::Event::Page(page) => page.next_token(),
                senders_core::Event::AlertPage(page) => page.next_token(),
                senders_core::Event::Status(change) => Some(change.token.as_str()),
                _ => None,
            };
            let token = token.ok_or_else(|| Stop::Crash("no token to resume from".to_owned()))?;
            // The token has the listing's or the wait's options; those of every call are given again.
            let is_wait = given.operation == OperationName::WaitUntilOnline;
            options.retain(|name, _| name == "max_retries" || (name == "timeout_ms" && !is_wait));
            options.insert("token".to_owned(), token.into());
            match harness.drive(begin(&json!({}), &options)?, None)? {
                Driven::Done(outcome) => outcome,
                Driven::Stopped(_) => return Err(Stop::Crash("stopped without being asked".to_owned())),
            }
        }
    };
    Ok(match outcome {
        senders_core::Outcome::Sender(sender) => {
            Outcome { sender: Some(raw(&sender)?), ..Outcome::default() }
        }
        senders_core::Outcome::Deleted => Outcome { deleted: Some(true), ..Outcome::default() },
        senders_core::Outcome::Listed => Outcome { listed: Some(true), ..Outcome::default() },
        senders_core::Outcome::Ensured(ensured) => {
            let resolution = ensured.resolution.as_str().to_owned();
            let ensured = Ensured { resolution, sender: raw(&ensured.sender)? };
            Outcome { ensured: Some(ensured), ..Outcome::default() }
        }
        senders_core::Outcome::Diagnosed(diagnosis) => {
            let diagnosis =
                serde_json::from_str(&diagnosis.to_json()).map_err(|error| Stop::Crash(error.to_string()))?;
            Outcome { diagnosis: Some(diagnosis), ..Outcome::default() }
        }
        _ => return Err(Stop::Crash("an end that no case has".to_owned())),
    })
}

/// Parts the arguments of a case: those with a separate place, and the options.
fn parted(operation: OperationName, args: Map<String, Value>) -> (Value, Map<String, Value>) {
    let is_request =
        matches!(operation, OperationName::Create | OperationName::Update | OperationName::Ensure);
    let is_option = |name: &str| match name {
        "timeout_ms" | "max_retries" => true,
        "token" => operation != OperationName::Create && operation != OperationName::Update,
        "sid" | "code" => false,
        _ => !is_request,
    };
    let (options, args): (Map<_, _>, Map<_, _>) = args.into_iter().partition(|(name, _)| is_option(name));
    (args.into(), options)
}

fn client(config: &given::Config) -> Result<Client, Stop> {
    let mut builder = Config::builder();
    builder.options(&config.options.clone().into(), Naming::Rust, &[])?;
    if config.has_default_credentials() {
        builder.account_sid(DEFAULT_ACCOUNT_SID).auth_token(DEFAULT_AUTH_TOKEN);
    }
    Ok(Client::new(builder.build()?))
}

fn raw(sender: &Sender) -> Result<Box<serde_json::value::RawValue>, Stop> {
    serde_json::value::RawValue::from_string(sender.to_json()).map_err(|error| Stop::Crash(error.to_string()))
}

fn reads(end: &Outcome, paths: &[String]) -> BTreeMap<String, Value> {
    let json = end.sender.as_ref().or(end.ensured.as_ref().map(|ensured| &ensured.sender));
    match json.and_then(|json| Sender::from_json(json.get()).ok()) {
        Some(sender) => paths.iter().map(|path| (path.clone(), read(&sender, path))).collect(),
        None => BTreeMap::new(),
    }
}

fn fields(error: &Error) -> BTreeMap<String, Value> {
    let statuses: Vec<&str> = error.statuses().iter().map(senders_core::Status::as_str).collect();
    let fields = [
        ("kind", json!(error.kind().as_str())),
        ("status", json!(error.status())),
        ("code", json!(error.code())),
        ("message", json!(error.to_string())),
        ("more_info", json!(error.server().and_then(|server| server.more_info()))),
        ("request_id", json!(error.request_id())),
        (
            "retry_after",
            json!(error.retry_after_ms().map(|ms| std::time::Duration::from_millis(ms).as_secs_f64())),
        ),
        ("retryable", json!(error.is_retryable())),
        ("may_have_executed", json!(error.may_have_executed())),
        ("attempts", json!(error.attempts())),
        ("next_step", json!(error.next_step())),
        ("sender_id", json!(error.sender_id())),
        ("sid", json!(error.sid())),
        ("statuses", if statuses.is_empty() { Value::Null } else { json!(statuses) }),
    ];
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
