//! A caller that leaves, or a client that is closed: the end says what may have happened, whatever the operation.

use senders_core::{
    Action, AttemptId, CallOptions, Channel, CreateSender, DeleteSender, Error, ErrorKind, FailureKind,
    FetchSender, Headers, HttpResponse, ListSenders, Machine, Now, Operation, Outcome, RequestSent, Sections,
    SenderId, Step, UpdateSender, WaitOptions,
};
use serde_json::json;

use crate::sim::{Answer, START, client, failure, json as answer, sender, sid};

const MESSAGE: &str = "the client was closed";

fn delete() -> Operation {
    client().delete(DeleteSender::new(sid()), &CallOptions::default()).unwrap().into()
}

fn fetch() -> Operation {
    client().fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap().into()
}

fn create() -> Operation {
    let id = SenderId::parse("whatsapp:+15551234567").unwrap();
    client().create(CreateSender::new(id, Sections::default()), &CallOptions::default()).unwrap().into()
}

fn update(profile: &serde_json::Value) -> Operation {
    let body = json!({"sid": sid().as_str(), "profile": profile});
    let update = UpdateSender::from_value(&body).unwrap();
    client().update(update, &CallOptions::default()).unwrap().into()
}

fn list() -> Operation {
    client().list(ListSenders::new(Channel::Whatsapp), None, &CallOptions::default()).unwrap().into()
}

fn wait() -> Operation {
    client()
        .wait_until_online(Some(sid()), WaitOptions::default(), None, &CallOptions::default())
        .unwrap()
        .into()
}

const fn at(ms: u64) -> Now {
    Now::new(START.monotonic_ms + ms, START.unix_ms + ms)
}

fn sent(operation: &mut Operation, ms: u64) -> AttemptId {
    match operation.step(at(ms)) {
        Step::Act(Action::Send { attempt, .. }) => attempt,
        other => panic!("nothing sent: {other:?}"),
    }
}

fn report(operation: &mut Operation, ms: u64, attempt: AttemptId, answer: Answer) {
    match answer {
        Answer::Response(response) => operation.on_response(at(ms), attempt, response).unwrap(),
        Answer::Failure(failure) => operation.on_failure(at(ms), attempt, failure).unwrap(),
    }
}

/// Sends once, gives the attempt this end, and cancels in the pause after it.
fn cancelled_in_a_pause(mut operation: Operation, answer: Answer) -> Error {
    let attempt = sent(&mut operation, 0);
    report(&mut operation, 10, attempt, answer);
    assert!(matches!(operation.step(at(10)), Step::Act(Action::Wait { .. })), "it pauses");
    operation.cancel(MESSAGE);
    end(operation, 20)
}

fn end(mut operation: Operation, ms: u64) -> Error {
    let Step::Done(Err(error)) = operation.step(at(ms)) else { panic!("no end") };
    assert!(matches!(operation.step(at(ms)), Step::Done(Err(after)) if after.kind() == ErrorKind::Misuse));
    error
}

fn unavailable() -> Answer {
    answer(503, "{}")
}

#[test]
fn a_pause_after_an_attempt_of_unknown_effect_is_not_forgotten() {
    let about_page = &json!({"about": "Open"});
    for (name, operation) in [("delete", delete()), ("update", update(about_page))] {
        let error = cancelled_in_a_pause(operation, unavailable());
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 1), "{name}");
        assert!(error.may_have_executed() && !error.is_retryable(), "{name}: {error}");
        assert_eq!(error.sid(), Some(sid().as_str()), "{name}");
        assert_eq!(
            (error.started_unix_ms(), error.ended_unix_ms()),
            (Some(START.unix_ms), Some(at(20).unix_ms))
        );
        let text = error.to_string();
        assert!(text.contains("the server may have acted on it; check the outcome"), "{name}: {text}");
    }
    for (name, operation) in [("delete", delete()), ("update", update(about_page)), ("create", create())] {
        let error = cancelled_in_a_pause(operation, failure(FailureKind::Connect, RequestSent::No));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 1), "{name}");
        assert!(!error.may_have_executed(), "{name}: {error}");
    }
}

#[test]
fn a_read_that_is_cancelled_changed_nothing() {
    for (name, operation) in [("fetch", fetch()), ("list", list())] {
        let error = cancelled_in_a_pause(operation, unavailable());
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 1), "{name}");
        assert!(error.to_string().contains("it only reads and changed nothing"), "{name}: {error}");
    }
}

#[test]
fn an_operation_that_sent_nothing_says_so() {
    for mut operation in [create(), fetch(), delete(), list(), wait(), update(&json!({"about": "Open"}))] {
        operation.cancel(MESSAGE);
        let error = end(operation, 0);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 0));
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
}

#[test]
fn a_request_that_is_out_may_have_an_effect() {
    for mut operation in [create(), delete(), update(&json!({"about": "Open"}))] {
        let attempt = sent(&mut operation, 0);
        operation.cancel(MESSAGE);
        assert!(
            operation
                .on_response(at(1), attempt, HttpResponse::new(200, Headers::new(), Vec::new()))
                .is_err()
        );
        let error = end(operation, 5);
        assert!(error.may_have_executed() && error.attempts() == 1, "{error}");
    }
}

#[test]
fn an_end_that_is_known_stays() {
    for answer in [answer(200, &sender("ONLINE")), answer(404, "{}")] {
        let refused = matches!(&answer, Answer::Response(response) if response.status == 404);
        let mut operation = fetch();
        let attempt = sent(&mut operation, 0);
        report(&mut operation, 1, attempt, answer);
        operation.cancel(MESSAGE);
        match operation.step(at(2)) {
            Step::Done(Ok(Outcome::Sender(_))) => assert!(!refused),
            Step::Done(Err(error)) => assert!(refused && error.kind() == ErrorKind::NotFound, "{error}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_wait_keeps_its_token_and_its_statuses() {
    // In the pause after a look, and in the hands of a caller who got a status.
    for in_hand in [false, true] {
        let mut operation = wait();
        let attempt = sent(&mut operation, 0);
        report(&mut operation, 10, attempt, answer(200, &sender("CREATING")));
        assert!(matches!(operation.step(at(10)), Step::Yield(_)));
        if !in_hand {
            assert!(matches!(operation.step(at(10)), Step::Act(Action::Wait { .. })));
        }
        operation.cancel(MESSAGE);
        let error = end(operation, 20);
        assert_eq!((error.kind(), error.attempts(), error.statuses().len()), (ErrorKind::Cancelled, 1, 1));
        assert_eq!(error.sender().is_some(), in_hand);
        assert!(error.to_string().contains("it only reads"), "{error}");
        let token = error.resume_token().unwrap().to_owned();
        assert!(
            client()
                .wait_until_online(None, WaitOptions::default(), Some(&token), &CallOptions::default())
                .is_ok()
        );
    }
    // In the pause between two attempts of one look.
    let error = cancelled_in_a_pause(wait(), unavailable());
    assert!(error.resume_token().is_some(), "{error}");
}

#[test]
fn a_wait_whose_last_look_decided_ends_with_that() {
    let kinds = [("ONLINE", None), ("PENDING_VERIFICATION", Some(ErrorKind::VerificationRequired))];
    for (status, kind) in kinds {
        let mut operation = wait();
        let attempt = sent(&mut operation, 0);
        report(&mut operation, 10, attempt, answer(200, &sender(status)));
        assert!(matches!(operation.step(at(10)), Step::Yield(_)));
        operation.cancel(MESSAGE);
        let Step::Done(result) = operation.step(at(11)) else { panic!("no end") };
        assert_eq!(result.err().map(|error| error.kind()), kind);
    }
}

#[test]
fn an_update_that_looks_whether_it_was_done_ends_as_unknown() {
    let name = || update(&json!({"name": "Shop"}));
    // While the look is out or pauses: the outcome of the update stays unknown, and nothing more is sent.
    for paused in [false, true] {
        let mut operation = name();
        let attempt = sent(&mut operation, 0);
        report(&mut operation, 10, attempt, unavailable());
        let look = sent(&mut operation, 10);
        if paused {
            report(&mut operation, 20, look, unavailable());
            assert!(matches!(operation.step(at(20)), Step::Act(Action::Wait { .. })));
        }
        operation.cancel(MESSAGE);
        let error = end(operation, 30);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::OutcomeUnknown, 2), "{error}");
        assert!(error.may_have_executed() && error.to_string().contains(MESSAGE), "{error}");
    }
    // In the pause before the update is sent again.
    let mut operation = name();
    let attempt = sent(&mut operation, 0);
    report(&mut operation, 10, attempt, unavailable());
    let look = sent(&mut operation, 10);
    report(&mut operation, 20, look, answer(200, &sender("ONLINE")));
    assert!(matches!(operation.step(at(20)), Step::Act(Action::Wait { .. })));
    operation.cancel(MESSAGE);
    let error = end(operation, 30);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 2), "{error}");
    assert!(error.may_have_executed() && error.sid() == Some(sid().as_str()), "{error}");
}

#[test]
fn a_listing_between_two_pages_says_that_it_sent() {
    let mut operation = list();
    let attempt = sent(&mut operation, 0);
    let page = r#"{"senders":[],"meta":{"next_page_url":"https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&Page=1&PageToken=x"}}"#;
    report(&mut operation, 10, attempt, answer(200, page));
    assert!(matches!(operation.step(at(10)), Step::Yield(_)));
    operation.cancel(MESSAGE);
    let error = end(operation, 20);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 1));
    assert!(error.to_string().contains("it only reads"), "{error}");
}

#[test]
fn a_wait_in_vain_says_why_its_last_look_failed() {
    let of = |answer: fn() -> Answer| {
        let client = crate::sim::client_with(|builder| builder.max_retries(0));
        let options = WaitOptions::default().timeout_ms(1_000);
        let wait = client.wait_until_online(Some(sid()), options, None, &CallOptions::default()).unwrap();
        crate::sim::run(wait, [answer(), answer()]).result.unwrap_err().to_string()
    };
    let text = of(unavailable);
    assert!(
        text.contains("its status was never seen; the last look failed: fetch failed with status 503"),
        "{text}"
    );
    assert!(text.ends_with("; wait again: the sender may still come online"), "{text}");
    let text = of(|| failure(FailureKind::Tls, RequestSent::No));
    assert!(
        text.ends_with("; check the host name, the certificate and the trusted authorities; then wait again")
    );
    let text = of(|| answer(200, &sender("CREATING")));
    assert!(text.contains("its last status was CREATING; wait again"), "{text}");
}

/// A response was reported, and no step taken since.
#[test]
fn nothing_is_sent_after_a_response_that_was_reported() {
    let page = r#"{"senders":[],"meta":{"next_page_url":"https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&Page=1&PageToken=x"}}"#;
    for (operation, reply) in [
        (wait(), answer(200, &sender("CREATING"))),
        (wait(), answer(400, "{}")),
        (list(), answer(200, page)),
        (update(&json!({"name": "Shop"})), unavailable()),
        (update(&json!({"about": "Open"})), unavailable()),
        (delete(), unavailable()),
    ] {
        let mut operation = operation;
        let attempt = sent(&mut operation, 0);
        report(&mut operation, 10, attempt, reply);
        operation.cancel(MESSAGE);
        let end = loop {
            match operation.step(at(20)) {
                Step::Yield(_) => {}
                Step::Done(end) => break end,
                Step::Act(action) => panic!("it goes on: {action:?}"),
            }
        };
        assert_eq!(end.unwrap_err().attempts(), 1);
    }
}
