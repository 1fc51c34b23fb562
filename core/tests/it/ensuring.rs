//! Registering a number once, one or many.

use senders_core::{
    Action, CallOptions, CreateSender, EnsureEvent, Ensured, Error, ErrorKind, FailureKind, Machine as _,
    Now, RequestSent, Resolution, Sections, SenderId, Step, WaitReason,
};
use serde_json::json;

use crate::sim::{Answer, Run, START, client, client_with, failure, json, run, sender, sid};

const NUMBER: &str = "whatsapp:+15551234567";

fn create_of(id: &str) -> CreateSender {
    CreateSender::new(SenderId::parse(id).unwrap(), Sections::default())
}

fn ensure(token: Option<&str>, answers: Vec<Answer>) -> Run<String, Ensured> {
    run(client().ensure(create_of(NUMBER), token, &CallOptions::default()).unwrap(), answers)
}

fn list_of(ids: &[&str]) -> Answer {
    let senders: Vec<_> =
        ids.iter().map(|id| json!({"sid": sid().as_str(), "status": "ONLINE", "sender_id": id})).collect();
    json(200, &json!({"senders": senders, "meta": {}}).to_string())
}

fn nothing() -> Answer {
    list_of(&["whatsapp:+15550000009"])
}

fn methods<Y, T>(run: &Run<Y, T>) -> String {
    run.requests.iter().map(|request| if request.method.as_str() == "POST" { 'P' } else { 'G' }).collect()
}

fn settled<Y, T>(run: &Run<Y, T>) -> Vec<u64> {
    run.waits.iter().filter(|(_, reason)| *reason == WaitReason::Reconcile).map(|(ms, _)| *ms).collect()
}

/// How it ends, what is sent, and the seconds it waits for the listing (each answer takes 10 ms of them).
fn how(token: Option<&str>, answers: Vec<Answer>) -> (Result<Resolution, ErrorKind>, String, Vec<u64>) {
    let run = ensure(token, answers);
    let (sent, waited) = (methods(&run), settled(&run));
    let waited = waited.into_iter().map(|ms| ms.div_ceil(1_000)).collect();
    (run.result.map(|ensured| ensured.resolution).map_err(|error: Error| error.kind()), sent, waited)
}

#[test]
fn a_number_is_created_once() {
    let there = || json(200, &format!(r#"{{"senders":[{}],"meta":{{}}}}"#, sender("ONLINE")));
    let made = || json(202, &sender("CREATING"));
    assert_eq!(how(None, vec![there()]), (Ok(Resolution::Found), "G".into(), vec![]));
    assert_eq!(how(None, vec![nothing(), made()]), (Ok(Resolution::Created), "GP".into(), vec![]));
    let late = vec![nothing(), json(503, ""), nothing(), nothing(), nothing(), there()];
    assert_eq!(how(None, late), (Ok(Resolution::Reconciled), "GPGGGG".into(), vec![1, 2, 4, 5]));
    let again = vec![nothing(), json(503, ""), nothing(), nothing(), nothing(), nothing(), made()];
    assert_eq!(how(None, again).0, Ok(Resolution::Created));
    let lost = || vec![json(503, ""), nothing(), nothing(), nothing(), nothing()];
    let twice: Vec<Answer> = std::iter::once(nothing()).chain(lost()).chain(lost()).collect();
    assert_eq!(how(None, twice).0, Err(ErrorKind::OutcomeUnknown));
    assert_eq!(
        how(None, vec![nothing(), json(409, ""), there()]),
        (Ok(Resolution::Found), "GPG".into(), vec![])
    );
    let taken = || json(400, r#"{"code":63110,"message":"taken"}"#);
    let elsewhere = vec![nothing(), taken(), nothing(), nothing(), nothing(), nothing(), nothing()];
    assert_eq!(how(None, elsewhere), (Err(ErrorKind::InvalidRequest), "GPGGGGG".into(), vec![1, 2, 4, 5]));
    assert_eq!(how(None, vec![nothing(), json(401, "")]).0, Err(ErrorKind::Authentication));
}

/// The first create acts and its connection ends, the list is late, and the second create is refused.
#[test]
fn what_an_earlier_create_left_unknown_is_not_forgotten() {
    for refusal in [json(409, r#"{"code":63110}"#), json(400, "{}"), json(401, "{}"), json(403, "{}")] {
        let conflict = matches!(&refusal, Answer::Response(response) if response.status == 409);
        let lost = failure(FailureKind::Closed, RequestSent::Yes);
        let mut answers = vec![nothing(), lost, nothing(), nothing(), nothing(), nothing(), refusal];
        answers.extend(if conflict { (0..5).map(|_| nothing()).collect() } else { Vec::new() });
        let run = ensure(None, answers);
        let error = run.result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
        assert!(error.resume_token().is_some() && error.next_step().contains("token"), "{error}");
    }
}

#[test]
fn a_token_comes_before_anything_is_sent_and_makes_the_next_call_look_first() {
    let mut first = client().ensure(create_of(NUMBER), None, &CallOptions::default()).unwrap();
    let Step::Yield(token) = first.step(START) else { panic!("something was sent before the token") };
    assert_eq!(token, r#"{"v":1,"op":"ensure","sender_ids":["whatsapp:+15551234567"]}"#);
    // Killed at any later moment: whether a create was sent is unknown.
    let found = vec![nothing(), nothing(), nothing(), nothing(), list_of(&[NUMBER])];
    assert_eq!(how(Some(&token), found), (Ok(Resolution::Reconciled), "GGGGG".into(), vec![1, 2, 4, 5]));
    let made = vec![nothing(), nothing(), nothing(), nothing(), nothing(), json(202, &sender("CREATING"))];
    assert_eq!(how(Some(&token), made), (Ok(Resolution::Created), "GGGGGP".into(), vec![1, 2, 4, 5]));
    for bad in ["", "{}", r#"{"v":1,"op":"ensure","sender_ids":["whatsapp:+15550000001"]}"#, "canary"] {
        let error = client().ensure(create_of(NUMBER), Some(bad), &CallOptions::default()).unwrap_err();
        assert_eq!(error.field(), "token");
        assert!(!error.to_string().contains("canary"));
    }
}

#[test]
fn one_call_at_a_time_has_a_number_in_hand() {
    let client = client();
    let options = CallOptions::default();
    let mut first = client.ensure(create_of(NUMBER), None, &options).unwrap();
    let mut second = client.ensure(create_of(NUMBER), None, &options).unwrap();
    assert!(matches!(first.step(START), Step::Yield(_)) && matches!(second.step(START), Step::Yield(_)));
    let Step::Act(Action::Send { attempt, .. }) = first.step(START) else { panic!("nothing sent") };
    assert!(matches!(second.step(START), Step::Act(Action::Wait { reason: WaitReason::Queue, .. })));
    let Answer::Response(empty) = nothing() else { panic!("no response") };
    first.on_response(START, attempt, empty.clone()).unwrap();
    let Step::Act(Action::Send { attempt, request, .. }) = first.step(START) else { panic!("nothing sent") };
    assert_eq!(request.method.as_str(), "POST");
    // Dropped while its create is out: cancelled.
    drop(first);
    assert!(attempt.number() == 2);
    let later = Now::new(START.monotonic_ms + 500, START.unix_ms + 500);
    let Step::Act(Action::Send { attempt, request, .. }) = second.step(later) else { panic!("nothing sent") };
    assert_eq!(request.method.as_str(), "GET");
    second.on_response(later, attempt, empty).unwrap();
    // The listing may be late: it looks again before it creates.
    assert!(matches!(
        second.step(later),
        Step::Act(Action::Wait { delay_ms: 1_000, reason: WaitReason::Reconcile })
    ));
}

#[test]
fn a_plain_create_of_the_same_client_is_remembered() {
    let client = client();
    let mut create = client.create(create_of(NUMBER), &CallOptions::default()).unwrap();
    let Step::Act(Action::Send { attempt, .. }) = create.step(START) else { panic!("nothing sent") };
    let Answer::Response(made) = json(202, &sender("CREATING")) else { panic!("no response") };
    create.on_response(START, attempt, made).unwrap();
    let ensure = client.ensure(create_of(NUMBER), None, &CallOptions::default()).unwrap();
    let run = run(ensure, [nothing(), list_of(&[NUMBER])]);
    assert_eq!((methods(&run), run.result.unwrap().resolution), ("GG".to_owned(), Resolution::Found));
}

#[test]
fn a_create_of_a_client_before_this_one_is_looked_for() {
    for (unknown, how, looks) in [(true, Resolution::Reconciled, 10), (false, Resolution::Found, 5)] {
        let before = || {
            let client = client_with(|builder| builder.timeout_ms(1_000));
            client.remember_create(&SenderId::parse(NUMBER).unwrap(), unknown, START.monotonic_ms);
            client.ensure(create_of(NUMBER), None, &CallOptions::default()).unwrap()
        };
        let late = run(before(), [nothing(), nothing(), list_of(&[NUMBER])]);
        assert_eq!((methods(&late), late.result.unwrap().resolution), ("GGG".to_owned(), how));
        let nothings = (0..looks).map(|_| nothing());
        let never = run(before(), nothings.chain([json(202, &sender("CREATING"))]));
        assert_eq!(methods(&never), format!("{}P", "G".repeat(looks)));
        assert!(settled(&never).iter().sum::<u64>() >= 11_900, "{:?}", settled(&never));
    }
}

#[test]
fn the_other_spelling_of_a_number_is_found() {
    for (wanted, listed) in [
        ("whatsapp:+525550100001", "whatsapp:+5215550100001"),
        ("whatsapp:+5215550100001", "whatsapp:+525550100001"),
        ("whatsapp:+5491155501000", "whatsapp:+541155501000"),
        ("whatsapp:+5511987654321", "whatsapp:+551187654321"),
    ] {
        let ensure = client().ensure(create_of(wanted), None, &CallOptions::default()).unwrap();
        let ensured = run(ensure, [list_of(&[listed])]).result.unwrap();
        assert_eq!(
            (ensured.resolution, ensured.differences),
            (Resolution::Found, vec!["sender_id".to_owned()]),
            "{wanted}"
        );
        // The exact spelling counts if both are there.
        let ensure = client().ensure(create_of(wanted), None, &CallOptions::default()).unwrap();
        let ensured = run(ensure, [list_of(&[listed, wanted])]).result.unwrap();
        assert!(ensured.differences.is_empty());
    }
    let ensure = client().ensure(create_of("whatsapp:+551133334444"), None, &CallOptions::default()).unwrap();
    let run = run(ensure, [list_of(&["whatsapp:+5511933334444"]), json(202, &sender("CREATING"))]);
    assert_eq!(run.result.unwrap().resolution, Resolution::Created);
}

#[test]
fn a_total_timeout_bounds_all_of_it() {
    let client = client_with(|builder| builder.total_timeout_ms(2_000));
    let ensure = client.ensure(create_of(NUMBER), None, &CallOptions::default()).unwrap();
    let run = run(ensure, [nothing(), json(503, ""), nothing()]);
    assert!(run.now.monotonic_ms <= 2_000, "{:?}", run.now);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn many_numbers_share_one_listing() {
    let ids = ["whatsapp:+15550000001", "whatsapp:+15550000002", "whatsapp:+15550000003"];
    let creates = ids.map(create_of).to_vec();
    let all = client().ensure_all(creates.clone(), None, &CallOptions::default()).unwrap();
    let made = || json(202, &sender("CREATING"));
    let run1 = run(all, [list_of(&ids[..1]), made(), json(400, r#"{"code":63100,"message":"no"}"#)]);
    assert_eq!(methods(&run1), "GPP");
    let results: Vec<_> = run1
        .yielded
        .iter()
        .filter_map(|event| match event {
            EnsureEvent::Result { index, result } => {
                Some((*index, result.as_ref().map(|ensured| ensured.resolution).map_err(Error::kind)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        results,
        [(0, Ok(Resolution::Found)), (1, Ok(Resolution::Created)), (2, Err(ErrorKind::InvalidRequest))]
    );
    let twice =
        vec![create_of(ids[0]), create_of("whatsapp:+525550100001"), create_of("whatsapp:+5215550100001")];
    let error = client().ensure_all(twice, None, &CallOptions::default()).unwrap_err();
    assert_eq!(error.field(), "senders[2].sender_id");
    // Credentials that are refused stop the rest; nothing at all needs no request.
    let all = client().ensure_all(creates, None, &CallOptions::default()).unwrap();
    let stopped = run(all, [list_of(&[]), json(401, "")]);
    assert_eq!((methods(&stopped), stopped.yielded.len()), ("GP".to_owned(), 4));
    let none = client().ensure_all(Vec::new(), None, &CallOptions::default()).unwrap();
    assert!(run(none, []).result.is_ok());
}

#[test]
fn what_differs_is_reported_and_nothing_changes() {
    let wanted = CreateSender::from_value(
        &json!({"sender_id": NUMBER, "configuration": {"verification_code": "1", "waba_id": "2"},
        "profile": {"name": "New", "about": "Same", "address": null}}),
    )
    .unwrap();
    let have = json!({"senders": [{"sid": sid().as_str(), "status": "ONLINE", "sender_id": NUMBER,
        "configuration": {"waba_id": "1"}, "profile": {"name": "Old", "about": "Same"}}], "meta": {}});
    let ensure = client().ensure(wanted, None, &CallOptions::default()).unwrap();
    let run1 = run(ensure, [json(200, &have.to_string())]);
    assert_eq!(run1.result.unwrap().differences, ["configuration.waba_id", "profile.name"]);
    // Lists are compared by what the request gave: a null the server shows beside it is no difference.
    for (emails, differs) in [
        (json!([{"email": "a"}]), false),
        (json!([{"email": "b"}]), true),
        (json!([{"email": "a"}, {"email": "b"}]), true),
    ] {
        let request = json!({"sender_id": NUMBER, "profile": {"emails": emails}});
        let have = json!({"senders": [{"sid": sid().as_str(), "status": "ONLINE", "sender_id": NUMBER,
            "profile": {"emails": [{"email": "a", "label": null}]}}], "meta": {}});
        let create = CreateSender::from_value(&request).unwrap();
        let ensure = client().ensure(create, None, &CallOptions::default()).unwrap();
        let differences = run(ensure, [json(200, &have.to_string())]).result.unwrap().differences;
        assert_eq!(!differences.is_empty(), differs, "{differences:?}");
    }
}

/// A create that is refused says nothing about one before it: the client still looks for what that one did.
#[test]
fn a_refused_create_does_not_hide_an_earlier_one() {
    let client = client();
    let send = |answer: Answer| {
        let create = client.create(create_of(NUMBER), &CallOptions::default()).unwrap();
        run(create, [answer]).result
    };
    assert!(send(failure(FailureKind::Closed, RequestSent::Yes)).is_err());
    assert!(send(json(400, "{}")).is_err());
    let ensure = client.ensure(create_of(NUMBER), None, &CallOptions::default()).unwrap();
    let run = run(ensure, [nothing(), list_of(&[NUMBER])]);
    assert_eq!((methods(&run), run.result.unwrap().resolution), ("GG".to_owned(), Resolution::Reconciled));
}

/// After credentials were refused, a number whose outcome is unknown is looked for, and not created again.
#[test]
fn no_create_follows_refused_credentials() {
    let ids = ["whatsapp:+15550000001", "whatsapp:+15550000002"];
    let all = client().ensure_all(ids.map(create_of).to_vec(), None, &CallOptions::default()).unwrap();
    let lost = failure(FailureKind::Closed, RequestSent::Yes);
    let mut answers = vec![nothing(), lost, json(401, "{}")];
    answers.extend((0..4).map(|_| nothing()));
    let run = run(all, answers);
    assert_eq!(methods(&run), "GPPGGGG");
    let kinds: Vec<_> = run
        .yielded
        .iter()
        .filter_map(|event| match event {
            EnsureEvent::Result { index, result } => Some((*index, result.as_ref().unwrap_err().kind())),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [(1, ErrorKind::Authentication), (0, ErrorKind::OutcomeUnknown)]);
}

/// A resumed call whose listing fails is safe to repeat with its token alone.
#[test]
fn a_resumed_call_that_fails_is_not_safe_to_repeat_without_its_token() {
    let token = r#"{"v":1,"op":"ensure","sender_ids":["whatsapp:+15551234567"]}"#;
    let lost = || failure(FailureKind::Connect, RequestSent::No);
    let error = ensure(Some(token), vec![lost(), lost(), lost()]).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.may_have_executed() && !error.is_retryable(), "{error}");
    assert_eq!(error.resume_token(), Some(token));
}
