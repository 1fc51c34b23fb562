//! The display name of a sender that is online: its review, and the responses to a failure.

use serde_json::{Value, json};

use crate::support::{Answer, Api};

const ID: &str = "whatsapp:+15551230000";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

fn rename(api: &mut Api, sid: &str, name: &str) -> Answer {
    api.update(sid, json!({ "profile": { "name": name } }))
}

/// Returns the name in effect, the pending name and its status; `-` for an absent field.
fn seen(api: &mut Api, sid: &str) -> String {
    let sender = api.fetch(sid).json;
    let text = |value: Option<&Value>| value.map_or("-", |value| value.as_str().unwrap()).to_owned();
    let fields = ["pending_display_name", "pending_display_name_status"].map(|key| text(sender.get(key)));
    assert_eq!(sender.get("pending_display_name_status_date").is_some(), fields[1] != "-");
    format!("{}, {}, {}", text(sender["profile"].get("name")), fields[0], fields[1])
}

#[test]
fn a_new_display_name_is_reviewed_and_applied() {
    let mut api = Api::new();
    let sid = api.online(ID);
    assert_eq!(seen(&mut api, &sid), "Old Name, -, -");
    let unnamed = api.update(&sid, json!({ "profile": { "about": "x" } }));
    assert_eq!(unnamed.json.get("display_name_status"), None);
    assert_eq!(rename(&mut api, &sid, "Old Name").json["display_name_status"], "no_change");
    let other = api.update(&sid, json!({ "profile": { "name": "New Name", "about": "y" } }));
    assert_eq!(other.json["display_name_status"], "updating");
    let again = rename(&mut api, &sid, "New Name");
    assert_eq!((again.status, &again.json["display_name_status"]), (202, &json!("pending_review")));
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, PENDING_REVIEW");
    let sender = api.fetch(&sid).json;
    assert_eq!(sender["profile"]["about"], "y");
    // Created at 0, 2 s to the code, 20 s to ONLINE.
    assert_eq!(sender["pending_display_name_status_date"], "2026-01-01T00:00:22Z");
    api.emulator.advance_ms(1_500);
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, APPROVED");
    assert_eq!(api.fetch(&sid).json["pending_display_name_status_date"], "2026-01-01T00:00:23Z");
    api.emulator.advance_ms(1_500);
    assert_eq!(seen(&mut api, &sid), "New Name, New Name, COMPLETED");
    assert_eq!(api.fetch(&sid).json["pending_display_name_status_date"], "2026-01-01T00:00:25Z");
    assert_eq!(api.status(&sid), "ONLINE");
}

#[test]
fn a_completed_change_is_reported_for_14_days() {
    let mut api = Api::new();
    let sid = api.online(ID);
    rename(&mut api, &sid, "New Name");
    api.emulator.advance_ms(3_000 + 14 * DAY_MS - 1);
    assert_eq!(seen(&mut api, &sid), "New Name, New Name, COMPLETED");
    api.emulator.advance_ms(1);
    assert_eq!(seen(&mut api, &sid), "New Name, -, -");
}

#[test]
fn a_name_that_was_not_applied_is_applied_by_sending_it_again() {
    for (outcome, status, wait_ms) in [
        ("pin-mismatch", "PIN_MISMATCH", 3_000),
        ("registration-failed", "REGISTRATION_FAILED", 3_000),
        ("expired", "EXPIRED", 1_500 + 14 * DAY_MS),
    ] {
        let mut api = Api::with(&[("display-name", outcome)]);
        let sid = api.online(ID);
        rename(&mut api, &sid, "New Name");
        api.emulator.advance_ms(wait_ms - 1);
        assert_eq!(seen(&mut api, &sid), "Old Name, New Name, APPROVED", "{outcome}");
        api.emulator.advance_ms(1);
        assert_eq!(seen(&mut api, &sid), format!("Old Name, New Name, {status}"));
        api.emulator.advance_ms(100 * DAY_MS);
        assert_eq!(seen(&mut api, &sid), format!("Old Name, New Name, {status}"));
        api.emulator.set_switch("display-name", "approved").unwrap();
        assert_eq!(rename(&mut api, &sid, "New Name").json["display_name_status"], "updating");
        // Without another review.
        assert_eq!(seen(&mut api, &sid), "Old Name, New Name, APPROVED");
        api.emulator.advance_ms(1_500);
        assert_eq!(seen(&mut api, &sid), "New Name, New Name, COMPLETED");
    }
}

#[test]
fn a_declined_name_is_reviewed_again_when_it_is_sent_again() {
    let mut api = Api::with(&[("display-name", "declined")]);
    let sid = api.online(ID);
    rename(&mut api, &sid, "New Name");
    api.emulator.advance_ms(1_500);
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, DECLINED");
    assert_eq!(rename(&mut api, &sid, "New Name").json["display_name_status"], "updating");
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, PENDING_REVIEW");
    api.emulator.advance_ms(1_500);
    assert_eq!(rename(&mut api, &sid, "Third Name").status, 202);
    assert_eq!(seen(&mut api, &sid), "Old Name, Third Name, PENDING_REVIEW");
}

#[test]
fn a_name_alone_that_fails_is_an_error_with_a_code() {
    let mut api = Api::with(&[("display-name", "error")]);
    let sid = api.online(ID);
    let before = api.fetch(&sid).json;
    assert_eq!(rename(&mut api, &sid, "New Name").brief(), "400/63124");
    assert_eq!(api.fetch(&sid).json, before);
    for more in [
        json!({ "profile": { "name": "New Name", "about": "y" } }),
        json!({ "profile": { "name": "New Name" }, "webhook": { "callback_url": "https://e.example" } }),
        json!({ "profile": { "name": "New Name" }, "configuration": { "account_type": "" } }),
        json!({ "profile": { "name": "New Name" }, "friendly_name": "Shop" }),
    ] {
        let answer = api.update(&sid, more);
        assert_eq!((answer.status, &answer.json["display_name_status"]), (202, &json!("error")));
    }
    assert_eq!(api.fetch(&sid).json["profile"]["about"], "y");
    assert_eq!(seen(&mut api, &sid), "Old Name, -, -");
}

#[test]
fn another_name_while_one_is_reviewed_is_a_conflict() {
    let mut api = Api::new();
    let sid = api.online(ID);
    rename(&mut api, &sid, "New Name");
    assert_eq!(rename(&mut api, &sid, "Third Name").brief(), "409/63128");
    let with_more = api.update(&sid, json!({ "profile": { "name": "Third Name", "about": "y" } }));
    assert_eq!((with_more.status, &with_more.json["display_name_status"]), (202, &json!("error")));
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, PENDING_REVIEW");
    assert_eq!(api.fetch(&sid).json["profile"]["about"], "y");
    api.emulator.advance_ms(1_500);
    // Meta has decided; the next name may be sent.
    assert_eq!(rename(&mut api, &sid, "Third Name").status, 202);
    assert_eq!(seen(&mut api, &sid), "Old Name, Third Name, PENDING_REVIEW");
}

#[test]
fn the_review_has_a_timer_of_its_own() {
    let mut api = Api::with(&[("name-review-ms", "10000")]);
    let sid = api.online(ID);
    rename(&mut api, &sid, "New Name");
    for _ in 0..9 {
        api.emulator.advance_ms(1_000);
        // Neither another update nor a status that a test sets restarts or ends it.
        api.update(&sid, json!({ "webhook": { "callback_url": "https://e.example" } }));
        assert_eq!(seen(&mut api, &sid), "Old Name, New Name, PENDING_REVIEW");
    }
    assert!(api.emulator.set_status(&sid, "OFFLINE"));
    api.emulator.advance_ms(1_000);
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, APPROVED");
    api.emulator.advance_ms(1_500);
    assert_eq!(seen(&mut api, &sid), "New Name, New Name, COMPLETED");
    assert_eq!(api.status(&sid), "OFFLINE");

    // And ONLINE:UPDATING ends while the review continues.
    let mut api = Api::with(&[("name-review-ms", "10000")]);
    let sid = api.online(ID);
    assert_eq!(rename(&mut api, &sid, "New Name").json["status"], "ONLINE:UPDATING");
    api.emulator.advance_ms(1_500);
    assert_eq!(api.status(&sid), "ONLINE");
    assert_eq!(seen(&mut api, &sid), "Old Name, New Name, PENDING_REVIEW");
}

#[test]
fn a_name_before_registration_is_not_reviewed() {
    let mut api = Api::new();
    let sid = api.created(ID);
    assert_eq!(rename(&mut api, &sid, "First Name").json["display_name_status"], "updating");
    assert_eq!(seen(&mut api, &sid), "First Name, -, -");
}
