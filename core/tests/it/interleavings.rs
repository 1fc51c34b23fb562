//! Random drivers: whatever the responses, in whatever order, nothing panics and every promise holds.

use proptest::collection::vec;
use proptest::prelude::*;
use senders_core::{
    Action, AttemptId, CallOptions, Channel, Client, CreateSender, DeleteSender, FailureKind, FetchSender,
    Headers, HttpResponse, ListSenders, Machine, Now, Operation, RequestSent, Sections, SenderId, Step,
    TransportFailure, UpdateSender, VerificationCode, WaitOptions,
};

use crate::sim::{START, client, sender, sid};

/// The next action of a random driver.
#[derive(Clone, Debug)]
enum Act {
    Step,
    /// Reports a response to the attempt that is out, or to one that is not.
    Respond {
        wrong: bool,
        status: u16,
        retry_after: Option<String>,
        body: String,
    },
    Fail {
        wrong: bool,
        kind: FailureKind,
        sent: RequestSent,
    },
    Pass(u64),
}

fn body() -> impl Strategy<Value = String> {
    let statuses = prop_oneof![
        Just("ONLINE"),
        Just("OFFLINE"),
        Just("CREATING"),
        Just("PENDING_VERIFICATION"),
        Just("ODD")
    ];
    prop_oneof![
        statuses.prop_map(sender),
        (
            0..3_u8,
            prop_oneof![Just("null".to_owned()), "[a-z?/#%&=]{0,12}".prop_map(|link| format!("\"{link}\""))]
        )
            .prop_map(|(n, link)| {
                let senders = vec![sender("ONLINE"); n.into()].join(",");
                format!(r#"{{"senders":[{senders}],"meta":{{"next_page_url":{link}}}}}"#)
            }),
        r#"\{"code":(63110|20429|"63100"|null),"message":"[a-z]{0,4}"\}"#,
        ".{0,40}",
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let status = prop_oneof![
        Just(200_u16),
        Just(202),
        Just(204),
        Just(302),
        Just(400),
        Just(404),
        Just(408),
        Just(409),
        Just(429),
        Just(500),
        Just(503),
        any::<u16>()
    ];
    let retry_after = proptest::option::of(prop_oneof![
        "[0-9]{1,25}",
        ".{0,12}",
        Just("Thu, 01 Jan 2026 00:00:30 GMT".to_owned())
    ]);
    let kind = prop_oneof![
        Just(FailureKind::Timeout),
        Just(FailureKind::Connect),
        Just(FailureKind::Tls),
        Just(FailureKind::Closed),
        Just(FailureKind::Protocol),
        Just(FailureKind::ResponseTooLarge),
        Just(FailureKind::Aborted),
        Just(FailureKind::Other)
    ];
    let sent = prop_oneof![Just(RequestSent::No), Just(RequestSent::Unknown), Just(RequestSent::Yes)];
    let rarely = prop::bool::weighted(0.1);
    prop_oneof![
        4 => Just(Act::Step),
        4 => (rarely, status, retry_after, body())
            .prop_map(|(wrong, status, retry_after, body)| Act::Respond { wrong, status, retry_after, body }),
        2 => (prop::bool::weighted(0.1), kind, sent).prop_map(|(wrong, kind, sent)| Act::Fail { wrong, kind, sent }),
        3 => prop_oneof![0..3_000_u64, Just(60_000), any::<u64>()].prop_map(Act::Pass),
    ]
}

fn operation(which: u8, client: &Client) -> Operation {
    let options = CallOptions::default();
    let number = || SenderId::parse("whatsapp:+15551234567").unwrap();
    match which % 8 {
        0 => client.create(CreateSender::new(number(), Sections::default()), &options).unwrap().into(),
        1 => client.fetch(FetchSender::new(sid()), &options).unwrap().into(),
        2 => client.delete(DeleteSender::new(sid()), &options).unwrap().into(),
        3 => {
            let code = VerificationCode::parse("123456").unwrap();
            client.update(UpdateSender::verify(sid(), code), &options).unwrap().into()
        }
        4 => client.list(ListSenders::new(Channel::Whatsapp), None, &options).unwrap().into(),
        5 => client.wait_until_online(Some(sid()), WaitOptions::default(), None, &options).unwrap().into(),
        6 => client.ensure(CreateSender::new(number(), Sections::default()), None, &options).unwrap().into(),
        _ => {
            let token = r#"{"v":1,"op":"ensure","sender_ids":["whatsapp:+15551234567"]}"#;
            let creates = vec![CreateSender::new(number(), Sections::default())];
            client.ensure_all(creates, Some(token), &options).unwrap().into()
        }
    }
}

/// The promises, checked at every step of a random run.
fn drive(which: u8, acts: Vec<Act>) {
    let mut operation = operation(which, &client());
    let (mut now, mut out, mut done): (Now, Option<AttemptId>, bool) = (START, None, false);
    let (mut posts, mut unsafe_answer) = (0, false);
    for act in acts {
        match act {
            Act::Pass(ms) => {
                now = Now::new(now.monotonic_ms.saturating_add(ms), now.unix_ms.saturating_add(ms))
            }
            Act::Step => match operation.step(now) {
                Step::Act(Action::Send { attempt, request, timeouts }) => {
                    assert!(!done && out.is_none(), "sent while one is out, or after the end");
                    assert!(timeouts.attempt_ms >= 1 && timeouts.connect_ms <= timeouts.attempt_ms);
                    assert!(request.url().starts_with("https://messaging.twilio.com/v2/Channels/Senders"));
                    assert!(request.target.bytes().all(|b| b.is_ascii_graphic()), "{}", request.target);
                    if request.method.as_str() == "POST" {
                        posts += 1;
                        assert!(
                            !which.is_multiple_of(8) || !unsafe_answer,
                            "a create was repeated after an unknown outcome"
                        );
                        assert!(
                            which % 8 < 6 || posts <= 6,
                            "ensure registers twice at most, thrice tried each"
                        );
                    }
                    out = Some(attempt);
                }
                Step::Act(Action::InFlight(attempt)) => assert_eq!(Some(attempt), out),
                Step::Act(Action::Wait { delay_ms, .. }) => {
                    assert!((1..=60_000).contains(&delay_ms), "{delay_ms}")
                }
                Step::Yield(_) => assert!(!done),
                Step::Done(result) => {
                    assert!(!done || result.is_err());
                    assert!(out.is_none());
                    done = true;
                }
            },
            Act::Respond { wrong, status, retry_after, body } => {
                let headers: Headers = retry_after.into_iter().map(|value| ("Retry-After", value)).collect();
                let response = HttpResponse::new(status, headers, body.into_bytes());
                let attempt = if wrong {
                    AttemptId::from_number(u64::MAX)
                } else {
                    out.unwrap_or(AttemptId::from_number(0))
                };
                let taken = operation.on_response(now, attempt, response);
                assert_eq!(taken.is_ok(), !wrong && out.is_some());
                if taken.is_ok() {
                    out = None;
                    unsafe_answer |= status == 408 || (500..600).contains(&status);
                }
            }
            Act::Fail { wrong, kind, sent } => {
                let attempt = if wrong {
                    AttemptId::from_number(u64::MAX)
                } else {
                    out.unwrap_or(AttemptId::from_number(0))
                };
                let taken = operation.on_failure(now, attempt, TransportFailure::new(kind, sent, "why"));
                assert_eq!(taken.is_ok(), !wrong && out.is_some());
                if taken.is_ok() {
                    out = None;
                    unsafe_answer |= sent != RequestSent::No;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_promise_holds(which in any::<u8>(), acts in vec(act(), 0..60)) {
        drive(which, acts);
    }

    #[test]
    fn no_text_steers_a_request_elsewhere(text in "\\PC{0,60}|XE[0-9a-fA-F]{32}|\\.\\.[/\\\\%2eE]{0,9}") {
        if let Ok(sid) = senders_core::SenderSid::parse(text.clone()) {
            let mut call = client().fetch(FetchSender::new(sid), &CallOptions::default()).unwrap();
            let Step::Act(Action::Send { request, .. }) = call.step(START) else { panic!("nothing was sent") };
            prop_assert_eq!(request.target.matches('/').count(), 4);
            prop_assert!(request.target.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/'));
        }
    }

    #[test]
    fn any_body_is_read_or_refused(body in vec(any::<u8>(), 0..200), status in 200_u16..600) {
        let mut call = client().list(ListSenders::new(Channel::Rcs), None, &CallOptions::default()).unwrap();
        let Step::Act(Action::Send { attempt, .. }) = call.step(START) else { panic!("nothing was sent") };
        call.on_response(START, attempt, HttpResponse::new(status, Headers::new(), body)).unwrap();
        if let Step::Done(Err(error)) = call.step(START) {
            prop_assert!(error.to_string().len() < 2_400);
        }
    }
}
