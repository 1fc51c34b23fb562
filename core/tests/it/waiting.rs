//! Waiting for a sender.

use senders_core::{
    CallOptions, ErrorKind, FailureKind, Machine as _, Now, RequestSent, Sender, SenderSid, StatusChange,
    TransportFailure, WaitOptions, WaitReason,
};

use crate::sim::{Answer, Run, START, client, failure, json, run, sender, sid};

fn wait(options: WaitOptions, answers: Vec<Answer>) -> Run<StatusChange, Sender> {
    run(client().wait_until_online(Some(sid()), options, None, &CallOptions::default()).unwrap(), answers)
}

fn looks(statuses: &[&str]) -> Vec<Answer> {
    statuses.iter().map(|status| json(200, &sender(status))).collect()
}

fn seen(run: &Run<StatusChange, Sender>) -> Vec<&str> {
    run.yielded.iter().map(|change| change.status.as_str()).collect()
}

#[test]
fn each_status_is_told_once_until_online() {
    let run = wait(
        WaitOptions::default(),
        looks(&["CREATING", "CREATING", "OFFLINE", "DRAFT", "NEW:STATUS", "TWILIO_REVIEW", "ONLINE"]),
    );
    assert_eq!(seen(&run), ["CREATING", "OFFLINE", "DRAFT", "NEW:STATUS", "TWILIO_REVIEW", "ONLINE"]);
    assert!(run.result.unwrap().status().is_online());
    let bounds = [2_000, 3_000, 4_500, 6_750, 10_125, 15_187];
    for ((delay, reason), bound) in run.waits.iter().zip(bounds) {
        assert!(
            *delay <= bound && *delay >= bound * 4 / 5 && *reason == WaitReason::Poll,
            "{delay} of {bound}"
        );
    }
}

#[test]
fn a_code_is_asked_for_unless_somebody_else_gives_it() {
    let run = wait(WaitOptions::default(), looks(&["CREATING", "PENDING_VERIFICATION"]));
    let error = run.result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::VerificationRequired);
    assert_eq!(error.statuses().len(), 2);
    assert_eq!(error.sender_id(), Some("whatsapp:+15551234567"));
    let options = WaitOptions::default().wait_for_verification(true);
    assert!(wait(options, looks(&["PENDING_VERIFICATION", "VERIFYING", "ONLINE"])).result.is_ok());
}

#[test]
fn offline_is_a_failure_only_with_reasons() {
    let offline = |reasons: &str| {
        json(200, &format!(r#"{{"sid":"{}","status":"OFFLINE","offline_reasons":{reasons}}}"#, sid()))
    };
    let reason = r#"[null,{"code":"63104","message":"too many for +15551234567"}]"#;
    let run = wait(
        WaitOptions::default(),
        vec![offline("null"), offline("[]"), offline("[null]"), offline(reason)],
    );
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RegistrationFailed, Some(63104)));
    assert!(error.next_step().contains("verify the business"), "{}", error.next_step());
    assert!(!error.to_string().contains("5551234"), "{error}");
    assert_eq!(seen(&Run { result: Err(error), ..run }), ["OFFLINE"]);
}

#[test]
fn a_look_that_fails_does_not_end_the_wait() {
    let lost = || (0..3).map(|_| failure(FailureKind::Timeout, RequestSent::Unknown));
    let answers = lost().chain(looks(&["ONLINE"])).collect();
    assert!(wait(WaitOptions::default(), answers).result.is_ok());
    let error = wait(WaitOptions::default(), vec![json(404, "")]).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn time_runs_out_with_a_last_look_and_a_token() {
    let run = wait(WaitOptions::default().timeout_ms(5_000), looks(&["CREATING"; 4]));
    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::WaitTimeout, true));
    assert!((5_000..5_100).contains(&run.now.monotonic_ms), "{:?}", run.now);
    assert_eq!(run.requests.len(), 4);
    let token = error.resume_token().unwrap();
    // The wait had ended: taken up again, its time starts again, or is the one that is given.
    let again = |timeout_ms: Option<u64>, count| {
        let wait = timeout_ms.map_or_else(WaitOptions::default, |ms| WaitOptions::default().timeout_ms(ms));
        let again = client().wait_until_online(None, wait, Some(token), &CallOptions::default()).unwrap();
        super::sim::run(again, looks(&vec!["CREATING"; count])).now.monotonic_ms
    };
    assert!((5_000..5_100).contains(&again(None, 4)));
    assert!((60_000..60_200).contains(&again(Some(60_000), 9)));
    assert_eq!(again(Some(0), 1), 10);
}

#[test]
fn a_wait_of_no_time_looks_once() {
    let once = |status: &str| wait(WaitOptions::default().timeout_ms(0), looks(&[status]));
    assert!(once("ONLINE").result.is_ok());
    let run = once("CREATING");
    assert_eq!((run.result.unwrap_err().kind(), run.waits.len()), (ErrorKind::WaitTimeout, 0));
}

#[test]
fn a_look_is_bound_by_the_wait() {
    let mut machine = client()
        .wait_until_online(
            Some(sid()),
            WaitOptions::default().timeout_ms(1_500),
            None,
            &CallOptions::default(),
        )
        .unwrap();
    let senders_core::Step::Act(senders_core::Action::Send { attempt, timeouts, .. }) = machine.step(START)
    else {
        panic!("nothing sent")
    };
    assert_eq!(timeouts.attempt_ms, 1_500);
    let late = Now::new(START.monotonic_ms + 1_500, START.unix_ms + 1_500);
    let lost = TransportFailure::new(FailureKind::Timeout, RequestSent::Unknown, "");
    machine.on_failure(late, attempt, lost).unwrap();
    let senders_core::Step::Done(Err(error)) = machine.step(late) else { panic!("goes on") };
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
}

#[test]
fn a_person_may_take_their_time() {
    let run = wait(WaitOptions::default().timeout_ms(30_000), looks(&["PENDING_VERIFICATION"]));
    let token = run.result.unwrap_err().resume_token().unwrap().to_owned();
    // A quarter of an hour later, on both clocks.
    let later = Now::new(START.monotonic_ms + 900_000, START.unix_ms + 900_000);
    let mut again = client()
        .wait_until_online(None, WaitOptions::default(), Some(&token), &CallOptions::default())
        .unwrap();
    let senders_core::Step::Act(senders_core::Action::Send { attempt, .. }) = again.step(later) else {
        panic!("nothing sent")
    };
    let verifying =
        senders_core::HttpResponse::new(200, senders_core::Headers::new(), sender("VERIFYING").into_bytes());
    again.on_response(later, attempt, verifying).unwrap();
    assert!(matches!(again.step(later), senders_core::Step::Yield(_)));
    assert!(matches!(
        again.step(later),
        senders_core::Step::Act(senders_core::Action::Wait { delay_ms: 1_600..=2_000, .. })
    ));
}

#[test]
fn an_online_sender_that_is_changing_is_online() {
    assert!(wait(WaitOptions::default(), looks(&["ONLINE:UPDATING", "ONLINE"])).result.is_ok());
    let run = wait(WaitOptions::default().timeout_ms(0), looks(&["ONLINE:UPDATING"]));
    assert_eq!(run.result.unwrap().status().as_str(), "ONLINE:UPDATING");
    let run = wait(WaitOptions::default(), looks(&["ONLINE:PENDING_VERIFICATION"]));
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::VerificationRequired);
}

#[test]
fn a_token_stands_for_its_own_sender() {
    let run = wait(WaitOptions::default(), looks(&["PENDING_VERIFICATION"]));
    let token = run.result.unwrap_err().resume_token().unwrap().to_owned();
    let again = |of: Option<SenderSid>, wait: WaitOptions| {
        client().wait_until_online(of, wait, Some(&token), &CallOptions::default())
    };
    assert!(again(Some(sid()), WaitOptions::default()).is_ok());
    let other = SenderSid::parse("XEffffffffffffffffffffffffffffffff").unwrap();
    let error = again(Some(other), WaitOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "token must be a token of a wait for the same sender as `sid`");
    let neither = client().wait_until_online(None, WaitOptions::default(), None, &CallOptions::default());
    assert_eq!(neither.unwrap_err().field(), "sid");
    // Another person gives the code from now on.
    let patient = again(None, WaitOptions::default().wait_for_verification(true)).unwrap();
    let run = super::sim::run(patient, looks(&["PENDING_VERIFICATION", "ONLINE"]));
    assert_eq!(seen(&run), ["ONLINE"]);
}

#[test]
fn a_wait_goes_on_from_a_token() {
    let first = wait(WaitOptions::default().timeout_ms(60_000), looks(&["CREATING", "VERIFYING", "ONLINE"]));
    let token = &first.yielded[0].token;
    let again = client()
        .wait_until_online(None, WaitOptions::default(), Some(token), &CallOptions::default())
        .unwrap();
    let second = run(again, looks(&["CREATING", "VERIFYING", "ONLINE"]));
    assert_eq!(seen(&second), ["VERIFYING", "ONLINE"]);
    for bad in [
        "",
        "{}",
        r#"{"v":1,"op":"wait","sid":"../x","deadline_unix_ms":0}"#,
        r#"{"v":1,"op":"list","sid":"a","deadline_unix_ms":0}"#,
    ] {
        assert!(
            client()
                .wait_until_online(None, WaitOptions::default(), Some(bad), &CallOptions::default())
                .is_err()
        );
    }
}
