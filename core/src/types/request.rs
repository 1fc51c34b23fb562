//! What a caller gave a request: checked against the tables of its fields and written as it goes over the wire.
//!
//! The rules are for what a person writes. What a response held goes back as it came: [`Sections::RECEIVED`] marks it.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::Sections;
use super::model::{begin, end, entries, input_text, items, join, one_of, pick, text_of};
use crate::error::InvalidArgument;
use crate::ids::{SenderId, is_sid};
use crate::secret::Secret;
use crate::types::VerificationCode;

/// What a value in a request must be. A field may also be null, an item of a list may not.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `AP` and 32 hexadecimal digits.
    VoiceApplicationSid,
    /// A code, which no error shows.
    VerificationCode,
    Object(Shape),
    List(&'static Self),
}

/// The fields of an object, in the documentation's order.
pub(crate) type Shape = &'static [(&'static str, Rule)];

impl Rule {
    /// Checks a value and writes it. `path` names it in errors: `profile.emails[0].email`.
    fn write(self, value: &Value, path: &str, out: &mut String) -> Result<(), InvalidArgument> {
        match self {
            Self::Object(shape) => return write_object(value, path, shape, out),
            Self::List(_) if value.get(RECEIVED).is_some() => {
                let list = value.get(RECEIVED).map(received_json).unwrap_or_default();
                if items(&list).is_none() {
                    let rule = "must be a list as a response held it, which this one is not";
                    return Err(InvalidArgument::unshown(path, rule));
                }
                return write_back(&list, path, out);
            }
            Self::List(rule) => {
                let items = value
                    .as_array()
                    .ok_or_else(|| InvalidArgument::of_value(path, "must be a list", value))?;
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    rule.write(item, &format!("{path}[{at}]"), out)?;
                }
                out.push(']');
                return Ok(());
            }
            Self::VerificationCode => {
                let code = value.as_str().ok_or_else(|| InvalidArgument::unshown(path, "must be text"))?;
                out.push_str(&quoted(VerificationCode::parse_at(code, path)?.expose()));
                return Ok(());
            }
            Self::VoiceApplicationSid => {
                let text = input_text(value, path)?;
                if !is_sid(text, "AP") {
                    return Err(InvalidArgument::new(path, "must be AP and 32 hexadecimal digits", text));
                }
            }
            Self::Word(words) => {
                let text = input_text(value, path)?;
                if !words.contains(&text) {
                    return Err(InvalidArgument::new(path, &one_of(words), text));
                }
            }
            Self::Text => {}
        }
        out.push_str(&quoted(input_text(value, path)?));
        Ok(())
    }
}

/// Text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The fields of the object a caller gave, each of which must be one of `own` or of the shape.
pub(crate) fn object<'v>(
    value: &'v Value,
    path: &str,
    own: &[&'static str],
    shape: Shape,
) -> Result<&'v Map<String, Value>, InvalidArgument> {
    let fields = value.as_object().ok_or_else(|| {
        InvalidArgument::of_value(
            if path.is_empty() { "the request" } else { path },
            "must be an object",
            value,
        )
    })?;
    let fields_of = shape.iter().map(|(name, _)| *name);
    let names = || own.iter().copied().filter(|name| *name != RECEIVED).chain(fields_of.clone());
    let known = |key: &str| own.contains(&key) || names().any(|name| name == key);
    let Some(key) = fields.keys().find(|key| !known(key)) else {
        return Ok(fields);
    };
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_ascii_lowercase();
    let hint = match names().find(|name| plain(name) == plain(key)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(InvalidArgument::unknown_key(path, key, &hint))
}

/// Checks an object and writes it.
pub(crate) fn write_object(
    value: &Value,
    path: &str,
    shape: Shape,
    out: &mut String,
) -> Result<(), InvalidArgument> {
    let mut before = '{';
    match value.get(RECEIVED) {
        None => write_fields(object(value, path, &[], shape)?, path, shape, &mut before, out)?,
        Some(received) => {
            let changes = object(value, path, &[RECEIVED], shape)?;
            write_received(received, changes, path, &mut before, out)?;
            write_fields(changes, path, shape, &mut before, out)?;
        }
    }
    end(before, out);
    Ok(())
}

/// Writes those fields that the shape has, in its order.
fn write_fields(
    fields: &Map<String, Value>,
    path: &str,
    shape: Shape,
    before: &mut char,
    out: &mut String,
) -> Result<(), InvalidArgument> {
    for (name, rule) in shape {
        let Some(value) = fields.get(*name) else { continue };
        begin(name, before, out);
        if value.is_null() {
            out.push_str("null");
        } else {
            rule.write(value, &join(path, name), out)?;
        }
    }
    Ok(())
}

/// The key under which a request holds an object as a response had it.
const RECEIVED: &str = "$received";

/// How deep an object that is sent back may be nested.
const DEEPEST: u32 = 64;

impl Sections {
    /// The key that marks an object of a request as one a response held. No field can have this name.
    ///
    /// Wherever a request has an object (a section, an item of a profile's lists), `{"$received": …}` may stand instead.
    /// Its value is that object, as its JSON text or as a value. So it is with a list. Nothing in it is checked: it goes out
    /// as it came, byte for byte where it is given as text, but for its null fields, which are left out at every depth. An
    /// answer to an update has null for what was not sent; sent back, that null would clear it.
    ///
    /// Fields beside the key are changes: they are checked as ever, null clears, and they take the place of what was received.
    ///
    /// A binding writes the key itself, for its own objects, and refuses it in what a caller wrote.
    ///
    /// ```
    /// use senders_core::UpdateSender;
    /// let read = r#"{"name":"N","about":null,"emails":["a@example.com"],"future":1}"#;
    /// let update = serde_json::json!({
    ///     "sid": "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ///     "profile": {"$received": read, "vertical": "Automotive"},
    /// });
    /// // Sends {"profile":{"name":"N","emails":["a@example.com"],"future":1,"vertical":"Automotive"}}
    /// assert!(UpdateSender::from_value(&update).is_ok());
    /// ```
    pub const RECEIVED: &'static str = RECEIVED;

    /// Whether the mark stands anywhere in what a caller gave, where it has no place.
    #[must_use]
    pub fn has_received(value: &Value) -> bool {
        match value {
            Value::Object(fields) => {
                fields.iter().any(|(key, value)| key == RECEIVED || Self::has_received(value))
            }
            Value::Array(items) => items.iter().any(Self::has_received),
            _ => false,
        }
    }

    /// The JSON of an object a response held, `json`, as a request may hold it.
    #[must_use]
    pub fn received(json: &str) -> String {
        format!("{{{}:{}}}", quoted(RECEIVED), quoted(json))
    }
}

/// Writes the fields of an object that was received, but for those that are null or are changed.
fn write_received(
    received: &Value,
    changes: &Map<String, Value>,
    path: &str,
    before: &mut char,
    out: &mut String,
) -> Result<(), InvalidArgument> {
    let json = received_json(received);
    let place = if path.is_empty() { "the request" } else { path };
    let fields = last_entries(&json).ok_or_else(|| {
        InvalidArgument::unshown(place, "must be an object as a response held it, which this one is not")
    })?;
    for (name, value) in fields {
        if value != "null" && !changes.contains_key(name.as_ref()) {
            begin(&name, before, out);
            write_back(value, place, out)?;
        }
    }
    Ok(())
}

/// What was received, given as its text or as a value.
fn received_json(received: &Value) -> Cow<'_, str> {
    match received {
        Value::String(json) => Cow::Borrowed(json),
        // Not its `Display`: that brings tables of what can be printed, for errors it cannot have.
        other => Cow::Owned(serde_json::to_string(other).unwrap_or_default()),
    }
}

/// Writes what was received at `place`.
fn write_back(json: &str, place: &str, out: &mut String) -> Result<(), InvalidArgument> {
    without_nulls(json, DEEPEST, out).ok_or_else(|| {
        let rule = format!("must not be nested more than {DEEPEST} deep to be sent back");
        InvalidArgument::unshown(place, &rule)
    })
}

/// Writes JSON that was checked, without the fields that are null; `None` if it is nested too deep.
fn without_nulls(json: &str, depth: u32, out: &mut String) -> Option<()> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let mut before = '{';
            for (name, value) in last_entries(json)? {
                if value != "null" {
                    begin(&name, &mut before, out);
                    without_nulls(value, depth.checked_sub(1)?, out)?;
                }
            }
            end(before, out);
        }
        Some(b'[') => {
            out.push('[');
            for (at, item) in items(json)?.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                without_nulls(item, depth.checked_sub(1)?, out)?;
            }
            out.push(']');
        }
        _ => out.push_str(json),
    }
    Some(())
}

/// The entries of a JSON object, of a key that stands there twice the last; `None` if the text is not one JSON object.
fn last_entries(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let all = entries(json)?;
    let name = |at: &usize| all.get(*at).map(|(name, _)| name.as_ref());
    let mut last: Vec<usize> = (0..all.len()).collect();
    last.sort_unstable_by(|a, b| name(a).cmp(&name(b)).then(b.cmp(a)));
    last.dedup_by(|a, b| name(a) == name(b));
    let mut is_last = vec![false; all.len()];
    for at in last {
        if let Some(is_last) = is_last.get_mut(at) {
            *is_last = true;
        }
    }
    Some(all.into_iter().zip(is_last).filter(|(_, is_last)| *is_last).map(|(entry, _)| entry).collect())
}

/// The text of a field of a section, in the JSON of a request.
fn text_in<'j>(json: &'j str, section: &str, name: &str) -> Option<Cow<'j, str>> {
    let [section] = pick(json, [section])?;
    let [field] = pick(section?, [name])?;
    text_of(field?)
}

/// What a create or an update says of a sender: checked, and written as JSON.
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
        // Of a key that stands there twice, the last counts.
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
        assert!(error.starts_with("webhook has no field `retries`: it has callback_url,"), "{error}");
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
