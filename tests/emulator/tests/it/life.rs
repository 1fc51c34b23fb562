//! The states of a sender on the virtual clock.

use serde_json::{Value, json};

use crate::support::{Api, SENDERS, WHATSAPP, path, request};

const ID: &str = "whatsapp:+15551230000";

#[test]
fn a_whole_life_with_a_code() {
    let mut api = Api::new();
    let answer = api.create(ID);
    assert_eq!((answer.status, &answer.json["status"]), (202, &json!("CREATING")));
    let sid = answer.json["sid"].as_str().unwrap().to_owned();
    let mut seen = vec![api.status(&sid)];
    api.emulator.advance_ms(1_499);
    seen.push(api.status(&sid));
    api.emulator.advance_ms(1);
    seen.push(api.status(&sid));
    // Without a code nothing changes any more.
    api.emulator.advance_ms(86_400_000);
    seen.push(api.status(&sid));
    let verified = api.verify(&sid, "123456");
    assert_eq!((verified.status, &verified.json["status"]), (202, &json!("VERIFYING")));
    assert_eq!(verified.json["configuration"]["verification_code"], Value::Null);
    api.emulator.advance_ms(1_499);
    seen.push(api.status(&sid));
    api.emulator.advance_ms(1);
    seen.push(api.status(&sid));
    let updated = api.update(&sid, json!({ "profile": { "about": "New" } }));
    assert_eq!(updated.json["status"], "ONLINE:UPDATING");
    seen.push(api.status(&sid));
    api.emulator.advance_ms(1_500);
    seen.push(api.status(&sid));
    let waits = "PENDING_VERIFICATION";
    let expected = ["CREATING", "CREATING", waits, waits, "VERIFYING", "ONLINE", "ONLINE:UPDATING", "ONLINE"];
    assert_eq!(seen, expected);
    assert_eq!(api.fetch(&sid).json["properties"]["quality_rating"], "HIGH");
    let deleted = api.delete(&sid);
    assert_eq!((deleted.status, deleted.text.as_str(), deleted.header("Content-Type")), (204, "", None));
    assert_eq!(api.fetch(&sid).brief(), "404/20404");
    assert_eq!(api.delete(&sid).brief(), "404/20404");
    assert_eq!(api.update(&sid, json!({ "webhook": {} })).brief(), "404/20404");
    assert_eq!(api.get(WHATSAPP).json["senders"], json!([]));
    // The number can be used again, with another SID.
    assert_ne!(api.created(ID), sid);
}

#[test]
fn a_number_that_receives_sms_from_twilio_verifies_itself() {
    let mut api = Api::new();
    let sid = api.created("whatsapp:+15550112345");
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(api.status(&sid));
        api.emulator.advance_ms(1_500);
    }
    assert_eq!(seen, ["CREATING", "OFFLINE", "VERIFYING", "ONLINE", "ONLINE"]);
    assert_eq!(api.fetch(&sid).json["offline_reasons"], Value::Null);
}

#[test]
fn each_state_takes_its_own_step_however_late_somebody_looks() {
    let mut api = Api::new();
    let sid = api.created("whatsapp:+15550112345");
    api.emulator.advance_ms(4_499);
    assert_eq!(api.status(&sid), "VERIFYING");
    api.emulator.advance_ms(1);
    assert_eq!(api.status(&sid), "ONLINE");
}

#[test]
fn no_time_passes_when_instant() {
    let mut api = Api::instant();
    let sid = api.created("whatsapp:+15550112345");
    assert_eq!(api.status(&sid), "ONLINE");
    let sid = api.created(ID);
    assert_eq!(api.status(&sid), "PENDING_VERIFICATION");
    assert_eq!(api.verify(&sid, "123456").json["status"], "VERIFYING");
    assert_eq!(api.status(&sid), "ONLINE");
    assert_eq!(api.update(&sid, json!({ "profile": { "about": "x" } })).json["status"], "ONLINE:UPDATING");
    assert_eq!(api.get(WHATSAPP).json["senders"][1]["status"], "ONLINE");
    assert_eq!(api.emulator.now_ms(), 0);
}

#[test]
fn a_wrong_code_leaves_the_sender_waiting() {
    let mut api = Api::instant();
    let sid = api.created(ID);
    assert_eq!(api.verify(&sid, "000000").brief(), "400/63113");
    assert_eq!(api.status(&sid), "PENDING_VERIFICATION");
    assert_eq!(api.verify(&sid, "111111").status, 202);
    assert_eq!(api.status(&sid), "ONLINE");
}

#[test]
fn a_magic_code_fails_later() {
    let mut api = Api::instant();
    let sid = api.created(ID);
    assert_eq!(api.verify(&sid, "163114").json["status"], "VERIFYING");
    let sender = api.fetch(&sid).json;
    assert_eq!(sender["status"], "OFFLINE");
    assert_eq!(
        sender["offline_reasons"],
        json!([{
            "code": "63114",
            "message": "Too Many Verification Codes",
            "more_info": "https://www.twilio.com/docs/api/errors/63114",
        }])
    );
    assert_eq!(api.verify(&sid, "123456").brief(), "400/63100");
}

#[test]
fn a_sender_whose_code_did_not_arrive_is_verified_by_hand() {
    let mut api = Api::instant();
    let sid = api.created("whatsapp:+15550063116");
    assert_eq!(api.fetch(&sid).json["offline_reasons"][0]["code"], "63116");
    assert_eq!(api.verify(&sid, "123456").status, 202);
    let sender = api.fetch(&sid).json;
    assert_eq!((&sender["status"], &sender["offline_reasons"]), (&json!("ONLINE"), &Value::Null));
}

#[test]
fn an_update_before_verification_changes_data_and_not_the_state() {
    let mut api = Api::instant();
    let sid = api.created(ID);
    let answer = api.update(&sid, json!({ "configuration": { "verification_method": "voice" } }));
    assert_eq!((answer.status, &answer.json["status"]), (202, &json!("PENDING_VERIFICATION")));
    assert_eq!(api.fetch(&sid).json["configuration"]["verification_method"], "voice");
}

#[test]
fn a_second_update_prolongs_the_first() {
    let mut api = Api::new();
    let sid = api.online(ID);
    api.update(&sid, json!({ "profile": { "about": "1" } }));
    api.emulator.advance_ms(1_000);
    api.update(&sid, json!({ "profile": { "about": "2" } }));
    api.emulator.advance_ms(1_000);
    assert_eq!(api.status(&sid), "ONLINE:UPDATING");
    api.emulator.advance_ms(500);
    assert_eq!(api.status(&sid), "ONLINE");
}

#[test]
fn an_rcs_sender_has_compliance_and_is_not_written_to() {
    let mut api = Api::new();
    let sid = api.created("rcs:brand_agent");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(api.status(&sid));
        api.emulator.advance_ms(1_500);
    }
    assert_eq!(seen, ["CREATING", "TWILIO_REVIEW", "ONLINE"]);
    let compliance = api.fetch(&sid).json["compliance"].clone();
    assert_eq!(compliance["countries"][0]["status"], "ONLINE");
    assert_eq!(compliance["countries"][0]["carriers"][0]["status"], "APPROVED");
    assert!(compliance["registration_sid"].is_string());
    assert_eq!(api.update(&sid, json!({ "profile": { "about": "x" } })).brief(), "400/63100");
    assert_eq!(api.delete(&sid).brief(), "400/63100");
    assert_eq!(api.get(WHATSAPP).json["senders"], json!([]));
    assert_eq!(api.get(&format!("{SENDERS}?Channel=rcs")).json["senders"][0]["sid"], json!(sid));
}

#[test]
fn a_test_may_put_a_sender_into_any_status() {
    let mut api = Api::new();
    let sid = api.online(ID);
    for status in ["OFFLINE", "DRAFT", "STUBBED", "ONLINE:PENDING_VERIFICATION"] {
        assert!(api.emulator.set_status(&sid, status));
        api.emulator.advance_ms(100_000);
        assert_eq!(api.status(&sid), status);
        let state = api.emulator.sender(&sid).unwrap();
        assert_eq!((state.status.as_str(), state.sender_id.as_str(), state.offline_code), (status, ID, None));
        assert_eq!(serde_json::from_str::<Value>(&state.json).unwrap()["status"], json!(status));
    }
    assert!(!api.emulator.set_status("XE1", "ONLINE"));
    assert!(api.emulator.sender("XE1").is_none());
}

#[test]
fn urls_are_made_of_the_host_that_was_asked() {
    let mut api = Api::new();
    let sid = api.created(ID);
    let answer = api.send(request("GET", &path(&sid)).with_header("host", "127.0.0.1:8421"));
    assert_eq!(answer.json["url"], json!(format!("http://127.0.0.1:8421{}", path(&sid))));
    assert_eq!(api.fetch(&sid).json["url"], json!(format!("https://messaging.twilio.com{}", path(&sid))));
}
