//! Calls that are left before their end, or take long: what they may have done is not forgotten.

use senders_core::{
    Action, CallOptions, Client, CreateSender, Error, ErrorKind, FailureKind, Machine, Now, Operation,
    RequestSent, Resolution, Sections, SenderId, Step, UpdateSender, WaitOptions, WaitReason,
};
use serde_json::json;

use crate::sim::{Answer, START, client, failure, json, run, sender, sid};

const NUMBER: &str = "whatsapp:+15551234567";

fn number() -> CreateSender {
    CreateSender::new(SenderId::parse(NUMBER).unwrap(), Sections::default())
}

fn at(ms: u64) -> Now {
    Now::new(START.monotonic_ms + ms, START.unix_ms + ms)
}

fn listing(sender: Option<&str>) -> Answer {
    let senders = sender.unwrap_or_default();
    json(200, &format!(r#"{{"senders":[{senders}],"meta":{{"next_page_url":null}}}}"#))
}

/// Starts a create at 0 ms and gives it this end at `ended_ms`.
fn create(client: &Client, ended_ms: u64, end: Option<Answer>) -> Option<Error> {
    let mut create = client.create(number(), &CallOptions::default()).unwrap();
    let Step::Act(Action::Send { attempt, .. }) = create.step(START) else { panic!("nothing sent") };
    match end? {
        Answer::Response(response) => create.on_response(at(ended_ms), attempt, response).unwrap(),
        Answer::Failure(failure) => create.on_failure(at(ended_ms), attempt, failure).unwrap(),
    }
    match create.step(at(ended_ms)) {
        Step::Done(result) => result.err(),
        other => panic!("{other:?}"),
    }
}

/// The first request of an `ensure` that begins then: after an empty listing, a create (`false`) or another look (`true`).
fn looks_again(client: &Client, begun_ms: u64) -> bool {
    let mut ensure = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(matches!(ensure.step(at(begun_ms)), Step::Yield(_)));
    let Step::Act(Action::Send { attempt, .. }) = ensure.step(at(begun_ms)) else { panic!("nothing sent") };
    let Answer::Response(empty) = listing(None) else { panic!("no response") };
    ensure.on_response(at(begun_ms), attempt, empty).unwrap();
    match ensure.step(at(begun_ms)) {
        Step::Act(Action::Wait { reason: WaitReason::Reconcile, .. }) => true,
        Step::Act(Action::Send { request, .. }) => request.method.as_str() == "GET",
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_create_that_was_left_or_took_long_is_remembered_from_its_end() {
    let aborted = |sent| failure(FailureKind::Aborted, sent);
    let ends: [(u64, Option<Answer>, bool); 8] = [
        (100, Some(aborted(RequestSent::Yes)), true),
        (100, Some(aborted(RequestSent::No)), false),
        (29_000, Some(failure(FailureKind::Timeout, RequestSent::Yes)), true),
        (29_000, Some(json(202, &sender("CREATING"))), true),
        (29_000, Some(json(303, "")), true),
        (29_000, Some(json(600, "")), true),
        (29_000, Some(json(400, "{}")), false),
        // Dropped, by a driver that cannot say more.
        (100, None, true),
    ];
    for (ended_ms, end, expected) in ends {
        let client = client();
        let error = create(&client, ended_ms, end);
        assert_eq!(looks_again(&client, ended_ms + 11_000), expected, "{error:?} after {ended_ms}");
        if let Some(error) = error {
            assert_eq!(error.may_have_executed(), expected, "{error}");
        }
    }
    let client = client();
    create(&client, 29_000, Some(failure(FailureKind::Timeout, RequestSent::Yes)));
    assert!(!looks_again(&client, 29_000 + 12_000));
}

#[test]
fn an_ensure_waits_for_a_create_that_is_under_way() {
    let client = client();
    let mut create = client.create(number(), &CallOptions::default()).unwrap();
    let Step::Act(Action::Send { attempt, .. }) = create.step(START) else { panic!("nothing sent") };
    let mut ensure = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(matches!(ensure.step(at(12_500)), Step::Yield(_)));
    assert!(matches!(ensure.step(at(12_500)), Step::Act(Action::Wait { reason: WaitReason::Queue, .. })));
    let Answer::Response(made) = json(202, &sender("CREATING")) else { panic!("no response") };
    create.on_response(at(12_600), attempt, made).unwrap();
    assert!(matches!(ensure.step(at(12_700)), Step::Act(Action::Send { .. })));
}

#[test]
fn an_ensure_that_is_left_says_what_to_do_with_its_token() {
    let ensure = client().ensure(number(), None, &CallOptions::default()).unwrap();
    let run = run(ensure, [listing(None), failure(FailureKind::Aborted, RequestSent::Yes)]);
    let error = run.result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    assert!(error.resume_token().is_some() && error.next_step().contains("token"), "{error}");
}

#[test]
fn a_redirect_of_a_create_leaves_an_ensure_in_doubt() {
    let ensure = client().ensure(number(), None, &CallOptions::default()).unwrap();
    let found = listing(Some(&sender("CREATING")));
    let run = run(ensure, [listing(None), json(303, ""), found]);
    assert_eq!(run.result.unwrap().resolution, Resolution::Reconciled);
}

#[test]
fn a_number_is_free_once_it_is_done() {
    let client = client();
    let other = CreateSender::new(SenderId::parse("whatsapp:+15550000002").unwrap(), Sections::default());
    let mut all = client.ensure_all(vec![number(), other], None, &CallOptions::default()).unwrap();
    assert!(matches!(all.step(START), Step::Yield(_)));
    let Step::Act(Action::Send { attempt, .. }) = all.step(START) else { panic!("nothing sent") };
    let Answer::Response(page) = listing(Some(&sender("ONLINE"))) else { panic!("no response") };
    all.on_response(START, attempt, page).unwrap();
    assert!(matches!(all.step(START), Step::Yield(_)), "the first number is found");
    let mut again = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(matches!(again.step(START), Step::Yield(_)));
    assert!(matches!(again.step(START), Step::Act(Action::Send { .. })), "its number is free");
    drop(all);
    let mut third = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(matches!(third.step(START), Step::Yield(_)));
    assert!(matches!(third.step(START), Step::Act(Action::Wait { .. })), "the second call has it still");
}

#[test]
fn a_resumed_ensure_that_waits_in_vain_for_its_turn_keeps_its_doubt() {
    let client = client();
    let mut first = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(
        matches!(first.step(START), Step::Yield(_))
            && matches!(first.step(START), Step::Act(Action::Send { .. }))
    );
    let token = format!(r#"{{"v":1,"op":"ensure","sender_ids":["{NUMBER}"]}}"#);
    let options = CallOptions::default().total_timeout_ms(1_000);
    let second = client.ensure(number(), Some(&token), &options).unwrap();
    let error = run(second, []).result.unwrap_err();
    assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    assert_eq!(error.resume_token(), Some(token.as_str()));
}

fn update(body: serde_json::Value, answers: Vec<Answer>) -> (Result<String, ErrorKind>, usize) {
    let mut body = body;
    body["sid"] = json!(sid().as_str());
    let update = UpdateSender::from_value(&body).unwrap();
    let run = run(client().update(update, &CallOptions::default()).unwrap(), answers);
    let posts = run.requests.iter().filter(|request| request.method.as_str() == "POST").count();
    (run.result.map(|sender| sender.status().as_str().to_owned()).map_err(|error| error.kind()), posts)
}

#[test]
fn an_update_is_done_only_when_all_of_it_is_there() {
    let lost = || failure(FailureKind::Closed, RequestSent::Yes);
    let seen = |name: &str, about: &str| {
        json(
            200,
            &format!(
                r#"{{"sid":"{}","status":"ONLINE","profile":{{"name":"{name}","about":"{about}"}}}}"#,
                sid()
            ),
        )
    };
    let wanted = || json!({"profile": {"name": "N", "about": "NEW"}});
    assert_eq!(update(wanted(), vec![lost(), seen("N", "NEW")]), (Ok("ONLINE".to_owned()), 1));
    // The sender has the name already, and not the rest: the update goes out again.
    let again = vec![lost(), seen("N", "old"), json(202, &sender("ONLINE:UPDATING"))];
    assert_eq!(update(wanted(), again), (Ok("ONLINE:UPDATING".to_owned()), 2));
    let code = json!({"configuration": {"verification_code": "123456"}, "profile": {"about": "NEW"}});
    assert_eq!(update(code, vec![lost(), seen("N", "old")]), (Err(ErrorKind::OutcomeUnknown), 1));
}

#[test]
fn a_request_for_a_new_code_is_sent_once() {
    let wanted = json!({"configuration": {"verification_method": "sms"}});
    let pending = json(200, &sender("PENDING_VERIFICATION"));
    let lost = failure(FailureKind::Timeout, RequestSent::Yes);
    assert_eq!(update(wanted, vec![lost, pending]), (Err(ErrorKind::OutcomeUnknown), 1));
}

#[test]
fn the_callers_time_with_a_status_does_not_count() {
    let options = WaitOptions::default().timeout_ms(60_000).wait_for_verification(true);
    let mut wait = client().wait_until_online(Some(sid()), options, None, &CallOptions::default()).unwrap();
    let Step::Act(Action::Send { attempt, .. }) = wait.step(START) else { panic!("nothing sent") };
    let look = |status: &str| match json(200, &sender(status)) {
        Answer::Response(response) => response,
        Answer::Failure(_) => panic!("no response"),
    };
    wait.on_response(START, attempt, look("PENDING_VERIFICATION")).unwrap();
    assert!(matches!(wait.step(START), Step::Yield(_)));
    // The callback asks a person, who takes fifteen minutes.
    let late = at(900_000);
    let Step::Act(Action::Wait { delay_ms, .. }) = wait.step(late) else { panic!("the time ran out") };
    let next = at(900_000 + delay_ms);
    let Step::Act(Action::Send { attempt, .. }) = wait.step(next) else { panic!("nothing sent") };
    wait.on_response(next, attempt, look("ONLINE")).unwrap();
    assert!(matches!(wait.step(next), Step::Yield(_)));
    assert!(matches!(wait.step(next), Step::Done(Ok(_))));
}

#[test]
fn long_words_of_a_server_do_not_make_a_token_long() {
    let answers: Vec<Answer> =
        (0..100).map(|n| json(200, &sender(&format!("S{n}{}", "x".repeat(10_000))))).collect();
    let options = WaitOptions::default().timeout_ms(30 * 24 * 3_600_000);
    let wait = client().wait_until_online(Some(sid()), options, None, &CallOptions::default()).unwrap();
    let mut answers = answers;
    answers.push(json(404, "{}"));
    let run = run(wait, answers);
    assert_eq!(run.yielded.len(), 100);
    assert_eq!(run.yielded[0].status.as_str().len(), 10_002);
    let error = run.result.unwrap_err();
    assert!(error.resume_token().unwrap().len() < 10_000);
}

#[test]
fn a_cancelled_operation_ends_with_what_it_knows_and_frees_its_number() {
    let client = client();
    let mut operation: Operation = client.ensure(number(), None, &CallOptions::default()).unwrap().into();
    assert!(matches!(operation.step(START), Step::Yield(_)));
    let Step::Act(Action::Send { attempt, .. }) = operation.step(START) else { panic!("nothing sent") };
    let Answer::Response(empty) = listing(None) else { panic!("no response") };
    operation.on_response(START, attempt, empty).unwrap();
    assert!(matches!(operation.step(START), Step::Act(Action::Send { .. })), "its create is out");
    operation.cancel("the client was closed");
    let Step::Done(Err(error)) = operation.step(START) else { panic!("no end") };
    assert!(error.may_have_executed() && error.resume_token().is_some(), "{error}");
    assert!(looks_again(&client, 1_000), "its number is free, and the create is remembered");

    let mut wait: Operation = client
        .wait_until_online(Some(sid()), WaitOptions::default(), None, &CallOptions::default())
        .unwrap()
        .into();
    wait.cancel("the client was closed");
    assert!(matches!(wait.step(START), Step::Done(Err(error)) if error.kind() == ErrorKind::Cancelled));
    assert!(matches!(wait.step(START), Step::Done(Err(error)) if error.kind() == ErrorKind::Misuse));
}

#[test]
fn what_an_earlier_create_of_the_client_left_unknown_is_not_forgotten() {
    let client = client();
    create(&client, 100, Some(failure(FailureKind::Aborted, RequestSent::Yes)));
    let options = CallOptions::default().total_timeout_ms(2_000);
    let ensure = client.ensure(number(), None, &options).unwrap();
    let error = run(ensure, [listing(None), listing(None)]).result.unwrap_err();
    assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    assert!(error.resume_token().is_some(), "{error}");
}

#[test]
fn a_create_beside_a_listing_is_noticed() {
    let client = client();
    let mut ensure = client.ensure(number(), None, &CallOptions::default()).unwrap();
    assert!(matches!(ensure.step(START), Step::Yield(_)));
    let Step::Act(Action::Send { attempt, .. }) = ensure.step(START) else { panic!("nothing sent") };
    assert!(create(&client, 10, Some(json(202, &sender("CREATING")))).is_none());
    let Answer::Response(empty) = listing(None) else { panic!("no response") };
    ensure.on_response(at(20), attempt, empty).unwrap();
    let Step::Act(Action::Send { request, .. }) = ensure.step(at(20)) else { panic!("nothing sent") };
    assert_eq!(request.method.as_str(), "GET", "it looks again");
}

#[test]
fn the_callers_time_with_a_token_does_not_count() {
    let options = CallOptions::default().total_timeout_ms(1_000);
    let mut ensure = client().ensure(number(), None, &options).unwrap();
    assert!(matches!(ensure.step(START), Step::Yield(_)));
    let Step::Act(Action::Send { timeouts, .. }) = ensure.step(at(60_000)) else { panic!("nothing sent") };
    assert_eq!(timeouts.attempt_ms, 1_000);
}
