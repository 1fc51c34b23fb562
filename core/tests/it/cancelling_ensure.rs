//! An `ensure` that is left, or fails, while a create that it does not know the end of may have registered its number.

use senders_core::{
    Action, AttemptId, CallOptions, Client, CreateSender, Error, ErrorKind, Event, Machine, Now, Operation,
    Resolution, Sections, SenderId, Step,
};

use crate::sim::{Answer, START, client, client_with, json, sender};

const NUMBER: &str = "whatsapp:+15551234567";
const OTHER: &str = "whatsapp:+15551234568";

fn number(id: &str) -> CreateSender {
    CreateSender::new(SenderId::parse(id).unwrap(), Sections::default())
}

const fn at(ms: u64) -> Now {
    Now::new(START.monotonic_ms + ms, START.unix_ms + ms)
}

fn listing(sender: Option<String>) -> Answer {
    let senders = sender.unwrap_or_default();
    json(200, &format!(r#"{{"senders":[{senders}],"meta":{{"next_page_url":null}}}}"#))
}

/// Begins an `ensure` of these numbers, and takes its token.
fn ensure(client: &Client, ids: &[&str], ms: u64) -> Operation {
    let creates = ids.iter().map(|id| number(id)).collect();
    let mut operation: Operation = client.ensure_all(creates, None, &CallOptions::default()).unwrap().into();
    assert!(matches!(operation.step(at(ms)), Step::Yield(Event::Token(_))));
    operation
}

fn sent(operation: &mut Operation, ms: u64) -> (AttemptId, &'static str) {
    match operation.step(at(ms)) {
        Step::Act(Action::Send { attempt, request, .. }) => (attempt, request.method.as_str()),
        other => panic!("nothing sent: {other:?}"),
    }
}

fn report(operation: &mut Operation, ms: u64, attempt: AttemptId, answer: Answer) {
    match answer {
        Answer::Response(response) => operation.on_response(at(ms), attempt, response).unwrap(),
        Answer::Failure(failure) => operation.on_failure(at(ms), attempt, failure).unwrap(),
    }
}

/// Lists nothing, so that the create of the first number is next.
fn list_nothing(operation: &mut Operation, ms: u64) {
    let (attempt, method) = sent(operation, ms);
    assert_eq!(method, "GET");
    report(operation, ms, attempt, listing(None));
}

/// The results in the order of the numbers, up to the end.
fn results(operation: &mut Operation, ms: u64) -> Vec<Result<Resolution, Error>> {
    let mut results = Vec::new();
    loop {
        match operation.step(at(ms)) {
            Step::Yield(Event::EnsureResult { result, .. }) => {
                results.push(result.map(|ensured| ensured.resolution));
            }
            Step::Done(end) => {
                end.unwrap();
                return results;
            }
            other => panic!("it goes on: {other:?}"),
        }
    }
}

fn only_error(operation: &mut Operation, ms: u64) -> Error {
    results(operation, ms).remove(0).unwrap_err()
}

/// A client that has just registered the number.
fn registered() -> Client {
    let client = client_with(|builder| builder.max_retries(0));
    let mut create: Operation = client.create(number(NUMBER), &CallOptions::default()).unwrap().into();
    let (attempt, _) = sent(&mut create, 0);
    report(&mut create, 100, attempt, json(202, &sender("CREATING")));
    assert!(matches!(create.step(at(100)), Step::Done(Ok(_))));
    client
}

/// Says that the token is the one safe way on, whatever else it says.
fn check_doubt(error: &Error) {
    assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    assert!(error.resume_token().is_some_and(|token| token.contains(NUMBER)), "{error}");
    let text = error.to_string();
    assert!(text.contains("a create of an earlier call may have registered the number"), "{text}");
    assert!(text.contains("repeat it with its token alone"), "{text}");
    assert!(text.contains("call `ensure` again with the token of this error"), "{text}");
    assert!(!text.contains("safe to repeat") && !text.contains("changed nothing"), "{text}");
}

#[test]
fn a_number_that_was_just_registered_is_in_doubt() {
    // Left while its listing is out, and in the pause before it looks again.
    for has_listed in [false, true] {
        let mut operation = ensure(&registered(), &[NUMBER], 1_000);
        if has_listed {
            list_nothing(&mut operation, 1_000);
            assert!(matches!(operation.step(at(1_000)), Step::Act(Action::Wait { .. })));
        } else {
            sent(&mut operation, 1_000);
        }
        operation.cancel("the client was closed");
        let error = only_error(&mut operation, 2_000);
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(error.started_unix_ms().is_some() && error.ended_unix_ms().is_some());
        check_doubt(&error);
    }
    // A listing that fails, whatever with.
    for status in [302, 400, 401, 404, 429, 503] {
        let mut operation = ensure(&registered(), &[NUMBER], 1_000);
        let (attempt, _) = sent(&mut operation, 1_000);
        report(&mut operation, 1_010, attempt, json(status, "{}"));
        check_doubt(&only_error(&mut operation, 1_010));
    }
}

#[test]
fn a_number_that_another_call_holds_is_in_doubt() {
    let client = client();
    let mut first = ensure(&client, &[NUMBER], 0);
    list_nothing(&mut first, 0);
    sent(&mut first, 0);
    let mut second = ensure(&client, &[NUMBER], 10);
    assert!(matches!(second.step(at(10)), Step::Act(Action::Wait { .. })), "it waits for its turn");
    second.cancel("the client was closed");
    let error = only_error(&mut second, 20);
    check_doubt(&error);
    assert!(error.to_string().contains("this call sent nothing"), "{error}");
}

#[test]
fn what_surely_was_not_sent_or_not_done_is_not_in_doubt() {
    // The next of two numbers, whose create was never sent.
    let mut operation = ensure(&client(), &[NUMBER, OTHER], 0);
    list_nothing(&mut operation, 0);
    let (attempt, method) = sent(&mut operation, 0);
    assert_eq!(method, "POST");
    report(&mut operation, 10, attempt, json(202, &sender("CREATING")));
    assert!(matches!(operation.step(at(10)), Step::Yield(Event::EnsureResult { index: 0, .. })));
    operation.cancel("the client was closed");
    let error = only_error(&mut operation, 20);
    assert!(!error.may_have_executed() && error.resume_token().is_none(), "{error}");

    // In the pause after a 429.
    let mut operation = ensure(&client(), &[NUMBER], 0);
    list_nothing(&mut operation, 0);
    let (attempt, _) = sent(&mut operation, 0);
    report(&mut operation, 10, attempt, json(429, "{}"));
    assert!(matches!(operation.step(at(10)), Step::Act(Action::Wait { .. })));
    operation.cancel("the client was closed");
    let error = only_error(&mut operation, 20);
    assert!(!error.may_have_executed() && error.resume_token().is_none(), "{error}");

    // A create that is out may be done, by this call.
    let mut operation = ensure(&client(), &[NUMBER], 0);
    list_nothing(&mut operation, 0);
    sent(&mut operation, 0);
    operation.cancel("the client was closed");
    let error = only_error(&mut operation, 20);
    assert!(error.may_have_executed() && error.resume_token().is_some(), "{error}");
    assert!(!error.to_string().contains("earlier call"), "{error}");
}

#[test]
fn a_number_is_free_at_once() {
    let client = client();
    let mut first = ensure(&client, &[NUMBER], 0);
    list_nothing(&mut first, 0);
    sent(&mut first, 0);
    first.cancel("the client was closed");
    let mut second = ensure(&client, &[NUMBER], 10);
    assert_eq!(sent(&mut second, 10).1, "GET", "it does not wait for its turn");
}

#[test]
fn a_response_that_was_reported_counts() {
    let mut operation = ensure(&client(), &[NUMBER], 0);
    let (attempt, _) = sent(&mut operation, 0);
    report(&mut operation, 10, attempt, listing(Some(sender("ONLINE"))));
    operation.cancel("the client was closed");
    assert!(matches!(results(&mut operation, 20).as_slice(), [Ok(Resolution::Found)]));

    let mut operation = ensure(&client(), &[NUMBER, OTHER], 0);
    list_nothing(&mut operation, 0);
    let (attempt, _) = sent(&mut operation, 0);
    report(&mut operation, 10, attempt, json(202, &sender("CREATING")));
    operation.cancel("the client was closed");
    let results = results(&mut operation, 20);
    assert!(matches!(results.as_slice(), [Ok(Resolution::Created), Err(_)]), "{results:?}");
}
