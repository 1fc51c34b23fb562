//! The Rust core's own driver: its machines with a scripted transport and a clock that only the driver moves.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::vec::IntoIter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use senders_core::{
    Action, CallOptions, Channel, Client, Config, CreateSender, DeleteSender, Error, FailureKind,
    FetchSender, HttpRequest, HttpResponse, ListSenders, Machine, Now, PageSize, RequestSent, Sender,
    SenderSid, Step, Timeouts, TransportFailure, UpdateSender, VerificationCode, WaitOptions,
};
use serde_json::{Map, Value, json};

use crate::core_reads::read;
use crate::given::{self, DEFAULT_ACCOUNT_SID, DEFAULT_AUTH_TOKEN, Given, OperationName, Sent};
use crate::trace::{
    Answer, Ensured, Event, Outcome, SeenPage, SeenRequest, SeenTimeouts, SeenWait, Task, Trace,
};

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

/// The outcome of a machine: its result, or the given number of yields.
enum Driven<Y, T> {
    Done(T),
    Stopped(Y),
}

impl Harness {
    fn pass(&mut self, ms: u64) {
        self.now = Now::new(self.now.monotonic_ms.saturating_add(ms), self.now.unix_ms.saturating_add(ms));
    }

    /// Follows the machine until it ends or has yielded `stop_after` times: the driver loop of every language.
    fn drive<M: Machine>(
        &mut self,
        machine: &mut M,
        stop_after: Option<usize>,
        show: impl Fn(&M::Yield) -> Option<Event>,
    ) -> Result<Driven<M::Yield, M::Output>, Stop> {
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

    /// Runs a machine whose yields the driver does not show: the token of an ensure is for the caller.
    fn call<M: Machine>(&mut self, machine: &mut M) -> Result<M::Output, Stop> {
        match self.drive(machine, None, |_| None)? {
            Driven::Done(output) => Ok(output),
            Driven::Stopped(_) => Err(Stop::Crash("stopped without being asked".to_owned())),
        }
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
    let mut args: Map<String, Value> =
        serde_json::from_str(given.args.get()).map_err(|error| Stop::Crash(error.to_string()))?;
    let client = client(&given.config)?;
    let wait_timeout =
        if given.operation == OperationName::WaitUntilOnline { args.remove("timeout_ms") } else { None };
    let options = options(&mut args);
    let text = |args: &Map<String, Value>, name: &str| {
        args.get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| Stop::Crash(format!("no text `{name}`")))
    };
    let sid = |args: &Map<String, Value>| Ok::<_, Stop>(SenderSid::parse(text(args, "sid")?)?);
    let sender = |sender: Sender| Ok(Outcome { sender: Some(raw(&sender)?), ..Outcome::default() });
    match given.operation {
        OperationName::Create => {
            let create = CreateSender::from_value(&Value::Object(args))?;
            sender(harness.call(&mut client.create(create, &options)?)?)
        }
        OperationName::Fetch => {
            sender(harness.call(&mut client.fetch(FetchSender::new(sid(&args)?), &options)?)?)
        }
        OperationName::Update => {
            let update = UpdateSender::from_value(&Value::Object(args))?;
            sender(harness.call(&mut client.update(update, &options)?)?)
        }
        OperationName::Verify => {
            let update = UpdateSender::verify(sid(&args)?, VerificationCode::parse(text(&args, "code")?)?);
            sender(harness.call(&mut client.update(update, &options)?)?)
        }
        OperationName::Delete => {
            let mut delete = DeleteSender::new(sid(&args)?);
            delete.missing_ok = args.get("missing_ok").and_then(Value::as_bool).unwrap_or_default();
            harness.call(&mut client.delete(delete, &options)?)?;
            Ok(Outcome { deleted: Some(true), ..Outcome::default() })
        }
        OperationName::List => list(harness, &client, &args, &options, given.resume_after),
        OperationName::WaitUntilOnline => {
            sender(wait(harness, &client, &args, wait_timeout, &options, given.resume_after)?)
        }
        OperationName::Ensure => {
            let token = args.remove("token").and_then(|token| token.as_str().map(str::to_owned));
            let create = CreateSender::from_value(&Value::Object(args))?;
            let mut ensure = client.ensure(create, token.as_deref(), &options)?;
            let ensured = harness.call(&mut ensure)?;
            let ensured =
                Ensured { resolution: ensured.resolution.as_str().to_owned(), sender: raw(&ensured.sender)? };
            Ok(Outcome { ensured: Some(ensured), ..Outcome::default() })
        }
    }
}

fn list(
    harness: &mut Harness,
    client: &Client,
    args: &Map<String, Value>,
    options: &CallOptions,
    stop_after: Option<usize>,
) -> Result<Outcome, Stop> {
    let show = |page: &senders_core::SenderPage| {
        Some(Event::Page(SeenPage {
            sids: page.senders().map(|sender| sender.sid().into_owned()).collect(),
            has_next: page.next_token().is_some(),
        }))
    };
    let channel: Channel = args.get("channel").and_then(Value::as_str).unwrap_or("whatsapp").parse()?;
    let mut list = ListSenders::new(channel);
    list.page_size = args.get("page_size").and_then(Value::as_u64).map(PageSize::new).transpose()?;
    list.limit = args.get("limit").and_then(Value::as_u64);
    let mut pager = client.list(list, args.get("token").and_then(Value::as_str), options)?;
    if let Driven::Stopped(page) = harness.drive(&mut pager, stop_after, show)? {
        let token = page.next_token().ok_or_else(|| Stop::Crash("no token to resume from".to_owned()))?;
        let again = ListSenders::new(channel);
        harness.drive(&mut client.list(again, Some(token), options)?, None, show)?;
    }
    Ok(Outcome { listed: Some(true), ..Outcome::default() })
}

fn wait(
    harness: &mut Harness,
    client: &Client,
    args: &Map<String, Value>,
    timeout: Option<Value>,
    options: &CallOptions,
    stop_after: Option<usize>,
) -> Result<Sender, Stop> {
    let show = |change: &senders_core::StatusChange| Some(Event::Status(change.status.as_str().to_owned()));
    let mut wait = WaitOptions::default().wait_for_verification(
        args.get("wait_for_verification").and_then(Value::as_bool).unwrap_or_default(),
    );
    if let Some(ms) = timeout.as_ref().and_then(Value::as_u64) {
        wait = wait.timeout_ms(ms);
    }
    let sid = args.get("sid").and_then(Value::as_str).map(SenderSid::parse).transpose()?;
    let mut waiter =
        client.wait_until_online(sid, wait, args.get("token").and_then(Value::as_str), options)?;
    let token = match harness.drive(&mut waiter, stop_after, show)? {
        Driven::Done(sender) => return Ok(sender),
        Driven::Stopped(change) => change.token,
    };
    match harness.drive(
        &mut client.wait_until_online(None, WaitOptions::default(), Some(&token), options)?,
        None,
        show,
    )? {
        Driven::Done(sender) => Ok(sender),
        Driven::Stopped(_) => Err(Stop::Crash("stopped without being asked".to_owned())),
    }
}

/// Takes the options of a call out of its arguments.
fn options(args: &mut Map<String, Value>) -> CallOptions {
    let mut options = CallOptions::default();
    if let Some(ms) = args.remove("timeout_ms").as_ref().and_then(Value::as_u64) {
        options = options.timeout_ms(ms);
    }
    let retries = args.remove("max_retries").as_ref().and_then(Value::as_u64);
    if let Some(retries) = retries.and_then(|retries| u32::try_from(retries).ok()) {
        options = options.max_retries(retries);
    }
    options
}

fn client(config: &given::Config) -> Result<Client, Stop> {
    let mut builder = Config::builder();
    macro_rules! set {
        ($($name:ident)*) => { $( if let Some(value) = config.$name.clone() { builder.$name(value); } )* };
    }
    set!(account_sid auth_token api_key api_secret base_url region edge timeout_ms connect_timeout_ms total_timeout_ms max_retries max_response_bytes user_agent seed);
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
