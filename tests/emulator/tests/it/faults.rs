//! Every fault, in the library.

use senders_emulator::{Delivery, FaultRule, faults};
use serde_json::{Value, json};

use crate::support::{Answer, Api, SENDERS, WHATSAPP, path, request};

const ID: &str = "whatsapp:+15551230000";

/// Injects the fault into an emulator with four senders, and requests a page of two.
fn page(rule: FaultRule) -> (Api, Answer) {
    let mut api = Api::new();
    api.emulator.seed_senders(4);
    api.inject(rule);
    let answer = api.get(&format!("{WHATSAPP}&PageSize=2"));
    (api, answer)
}

fn fault(name: &str) -> Answer {
    page(FaultRule::new(name)).1
}

#[test]
fn every_fault_strikes_once_and_is_in_the_journal() {
    for info in faults() {
        let (mut api, answer) = page(FaultRule::new(info.name));
        let entry = &api.emulator.journal()[0];
        assert_eq!(entry.fault.as_deref(), Some(info.name));
        assert_eq!((entry.acted, answer.acted), (info.acted, info.acted), "{}", info.name);
        let silent = matches!(
            answer.delivery,
            Delivery::Close | Delivery::Reset | Delivery::Refuse | Delivery::StallBeforeHead { ms: None }
        );
        assert_eq!(entry.status == 0, silent, "{}", info.name);
        let after = api.get(&format!("{WHATSAPP}&PageSize=2"));
        assert_eq!((after.status, after.delivery), (200, Delivery::Normal), "{}", info.name);
        assert_eq!(after.json["senders"].as_array().unwrap().len(), 2, "{}", info.name);
        assert_eq!(api.emulator.journal()[1].fault, None);
        assert_eq!(api.emulator.faults().count(), 0);
        assert!(!info.text.is_empty());
    }
}

#[test]
fn every_fault_has_a_case_of_its_own_here() {
    let tests = include_str!("faults.rs");
    for info in faults() {
        let quoted = format!("\"{}\"", info.name);
        assert!(tests.contains(&quoted), "{} is not tested", info.name);
    }
}

#[test]
fn deliveries_are_told_to_the_transport() {
    let with =
        |name: &str, param: &str, value: i64| page(FaultRule::new(name).param(param, value)).1.delivery;
    assert_eq!(fault("connect-refused").delivery, Delivery::Refuse);
    assert_eq!(fault("accept-then-close").delivery, Delivery::Close);
    assert_eq!(fault("close-before-answer").delivery, Delivery::Close);
    assert_eq!(fault("close-after-act").delivery, Delivery::Close);
    assert_eq!(fault("reset-before-act").delivery, Delivery::Reset);
    assert_eq!(fault("reset-after-act").delivery, Delivery::Reset);
    assert_eq!(fault("stall-before-head").delivery, Delivery::StallBeforeHead { ms: None });
    assert_eq!(with("stall-before-head", "ms", 5), Delivery::StallBeforeHead { ms: Some(5) });
    assert_eq!(fault("stall-in-body").delivery, Delivery::StallInBody { after: 10, ms: None });
    assert_eq!(with("stall-in-body", "after", 3), Delivery::StallInBody { after: 3, ms: None });
    assert_eq!(fault("drip").delivery, Delivery::Drip { bytes_per_s: 1 });
    assert_eq!(with("drip", "bytes-per-s", 100), Delivery::Drip { bytes_per_s: 100 });
    assert_eq!(fault("cut-body").delivery, Delivery::CutBody { after: 10 });
    let answer = fault("wrong-content-length");
    let length = u64::try_from(answer.text.len()).unwrap();
    assert_eq!(answer.delivery, Delivery::ContentLength { claimed: length + 7 });
    assert_eq!(with("wrong-content-length", "delta", -4), Delivery::ContentLength { claimed: length - 4 });
    assert_eq!(with("wrong-content-length", "delta", i64::MIN), Delivery::ContentLength { claimed: 0 });
    assert_eq!(fault("chunked").delivery, Delivery::Chunked { size: 16 });
    assert_eq!(fault("chunked-cut").delivery, Delivery::ChunkedCut { size: 16 });
    assert_eq!(fault("huge-body").delivery, Delivery::Padded { bytes: 256 << 20 });
    assert_eq!(fault("huge-body").json["senders"].as_array().unwrap().len(), 2);
}

#[test]
fn acted_or_not_shows_in_the_senders() {
    for (name, acted) in [
        ("close-before-answer", false),
        ("close-after-act", true),
        ("reset-before-act", false),
        ("reset-after-act", true),
        ("server-error", false),
        ("server-error-acted", true),
        ("gateway-timeout", true),
        ("rate-limited", false),
        ("connect-refused", false),
    ] {
        for (rule, acted) in
            [(FaultRule::new(name), acted), (FaultRule::new(name).param("acted", !acted), !acted)]
        {
            let mut api = Api::new();
            api.inject(rule);
            let answer = api.create(ID);
            assert_eq!((api.emulator.sender_count() == 1, answer.acted), (acted, acted), "{name}");
            let next = api.create(ID);
            assert_eq!(next.status, if acted { 409 } else { 202 }, "{name}");
        }
    }
    let mut api = Api::new();
    let sid = api.online(ID);
    api.inject(FaultRule::new("reset-after-act"));
    api.delete(&sid);
    assert_eq!(api.delete(&sid).brief(), "404/20404");
}

#[test]
fn error_statuses_come_with_their_headers_and_bodies() {
    for (name, expected, retry_after, html) in [
        ("rate-limited", "429/20429", None, false),
        ("server-error", "500/20500", None, false),
        ("server-error-acted", "500/20500", None, false),
        ("request-timeout", "408/20408", None, false),
        ("bad-gateway-html", "502", None, true),
        ("unavailable-html", "503", None, true),
        ("unavailable", "503/20503", Some("1"), false),
        ("gateway-timeout", "504", None, true),
        ("unknown-error-code", "400/63999", None, false),
    ] {
        let answer = fault(name);
        assert_eq!(
            (answer.brief().as_str(), answer.header("Retry-After")),
            (expected, retry_after),
            "{name}"
        );
        assert_eq!(answer.text.starts_with("<html>"), html, "{name}");
        assert_eq!(answer.header("Content-Type"), Some(if html { "text/html" } else { "application/json" }));
        assert!(answer.header("T-Request-Id").is_some());
    }
    for retry_after in ["1", "-5", "99999999999999999999", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let (_, answer) = page(FaultRule::new("rate-limited").param("retry-after", retry_after));
        assert_eq!(answer.header("Retry-After"), Some(retry_after));
    }
    for (seconds, date) in
        [("90", "Thu, 01 Jan 2026 00:01:30 GMT"), ("-86400", "Wed, 31 Dec 2025 00:00:00 GMT")]
    {
        let (_, answer) = page(FaultRule::new("unavailable").param("retry-after-date-s", seconds));
        assert_eq!(answer.header("Retry-After"), Some(date));
    }
    let (_, answer) = page(FaultRule::new("server-error").param("status", 599).param("format", "empty"));
    assert_eq!((answer.status, answer.text.as_str()), (599, ""));
}

#[test]
fn odd_bodies() {
    let html = fault("html-200");
    assert_eq!((html.status, html.text.starts_with("<html>")), (200, true));
    let empty = fault("empty-200");
    assert_eq!((empty.status, empty.text.as_str()), (200, ""));
    let mut api = Api::new();
    api.emulator.seed_senders(1);
    api.inject(FaultRule::new("bad-utf8"));
    let reply = api.emulator.send(request("GET", WHATSAPP));
    assert!(reply.response.body.contains(&0xFF) && std::str::from_utf8(&reply.response.body).is_err());
    let bom = fault("bom").text;
    assert!(bom.starts_with("\u{FEFF}{\"senders\":"));
    let bomb = fault("depth-bomb");
    assert!(bomb.text.ends_with(&format!("{}}}", "]".repeat(200_000))), "{}", bomb.text.len());
    let (_, shallow) = page(FaultRule::new("depth-bomb").param("depth", 3));
    assert_eq!(shallow.json["a_deep_field"], json!([[[]]]));
    let half = fault("truncated-json");
    assert!(half.text.starts_with("{\"senders\":") && half.json == Value::Null);
    assert_eq!(half.delivery, Delivery::Normal);
    let twice = fault("duplicate-keys").text;
    assert_eq!(twice.matches("\"senders\":").count(), 2);
    assert_eq!(fault("wrong-type").json["senders"], 42);
    let sid = page(FaultRule::new("wrong-type").operation("fetch")).1.json["senders"][0]["sid"].clone();
    assert!(sid.is_string());
}

#[test]
fn a_gzip_bomb_unpacks_to_what_it_says() {
    let mut api = Api::new();
    api.inject(FaultRule::new("gzip-bomb").param("mib", 2));
    let reply = api.emulator.send(request("GET", WHATSAPP));
    assert_eq!(reply.response.header("Content-Encoding"), Some("gzip"));
    let body = reply.response.body;
    assert!(body.starts_with(&[0x1F, 0x8B, 8]) && body.len() < 20_000, "{}", body.len());
    let (first, second) = body.split_at(body.len() / 2);
    assert_eq!(first, second);
    // CRC-32 (checked with zlib: crc32 of 1 MiB of spaces) and length of a member.
    let trailer = &first[first.len() - 8..];
    assert_eq!(trailer[4..], (1_u32 << 20).to_le_bytes());
    assert_eq!(trailer[..4], 0xF103_02A7_u32.to_le_bytes());
}

#[test]
fn redirects_name_their_target() {
    let here = fault("redirect");
    assert_eq!((here.status, here.header("Location")), (307, Some("/v2/Channels/Senders/moved")));
    let there = fault("redirect-foreign");
    assert_eq!(there.status, 302);
    assert_eq!(there.header("Location"), Some("http://foreign.invalid/v2/Channels/Senders"));
    let (_, other) =
        page(FaultRule::new("redirect").param("status", 301).param("location", "http://127.0.0.1:1/"));
    assert_eq!((other.status, other.header("Location")), (301, Some("http://127.0.0.1:1/")));
}

#[test]
fn pages_that_lead_astray() {
    let next = |answer: &Answer| answer.json["meta"]["next_page_url"].as_str().unwrap().to_owned();
    let foreign = fault("next-page-foreign");
    assert!(
        next(&foreign).starts_with("http://foreign.invalid/v2/Channels/Senders?PageSize=2&Page=1&PageToken=")
    );
    let repeating = fault("next-page-repeating");
    assert_eq!(repeating.json["meta"]["next_page_url"], repeating.json["meta"]["url"]);
    let relative = fault("next-page-relative");
    assert!(next(&relative).starts_with("/v2/Channels/Senders?PageSize=2&Page=1&PageToken="));
    // Even a last page can name a foreign one.
    let mut api = Api::new();
    api.inject(FaultRule::new("next-page-foreign"));
    assert!(next(&api.get(WHATSAPP)).starts_with("http://foreign.invalid/v2/Channels/Senders?"));

    let (mut api, blank) = page(FaultRule::new("empty-page"));
    assert_eq!(blank.json["senders"], json!([]));
    let second = api.get(&next(&blank));
    let sids: Vec<String> = api.emulator.sids().map(str::to_owned).collect();
    assert_eq!(
        (&second.json["senders"][0]["sid"], &second.json["meta"]["page"]),
        (&json!(sids[0]), &json!(1))
    );
    let third = api.get(&next(&second));
    assert_eq!(third.json["senders"][1]["sid"], json!(sids[3]));
    assert_eq!(third.json["meta"]["next_page_url"], Value::Null);
}

#[test]
fn values_that_no_client_knows() {
    let statuses = fault("unknown-status").json;
    assert_eq!(statuses["senders"][1]["status"], "ONLINE:PENDING_VERIFICATION");
    let (mut api, _) = page(FaultRule::new("unknown-status").operation("fetch").param("value", "DANCING"));
    let sid = api.emulator.sids().next().unwrap().to_owned();
    assert_eq!(api.fetch(&sid).json["status"], "DANCING");
    assert_eq!(api.fetch(&sid).json["status"], "ONLINE");
    let fields = fault("unknown-field").json;
    assert_eq!(fields["senders"][0]["a_new_field"]["nested"][2], "\u{1F989}");
    let mut api = Api::new();
    let sid = api.online(ID);
    api.inject(FaultRule::new("delete-200").operation("delete"));
    let deleted = api.delete(&sid);
    assert_eq!((deleted.status, deleted.text.as_str(), deleted.acted), (200, "{}", true));
    assert_eq!(api.status(&sid), "none");
    let nameless = fault("no-request-id");
    assert_eq!((nameless.status, nameless.header("T-Request-Id")), (200, None));
}

#[test]
fn rules_choose_their_requests() {
    let mut api = Api::new();
    let sid = api.online(ID);
    api.inject(FaultRule::new("server-error").operation("fetch").nth(2).times(2));
    api.inject(FaultRule::new("rate-limited").method("delete"));
    api.inject(FaultRule::new("unavailable").path("Channel=rcs").always());
    let fetched: Vec<u16> = (0..5).map(|_| api.fetch(&sid).status).collect();
    assert_eq!(fetched, [200, 500, 500, 200, 200]);
    assert_eq!(api.get(WHATSAPP).status, 200);
    assert_eq!((api.delete(&sid).status, api.delete(&sid).status), (429, 204));
    let rcs = format!("{SENDERS}?Channel=rcs");
    assert_eq!((api.get(&rcs).status, api.get(&rcs).status), (503, 503));
    assert_eq!(api.emulator.faults().count(), 1);
    api.emulator.clear_faults();
    assert_eq!(api.get(&rcs).status, 200);
    // Two rules match the same request: the first one applies first.
    api.inject(FaultRule::new("rate-limited"));
    api.inject(FaultRule::new("server-error"));
    assert_eq!(
        [api.get(WHATSAPP).status, api.get(WHATSAPP).status, api.get(WHATSAPP).status],
        [429, 500, 200]
    );
}

#[test]
fn rules_are_read_from_json() {
    let rule = br#"{"fault": "stall-in-body", "operation": "fetch", "nth": 2, "times": null, "params": {"ms": 5, "acted": true}}"#;
    let rule = FaultRule::from_json(rule).unwrap();
    let expected = FaultRule::new("stall-in-body")
        .operation("fetch")
        .nth(2)
        .always()
        .param("ms", 5)
        .param("acted", true);
    assert_eq!(rule, expected);
    let back = serde_json::to_vec(&rule).unwrap();
    assert_eq!(FaultRule::from_json(&back).unwrap(), rule);
    assert_eq!(FaultRule::from_json(br#"{"fault": "drip"}"#).unwrap(), FaultRule::new("drip"));
    assert!(
        FaultRule::from_json(br#"{"fault": "drip", "when": 1}"#).unwrap_err().to_string().contains("`when`")
    );
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    for (rule, expected) in [
        (FaultRule::new("nonsense"), "no fault is called `nonsense`"),
        (FaultRule::new("drip").operation("dance"), "no operation is called `dance`"),
        (
            FaultRule::new("drip").param("ms", 1),
            "fault `drip` has no parameter `ms`; it has bytes-per-s, acted",
        ),
        (FaultRule::new("drip").param("bytes-per-s", 0), "`bytes-per-s` is a number from 1, not `0`"),
        (FaultRule::new("stall-before-head").param("ms", "long"), "`ms` is a number, not `long`"),
        (FaultRule::new("close-after-act").param("acted", "maybe"), "`acted` is true or false"),
        (FaultRule::new("rate-limited").param("status", 99), "a status from 200 to 599"),
        (FaultRule::new("rate-limited").param("format", "xml"), "json, html or empty"),
        (FaultRule::new("rate-limited").param("retry-after", "1\r\nX: y"), "text for a header"),
        (FaultRule::new("depth-bomb").param("depth", u64::MAX), "from 1 to 10000000"),
    ] {
        let error = Api::new().emulator.inject(rule).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_connection_can_be_closed_before_it_is_read() {
    let mut api = Api::new();
    assert!(!api.emulator.connection_opened(0));
    api.inject(FaultRule::new("accept-then-close").times(2));
    assert!(api.emulator.connection_opened(7));
    assert_eq!(api.emulator.journal()[0].method, "");
    assert_eq!(api.emulator.journal()[0].at_ms, 7);
    assert!(api.emulator.connection_opened(8));
    assert!(!api.emulator.connection_opened(9));
    assert_eq!(api.get(&path("XE00000000000000000000000000000000")).status, 404);
}
