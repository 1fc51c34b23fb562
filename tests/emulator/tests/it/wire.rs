//! Credentials, paths, methods, queries, headers, error bodies.

use senders_emulator::{Emulator, Request, Switches};
use serde_json::json;

use crate::support::{ACCOUNT_SID, AUTH_TOKEN, Api, NOWHERE, SENDERS, WHATSAPP, path, request};

#[test]
fn wrong_credentials_are_refused() {
    let bad = [
        Request::new("GET", WHATSAPP),
        Request::new("GET", WHATSAPP).with_basic_auth(ACCOUNT_SID, "wrong"),
        Request::new("GET", WHATSAPP).with_basic_auth("AC1", AUTH_TOKEN),
        Request::new("GET", WHATSAPP).with_basic_auth("", ""),
        Request::new("GET", WHATSAPP).with_header("Authorization", "Bearer x"),
        Request::new("GET", WHATSAPP).with_header("Authorization", "Basic ???"),
        Request::new("GET", WHATSAPP).with_header("Authorization", "Basic"),
        Request::new("GET", "/anything"),
    ];
    for bad in bad {
        let answer = Api::new().send(bad.clone());
        assert_eq!(answer.brief(), "401/20003", "{bad:?}");
        assert!(answer.header("WWW-Authenticate").unwrap().starts_with("Basic"));
    }
}

#[test]
fn an_api_key_is_let_in_where_there_is_one() {
    let key = ["SK11111111111111111111111111111111", "secret"];
    let with_key = Request::new("GET", WHATSAPP).with_basic_auth(key[0], key[1]);
    assert_eq!(Api::new().send(with_key.clone()).status, 401);
    let mut api = Api::with(&[("api-key-sid", key[0]), ("api-key-secret", key[1])]);
    assert_eq!(api.send(with_key).status, 200);
    assert_eq!(api.get(WHATSAPP).status, 200);
    assert_eq!(api.send(Request::new("GET", WHATSAPP).with_basic_auth(key[0], "")).status, 401);
}

#[test]
fn paths_are_exact() {
    for wrong in [
        "/v2/channels/senders?Channel=whatsapp",
        "/v2/Channels/Senders/?Channel=whatsapp",
        "/V2/Channels/Senders?Channel=whatsapp",
        "//v2/Channels/Senders?Channel=whatsapp",
        "/v2/Channels/Senders/..",
        "/v2/Channels/Senders/XE1",
        "/v2/Channels/Senders/xe00000000000000000000000000000000",
        "/v2/Channels/Senders/XE0000000000000000000000000000000g",
        "/v2/Channels%2FSenders?Channel=whatsapp",
        "/",
        "",
        "*",
    ] {
        assert_eq!(Api::new().get(wrong).brief(), "404/20404", "{wrong}");
    }
    for right in [
        "/v2/Channels/Senders?Channel=whatsapp",
        "/v2/%43hannels/Senders?%43hannel=whats%61pp",
        "http://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp",
        "/v2/Channels/Senders?Channel=whatsapp#fragment",
        "/v2/Channels/Senders?&&Channel=whatsapp&",
    ] {
        assert_eq!(Api::new().get(right).status, 200, "{right}");
    }
    let answer = Api::new().fetch(NOWHERE);
    assert_eq!(answer.brief(), "404/20404");
    assert_eq!(answer.message(), format!("The requested resource {} was not found", path(NOWHERE)));
}

#[test]
fn other_methods_are_refused_with_those_that_are_allowed() {
    for method in ["PUT", "PATCH", "DELETE", "HEAD", "TRACE", "get"] {
        let answer = Api::new().send(request(method, SENDERS));
        assert_eq!(answer.brief(), "405/20004", "{method}");
        assert_eq!(answer.header("Allow"), Some("GET, POST, OPTIONS"));
    }
    for method in ["PUT", "PATCH", "HEAD"] {
        let answer = Api::new().send(request(method, &path(NOWHERE)));
        assert_eq!(answer.brief(), "405/20004", "{method}");
        assert_eq!(answer.header("Allow"), Some("GET, POST, DELETE, OPTIONS"));
    }
}

#[test]
fn list_queries_are_checked() {
    for (query, expected) in [
        ("", "Channel is required"),
        ("?Channel=", "Channel is required"),
        ("?channel=whatsapp", "did you mean Channel?"),
        ("?page_size=5&Channel=whatsapp", "did you mean PageSize?"),
        ("?Channel=sms", "whatsapp or rcs"),
        ("?Channel=WhatsApp", "lower case"),
        ("?Channel=whatsapp&Channel=rcs", "given twice"),
        ("?Channel=whatsapp&PageSize=0", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=1001", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=-1", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=%2B5", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=5.0", "1 to 1000"),
        ("?Channel=whatsapp&PageSize=99999999999999999999999999999999999999999999", "1 to 1000"),
        ("?Channel=whatsapp&Page=-1", "Page must be"),
        ("?Channel=whatsapp&Page=x", "Page must be"),
        ("?Channel=whatsapp&PageToken=nonsense", "PageToken"),
        ("?Channel=whatsapp&PageToken=", "PageToken"),
        ("?Channel=whatsapp&Limit=5", "not known"),
    ] {
        let answer = Api::new().get(&format!("{SENDERS}{query}"));
        assert_eq!(answer.brief(), "400/20001", "{query}");
        assert!(answer.message().contains(expected), "{query}: {}", answer.message());
    }
    for query in ["?Channel=rcs", "?Channel=whatsapp&PageSize=1&Page=0", "?Channel=whatsapp&PageSize=1000"] {
        assert_eq!(Api::new().get(&format!("{SENDERS}{query}")).status, 200, "{query}");
    }
    let mut api = Api::new();
    let sid = api.created("whatsapp:+15551234567");
    assert_eq!(api.get(&format!("{}?Channel=whatsapp", path(&sid))).brief(), "400/20001");
}

#[test]
fn every_answer_has_a_request_id_of_its_own_a_date_and_cors() {
    let mut api = Api::new();
    let mut seen = std::collections::BTreeSet::new();
    for target in [WHATSAPP, SENDERS, "/nowhere", WHATSAPP] {
        let answer = api.get(target);
        let id = answer.header("T-Request-Id").unwrap().to_owned();
        assert!(id.starts_with("RQ") && id.len() == 34, "{id}");
        assert!(seen.insert(id));
        assert_eq!(answer.header("Date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
        assert_eq!(answer.header("Access-Control-Expose-Headers"), None);
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
    }
    assert_eq!(api.send(Request::new("GET", WHATSAPP)).header("Access-Control-Allow-Origin"), Some("*"));
}

#[test]
fn a_preflight_needs_no_credentials() {
    let mut api = Api::new();
    let preflight = |target: &str| {
        Request::new("OPTIONS", target)
            .with_header("Origin", "https://app.example.com")
            .with_header("Access-Control-Request-Method", "POST")
    };
    let answer = api.send(preflight(SENDERS));
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("Access-Control-Allow-Methods"), Some("GET, POST, OPTIONS"));
    assert!(answer.header("Access-Control-Allow-Headers").unwrap().contains("Authorization"));
    let answer = api.send(preflight(&path(NOWHERE)));
    assert!(answer.header("Access-Control-Allow-Methods").unwrap().contains("DELETE"));
    assert_eq!(api.send(preflight("/nowhere")).status, 401);
}

#[test]
fn errors_have_the_legacy_form_or_that_of_rfc_9457() {
    let answer = Api::new().get(SENDERS);
    assert_eq!(
        answer.json,
        json!({
            "code": 20001,
            "message": "Channel is required: whatsapp or rcs",
            "more_info": "https://www.twilio.com/docs/errors/20001",
            "status": 400,
        })
    );
    let mut api = Api::with(&[("error-format", "rfc9457")]);
    let answer = api.post(SENDERS, json!({ "sender_id": "whatsapp:+15551234567", "profile": { "name": 1 } }));
    assert_eq!(answer.header("Content-Type"), Some("application/problem+json"));
    assert_eq!(
        answer.json,
        json!({
            "type": "https://www.twilio.com/docs/errors/63100",
            "title": "Bad Request",
            "status": 400,
            "code": 63100,
            "detail": "Validation Error: profile.name must be a string or null, not a number",
            "instance": SENDERS,
            "errors": [{
                "detail": "Validation Error: profile.name must be a string or null, not a number",
                "pointer": "#/profile/name",
            }],
        })
    );
}

#[test]
fn the_journal_keeps_requests_without_credentials() {
    let mut api = Api::new();
    api.emulator.advance_ms(5);
    let sid = api.created("whatsapp:+15551234567");
    api.get("/nowhere");
    let entry = &api.emulator.journal()[0];
    assert_eq!((entry.sequence, entry.at_ms, entry.method.as_str()), (1, 5, "POST"));
    assert_eq!((entry.operation, entry.status, entry.acted), (Some("create"), 202, true));
    assert_eq!(entry.body_text(), r#"{"sender_id":"whatsapp:+15551234567"}"#);
    assert!(entry.headers.contains(&("Authorization".to_owned(), "Basic ***".to_owned())));
    assert_eq!(api.emulator.journal()[1].operation, None);
    api.emulator.clear_journal();
    api.fetch(&sid);
    assert_eq!(api.emulator.journal().len(), 1);
    assert_eq!(api.emulator.journal()[0].sequence, 3);
    let as_json = serde_json::to_value(api.emulator.journal()).unwrap();
    assert_eq!(as_json[0]["target"], json!(path(&sid)));
}

#[test]
fn the_journal_is_bounded() {
    let mut emulator = Emulator::new(Switches::new());
    for _ in 0..45_000 {
        emulator.send(Request::new("GET", "/"));
    }
    assert!((20_000..=40_000).contains(&emulator.journal().len()));
    assert_eq!(emulator.journal().last().unwrap().sequence, 45_000);
}

#[test]
fn the_same_seed_makes_the_same_ids() {
    let run = |seed: &str| {
        let mut api = Api::with(&[("seed", seed)]);
        (api.created("whatsapp:+15551234567"), api.get(WHATSAPP).header("T-Request-Id").unwrap().to_owned())
    };
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1").0, run("2").0);
    assert_ne!(run("1").1, run("2").1);
    let mut api = Api::new();
    let first = api.created("whatsapp:+15551234567");
    api.emulator.reset();
    assert_eq!((api.emulator.sender_count(), api.emulator.journal().len()), (0, 0));
    assert_eq!(api.created("whatsapp:+15551234567"), first);
}

#[test]
fn time_does_not_run_backwards() {
    let mut emulator = Emulator::new(Switches::new());
    emulator.handle(request("GET", WHATSAPP), 100);
    emulator.handle(request("GET", WHATSAPP), 50);
    assert_eq!(emulator.now_ms(), 100);
    emulator.advance_ms(1_000);
    assert_eq!(emulator.now_ms(), 1_100);
    emulator.handle(request("GET", WHATSAPP), 150);
    assert_eq!(emulator.now_ms(), 1_150);
    let times: Vec<u64> = emulator.journal().iter().map(|entry| entry.at_ms).collect();
    assert_eq!(times, [100, 100, 1_150]);
    emulator.set_zero_unix_ms(784_111_777_000 - 1_150);
    let reply = emulator.send(request("GET", WHATSAPP));
    assert_eq!(reply.response.header("Date"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
}
