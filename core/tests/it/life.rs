//! The requests of each operation, and what it makes of the responses.

use senders_core::{
    Action, CallOptions, Channel, CreateSender, DeleteSender, ErrorKind, FailureKind, FetchSender,
    ListSenders, Machine as _, PageSize, RequestSent, Sections, SenderId, Step, TransportFailure,
    UpdateSender, VerificationCode, WaitReason,
};
use serde_json::json;

use crate::sim::{Answer, Run, client, client_with, failure, json, run, sender, sid, with_header};

const NUMBER: &str = "whatsapp:+15551234567";

fn create() -> CreateSender {
    CreateSender::new(SenderId::parse(NUMBER).unwrap(), Sections::default())
}

fn fetch(answers: Vec<Answer>) -> Run<std::convert::Infallible, senders_core::Sender> {
    run(client().fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap(), answers)
}

fn page(sids: &[u32], next: Option<&str>) -> Answer {
    let senders: Vec<_> = sids
        .iter()
        .map(|n| json!({"sid": format!("XE{n:032x}"), "status": "ONLINE", "sender_id": format!("whatsapp:+1555000{n:04}")}))
        .collect();
    json(200, &json!({"senders": senders, "meta": {"next_page_url": next}}).to_string())
}

fn list(list: ListSenders, answers: Vec<Answer>) -> Run<senders_core::SenderPage, ()> {
    run(client().list(list, None, &CallOptions::default()).unwrap(), answers)
}

#[test]
fn a_status_whose_body_was_cut_is_kept() {
    let cut = |status| {
        let failure = TransportFailure::new(FailureKind::Closed, RequestSent::Yes, "").with_status(status);
        let call = client().create(create(), &CallOptions::default()).unwrap();
        run(call, [Answer::Failure(failure)]).result.unwrap_err()
    };
    let error = cut(Some(202));
    assert_eq!((error.kind(), error.status()), (ErrorKind::OutcomeUnknown, Some(202)));
    assert!(error.may_have_executed() && !error.is_retryable());
    assert_eq!(cut(None).status(), None);
}

#[test]
fn a_read_is_repeated_until_it_succeeds() {
    let run = fetch(vec![
        json(503, "<html>"),
        failure(FailureKind::Closed, RequestSent::Yes),
        json(200, &sender("ONLINE")),
    ]);
    assert!(run.result.unwrap().status().is_online());
    assert_eq!(run.requests.len(), 3);
    assert!(run.requests.iter().all(|request| request.url().ends_with(sid().as_str())));
    assert_eq!(run.waits.len(), 2);
    assert!(
        run.waits
            .iter()
            .zip([500, 1_000])
            .all(|((ms, reason), bound)| *ms <= bound && *reason == WaitReason::Backoff)
    );
}

#[test]
fn jitter_is_full_and_repeats_with_the_seed() {
    let first_wait = |seed| {
        let client = client_with(|builder| builder.seed(seed));
        let fetch = client.fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap();
        let run = run(fetch, [json(500, ""), json(200, &sender("ONLINE"))]);
        run.waits.first().map_or(0, |(ms, _)| *ms)
    };
    let waits: Vec<u64> = (0..1_000).map(first_wait).collect();
    assert_eq!(waits, (0..1_000).map(first_wait).collect::<Vec<_>>());
    assert!(waits.iter().all(|ms| *ms <= 500));
    // The peak of a thousand clients in 10 ms: full jitter over 500 ms has about 20 of them.
    let peak = (0..50).map(|slot| waits.iter().filter(|ms| **ms / 10 == slot).count()).max().unwrap();
    assert!(peak <= 40, "{peak} clients in 10 ms");
}

#[test]
fn a_forked_client_waits_otherwise_than_its_siblings() {
    let waits = |salt| {
        let client = client();
        client.reseed_jitter(salt);
        let fetch = client.fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap();
        run(fetch, [json(500, ""), json(500, ""), json(200, &sender("ONLINE"))]).waits
    };
    assert_eq!(waits(0), waits(0));
    assert_eq!(waits(7), waits(7));
    assert_ne!(waits(0), waits(7));
    assert_ne!(waits(7), waits(8));
}

#[test]
fn the_server_names_the_time() {
    let run = fetch(vec![with_header(429, "retry-after", "7", ""), json(200, &sender("ONLINE"))]);
    assert_eq!(run.waits, [(7_000, WaitReason::RetryAfter)]);
    let date = with_header(429, "Retry-After", "Thu, 01 Jan 2026 00:00:09 GMT", "");
    let run = fetch(vec![date, json(200, &sender("ONLINE"))]);
    assert_eq!(run.waits, [(8_990, WaitReason::RetryAfter)]);
    let run = fetch(vec![with_header(429, "Retry-After", "61", r#"{"code":20429,"message":"slow"}"#)]);
    let error = run.result.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after_ms(), error.is_retryable()),
        (ErrorKind::RateLimited, Some(61_000), true)
    );
    assert!(!error.may_have_executed());
}

#[test]
fn a_create_is_never_repeated_when_its_outcome_is_unknown() {
    for answer in [
        json(500, ""),
        json(503, ""),
        json(408, ""),
        json(202, "<html>"),
        failure(FailureKind::Timeout, RequestSent::Unknown),
        failure(FailureKind::Closed, RequestSent::Yes),
        failure(FailureKind::Protocol, RequestSent::Yes),
    ] {
        let run = run(client().create(create(), &CallOptions::default()).unwrap(), [answer]);
        let error = run.result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!((run.requests.len(), error.sender_id()), (1, Some(NUMBER)));
        assert!(error.may_have_executed() && !error.is_retryable());
        assert!(error.started_unix_ms() < error.ended_unix_ms());
    }
    for answer in [json(429, ""), failure(FailureKind::Connect, RequestSent::No)] {
        let answers = [answer, json(202, &sender("CREATING"))];
        assert!(run(client().create(create(), &CallOptions::default()).unwrap(), answers).result.is_ok());
    }
}

#[test]
fn no_retries_means_one_request() {
    let client = client_with(|builder| builder.max_retries(0));
    let run = run(client.fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap(), [json(503, "")]);
    assert_eq!((run.requests.len(), run.result.unwrap_err().is_retryable()), (1, true));
}

#[test]
fn the_deadline_is_never_waited_past() {
    let client = client_with(|builder| builder.total_timeout_ms(5_000).max_retries(10));
    let answers = (0..4).map(|_| with_header(503, "Retry-After", "2", ""));
    let run = run(client.fetch(FetchSender::new(sid()), &CallOptions::default()).unwrap(), answers.take(3));
    assert!(run.now.monotonic_ms <= 5_000 && run.requests.len() == 3);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::ServerError);
}

#[test]
fn deleting_twice_is_success() {
    let delete = || client().delete(DeleteSender::new(sid()), &CallOptions::default()).unwrap();
    assert!(run(delete(), [json(204, "")]).result.is_ok());
    assert!(run(delete(), [json(200, "{}")]).result.is_ok());
    assert!(run(delete(), [json(503, ""), json(404, "")]).result.is_ok());
    assert_eq!(run(delete(), [json(404, "")]).result.unwrap_err().kind(), ErrorKind::NotFound);
    let error = run(delete(), [json(429, ""), json(404, "")]).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn an_update_that_counts_is_looked_for() {
    let verify = || {
        let update = UpdateSender::verify(sid(), VerificationCode::parse("123456").unwrap());
        client().update(update, &CallOptions::default()).unwrap()
    };
    let run1 = run(verify(), [json(503, ""), json(200, &sender("VERIFYING"))]);
    assert_eq!(run1.result.unwrap().status().as_str(), "VERIFYING");
    assert_eq!(
        run1.requests.iter().map(|request| request.method.as_str()).collect::<Vec<_>>(),
        ["POST", "GET"]
    );
    let error =
        run(verify(), [json(503, ""), json(200, &sender("PENDING_VERIFICATION"))]).result.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::OutcomeUnknown, 2));
    assert!(error.sender().is_some() && error.message().contains("PENDING_VERIFICATION"));
    let error = run(verify(), [json(503, ""), json(401, "")]).result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let plain = UpdateSender::from_value(&json!({"sid": sid().as_str(), "webhook": null})).unwrap();
    let plain = client().update(plain, &CallOptions::default()).unwrap();
    assert!(run(plain, [json(503, ""), json(202, &sender("ONLINE:UPDATING"))]).result.is_ok());
}

/// Sending a name again takes of the client's budget, as every repetition does.
#[test]
fn a_dead_server_is_not_asked_for_a_name_again_and_again() {
    let client = client();
    let calls = 200;
    let mut updates = 0;
    for _ in 0..calls {
        let update =
            UpdateSender::from_value(&json!({"sid": sid().as_str(), "profile": {"name": "New"}})).unwrap();
        let mut call = client.update(update, &CallOptions::default()).unwrap();
        let mut now = crate::sim::START;
        loop {
            match call.step(now) {
                Step::Act(Action::Send { attempt, request, .. }) => {
                    updates += u32::from(request.method.as_str() == "POST");
                    let gone = senders_core::HttpResponse::new(503, senders_core::Headers::new(), Vec::new());
                    call.on_response(now, attempt, gone).unwrap();
                }
                Step::Act(Action::Wait { delay_ms, .. }) => now.monotonic_ms += delay_ms,
                Step::Done(result) => {
                    assert_eq!(result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
                    break;
                }
                Step::Act(Action::InFlight(_)) => panic!("every response comes at once"),
                Step::Yield(never) => match never {},
            }
        }
    }
    assert!(updates <= calls + 500 / 14, "{updates} updates");
}

#[test]
fn every_page_is_read_and_every_sender_once() {
    let run = list(
        ListSenders::new(Channel::Whatsapp),
        vec![
            page(&[1, 2], Some("https://evil.example/x?PageToken=a&Channel=whatsapp")),
            page(&[], Some("/v2/Channels/Senders?PageToken=b")),
            json(503, ""),
            page(&[3], None),
        ],
    );
    run.result.unwrap();
    let sids: Vec<_> =
        run.yielded.iter().flat_map(|page| page.senders().map(|s| s.sid().into_owned())).collect();
    assert_eq!(sids, [1, 2, 3].map(|n| format!("XE{n:032x}")));
    let urls: Vec<_> = run.requests.iter().map(senders_core::HttpRequest::url).collect();
    let base = "https://messaging.twilio.com/v2/Channels/Senders";
    assert_eq!(urls[0], format!("{base}?Channel=whatsapp&PageSize=1000"));
    assert_eq!(urls[1], format!("{base}?PageToken=a&Channel=whatsapp"));
    assert_eq!(urls[2], format!("{base}?PageToken=b&Channel=whatsapp"));
    assert_eq!(urls[2], urls[3]);
}

#[test]
fn a_listing_that_goes_in_circles_is_told() {
    let run = list(
        ListSenders::new(Channel::Whatsapp),
        vec![
            page(&[1], Some("?Channel=whatsapp&PageToken=a")),
            page(&[2], Some("?Channel=whatsapp&PageToken=a")),
        ],
    );
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Paging);
    assert_eq!(run.yielded.len(), 2);
    assert_eq!(run.yielded[1].next_token(), None);
    let run =
        list(ListSenders::new(Channel::Whatsapp), vec![page(&[1], Some("https://messaging.twilio.com/"))]);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Paging);
}

#[test]
fn a_listing_that_stays_empty_is_told() {
    let endless = (0..1_000).map(|n| page(&[], Some(&format!("?PageToken={n}")))).collect();
    let run = list(ListSenders::new(Channel::Whatsapp), endless);
    assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Paging);
    assert_eq!(run.requests.len(), 1_000);
}

#[test]
fn a_limit_fetches_no_page_more() {
    let mut limited = ListSenders::new(Channel::Whatsapp);
    limited.limit = Some(3);
    limited.page_size = Some(PageSize::new(2).unwrap());
    let run = list(limited, vec![page(&[1, 2], Some("?PageToken=a")), page(&[3, 4], Some("?PageToken=b"))]);
    run.result.unwrap();
    assert_eq!(run.yielded.iter().map(senders_core::SenderPage::len).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(run.yielded[1].next_token(), None);
    let mut none = ListSenders::new(Channel::Rcs);
    none.limit = Some(0);
    assert!(list(none, vec![]).requests.is_empty());
}

#[test]
fn a_listing_goes_on_from_a_token() {
    let first = list(
        ListSenders::new(Channel::Whatsapp),
        vec![page(&[1], Some("?PageToken=a%2Fb")), page(&[2], None)],
    );
    let token = first.yielded[0].next_token().unwrap();
    let pager =
        client().list(ListSenders::new(Channel::Whatsapp), Some(token), &CallOptions::default()).unwrap();
    let second = run(pager, [page(&[2], None)]);
    assert_eq!(second.requests, first.requests[1..]);
    for bad in [
        "",
        "{}",
        r#"{"v":2,"op":"list","channel":"whatsapp","query":"a"}"#,
        r#"{"v":1,"op":"wait","channel":"whatsapp","query":"a"}"#,
    ] {
        assert!(
            client().list(ListSenders::new(Channel::Whatsapp), Some(bad), &CallOptions::default()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn errors_show_no_secret_and_no_number() {
    let body = format!(r#"{{"code":63100,"message":"{NUMBER} canary-free"}}"#);
    let run = run(client().create(create(), &CallOptions::default()).unwrap(), [json(400, &body)]);
    for shown in
        [format!("{:?}", run.requests), format!("{:?}", run.result), run.result.unwrap_err().to_string()]
    {
        assert!(!shown.contains("canary\"") && !shown.contains("5551234567"), "{shown}");
        assert!(!shown.contains("QUMwMDAw"), "{shown}");
    }
}
