//! Tests every value of every switch.

use std::collections::BTreeSet;

use senders_emulator::{Allowed, Request, Switches};
use serde_json::{Value, json};

use crate::support::{Answer, Api, NOWHERE, SENDERS, WHATSAPP, path, request};
use crate::switch_table::TABLE;

const ID: &str = "whatsapp:+15551230000";

/// Returns the visible effect of a switch, as one line.
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
            let answer = api.update(&sid, json!({ "configuration": { "account_type": "" } })).json;
            let key = |value: Option<&Value>| value.map_or("absent".to_owned(), Value::to_string);
            let configuration = &answer["configuration"];
            let seen = [
                answer["sender_id"].to_string(),
                answer["profile"]["name"].to_string(),
                configuration["waba_id"].to_string(),
                key(answer.get("compliance")),
                configuration["verification_method"].as_str().unwrap_or("null").to_owned(),
            ];
            seen.join(" ")
        }
        "update-delay-ms" => {
            let sid = api.online(ID);
            let about = |api: &mut Api| api.fetch(&sid).json["profile"]["about"].as_str().unwrap().to_owned();
            api.update(&sid, json!({ "profile": { "about": "New" } }));
            let at_once = about(api);
            if at_once == "New" {
                return at_once;
            }
            api.emulator.advance_ms(3_999);
            let listed = |api: &mut Api| api.get(WHATSAPP).json["senders"][0]["profile"]["about"].clone();
            let before = listed(api);
            api.emulator.advance_ms(1);
            format!("{at_once}, {before}, {} {}", about(api), listed(api)).replace('"', "")
        }
        "rcs-life" => {
            let sid = api.created("rcs:agent");
            let mut seen = vec![api.status(&sid)];
            for _ in 0..4 {
                api.emulator.advance_ms(1_500);
                seen.push(api.status(&sid));
            }
            seen.join(" ")
        }
        "verification-limit" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            let codes: Vec<String> = (0..6).map(|_| api.verify(&sid, "000000").code().to_string()).collect();
            codes.join(" ")
        }
        "resend-code" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            let voice = json!({ "configuration": { "verification_method": "voice" } });
            let answer = api.update(&sid, voice).brief();
            let waiting = api.emulator.waiting_codes().remove(0);
            format!("{answer} {} {}", waiting.verification_method, waiting.codes_sent)
        }
        "two-factor" => {
            let sid = api.online(ID);
            api.delete(&sid);
            let answer = api.create(ID);
            let sid = answer.json["sid"].as_str().unwrap().to_owned();
            api.emulator.advance_ms(1_500);
            let sender = api.fetch(&sid).json;
            let status = sender["status"].as_str().unwrap();
            format!("{} {status} {}", answer.brief(), sender["offline_reasons"][0]["code"])
        }
        "number-limit" => {
            let sids = [ID, "whatsapp:+15551230002", "rcs:agent"].map(|id| api.created(id));
            api.emulator.advance_ms(1_500);
            let status = |sid: &String| {
                let sender = api.fetch(sid).json;
                let code = sender["offline_reasons"][0]["code"].as_str().map(|code| format!(" {code}"));
                format!("{}{}", sender["status"].as_str().unwrap(), code.unwrap_or_default())
            };
            sids.iter().map(status).collect::<Vec<_>>().join(" ")
        }
        "sender-id" => format!("{} {}", api.create("whatsapp:+012").brief(), api.create("rcs:a b").brief()),
        "code-form" => {
            let sid = api.created(ID);
            api.emulator.advance_ms(1_500);
            format!("{} {}", api.verify(&sid, "1234-56").brief(), api.verify(&sid, &"1".repeat(33)).brief())
        }
        "update-sender-id" => {
            let sid = api.online(ID);
            api.update(&sid, json!({ "sender_id": ID, "webhook": {} })).brief()
        }
        "name-clear" => {
            api.emulator.set_switch("display-name", "immediate").unwrap();
            let sid = api.online(ID);
            let refusals = [json!(" "), json!(""), Value::Null]
                .map(|name| api.update(&sid, json!({ "profile": { "name": name, "about": "x" } })).brief());
            api.emulator.advance_ms(60_000);
            let refusals = refusals.join(" ");
            format!("{refusals} {}", api.fetch(&sid).json["profile"]["name"])
        }
        "use-case" => {
            api.emulator.set_switch("rcs-writes", "accept").unwrap();
            let body = |id: &str| json!({ "sender_id": id, "profile": { "name": "N", "use_case": "OTP" } });
            let whatsapp = api.post(SENDERS, body(ID)).brief();
            let answer = api.post(SENDERS, body("rcs:agent"));
            let sid = answer.json["sid"].as_str().unwrap().to_owned();
            api.emulator.advance_ms(60_000);
            let mut launched =
                |word: &str| api.update(&sid, json!({ "profile": { "use_case": word } })).brief();
            format!("{whatsapp} {} {} {}", answer.brief(), launched("MULTI_USE"), launched("OTP"))
        }
        "accent-color" => created(api, profile(json!({ "name": "N", "accent_color": "blue" }))),
        "repeated-query" => {
            let answer = api.get(&format!("{WHATSAPP}&PageSize=3&PageSize=4"));
            format!("{} {}", answer.brief(), answer.json["meta"]["page_size"])
        }
        "empty-page-token" => api.get(&format!("{WHATSAPP}&PageToken=")).brief(),
        "channel-case" => api.get(&format!("{SENDERS}?Channel=WhatsApp")).brief(),
        "pending-name-place" => {
            let sid = api.online(ID);
            api.update(&sid, json!({ "profile": { "name": "New" } }));
            let sender = api.fetch(&sid).json;
            let has = |map: &Value| {
                let fields = ["", "_status", "_status_date"].map(|end| format!("pending_display_name{end}"));
                let count = fields.iter().filter(|field| map.get(field).is_some()).count();
                assert!(count == 0 || count == 3, "{map}");
                count == 3
            };
            format!("{} {}", has(&sender), has(&sender["profile"]))
        }
        "list-pending-name" => {
            let sid = api.online(ID);
            api.update(&sid, json!({ "profile": { "name": "New" } }));
            let has = |sender: &Value| sender.get("pending_display_name").is_some();
            let fetched = has(&api.fetch(&sid).json);
            format!("{fetched} {}", has(&api.get(WHATSAPP).json["senders"][0]))
        }
        "rate-limit" => {
            let mut answers = Vec::new();
            for wait_ms in [0, 10_000, 10_000, 40_000] {
                api.emulator.advance_ms(wait_ms);
                answers.push(api.get(WHATSAPP));
            }
            let later = answers[2].header("Retry-After").unwrap_or("no").to_owned();
            let brief: Vec<String> = answers.iter().map(Answer::brief).collect();
            format!("{}, {later}", brief.join(" "))
        }
        "rate-window-ms" => {
            api.emulator.set_switch("rate-limit", "1").unwrap();
            let first = api.get(WHATSAPP).brief();
            let second = api.get(WHATSAPP);
            api.emulator.advance_ms(5_000);
            let later = second.header("Retry-After").unwrap();
            format!("{first} {} {}, {later}", second.brief(), api.get(WHATSAPP).brief())
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
        ("sandboxed", "present", "no switch is called `sandboxed`: did you mean sandbox"),
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
