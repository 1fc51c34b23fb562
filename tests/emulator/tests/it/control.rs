//! Changes of a sender that a test makes without a request, and the states that need them.

use serde_json::{Value, json};

use crate::support::{Api, NOWHERE, WHATSAPP};

const ID: &str = "whatsapp:+15551230000";

fn change(api: &mut Api, sid: &str, change: Value) {
    api.emulator.change_sender(sid, change.to_string().as_bytes()).unwrap();
}

#[test]
fn a_sender_goes_offline_with_reasons() {
    let mut api = Api::new();
    let sid = api.online(ID);
    let whole = json!({ "code": "410", "message": "gone", "more_info": null, "extra": 1 });
    change(&mut api, &sid, json!({ "offline_reasons": [63059, "63020", "99999", null, whole] }));
    api.emulator.advance_ms(1_000_000);
    let sender = api.fetch(&sid).json;
    assert_eq!(sender["status"], "OFFLINE");
    let reasons = sender["offline_reasons"].as_array().unwrap();
    let codes: Vec<&str> = reasons.iter().map(|reason| reason["code"].as_str().unwrap_or("null")).collect();
    assert_eq!(codes, ["63059", "63020", "99999", "null", "410"]);
    assert_eq!(reasons[0]["message"], "The number was moved to another WhatsApp Business Account");
    assert_eq!(reasons[2]["more_info"], "https://www.twilio.com/docs/api/errors/99999");
    assert_eq!((&reasons[3], &reasons[4]), (&Value::Null, &whole));
    assert_eq!(sender["properties"]["quality_rating"], "HIGH");
    assert_eq!(api.emulator.sender(&sid).unwrap().offline_code, Some(63059));
    assert_eq!(api.get(WHATSAPP).json["senders"][0]["offline_reasons"][1]["code"], "63020");
    change(&mut api, &sid, json!({ "status": "ONLINE" }));
    assert_eq!(api.fetch(&sid).json["offline_reasons"], Value::Null);
    change(&mut api, &sid, json!({ "offline_reasons": [] }));
    let sender = api.fetch(&sid).json;
    assert_eq!((&sender["status"], &sender["offline_reasons"]), (&json!("OFFLINE"), &Value::Null));
}

#[test]
fn quality_and_limit_take_any_value() {
    let mut api = Api::new();
    let sid = api.online(ID);
    change(&mut api, &sid, json!({ "quality_rating": "LOW" }));
    let properties = |api: &mut Api| api.fetch(&sid).json["properties"].clone();
    let usual = "10K Customers/24hr";
    assert_eq!(properties(&mut api), json!({ "quality_rating": "LOW", "messaging_limit": usual }));
    for limit in [json!("250 Customers/24hr"), json!("Unavailable"), json!(1000), Value::Null] {
        change(&mut api, &sid, json!({ "messaging_limit": limit }));
        assert_eq!(properties(&mut api), json!({ "quality_rating": "LOW", "messaging_limit": limit }));
    }
}

#[test]
fn a_state_that_is_set_may_end_by_itself() {
    let mut api = Api::new();
    let sid = api.online(ID);
    for (status, then) in
        [("ONLINE:UPDATING", "ONLINE"), ("UNKNOWN", "ONLINE"), ("CREATING", "PENDING_VERIFICATION")]
    {
        change(&mut api, &sid, json!({ "status": status, "for_ms": 5_000 }));
        api.emulator.advance_ms(4_999);
        assert_eq!(api.status(&sid), status);
        api.emulator.advance_ms(1);
        assert_eq!(api.status(&sid), then);
    }
}

#[test]
fn a_sender_that_is_online_may_need_another_code() {
    let mut api = Api::new();
    let sid = api.online(ID);
    change(&mut api, &sid, json!({ "status": "ONLINE:PENDING_VERIFICATION" }));
    assert_eq!(api.emulator.waiting_codes().len(), 1);
    assert_eq!(api.verify(&sid, "000000").brief(), "400/63113");
    assert_eq!(api.verify(&sid, "123456").json["status"], "VERIFYING");
    api.emulator.advance_ms(1_500);
    assert_eq!(api.status(&sid), "ONLINE");
    assert_eq!(api.emulator.waiting_codes(), []);
}

#[test]
fn too_many_codes_until_another_is_asked_for() {
    let mut api = Api::with(&[("verification-limit", "2")]);
    let sid = api.created(ID);
    api.emulator.advance_ms(1_500);
    let resend = json!({ "configuration": { "verification_method": "voice" } });
    for sent in 1..=3 {
        assert_eq!(api.verify(&sid, "000000").brief(), "400/63113");
        assert_eq!(api.verify(&sid, "000000").brief(), "400/63113");
        // Now the right code is too late.
        assert_eq!(api.verify(&sid, "123456").brief(), "400/63114");
        let waiting = api.emulator.waiting_codes().remove(0);
        assert_eq!((waiting.codes_sent, waiting.wrong_codes), (sent, 2));
        let answer = api.update(&sid, resend.clone()).brief();
        assert_eq!(answer, if sent < 3 { "202" } else { "400/63114" });
    }
    assert_eq!(api.status(&sid), "PENDING_VERIFICATION");
    // The code and the method in one request are a verification.
    let mut api = Api::new();
    let sid = api.created(ID);
    api.emulator.advance_ms(1_500);
    let both = json!({ "configuration": { "verification_method": "sms", "verification_code": "123456" } });
    assert_eq!(api.update(&sid, both).json["status"], "VERIFYING");
}

#[test]
fn the_status_of_a_name_is_set_by_hand() {
    let mut api = Api::new();
    let sid = api.online(ID);
    for status in [
        "PENDING_REVIEW",
        "APPROVED",
        "DECLINED",
        "PIN_MISMATCH",
        "REGISTRATION_FAILED",
        "EXPIRED",
        "A_NEW_WORD",
    ] {
        change(
            &mut api,
            &sid,
            json!({ "pending_display_name": "New", "pending_display_name_status": status }),
        );
        api.emulator.advance_ms(1_000_000);
        let sender = api.fetch(&sid).json;
        assert_eq!(
            (&sender["pending_display_name"], &sender["profile"]["name"]),
            (&json!("New"), &json!("Old Name"))
        );
        assert_eq!(sender["pending_display_name_status"], status);
    }
    change(&mut api, &sid, json!({ "pending_display_name_status": "COMPLETED" }));
    let sender = api.fetch(&sid).json;
    assert_eq!((&sender["pending_display_name"], &sender["profile"]["name"]), (&json!("New"), &json!("New")));
    api.emulator.advance_ms(14 * 24 * 60 * 60 * 1000);
    assert_eq!(api.fetch(&sid).json.get("pending_display_name"), None);
}

#[test]
fn one_sender_hides_from_lists_or_from_everything() {
    let mut api = Api::new();
    let sid = api.online(ID);
    let listed = |api: &mut Api| api.get(WHATSAPP).json["senders"].as_array().unwrap().len();
    api.created("whatsapp:+15551230001");
    change(&mut api, &sid, json!({ "hide_from_list_ms": 5_000, "hide_from_fetch_ms": 3_000 }));
    assert_eq!((listed(&mut api), api.fetch(&sid).status), (1, 404));
    api.emulator.advance_ms(3_000);
    assert_eq!((listed(&mut api), api.fetch(&sid).status), (1, 200));
    api.emulator.advance_ms(2_000);
    assert_eq!(listed(&mut api), 2);
}

#[test]
fn updates_become_visible_one_after_the_other() {
    let mut api = Api::with(&[("update-delay-ms", "1000")]);
    let sid = api.online(ID);
    api.emulator.advance_ms(10_000);
    let about = |api: &mut Api| api.fetch(&sid).json["profile"]["about"].as_str().unwrap().to_owned();
    let mut seen = vec![about(&mut api)];
    for text in ["1", "2"] {
        api.update(&sid, json!({ "profile": { "about": text } }));
        api.emulator.advance_ms(600);
        seen.push(about(&mut api));
    }
    api.emulator.advance_ms(400);
    seen.push(about(&mut api));
    assert_eq!(seen, ["Hello", "Hello", "1", "2"]);
}

#[test]
fn a_change_that_is_none_changes_nothing() {
    let mut api = Api::new();
    let sid = api.online(ID);
    let before = api.fetch(&sid).json;
    for bad in [
        r#"{"state":"OFFLINE"}"#,
        r#"{"status":"OFFLINE","for_ms":-1}"#,
        r#"{"status":1}"#,
        r#"{"for_ms":1}"#,
        r#"{"offline_reasons":"63020"}"#,
        "[]",
        "",
    ] {
        let error = api.emulator.change_sender(&sid, bad.as_bytes()).unwrap_err();
        assert!(error.contains("change") || error.contains("for_ms"), "{bad}: {error}");
    }
    assert!(api.emulator.change_sender(NOWHERE, b"{}").unwrap_err().contains("no sender"));
    assert_eq!(api.fetch(&sid).json, before);
}
