//! The fields of a request as JSON text, as Kotlin and Swift write them. Every rule and every message is the core's.

use std::fmt;

use senders_core::Sections;
use serde_json::{Map, Value};

use crate::problem::{Failure, guard, internal, wrong_json};

/// Returns the request that has `fields`, the JSON of an object, and `value` under the key `key`.
pub(crate) fn request(key: &str, value: String, fields: &str) -> Result<Value, Failure> {
    let mut request: Map<String, Value> = serde_json::from_str(fields)
        .map_err(|_| internal("the fields of a request must cross the border as one JSON object"))?;
    request.insert(key.to_owned(), Value::String(value));
    Ok(Value::Object(request))
}

/// Checks the fields of a request that a caller wrote as JSON in the API's own words, by the rules of any request.
///
/// # Errors
/// [`Failure`] of kind `invalid_argument` naming the field.
#[uniffi::export]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn check_fields(json: String) -> Result<(), Failure> {
    guard(|| {
        let value: Value = serde_json::from_str(&json).map_err(|error| {
            // Where, not what: the text may hold a code.
            let (line, column) = (error.line(), error.column());
            wrong_json("json", format!("json must be one JSON object: line {line}, column {column} is not"))
        })?;
        if !value.is_object() {
            return Err(wrong_json("json", "json must be one JSON object".to_owned()));
        }
        if Sections::has_received(&value) {
            let text = format!("json must not have the key `{}`", Sections::RECEIVED);
            return Err(wrong_json("json", text));
        }
        let checked = Sections::from_value(&value, "");
        checked.map(drop).map_err(|error| wrong_json(error.field(), error.to_string()))
    })
}

/// A field of a JSON object.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Entry {
    /// The name.
    pub name: String,
    /// The text, if it is one.
    pub text: Option<String>,
    /// The JSON of the items, if it is a list.
    pub items: Option<Vec<String>>,
    /// The JSON of the value.
    pub json: String,
}

/// Shows the name alone: the value may be a code, a name or a number.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Returns the fields of a JSON object that [`check_fields`] accepted; none if it is no object.
#[uniffi::export]
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn entries_of_json(json: String) -> Vec<Entry> {
    let fields: Map<String, Value> = serde_json::from_str(&json).unwrap_or_default();
    fields
        .into_iter()
        .map(|(name, value)| Entry {
            name,
            text: value.as_str().map(str::to_owned),
            items: value.as_array().map(|items| items.iter().map(Value::to_string).collect()),
            json: value.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use senders_core::CreateSender;
    use serde_json::json;

    #[test]
    fn fields_become_a_request_and_keep_their_three_states() {
        let text = json!({
            "friendly_name": null,
            "configuration": {"waba_id": "1", "account_type": ""},
            "profile": {"about": null, "emails": null, "phone_numbers": [], "websites": [{"label": null}, {}]},
        });
        assert!(check_fields(text.to_string()).is_ok());
        let found = request("sender_id", "whatsapp:+15017122661".to_owned(), &text.to_string()).unwrap();
        let mut expected = text;
        expected["sender_id"] = json!("whatsapp:+15017122661");
        assert_eq!(found, expected);
        assert!(CreateSender::from_value(&found).is_ok());
        let Failure::Failed { details } = request("sid", String::new(), "[]").unwrap_err();
        assert_eq!(details.kind, "internal");
    }

    #[test]
    fn the_fields_of_an_object_are_read_one_by_one() {
        let entries = entries_of_json(r#"{"a":"é","b":null,"c":[{"d":"1"},2],"e":{"f":"g"}}"#.to_owned());
        let of = |name: &str, text: Option<&str>, items: Option<&[&str]>, json: &str| Entry {
            name: name.to_owned(),
            text: text.map(str::to_owned),
            items: items.map(|items| items.iter().map(|it| (*it).to_owned()).collect()),
            json: json.to_owned(),
        };
        let expected = [
            of("a", Some("é"), None, "\"é\""),
            of("b", None, None, "null"),
            of("c", None, Some(&[r#"{"d":"1"}"#, "2"]), r#"[{"d":"1"},2]"#),
            of("e", None, None, r#"{"f":"g"}"#),
        ];
        assert_eq!(entries, expected);
        assert!(!format!("{entries:?}").contains('é'));
        assert!(entries_of_json("[]".to_owned()).is_empty());
    }

    #[test]
    fn mistakes_keep_the_words_of_the_wire() {
        let refuse = |text: &str| {
            let Failure::Failed { details } = check_fields(text.to_owned()).unwrap_err();
            assert_eq!(details.kind, "invalid_argument");
            (details.field.unwrap_or_default(), details.text)
        };
        let (field, text) = refuse(r#"{"configuration":{"wabaId":"1"}}"#);
        assert_eq!(field, "configuration");
        assert!(text.contains("did you mean `waba_id`?"), "{text}");
        assert_eq!(refuse(r#"{"profile":{"emails":[{"email":4}]}}"#).0, "profile.emails[0].email");
        assert_eq!(refuse(r#"{"profile":{"$received":"{}"}}"#).0, "json");
        let (field, text) = refuse("{\"configuration\": canary");
        assert_eq!(field, "json");
        assert!(!text.contains("canary"), "{text}");
    }
}
