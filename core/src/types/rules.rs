//! The rules of a request: checks a caller's values against the tables of fields and writes them as they go over the wire.
//!
//! The rules are for values that a person writes. A value of a response goes back as it came: `Sections::RECEIVED` marks it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::code::VerificationCode;
use super::json::{begin, end, items, last_entries, quoted};
use crate::argument::InvalidArgument;
use crate::ids::is_sid;
use crate::naming::hint;

/// The rule for a value in a request. A field may also be null, an item of a list may not.
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
                    return Err(InvalidArgument::redacted(path, rule));
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
                let code = value.as_str().ok_or_else(|| InvalidArgument::redacted(path, "must be text"))?;
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
    match fields.keys().find(|key| !known(key)) {
        None => Ok(fields),
        Some(key) => Err(InvalidArgument::unknown_key(path, key, &hint(key, &names().collect::<Vec<_>>()))),
    }
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
pub(super) fn write_fields(
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
pub(super) const RECEIVED: &str = "$received";

/// How deep an object that is sent back may be nested.
const DEEPEST: u32 = 64;

/// Writes the fields of an object that was received, except those that are null or are changed.
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
        InvalidArgument::redacted(place, "must be an object as a response held it, which this one is not")
    })?;
    for (name, value) in fields {
        if value != "null" && !changes.contains_key(name.as_ref()) {
            begin(&name, before, out);
            write_back(value, place, out)?;
        }
    }
    Ok(())
}

/// A received value, given as its text or as a value.
fn received_json(received: &Value) -> Cow<'_, str> {
    match received {
        Value::String(json) => Cow::Borrowed(json),
        // Not its `Display`: that adds formatting tables to the binary, for errors that cannot occur here.
        other => Cow::Owned(serde_json::to_string(other).unwrap_or_default()),
    }
}

/// Writes what was received at `place`.
fn write_back(json: &str, place: &str, out: &mut String) -> Result<(), InvalidArgument> {
    without_nulls(json, DEEPEST, out).ok_or_else(|| {
        let rule = format!("must not be nested more than {DEEPEST} deep to be sent back");
        InvalidArgument::redacted(place, &rule)
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

/// The text the caller gave for `path`.
pub(crate) fn input_text<'v>(value: &'v Value, path: &str) -> Result<&'v str, InvalidArgument> {
    value.as_str().ok_or_else(|| InvalidArgument::of_value(path, "must be text", value))
}

/// `must be one of …` for an error.
pub(crate) fn one_of(words: &[&str]) -> String {
    let mut rule = "must be one of ".to_owned();
    for (at, word) in words.iter().enumerate() {
        rule.push_str(if at > 0 { ", `" } else { "`" });
        rule.push_str(word);
        rule.push('`');
    }
    rule
}

/// The path of `key` within the object at `path`.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
