//! A simulated driver: a clock that is a variable and a server that is a list of responses.

use std::collections::VecDeque;

use senders_core::{
    Action, AttemptId, Client, Config, ConfigBuilder, Credentials, Error, FailureKind, Headers, HttpRequest,
    HttpResponse, Machine, Now, RequestSent, SenderSid, Step, TransportFailure, WaitReason,
};

/// 2026-01-01T00:00:00Z.
pub(crate) const START: Now = Now::new(0, 1_767_225_600_000);

pub(crate) enum Answer {
    Response(HttpResponse),
    Failure(TransportFailure),
}

pub(crate) fn json(status: u16, body: &str) -> Answer {
    Answer::Response(HttpResponse::new(status, Headers::new(), body.into()))
}

pub(crate) fn with_header(status: u16, name: &'static str, value: &str, body: &str) -> Answer {
    let headers = [(name, value)].into_iter().collect();
    Answer::Response(HttpResponse::new(status, headers, body.into()))
}

pub(crate) fn failure(kind: FailureKind, sent: RequestSent) -> Answer {
    Answer::Failure(TransportFailure::new(kind, sent, ""))
}

pub(crate) fn sid() -> SenderSid {
    SenderSid::parse("XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").unwrap()
}

pub(crate) fn sender(status: &str) -> String {
    format!(r#"{{"sid":"{}","status":"{status}","sender_id":"whatsapp:+15551234567"}}"#, sid())
}

pub(crate) fn client_with(change: impl FnOnce(&mut ConfigBuilder) -> &mut ConfigBuilder) -> Client {
    let credentials = Credentials::account_token(&format!("AC{}", "0".repeat(32)), "canary").unwrap();
    let mut builder = Config::builder();
    builder.credentials(credentials).seed(1);
    Client::new(change(&mut builder).build().unwrap())
}

pub(crate) fn client() -> Client {
    client_with(|builder| builder)
}

/// The events of a run.
pub(crate) struct Run<Y, T> {
    pub(crate) requests: Vec<HttpRequest>,
    pub(crate) waits: Vec<(u64, WaitReason)>,
    pub(crate) yielded: Vec<Y>,
    pub(crate) result: Result<T, Error>,
    pub(crate) now: Now,
}

/// Drives a machine to its end. Each answer takes 10 ms; each request must have one.
pub(crate) fn run<M: Machine>(
    mut machine: M,
    answers: impl IntoIterator<Item = Answer>,
) -> Run<M::Yield, M::Output> {
    let mut answers: VecDeque<Answer> = answers.into_iter().collect();
    let (mut requests, mut waits, mut yielded) = (Vec::new(), Vec::new(), Vec::new());
    let mut now = START;
    let pass = |now: &mut Now, ms: u64| {
        now.monotonic_ms += ms;
        now.unix_ms += ms;
    };
    let mut last = AttemptId::from_number(0);
    loop {
        match machine.step(now) {
            Step::Act(Action::Send { attempt, request, timeouts }) => {
                assert!(attempt > last, "attempt ids grow");
                assert!(timeouts.connect_ms <= timeouts.attempt_ms && timeouts.attempt_ms > 0);
                last = attempt;
                assert!(
                    matches!(machine.step(now), Step::Act(Action::InFlight(out)) if out == attempt),
                    "never sent twice"
                );
                requests.push(request);
                pass(&mut now, 10);
                match answers.pop_front().expect("a request without a scripted response") {
                    Answer::Response(response) => machine.on_response(now, attempt, response).unwrap(),
                    Answer::Failure(failure) => machine.on_failure(now, attempt, failure).unwrap(),
                }
            }
            Step::Act(Action::InFlight(attempt)) => panic!("{attempt:?} has its response"),
            Step::Act(Action::Wait { delay_ms, reason }) => {
                assert!(delay_ms > 0);
                let half = delay_ms / 2;
                let early = Now::new(now.monotonic_ms + half, now.unix_ms + half);
                assert!(
                    matches!(machine.step(early), Step::Act(Action::Wait { delay_ms: rest, .. }) if rest == delay_ms - half),
                    "asked early, a wait returns its rest"
                );
                waits.push((delay_ms, reason));
                pass(&mut now, delay_ms);
            }
            Step::Yield(value) => yielded.push(value),
            Step::Done(result) => {
                assert!(answers.is_empty(), "{} responses were never asked for", answers.len());
                assert!(matches!(machine.step(now), Step::Done(Err(_))), "done is done");
                return Run { requests, waits, yielded, result, now };
            }
        }
    }
}
