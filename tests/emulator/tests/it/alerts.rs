//! The error log.

use serde_json::{Value, json};

use crate::support::{Answer, Api};

const LOG: &str = "/v1/Alerts";

fn entries(answer: &Answer) -> Vec<&Value> {
    answer.json["alerts"].as_array().expect(&answer.text).iter().collect()
}

/// Three senders that failed, a second after each other; the last has 63104.
fn failed() -> (Api, Vec<String>) {
    let mut api = Api::new();
    api.emulator.seed_senders(4);
    let sids: Vec<String> = api.emulator.sids().map(str::to_owned).collect();
    for (sid, code) in sids.iter().zip([63110, 63116, 63104]) {
        api.emulator.advance_ms(1_000);
        let change = json!({ "offline_reasons": [code] }).to_string();
        api.emulator.change_sender(sid, change.as_bytes()).unwrap();
    }
    (api, sids)
}

#[test]
fn a_failed_sender_has_an_entry_with_the_documented_fields() {
    let (mut api, sids) = failed();
    let answer = api.get(LOG);
    let codes: Vec<&Value> = entries(&answer).iter().map(|entry| &entry["error_code"]).collect();
    assert_eq!(codes, ["63104", "63116", "63110"]);
    let first = entries(&answer)[0];
    assert_eq!(first["resource_sid"], sids[2].as_str());
    assert_eq!(first["date_generated"], "2026-01-01T00:00:03Z");
    assert_eq!(first["request_url"], "https://messaging.twilio.com/v2/Channels/Senders");
    // Source: the fields of Twilio's OpenAPI file of the Monitor API, v1.
    let names = [
        "account_sid",
        "alert_text",
        "api_version",
        "date_created",
        "date_generated",
        "date_updated",
        "error_code",
        "log_level",
        "more_info",
        "request_method",
        "request_url",
        "resource_sid",
        "service_sid",
        "sid",
        "url",
    ];
    let mut found: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, names);
    assert!(first["sid"].as_str().is_some_and(|sid| sid.len() == 34 && sid.starts_with("NO")));
    assert_eq!(answer.json["meta"]["url"], "https://monitor.twilio.com/v1/Alerts?PageSize=50&Page=0");
}

#[test]
fn a_registration_that_fails_by_itself_is_dated_by_its_failure() {
    let mut api = Api::new();
    let sid = api.created("whatsapp:+15550063104");
    api.emulator.advance_ms(60_000);
    let answer = api.get(LOG);
    let fetched = api.fetch(&sid);
    assert_eq!(entries(&answer).len(), fetched.json["offline_reasons"].as_array().map_or(0, Vec::len));
    for entry in entries(&answer) {
        assert_eq!(entry["resource_sid"], sid.as_str());
        assert_eq!(entry["date_generated"], "2026-01-01T00:00:01Z");
    }
    assert!(!entries(&answer).is_empty(), "{}", fetched.text);
}

#[test]
fn pages_follow_each_other_and_every_entry_comes_once() {
    let (mut api, _) = failed();
    let mut target = Some(format!("{LOG}?PageSize=2"));
    let mut codes = Vec::new();
    let mut back = None;
    while let Some(at) = target {
        let answer = api.get(&at);
        codes.extend(entries(&answer).iter().map(|entry| entry["error_code"].as_str().unwrap().to_owned()));
        let link = |name: &str| {
            let url = answer.json["meta"][name].as_str()?;
            Some(url.strip_prefix("https://monitor.twilio.com").expect(url).to_owned())
        };
        back = link("previous_page_url");
        target = link("next_page_url");
    }
    assert_eq!(codes, ["63104", "63116", "63110"]);
    assert_eq!(entries(&api.get(&back.unwrap())).len(), 2);
}

#[test]
fn level_and_dates_choose() {
    let (mut api, _) = failed();
    for (query, count) in [
        ("LogLevel=error", 3),
        ("LogLevel=warning", 0),
        ("StartDate=2026-01-01", 3),
        ("StartDate=2026-01-01T00:00:02Z", 2),
        ("EndDate=2026-01-01T00:00:02Z", 2),
        ("EndDate=2026-01-01", 3),
        ("EndDate=2025-12-31", 0),
        ("StartDate=2026-01-02", 0),
    ] {
        assert_eq!(entries(&api.get(&format!("{LOG}?{query}"))).len(), count, "{query}");
    }
    for wrong in [
        "LogLevel=fatal",
        "StartDate=1.1.2026",
        "EndDate=2026-01-01T00:00:02",
        "PageSize=0",
        "PageSize=1001",
        "PageToken=x",
        "Page=x",
        "Page=+1",
        "Level=error",
    ] {
        assert_eq!(api.get(&format!("{LOG}?{wrong}")).status, 400, "{wrong}");
    }
}
