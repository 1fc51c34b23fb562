//! The core as WebAssembly, in Node: the same state machine, the same bytes, the same delays as on other platforms.
//!
//! ```text
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//!     cargo test -p senders-wasm --target wasm32-unknown-unknown
//! ```
//!
//! The vectors run through the whole package in `tests/conformance`; this is the core alone.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use senders_core::{
    Action, CallOptions, Channel, Client, Config, CreateSender, Credentials, Ensured, ErrorKind, Event,
    FailureKind, HttpResponse, ListSenders, Machine, Now, Operation, Outcome, RequestSent, Step,
    TransportFailure,
};
use wasm_bindgen_test::wasm_bindgen_test;

const SID: &str = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn client() -> Client {
    let credentials = Credentials::account_token(&format!("AC{}", "0".repeat(32)), "token").unwrap();
    Client::new(Config::builder().credentials(credentials).seed(7).build().unwrap())
}

/// An event of the network.
enum Answer {
    Status(u16, &'static str),
    Fails(FailureKind, RequestSent),
}

/// Runs a call on its own clock; returns the sent requests, the waits, the number of pages, and how it ended.
fn run(
    operation: impl Into<Operation>,
    answers: Vec<Answer>,
) -> (Vec<String>, Vec<u64>, usize, Result<Outcome, senders_core::Error>) {
    let mut operation = operation.into();
    let mut answers = answers.into_iter();
    let (mut sent, mut waited, mut pages) = (Vec::new(), Vec::new(), 0);
    let mut now = Now::new(0, 1_767_225_600_000);
    loop {
        match operation.step(now) {
            Step::Act(Action::Send { attempt, request, .. }) => {
                let body = String::from_utf8(request.body.clone()).unwrap();
                sent.push(format!("{} {} {body}", request.method.as_str(), request.url()));
                now.monotonic_ms += 20;
                match answers.next().unwrap() {
                    Answer::Status(status, body) => {
                        let response = HttpResponse::new(status, senders_core::Headers::new(), body.into());
                        operation.on_response(now, attempt, response).unwrap();
                    }
                    Answer::Fails(kind, went_out) => {
                        let failure = TransportFailure::new(kind, went_out, "scripted");
                        operation.on_failure(now, attempt, failure).unwrap();
                    }
                }
            }
            Step::Act(Action::InFlight(_)) => panic!("every response comes at once here"),
            Step::Act(Action::Wait { delay_ms, .. }) => {
                waited.push(delay_ms);
                now.monotonic_ms += delay_ms;
            }
            Step::Yield(Event::Page(_)) => pages += 1,
            Step::Yield(_) => {}
            Step::Done(result) => return (sent, waited, pages, result),
        }
    }
}

fn create() -> CreateSender {
    CreateSender::from_value(&serde_json::json!({
        "sender_id": "whatsapp:+15017122661",
        "profile": {"name": "Näme", "about": null, "logo_url": ""},
    }))
    .unwrap()
}

#[wasm_bindgen_test]
fn a_request_has_the_same_bytes() {
    let answer = Answer::Status(202, r#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"CREATING"}"#);
    let (sent, _, _, end) = run(client().create(create(), &CallOptions::default()).unwrap(), vec![answer]);
    assert_eq!(
        sent,
        [concat!(
            "POST https://messaging.twilio.com/v2/Channels/Senders ",
            r#"{"sender_id":"whatsapp:+15017122661","profile":{"name":"Näme","about":null,"logo_url":""}}"#
        )]
    );
    let Ok(Outcome::Sender(sender)) = end else { panic!("{end:?}") };
    assert_eq!(sender.sid(), SID);
}

#[wasm_bindgen_test]
fn the_same_seed_gives_the_same_delays() {
    let busy = || vec![Answer::Status(503, ""), Answer::Status(503, ""), Answer::Status(503, "")];
    let list = || client().list(ListSenders::new(Channel::Whatsapp), None, &CallOptions::default()).unwrap();
    let (first, second) = (run(list(), busy()), run(list(), busy()));
    assert_eq!(first.1, second.1);
    assert_eq!(first.1.len(), 2);
    assert!(first.1.iter().zip([500, 1000]).all(|(waited, most)| *waited <= most), "{:?}", first.1);
    assert_eq!(first.3.unwrap_err().kind(), ErrorKind::ServerError);
}

#[wasm_bindgen_test]
fn pages_follow_their_links() {
    let pages = vec![
        Answer::Status(
            200,
            r#"{"senders":[],"meta":{"next_page_url":"https://evil.example/x?PageToken=a%2Fb&Channel=whatsapp"}}"#,
        ),
        Answer::Status(200, r#"{"senders":[],"meta":{"next_page_url":null}}"#),
    ];
    let list = client().list(ListSenders::new(Channel::Whatsapp), None, &CallOptions::default()).unwrap();
    let (sent, _, pages, end) = run(list, pages);
    assert_eq!(pages, 2);
    assert_eq!(
        sent[1],
        "GET https://messaging.twilio.com/v2/Channels/Senders?PageToken=a%2Fb&Channel=whatsapp "
    );
    assert!(matches!(end, Ok(Outcome::Listed)));
}

#[wasm_bindgen_test]
fn a_registration_is_reconciled_not_repeated() {
    let none = r#"{"senders":[],"meta":{"next_page_url":null}}"#;
    let there = r#"{"senders":[{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"CREATING","sender_id":"whatsapp:+15017122661"}],"meta":{}}"#;
    let answers = vec![
        Answer::Status(200, none),
        Answer::Fails(FailureKind::Closed, RequestSent::Unknown),
        Answer::Status(200, none),
        Answer::Status(200, there),
    ];
    let (sent, waited, _, end) =
        run(client().ensure(create(), None, &CallOptions::default()).unwrap(), answers);
    assert_eq!(sent.iter().filter(|line| line.starts_with("POST")).count(), 1);
    // The lists are due 1 and 3 seconds after the create; the responses of this run take time too.
    assert_eq!(waited, [1000, 1980]);
    let Ok(Outcome::Ensured(Ensured { resolution, .. })) = end else { panic!("{end:?}") };
    assert_eq!(resolution.as_str(), "reconciled");
}
