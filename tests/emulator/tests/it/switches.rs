//! Every switch in every position.

use std::collections::BTreeSet;

use senders_emulator::{Allowed, Request, Switches};
use serde_json::{Value, json};

use crate::support::{Answer, Api, NOWHERE, SENDERS, WHATSAPP, path, request};

const ID: &str = "whatsapp:+15551230000";

/// What is seen of a switch, as one line.
fn observed(name: &str, api: &mut Api) -> String {
    let created = |api: &mut Api, body: Value| api.post(SENDERS, body).brief();
    let profile = |profile: Value| json!({ "sender_id": ID, "profile": profile });
    match name {
        "account-sid" => {
            api.send(Request::new("GET", WHATSAPP).with_basic_auth("ACx", "0".repeat(32).as_str())).brief()
        }
        "auth-token" => {
            let sid = format!("AC{}", "0".repeat(32));
            api.send(Request::new("GET", WHATSAPP).with_basic_auth(&sid, "t")).brief()
        }
        "api-key-sid" => api.send(Request::new("GET", WHATSAPP).with_basic_auth("SK1", "")).brief(),
        "api-key-secret" => {
            api.emulator.set_switch("api-key-sid", "SK1").unwrap();
            api.send(Request::new("GET", WHATSAPP).with_basic_auth("SK1", "s")).brief()
        }
        "base-url" => {
            let answer = api.send(request("GET", WHATSAPP).with_header("Host", "h"));
            answer.json["meta"]["url"].as_str().unwrap().split("/v2").next().unwrap().to_owned()
        }
        "seed" => (api.created(ID) == Api::new().created(ID)).to_string(),
        "step-ms" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(100);
            api.status(&sid)
        }
        "list-delay-ms" => {
            let sid = api.created(ID);
            let count = |api: &mut Api| api.get(WHATSAPP).json["senders"].as_array().unwrap().len();
            let before = count(api);
            api.emulator.advance_ms(5_000);
            format!("{} {before} {}", api.fetch(&sid).brief(), count(api))
        }
        "fetch-delay-ms" => {
            let sid = api.created(ID);
            let before = api.fetch(&sid).brief();
            api.emulator.advance_ms(5_000);
            format!("{before} {}", api.fetch(&sid).status)
        }
        "after-creating" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            let waits = api.status(&sid);
            api.verify(&sid, "123456");
            format!("{waits} {}", api.status(&sid))
        }
        "review" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            api.verify(&sid, "123456");
            api.emulator.advance_ms(1_500);
            let first = api.status(&sid);
            api.emulator.advance_ms(1_500);
            format!("{first} {}", api.status(&sid))
        }
        "otp" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            format!("{} {}", api.verify(&sid, "654321").brief(), api.verify(&sid, "111111").brief())
        }
        "wrong-code" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            let answer = api.verify(&sid, "000000").brief();
            api.emulator.advance_ms(1_500);
            format!("{answer} {}", api.status(&sid))
        }
        "unexpected-code" => {
            let sid = api.online(ID);
            format!("{} {}", api.verify(&sid, "123456").brief(), api.emulator.sender_count())
        }
        "display-name" => {
            let sid = api.online(ID);
            let answer = api.update(&sid, json!({ "profile": { "name": "New" } }));
            let word = answer.json["display_name_status"].as_str().unwrap_or("none").to_owned();
            let mut seen = vec![format!("{} {word}", answer.brief())];
            for wait_ms in [0, 1_500, 1_500, 14 * 86_400_000] {
                api.emulator.advance_ms(wait_ms);
                let sender = api.fetch(&sid).json;
                let review = sender.get("pending_display_name_status").and_then(Value::as_str);
                seen.push(format!("{} {}", sender["profile"]["name"], review.unwrap_or("absent")));
            }
            seen.join(", ").replace('"', "")
        }
        "name-review-ms" => {
            let sid = api.online(ID);
            api.update(&sid, json!({ "profile": { "name": "New" } }));
            let mut review = |wait_ms| {
                api.emulator.advance_ms(wait_ms);
                api.fetch(&sid).json["pending_display_name_status"].as_str().unwrap_or("absent").to_owned()
            };
            [review(1_500), review(8_500)].join(" ")
        }
        "magic-failures" => {
            let mut brief = |digits: &str| api.create(&format!("whatsapp:+155500{digits}")).brief();
            format!("{} {} {}", brief("63100"), brief("63104"), brief("00429"))
        }
        "camel-case" => created(api, json!({ "senderId": ID, "configuration": { "wabaId": "1" } })),
        "form-body" => {
            let body = "sender_id=whatsapp%3A%2B15551230000&configuration=%7B%22waba_id%22%3A%221%22%7D";
            let post = |kind: &str| Request {
                body: body.into(),
                ..request("POST", SENDERS).with_header("Content-Type", kind)
            };
            let first = api.send(post("application/x-www-form-urlencoded")).brief();
            format!("{first} {}", api.send(post("application/json")).brief())
        }
        "content-type" => {
            let body = json!({ "sender_id": ID }).to_string().into_bytes();
            api.send(Request { body, ..request("POST", SENDERS) }).brief()
        }
        "content-encoding" => {
            let post = request("POST", SENDERS).with_json(json!({ "sender_id": ID }).to_string());
            api.send(post.with_header("Content-Encoding", "gzip")).brief()
        }
        "unknown-keys" => created(api, json!({ "sender_id": ID, "x": 1, "webhook": { "y": 2 } })),
        "unknown-query" => api.get(&format!("{WHATSAPP}&x=1")).brief(),
        "missing-channel" => {
            api.created(ID);
            api.created("rcs:agent");
            let answer = api.get(SENDERS);
            format!("{} {}", answer.brief(), answer.json["senders"].as_array().map_or(0, Vec::len))
        }
        "page-size-over-limit" => {
            let page_size =
                |answer: Answer| format!("{} {}", answer.brief(), answer.json["meta"]["page_size"]);
            let high = page_size(api.get(&format!("{WHATSAPP}&PageSize=5000")));
            format!("{high} {}", page_size(api.get(&format!("{WHATSAPP}&PageSize=0"))))
        }
        "empty-update" => {
            let sid = api.online(ID);
            api.update(&sid, json!({})).brief()
        }
        "null-section" => {
            let sid = api.online(ID);
            api.update(&sid, json!({ "profile": null }));
            api.fetch(&sid).json["profile"]["name"].to_string()
        }
        "update-requires" => {
            let sid = api.online(ID);
            let mut brief = |body: Value| api.update(&sid, body).brief();
            let parts = [
                brief(json!({ "webhook": {} })),
                brief(json!({ "profile": { "about": "x" } })),
                brief(json!({ "profile": { "name": "Old Name" } })),
                brief(json!({ "configuration": {} })),
            ];
            parts.join(" ")
        }
        "waba-id" => created(api, json!({ "sender_id": ID })),
        "profile-name" => created(api, profile(json!({ "about": "x" }))),
        "vertical" => created(api, profile(json!({ "name": "N", "vertical": "RETAIL" }))),
        "profile-limits" => created(api, profile(json!({ "name": "N", "about": "x".repeat(140) }))),
        "urls" => created(api, json!({ "sender_id": ID, "webhook": { "callback_url": "nowhere" } })),
        "voice-application-sid" => {
            created(api, json!({ "sender_id": ID, "configuration": { "voice_application_sid": "APXX" } }))
        }
        "duplicate-create" => {
            api.created(ID);
            api.created("whatsapp:+15551230001");
            let second = api.create(ID).brief();
            let listed = api.get(WHATSAPP).json["senders"].as_array().unwrap().len();
            let counts = api.emulator.sender_ids();
            let counts = counts.iter().map(|count| (count.senders, count.created, count.sids.len()));
            format!("{second} {listed} {:?}", counts.collect::<Vec<_>>())
        }
        "duplicate-code" => {
            api.created(ID);
            api.created("rcs:agent");
            let agent = api.create("rcs:agent");
            format!("{} {} {}", api.create(ID).brief(), agent.brief(), agent.message())
        }
        "duplicate-status" => {
            api.created(ID);
            format!("{} {}", api.create(ID).brief(), api.create("whatsapp:+15550063110").brief())
        }
        "delete-unknown" => api.delete(NOWHERE).brief(),
        "update-echo" => {
            let sid = api.online(ID);
            let answer = api.update(&sid, json!({ "webhook": {} })).json;
            format!("{} {}", answer["sender_id"], answer["profile"]["name"])
        }
        "arrays" => {
            let sid = api.online(ID);
            let websites = json!([{ "website": "https://two.example.com", "label": "Two" }]);
            api.update(&sid, json!({ "profile": { "websites": websites } }));
            let websites = api.fetch(&sid).json["profile"]["websites"].clone();
            let labels = websites.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap());
            labels.collect::<Vec<_>>().join(" ")
        }
        "error-format" => {
            let answer = api.get(SENDERS);
            format!("{} {}", answer.json.get("more_info").is_some(), answer.json.get("detail").is_some())
        }
        "request-id-header" => {
            let answer = api.get(WHATSAPP);
            let has = |name: &str| answer.header(name).is_some();
            format!("{} {}", has("T-Request-Id"), has("Twilio-Request-Id"))
        }
        "retry-after" => {
            let answer = api.create("whatsapp:+15550000429");
            let unavailable = api.create("whatsapp:+15550000503");
            let wrong = api.get(SENDERS);
            let seen =
                [answer, unavailable, wrong].map(|a| a.header("Retry-After").unwrap_or("no").to_owned());
            seen.join(" ")
        }
        "cors" => {
            let preflight = api.send(Request::new("OPTIONS", SENDERS));
            let has = |answer: &Answer| answer.header("Access-Control-Allow-Origin").is_some();
            format!("{} {}", has(&preflight), has(&api.get(WHATSAPP)))
        }
        "cors-expose" => {
            api.get(WHATSAPP).header("Access-Control-Expose-Headers").unwrap_or("nothing").to_owned()
        }
        "rcs-writes" => {
            let sid = api.created("rcs:agent");
            let update = api.update(&sid, json!({ "profile": { "about": "x" } })).brief();
            format!("{update} {}", api.delete(&sid).brief())
        }
        "page-token-reuse" => {
            api.emulator.seed_senders(2);
            let url = api.get(&format!("{WHATSAPP}&PageSize=1")).json["meta"]["next_page_url"].clone();
            let url = url.as_str().unwrap();
            format!("{} {}", api.get(url).brief(), api.get(url).brief())
        }
        "default-page-size-whatsapp" => api.get(WHATSAPP).json["meta"]["page_size"].to_string(),
        "default-page-size-rcs" => {
            api.get(&format!("{SENDERS}?Channel=rcs")).json["meta"]["page_size"].to_string()
        }
        "sandbox" => {
            let senders = api.get(WHATSAPP).json["senders"].clone();
            format!("{} {}", senders[0]["sender_id"], senders[0]["status"])
        }
        other => panic!("switch {other} has no test"),
    }
}

/// Switch, value, what is seen.
const TABLE: &[(&str, &str, &str)] = &[
    ("account-sid", "AC00000000000000000000000000000000", "401/20003"),
    ("account-sid", "ACx", "200"),
    ("auth-token", "00000000000000000000000000000000", "401/20003"),
    ("auth-token", "t", "200"),
    ("api-key-sid", "", "401/20003"),
    ("api-key-sid", "SK1", "200"),
    ("api-key-secret", "", "401/20003"),
    ("api-key-secret", "s", "200"),
    ("base-url", "", "http://h"),
    ("base-url", "https://elsewhere.example/", "https://elsewhere.example"),
    ("seed", "0", "true"),
    ("seed", "7", "false"),
    ("step-ms", "1500", "CREATING"),
    ("step-ms", "100", "PENDING_VERIFICATION"),
    ("list-delay-ms", "0", "200 1 1"),
    ("list-delay-ms", "5000", "200 0 1"),
    ("fetch-delay-ms", "0", "200 200"),
    ("fetch-delay-ms", "5000", "404/20404 200"),
    ("after-creating", "pending-verification", "PENDING_VERIFICATION VERIFYING"),
    ("after-creating", "offline", "OFFLINE VERIFYING"),
    ("review", "skip", "ONLINE ONLINE"),
    ("review", "pass", "TWILIO_REVIEW ONLINE"),
    ("otp", "", "202 400/63100"),
    ("otp", "111111", "400/63113 202"),
    ("wrong-code", "refuse", "400/63113 PENDING_VERIFICATION"),
    ("wrong-code", "offline", "202 OFFLINE"),
    ("unexpected-code", "refuse", "400/63100 1"),
    ("unexpected-code", "ignore", "202 1"),
    (
        "display-name",
        "approved",
        "202 updating, Old Name PENDING_REVIEW, Old Name APPROVED, New COMPLETED, New absent",
    ),
    (
        "display-name",
        "declined",
        "202 updating, Old Name PENDING_REVIEW, Old Name DECLINED, Old Name DECLINED, Old Name DECLINED",
    ),
    (
        "display-name",
        "pin-mismatch",
        "202 updating, Old Name PENDING_REVIEW, Old Name APPROVED, Old Name PIN_MISMATCH, Old Name PIN_MISMATCH",
    ),
    (
        "display-name",
        "registration-failed",
        "202 updating, Old Name PENDING_REVIEW, Old Name APPROVED, Old Name REGISTRATION_FAILED, Old Name REGISTRATION_FAILED",
    ),
    (
        "display-name",
        "expired",
        "202 updating, Old Name PENDING_REVIEW, Old Name APPROVED, Old Name APPROVED, Old Name EXPIRED",
    ),
    (
        "display-name",
        "error",
        "400/63124 none, Old Name absent, Old Name absent, Old Name absent, Old Name absent",
    ),
    ("display-name", "immediate", "202 updating, New absent, New absent, New absent, New absent"),
    ("name-review-ms", "none", "APPROVED COMPLETED"),
    ("name-review-ms", "10000", "PENDING_REVIEW APPROVED"),
    ("magic-failures", "mixed", "400/63100 202 429/20429"),
    ("magic-failures", "at-once", "400/63100 400/63104 429/20429"),
    ("magic-failures", "offline", "202 202 429/20429"),
    ("camel-case", "refuse", "400/63100"),
    ("camel-case", "accept", "202"),
    ("form-body", "refuse", "400/63100 400/63100"),
    ("form-body", "accept", "202 409/63110"),
    ("content-type", "require-json", "400/63100"),
    ("content-type", "any", "202"),
    ("content-encoding", "refuse", "415/63100"),
    ("content-encoding", "ignore", "202"),
    ("unknown-keys", "refuse", "400/63100"),
    ("unknown-keys", "ignore", "202"),
    ("unknown-query", "refuse", "400/20001"),
    ("unknown-query", "ignore", "200"),
    ("missing-channel", "refuse", "400/20001 0"),
    ("missing-channel", "all", "200 2"),
    ("page-size-over-limit", "refuse", "400/20001 null 400/20001 null"),
    ("page-size-over-limit", "clamp", "200 1000 200 1"),
    ("empty-update", "refuse", "400/63100"),
    ("empty-update", "accept", "202"),
    ("null-section", "ignore", "\"Old Name\""),
    ("null-section", "clear", "null"),
    ("update-requires", "nothing", "202 202 202 202"),
    ("update-requires", "profile-name", "202 400/63100 202 202"),
    ("update-requires", "configuration", "400/63100 400/63100 400/63100 202"),
    ("waba-id", "optional", "202"),
    ("waba-id", "required", "400/63100"),
    ("profile-name", "required", "400/63100"),
    ("profile-name", "optional", "202"),
    ("vertical", "listed", "400/63100"),
    ("vertical", "any", "202"),
    ("profile-limits", "enforce", "400/63100"),
    ("profile-limits", "ignore", "202"),
    ("urls", "checked", "400/63100"),
    ("urls", "any", "202"),
    ("voice-application-sid", "checked", "400/63100"),
    ("voice-application-sid", "any", "202"),
    ("duplicate-create", "refuse", "409/63110 2 [(1, 1, 1), (1, 1, 1)]"),
    ("duplicate-create", "accept", "202 3 [(2, 2, 2), (1, 1, 1)]"),
    ("duplicate-code", "63110", "409/63110 409/63110 The RCS sender is already registered"),
    ("duplicate-code", "63100", "409/63100 409/63100 Validation Error: the sender already exists"),
    ("duplicate-status", "409", "409/63110 409/63110"),
    ("duplicate-status", "400", "400/63110 400/63110"),
    ("delete-unknown", "404", "404/20404"),
    ("delete-unknown", "204", "204"),
    ("update-echo", "sections-sent", "null null"),
    ("update-echo", "full", "\"whatsapp:+15551230000\" \"Old Name\""),
    ("arrays", "replace", "Two"),
    ("arrays", "merge", "One Two"),
    ("error-format", "legacy", "true false"),
    ("error-format", "rfc9457", "false true"),
    ("request-id-header", "T-Request-Id", "true false"),
    ("request-id-header", "Twilio-Request-Id", "false true"),
    ("request-id-header", "none", "false false"),
    ("retry-after", "none", "no no no"),
    ("retry-after", "30", "30 30 no"),
    ("cors", "on", "true true"),
    ("cors", "off", "false false"),
    ("cors-expose", "none", "nothing"),
    ("cors-expose", "request-id", "T-Request-Id, Retry-After"),
    ("rcs-writes", "refuse", "400/63100 400/63100"),
    ("rcs-writes", "accept", "202 204"),
    ("page-token-reuse", "allow", "200 200"),
    ("page-token-reuse", "refuse", "200 400/20001"),
    ("default-page-size-whatsapp", "20", "20"),
    ("default-page-size-whatsapp", "3", "3"),
    ("default-page-size-rcs", "50", "50"),
    ("default-page-size-rcs", "4", "4"),
    ("sandbox", "absent", "null null"),
    ("sandbox", "present", "\"whatsapp:+14155238886\" \"OFFLINE\""),
];

#[test]
fn every_position_shows() {
    let mut wrong = Vec::new();
    for (name, value, expected) in TABLE {
        let seen = observed(name, &mut Api::with(&[(name, value)]));
        if seen != *expected {
            wrong.push(format!("{name}={value}: saw {seen}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_switch_is_in_the_table_at_its_default_and_elsewhere() {
    for info in Switches::all() {
        let values: BTreeSet<&str> =
            TABLE.iter().filter(|(name, ..)| *name == info.name).map(|(_, value, _)| *value).collect();
        assert!(values.contains(info.default), "{} at its default", info.name);
        assert!(values.len() > 1, "{} elsewhere", info.name);
        if let Allowed::Choice(words) = info.allowed {
            assert_eq!(values, words.iter().copied().collect(), "{}", info.name);
        }
        assert!(!info.text.is_empty() && !info.text.ends_with('.'), "{}", info.name);
    }
}

#[test]
fn switches_are_set_by_name_from_text() {
    let mut switches = Switches::new();
    for info in Switches::all() {
        assert_eq!(switches.value(info.name), Some(info.default));
        switches.set(info.name, info.default).unwrap();
    }
    switches.set("duplicate_status", "400").unwrap();
    assert_eq!(switches.value("duplicate-status"), Some("400"));
    assert_eq!(Switches::instant().value("step-ms"), Some("0"));
    for (name, value, expected) in [
        ("duplicate-status", "500", "switch `duplicate-status` does not take `500`: allowed is 409|400"),
        (
            "list-delay-ms",
            "9..1",
            "switch `list-delay-ms` does not take `9..1`: allowed is 0 to 86400000, or a range like 0..10000",
        ),
        ("step-ms", "-1", "switch `step-ms` does not take `-1`: allowed is 0 to 86400000"),
        ("retry-after", "soon", "switch `retry-after` does not take `soon`: allowed is none or a number"),
        ("statuses", "409", "no switch is called `statuses`: did you mean duplicate-status"),
        ("xyzzy", "1", "no switch is called `xyzzy`"),
    ] {
        assert_eq!(switches.set(name, value).unwrap_err().to_string(), expected);
    }
    assert!(switches.set("base-url", "http://a\r\nX: y").is_err());
    switches.set("auth-token", "canary").unwrap();
    let shown = format!("{switches:?}");
    assert!(!shown.contains("canary") && shown.contains("\"duplicate-status\": \"400\""), "{shown}");
}

#[test]
fn of_a_range_each_sender_draws_its_own_delay() {
    let run = |seed: &str, switch: &str| {
        let mut api =
            Api::with(&[("seed", seed), (switch, "2000..10000"), ("default-page-size-whatsapp", "99")]);
        let sids: Vec<String> =
            (0..40).map(|number| api.created(&format!("whatsapp:+1555123{number:04}"))).collect();
        let mut counts = Vec::new();
        for wait_ms in [0, 1_999, 2_001, 2_000, 2_000, 2_000] {
            api.emulator.advance_ms(wait_ms);
            counts.push(match switch {
                "list-delay-ms" => api.get(WHATSAPP).json["senders"].as_array().unwrap().len(),
                _ => sids.iter().filter(|sid| api.fetch(sid).status == 200).count(),
            });
        }
        counts
    };
    for switch in ["list-delay-ms", "fetch-delay-ms"] {
        let counts = run("1", switch);
        assert_eq!((&counts[..2], counts[5]), (&[0, 0][..], 40), "{counts:?}");
        assert!(
            counts.is_sorted() && (1..20).contains(&counts[2]) && (20..40).contains(&counts[4]),
            "{counts:?}"
        );
        assert_eq!(counts, run("1", switch));
        assert_ne!(counts, run("2", switch));
    }
}

#[test]
fn a_switch_may_change_between_requests() {
    let mut api = Api::new();
    let sid = api.created(ID);
    assert_eq!(api.send(request("DELETE", &path(NOWHERE))).status, 404);
    api.emulator.set_switch("delete-unknown", "204").unwrap();
    assert_eq!(api.send(request("DELETE", &path(NOWHERE))).status, 204);
    assert_eq!(api.fetch(&sid).status, 200);
    assert!(api.emulator.set_switch("delete-unknown", "maybe").is_err());
    assert_eq!(api.emulator.switches().value("delete-unknown"), Some("204"));
}
