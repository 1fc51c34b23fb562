//! The error log, page by page, and what it says of a sender.

use senders_core::{
    AlertTime, CallOptions, Client, Config, Diagnosis, ErrorKind, FailureKind, ListAlerts, Machine, Naming,
    Operation, RequestSent, Step,
};

use crate::sim::{Answer, client, client_with, failure, json, run, sid};

const OPTIONS: fn() -> CallOptions = CallOptions::default;

/// A sender with this status and more fields.
fn sender(status: &str, more: &str) -> Answer {
    json(
        200,
        &format!(r#"{{"sid":"{}","status":"{status}","sender_id":"whatsapp:+15551234567"{more}}}"#, sid()),
    )
}

/// A page of the error log with these entries: code, level, time, SID of what it is about.
fn page(entries: &[(&str, &str, &str, &str)], next: &str) -> Answer {
    let entries: Vec<String> = entries
        .iter()
        .map(|(code, level, time, about)| {
            format!(
                r#"{{"sid":"NO1","error_code":"{code}","log_level":"{level}","date_generated":"{time}","resource_sid":"{about}","alert_text":"said +15551234567"}}"#
            )
        })
        .collect();
    let next = if next.is_empty() { "null".to_owned() } else { format!(r#""{next}""#) };
    json(200, &format!(r#"{{"alerts":[{}],"meta":{{"next_page_url":{next}}}}}"#, entries.join(",")))
}

fn diagnose(replies: impl IntoIterator<Item = Answer>) -> Diagnosis {
    *run(client().diagnose(sid(), None, &OPTIONS()).unwrap(), replies).result.unwrap()
}

fn verdict(diagnosis: &Diagnosis) -> &str {
    diagnosis.verdict.value().unwrap().as_str()
}

/// Source, code and first time of each finding.
fn findings(diagnosis: &Diagnosis) -> Vec<(String, String, String)> {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let list = diagnosis.findings.value().unwrap().iter();
    list.map(|finding| {
        let source = finding.source.value().unwrap().as_str().to_owned();
        (source, text(finding.code.value()), text(finding.since.value()))
    })
    .collect()
}

fn found(source: &str, code: &str, since: &str) -> (String, String, String) {
    (source.to_owned(), code.to_owned(), since.to_owned())
}

#[test]
fn the_error_log_has_its_own_host_and_is_listed_to_its_end() {
    let list = ListAlerts::default();
    let evil = "http://evil.example/x?PageToken=a&Page=1";
    let machine = client().alerts(&list, None, &OPTIONS()).unwrap();
    let own = sid();
    let run_all =
        run(machine, [page(&[("63104", "error", "T", own.as_str())], evil), json(503, "{}"), page(&[], "")]);
    assert!(run_all.result.is_ok());
    let urls: Vec<String> = run_all.requests.iter().map(senders_core::HttpRequest::url).collect();
    let next = "https://monitor.twilio.com/v1/Alerts?PageToken=a&Page=1";
    assert_eq!(urls, ["https://monitor.twilio.com/v1/Alerts?PageSize=1000", next, next]);
    let token = run_all.yielded[0].next_token().unwrap().to_owned();
    assert_eq!(token, r#"{"v":1,"op":"alerts","query":"PageToken=a&Page=1"}"#);
    let explained = run_all.yielded[0].alerts[0].explanation.value().unwrap();
    assert!(explained.link.value().unwrap().ends_with("/63104"));

    let resumed = run(client().alerts(&list, Some(&token), &OPTIONS()).unwrap(), [page(&[], "")]);
    assert_eq!(resumed.requests[0].url(), next);
    for wrong in ["", "{}", r#"{"v":1,"op":"list","channel":"whatsapp","query":"a=1"}"#] {
        assert!(client().alerts(&list, Some(wrong), &OPTIONS()).is_err(), "{wrong}");
    }
    assert!(
        client()
            .list(senders_core::ListSenders::new("whatsapp".parse().unwrap()), Some(&token), &OPTIONS())
            .is_err()
    );
}

#[test]
fn region_edge_and_base_url_hold_for_the_error_log_too() {
    let url = |client: &Client| {
        let mut machine = client.alerts(&ListAlerts::default(), None, &OPTIONS()).unwrap();
        match machine.step(crate::sim::START) {
            Step::Act(senders_core::Action::Send { request, .. }) => request.url(),
            _ => panic!("not sent"),
        }
    };
    let end = "/v1/Alerts?PageSize=1000";
    assert_eq!(url(&client_with(|it| it.region("ie1"))), format!("https://monitor.ie1.twilio.com{end}"));
    assert_eq!(
        url(&client_with(|it| it.edge("sydney"))),
        format!("https://monitor.sydney.us1.twilio.com{end}")
    );
    assert_eq!(
        url(&client_with(|it| it.base_url("https://a.example/p"))),
        format!("https://a.example/p{end}")
    );
    assert!(Config::builder().region("a/b").build().is_err());
}

#[test]
fn a_limit_and_times_are_sent() {
    let list = |limit| {
        let mut list = ListAlerts::default();
        list.start = Some(AlertTime::parse("2026-01-01", "start").unwrap());
        list.limit = limit;
        list
    };
    let own = sid();
    let entry = ("1", "error", "T", own.as_str());
    let run =
        run(client().alerts(&list(Some(1)), None, &OPTIONS()).unwrap(), [page(&[entry, entry], "?Page=1")]);
    assert_eq!(run.requests[0].target, "/v1/Alerts?StartDate=2026-01-01&PageSize=1");
    assert_eq!((run.yielded[0].alerts.len(), run.yielded[0].next_token()), (1, None));
}

#[test]
fn a_failed_registration_is_explained_and_dated_by_the_log() {
    let own = sid();
    let reasons =
        r#","offline_reasons":[{"code":"63104","message":"said so","more_info":"https://x/63104"}]"#;
    let replies = [
        sender("OFFLINE", reasons),
        page(
            &[
                ("63104", "error", "2026-01-01T10:00:00Z", own.as_str()),
                ("63104", "error", "2026-01-01T09:00:00Z", own.as_str()),
                ("11200", "warning", "2026-01-01T11:00:00Z", own.as_str()),
                ("63116", "error", "2026-01-01T11:00:00Z", "XEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
            ],
            "",
        ),
    ];
    let run = run(client().diagnose(sid(), None, &OPTIONS()).unwrap(), replies);
    assert_eq!(
        run.requests[1].url(),
        "https://monitor.twilio.com/v1/Alerts?StartDate=2025-12-25T00:00:00Z&PageSize=1000"
    );
    let diagnosis = run.result.unwrap();
    assert_eq!(verdict(&diagnosis), "failed");
    assert_eq!(
        findings(&diagnosis),
        [
            found("offline_reason", "63104", "2026-01-01T09:00:00Z"),
            found("error_log", "11200", "2026-01-01T11:00:00Z")
        ]
    );
    let first = &diagnosis.findings.value().unwrap()[0];
    assert!(first.action.value().unwrap().starts_with("verify the business with Meta"));
    assert_eq!(first.link.value().unwrap(), "https://x/63104");
    let last = &diagnosis.findings.value().unwrap()[1];
    assert_eq!(last.message.value().unwrap(), "said +*********67");
    assert_eq!(diagnosis.unknown.value().unwrap().len(), 1);
    assert_eq!(diagnosis.sender.value().unwrap().sid(), own.as_str());
}

#[test]
fn every_state_has_its_verdict() {
    let own = sid();
    let review = |word: &str| {
        format!(r#","pending_display_name_status":"{word}","pending_display_name_status_date":"D""#)
    };
    for (status, more, entries, expected) in [
        ("ONLINE", String::new(), 0, "healthy"),
        ("ONLINE:UPDATING", String::new(), 0, "healthy"),
        ("ONLINE", review("DECLINED"), 0, "needs_attention"),
        ("ONLINE", review("COMPLETED"), 0, "healthy"),
        ("ONLINE", r#","properties":{"quality_rating":"LOW"}"#.to_owned(), 0, "needs_attention"),
        ("ONLINE", String::new(), 1, "needs_attention"),
        ("ONLINE:PENDING_VERIFICATION", String::new(), 0, "needs_code"),
        ("CREATING", String::new(), 0, "in_progress"),
        ("TWILIO_REVIEW", String::new(), 0, "in_progress"),
        ("OFFLINE", String::new(), 0, "offline"),
        ("OFFLINE", String::new(), 1, "failed"),
        ("STUBBED", String::new(), 0, "unclear"),
        ("NEW", String::new(), 0, "unclear"),
    ] {
        let entry = ("63116", "error", "T", own.as_str());
        let diagnosis = diagnose([sender(status, &more), page(&vec![entry; entries], "")]);
        assert_eq!(verdict(&diagnosis), expected, "{status} {more}");
        assert!(!diagnosis.summary.value().unwrap().is_empty());
    }
}

#[test]
fn a_log_that_cannot_be_read_is_named_and_the_rest_is_there() {
    let unread = |replies: Vec<Answer>| {
        let looks = [sender("ONLINE", "")].into_iter().chain(replies);
        let diagnosis = diagnose(looks);
        assert_eq!(verdict(&diagnosis), "healthy");
        diagnosis.unknown.value().unwrap().concat()
    };
    assert_eq!(
        unread(vec![json(403, "{}")]),
        "what the error log says: it could not be read (permission_denied, status 403)"
    );
    let lost = || failure(FailureKind::Closed, RequestSent::Yes);
    assert_eq!(
        unread(vec![lost(), lost(), lost()]),
        "what the error log says: it could not be read (connection)"
    );
    let pages = (0..10).map(|at| page(&[], &format!("?PageToken={at}")));
    assert!(unread(pages.collect()).contains("more than 10 pages"));
}

#[test]
fn a_sender_that_cannot_be_seen_is_an_error() {
    let end = run(client().diagnose(sid(), None, &OPTIONS()).unwrap(), [json(404, r#"{"code":20404}"#)]);
    assert_eq!(end.result.unwrap_err().kind(), ErrorKind::NotFound);
    for wrong in [0, 59_999, 31 * 86_400_000] {
        let error = client().diagnose(sid(), Some(wrong), &OPTIONS()).unwrap_err().to_string();
        assert!(error.starts_with("look_back_ms must be from 60000 to 2592000000"), "{error}");
    }
}

#[test]
fn a_diagnosis_that_is_cancelled_ends() {
    for at in 0..3 {
        let mut call = Operation::from(client().diagnose(sid(), None, &OPTIONS()).unwrap());
        let mut replies = [sender("ONLINE", ""), page(&[], "")].into_iter();
        let mut now = crate::sim::START;
        for _ in 0..at {
            let Step::Act(senders_core::Action::Send { attempt, .. }) = call.step(now) else { break };
            now.monotonic_ms += 1;
            let Some(Answer::Response(response)) = replies.next() else { break };
            call.on_response(now, attempt, response).unwrap();
        }
        call.cancel("left");
        let Step::Done(end) = call.step(now) else { panic!("it goes on after {at}") };
        match end {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Cancelled, "{at}"),
            // Its end was known.
            Ok(_) => assert_eq!(at, 2),
        }
    }
}

#[test]
fn names_are_spelled_as_the_language_does_and_words_of_the_server_stay() {
    let reasons = r#","offline_reasons":[{"code":"63116","message":"`voice_application_sid`"}]"#;
    let diagnosis = diagnose([sender("OFFLINE", reasons), page(&[], "")]).spelled(Naming::JavaScript);
    let finding = &diagnosis.findings.value().unwrap()[0];
    assert!(finding.action.value().unwrap().contains("`verificationMethod`"));
    assert_eq!(finding.message.value().unwrap(), "`voice_application_sid`");
}
