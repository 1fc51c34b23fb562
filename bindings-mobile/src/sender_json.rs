//! A sender as JSON: read, and its parts as a request sends them back.

use crate::models::Sender;
use crate::problem::{Failure, guard, wrong_json};

/// Reads a sender from its JSON, as [`Sender::json`] has it.
///
/// # Errors
/// [`Failure`] of kind `invalid_argument` if the text is no sender.
#[uniffi::export]
pub fn sender_of_json(json: String) -> Result<Sender, Failure> {
    guard(|| match senders_core::Sender::from_json(json) {
        Ok(sender) => Ok(Sender::from(&sender)),
        Err(_) => Err(wrong_json(
            "json",
            "json must be the JSON of a sender: an object with a text `sid` and a text `status`".to_owned(),
        )),
    })
}

/// A part of a sender that a request may send back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum Part {
    /// Its `configuration`.
    Configuration,
    /// Its `webhook`.
    Webhook,
    /// Its `profile`.
    Profile,
    /// One of the profile's `websites`.
    Website {
        /// Its place, counted from 0.
        at: u32,
    },
    /// One of the profile's `emails`.
    Email {
        /// Its place, counted from 0.
        at: u32,
    },
    /// One of the profile's `phone_numbers`.
    PhoneNumber {
        /// Its place, counted from 0.
        at: u32,
    },
}

/// The JSON of a part of a sender, whose own JSON is `json`, as a request can send it back; `None` if there is no such part.
#[uniffi::export]
#[must_use]
pub fn part_of_json(json: String, part: Part) -> Option<String> {
    let sender = senders_core::Sender::from_json(json).ok()?;
    match part {
        Part::Configuration => Some(sender.configuration()?.to_json()),
        Part::Webhook => Some(sender.webhook()?.to_json()),
        Part::Profile => Some(sender.profile()?.to_json()),
        Part::Website { at } | Part::Email { at } | Part::PhoneNumber { at } => {
            items(&sender.profile()?, part).into_iter().nth(usize::try_from(at).ok()?)
        }
    }
}

/// The JSON of each item of the list that `part` is one of, as [`part_of_json`] has it: a long list is read once.
#[uniffi::export]
#[must_use]
pub fn items_of_json(json: String, part: Part) -> Vec<String> {
    let sender = senders_core::Sender::from_json(json).ok();
    sender.and_then(|sender| sender.profile()).map(|profile| items(&profile, part)).unwrap_or_default()
}

/// The JSON of each item of the list that `part` is one of; none for a part that is no item.
fn items(profile: &senders_core::Profile, part: Part) -> Vec<String> {
    macro_rules! items {
        ($list:ident) => {
            profile.$list.value().into_iter().flatten().map(|item| item.to_json()).collect()
        };
    }
    match part {
        Part::Configuration | Part::Webhook | Part::Profile => Vec::new(),
        Part::Website { .. } => items!(websites),
        Part::Email { .. } => items!(emails),
        Part::PhoneNumber { .. } => items!(phone_numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn parts_are_as_they_were_received() {
        let configuration = r#"{"waba_id":null,"future":{"n":1.0}}"#;
        let email = r#"{"email":"a","label":null,"new":1}"#;
        let text = format!(
            r#"{{"sid":"XE1","status":"S","configuration":{configuration},"profile":{{"emails":[{email}],"websites":["w"]}}}}"#
        );
        let part = |part| part_of_json(text.clone(), part);
        assert_eq!(part(Part::Configuration).as_deref(), Some(configuration));
        assert_eq!(part(Part::Email { at: 0 }).as_deref(), Some(email));
        assert_eq!(part(Part::Website { at: 0 }).as_deref(), Some(r#"{"website":"w"}"#));
        assert!(part(Part::Profile).is_some_and(|json| json.contains(email)));
        assert_eq!(items_of_json(text.clone(), Part::Email { at: 7 }), [email]);
        assert_eq!(items_of_json(text.clone(), Part::Website { at: 0 }), [r#"{"website":"w"}"#]);
        assert!(items_of_json(text.clone(), Part::Profile).is_empty());
        for none in [Part::Webhook, Part::Email { at: 1 }, Part::PhoneNumber { at: 0 }] {
            assert_eq!(part(none), None);
        }
    }

    #[test]
    fn every_documented_field_arrives_and_the_text_keeps_the_rest() {
        let text = json!({
            "sid": "XE1", "status": "NEW_STATUS", "sender_id": "whatsapp:+1", "friendly_name": "F",
            "configuration": {"waba_id": "w", "verification_method": "sms", "voice_application_sid": "APX",
                "account_type": "ISV", "verification_code": "1"},
            "webhook": {"callback_url": "u", "callback_method": "POST", "fallback_url": "f",
                "fallback_method": "PUT", "status_callback_url": "s", "status_callback_method": "POST"},
            "profile": {"name": "N", "about": "A", "address": null, "logo_url": 7, "use_case": "OTP",
                "websites": [{"website": "w", "label": "l"}], "emails": [], "phone_numbers": null},
            "properties": {"quality_rating": "HIGH", "messaging_limit": "10K"},
            "offline_reasons": [{"code": "63104", "message": "m", "more_info": "i"}, null],
            "compliance": {"registration_sid": "r", "countries": [{"country": "US", "registration_sid": "q",
                "status": "ONLINE", "carriers": [{"name": "c", "status": "APPROVED"}]}]},
            "url": "U", "pending_display_name": "P", "pending_display_name_status": "APPROVED",
            "pending_display_name_status_date": "D", "display_name_status": "updating", "new": [1.0],
        });
        let sender = sender_of_json(text.to_string()).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!((sender.sid.as_str(), sender.status.as_str()), ("XE1", "NEW_STATUS"));
        assert_eq!(sender.sender_id, some("whatsapp:+1"));
        assert_eq!(sender.configuration.as_ref().unwrap().voice_application_sid, some("APX"));
        assert_eq!(sender.configuration.as_ref().unwrap().account_type, some("ISV"));
        assert_eq!(sender.webhook.as_ref().unwrap().fallback_method, some("PUT"));
        let profile = sender.profile.as_ref().unwrap();
        // A number where a text is documented is read as its text.
        assert_eq!((profile.address.clone(), profile.logo_url.clone()), (None, some("7")));
        assert_eq!(profile.websites.as_ref().unwrap().first().unwrap().label, some("l"));
        assert_eq!((profile.emails.clone(), profile.phone_numbers.clone()), (Some(Vec::new()), None));
        assert_eq!(sender.offline_reasons.len(), 1);
        let country = sender.compliance.as_ref().unwrap().countries.as_ref().unwrap().first().unwrap();
        assert_eq!(country.carriers.as_ref().unwrap().first().unwrap().status, some("APPROVED"));
        assert_eq!(sender.pending_display_name_status, some("APPROVED"));
        assert_eq!(sender.display_name_status, some("updating"));
        assert_eq!(serde_json::from_str::<Value>(&sender.json).unwrap(), text);
        assert!(!format!("{sender:?} {profile:?}").contains("whatsapp"));
    }

    #[test]
    fn what_is_no_sender_is_a_mistake_that_shows_nothing() {
        for text in ["", "[]", r#"{"sid":"canary"}"#] {
            let Failure::Failed { details } = sender_of_json(text.to_owned()).unwrap_err();
            assert_eq!((details.kind.as_str(), details.field.as_deref()), ("invalid_argument", Some("json")));
            assert!(!details.text.contains("canary"));
        }
    }
}
