//! The body of a create or an update: its sections, checked and written as JSON.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::code::VerificationCode;
use super::json::{end, pick, quoted, text_of};
use super::rules::write_fields;
use super::sections::Sections;
use crate::argument::InvalidArgument;
use crate::ids::SenderId;
use crate::secret::Secret;

/// The text of a field of a section, in the JSON of a request.
fn text_in<'j>(json: &'j str, section: &str, name: &str) -> Option<Cow<'j, str>> {
    let [section] = pick(json, [section])?;
    let [field] = pick(section?, [name])?;
    text_of(field?)
}

/// The body of a create or an update: checked, and written as JSON.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body {
    json: Secret,
    /// The display name that is asked for.
    name: Option<String>,
    /// Whether a verification code is given.
    verifies: bool,
    /// Whether a verification method is named and no code is given.
    asks_for_code: bool,
}

impl Body {
    pub(crate) fn of_sections(sections: &Sections) -> Self {
        Self::of_json(sections.to_json())
    }

    fn of_json(json: String) -> Self {
        let name = text_in(&json, "profile", "name").map(Cow::into_owned);
        let verifies = text_in(&json, "configuration", "verification_code").is_some();
        let asks_for_code = !verifies && text_in(&json, "configuration", "verification_method").is_some();
        Self { json: Secret::new(json), name, verifies, asks_for_code }
    }

    /// The sections among the fields of a request, which were found to be its own or sections.
    pub(crate) fn of_fields(fields: &Map<String, Value>) -> Result<Self, InvalidArgument> {
        let mut json = String::new();
        let mut before = '{';
        write_fields(fields, "", Sections::SHAPE, &mut before, &mut json)?;
        end(before, &mut json);
        Ok(Self::of_json(json))
    }

    /// The body that gives a verification code and nothing else.
    pub(crate) fn verifying(code: &VerificationCode) -> Self {
        let json = format!(r#"{{"configuration":{{"verification_code":{}}}}}"#, quoted(code.expose()));
        Self { json: Secret::new(json), name: None, verifies: true, asks_for_code: false }
    }

    pub(crate) const fn json(&self) -> &Secret {
        &self.json
    }

    /// The JSON with the sender it is for in front.
    pub(crate) fn json_for(&self, id: &SenderId) -> Secret {
        let sections = self.json.expose().strip_prefix('{').unwrap_or_default();
        let comma = if sections == "}" { "" } else { "," };
        Secret::new(format!(r#"{{"sender_id":{}{comma}{sections}"#, quoted(id.as_str())))
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(crate) const fn verifies(&self) -> bool {
        self.verifies
    }

    pub(crate) const fn asks_for_code(&self) -> bool {
        self.asks_for_code
    }
}

/// Shows nothing: names, numbers and codes stay out of logs.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::rules::object;
    use serde_json::json;

    fn sent(sections: &Value) -> Result<Body, String> {
        let fields = object(sections, "", &[], Sections::SHAPE).map_err(|error| error.to_string())?;
        Body::of_fields(fields).map_err(|error| error.to_string())
    }

    fn json_of(sections: &Value) -> String {
        sent(sections).unwrap().json.expose().to_owned()
    }

    #[test]
    fn what_was_received_goes_back_as_it_came() {
        let webhook = r#"{"callback_method":"GET", "future":{"n":1.0,"big":123456789012345678901234567890},"retries":3}"#;
        let sections = json!({"webhook": {"$received": webhook}, "friendly_name": "F"});
        let out = r#"{"friendly_name":"F","webhook":{"callback_method":"GET","future":{"n":1.0,"big":123456789012345678901234567890},"retries":3}}"#;
        assert_eq!(json_of(&sections), out);
        assert_eq!(Sections::received(r#"{"a":"b"}"#), r#"{"$received":"{\"a\":\"b\"}"}"#);
        // As a value too, for a binding that has no text of it.
        let sections = json!({"webhook": {"$received": {"callback_method": "GET", "retries": null}}});
        assert_eq!(json_of(&sections), r#"{"webhook":{"callback_method":"GET"}}"#);
    }

    #[test]
    fn what_was_null_is_left_out_at_every_depth() {
        let profile = r#"{"name":"N","about":null,"emails":[{"email":"a","label":null},null,"b"],"later":{"x":null,"y":[{"z":null}]},"name2":null}"#;
        let sections =
            json!({"profile": {"$received": profile}, "webhook": {"$received": r#"{"callback_url":null}"#}});
        assert_eq!(
            json_of(&sections),
            r#"{"webhook":{},"profile":{"name":"N","emails":[{"email":"a"},null,"b"],"later":{"y":[{}]}}}"#
        );
        // The last value of a repeated key counts.
        let sections =
            json!({"profile": {"$received": r#"{"about":"x","name":"old","about":null,"name":"new"}"#}});
        assert_eq!(json_of(&sections), r#"{"profile":{"name":"new"}}"#);
    }

    #[test]
    fn changes_are_checked_and_take_the_place_of_what_was_received() {
        let webhook = r#"{"callback_method":"GET","callback_url":"u","fallback_url":"f"}"#;
        let changed = json!({"webhook": {"$received": webhook, "callback_url": "v", "fallback_url": null}});
        assert_eq!(
            json_of(&changed),
            r#"{"webhook":{"callback_method":"GET","callback_url":"v","fallback_url":null}}"#
        );
        let wrong = json!({"webhook": {"$received": webhook, "fallback_method": "GET"}});
        assert_eq!(
            sent(&wrong).unwrap_err(),
            "webhook.fallback_method must be one of `POST`, `PUT`, got `GET`"
        );
        let unknown = json!({"webhook": {"$received": webhook, "retries": 3}});
        let error = sent(&unknown).unwrap_err();
        assert!(error.starts_with("webhook has no field `retries`: it has `callback_url`,"), "{error}");
        assert!(!error.contains("received"), "{error}");
        // A list that was received goes as it came too.
        let emails = json!({"$received": ["a@example.com", {"email": "b", "label": null, "verified": true}]});
        assert_eq!(
            json_of(&json!({"profile": {"emails": emails}})),
            r#"{"profile":{"emails":["a@example.com",{"email":"b","verified":true}]}}"#
        );
        // An item that was received, among others.
        let emails = json!([{"$received": r#"{"email":"a","verified":true}"#}, {"email": "b"}]);
        assert_eq!(
            json_of(&json!({"profile": {"emails": emails}})),
            r#"{"profile":{"emails":[{"email":"a","verified":true},{"email":"b"}]}}"#
        );
    }

    #[test]
    fn a_name_and_a_code_are_seen_wherever_they_come_from() {
        let both = |sections: &Value| sent(sections).map(|body| (body.name, body.verifies)).unwrap();
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(both(&json!({"profile": {"$received": r#"{"name":"N"}"#}})), (name("N"), false));
        assert_eq!(
            both(&json!({"profile": {"$received": r#"{"name":"N"}"#, "name": "M"}})),
            (name("M"), false)
        );
        assert_eq!(both(&json!({"profile": {"$received": r#"{"name":null}"#}})), (None, false));
        let code = json!({"configuration": {"$received": "{}", "verification_code": "123456"}});
        assert_eq!(both(&code), (None, true));
    }

    #[test]
    fn what_is_no_object_of_a_response_is_refused() {
        for odd in [json!("["), json!("[]"), json!(1), json!(""), json!("{} x"), Value::Null] {
            let error = sent(&json!({"profile": {"$received": odd}})).unwrap_err();
            assert!(error.starts_with("profile must be an object as a response held it"), "{error}");
        }
        let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(sent(&json!({"profile": {"$received": nested(65)}})).is_ok());
        for depth in [66, 100_000] {
            let error = sent(&json!({"profile": {"$received": nested(depth)}})).unwrap_err();
            assert!(error.contains("must not be nested more than 64 deep"), "{error}");
        }
        let list = |received: Value| sent(&json!({"profile": {"emails": {"$received": received}}}));
        assert!(
            list(json!({"a": 1})).unwrap_err().starts_with("profile.emails must be a list as a response")
        );
        // Only an object or a list can have been received, and a person's own key is none.
        assert!(sent(&json!({"$received": "{}"})).unwrap_err().contains("has no field"));
        assert!(sent(&json!({"friendly_name": {"$received": "{}"}})).unwrap_err().contains("must be text"));
    }
}
