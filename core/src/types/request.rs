//! What a caller gave a request: checked against the tables of its fields and written as it goes over the wire.

use std::fmt;

use serde_json::{Map, Value};

use super::Sections;
use super::model::{begin, end, input_text, join, one_of};
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
                VerificationCode::check(code, path)?;
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
    let names = || own.iter().copied().chain(shape.iter().map(|(name, _)| *name));
    let Some(key) = fields.keys().find(|key| !names().any(|name| name == key.as_str())) else {
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
    write_fields(object(value, path, &[], shape)?, path, shape, out)
}

/// Writes those fields that the shape has, in its order.
fn write_fields(
    fields: &Map<String, Value>,
    path: &str,
    shape: Shape,
    out: &mut String,
) -> Result<(), InvalidArgument> {
    let mut before = '{';
    for (name, rule) in shape {
        let Some(value) = fields.get(*name) else { continue };
        begin(name, &mut before, out);
        if value.is_null() {
            out.push_str("null");
        } else {
            rule.write(value, &join(path, name), out)?;
        }
    }
    end(before, out);
    Ok(())
}

/// What a create or an update says of a sender: checked, and written as JSON.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body {
    json: Secret,
    /// The display name that is asked for.
    name: Option<String>,
    /// Whether a verification code is given.
    verifies: bool,
}

impl Body {
    pub(crate) fn of_sections(sections: &Sections) -> Self {
        let code = sections.configuration.value().map(|configuration| &configuration.verification_code);
        Self {
            json: Secret::new(sections.to_json()),
            name: sections.profile.value().and_then(|profile| profile.name.value()).cloned(),
            verifies: code.is_some_and(|code| code.value().is_some()),
        }
    }

    /// The sections among the fields of a request, which were found to be its own or sections.
    pub(crate) fn of_fields(fields: &Map<String, Value>) -> Result<Self, InvalidArgument> {
        let mut json = String::new();
        write_fields(fields, "", Sections::SHAPE, &mut json)?;
        let leaf = |section: &str, name: &str| fields.get(section)?.get(name)?.as_str();
        Ok(Self {
            json: Secret::new(json),
            name: leaf("profile", "name").map(str::to_owned),
            verifies: leaf("configuration", "verification_code").is_some(),
        })
    }

    /// The body that gives a verification code and nothing else.
    pub(crate) fn verifying(code: &VerificationCode) -> Self {
        let json = format!(r#"{{"configuration":{{"verification_code":{}}}}}"#, quoted(code.expose()));
        Self { json: Secret::new(json), name: None, verifies: true }
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
}

/// Shows nothing: names, numbers and codes stay out of logs.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
