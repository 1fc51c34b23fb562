//! Conversion of JavaScript's weakly typed values into the core's types.

use senders_core::{InvalidArgument, meant, one_line};
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;

use crate::problem::{argument, internal, invalid};

/// The object that a caller gave, as `npm/src/plain.ts` wrote it: a request has the API's keys.
pub(crate) fn object(json: &str) -> Result<Map<String, Value>, JsValue> {
    match serde_json::from_str(json) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(internal("the arguments are no plain object")),
    }
}

/// Refuses keys that are not among `known`. `what` names the object in the message.
pub(crate) fn known(map: &Map<String, Value>, what: &str, known: &[&str]) -> Result<(), JsValue> {
    let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    let hint = meant(key, &mut known.iter().copied()).map_or_else(
        || ["it has ", &known.join(", ")].concat(),
        |name| ["did you mean `", name, "`?"].concat(),
    );
    let rule = ["is not an option of ", what, ": ", &hint].concat();
    Err(invalid(InvalidArgument::of_key("", &one_line(key), &rule)))
}

/// Returns the name of a wrong value's type for an error. Numbers are not shown: they may be phone numbers.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn wrong(name: &str, wanted: &str, value: &Value) -> JsValue {
    argument(name, &format!("must be {wanted}, got {}", kind_of(value)))
}

/// Reads an option that is text.
pub(crate) fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Result<Option<&'v str>, JsValue> {
    match map.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong(name, "text", other)),
    }
}

/// Reads a required argument that is text.
pub(crate) fn required<'v>(map: &'v Map<String, Value>, name: &str) -> Result<&'v str, JsValue> {
    text(map, name)?.ok_or_else(|| argument(name, "must be given"))
}

/// Reads an option that is a count.
pub(crate) fn count(map: &Map<String, Value>, name: &str) -> Result<Option<u64>, JsValue> {
    match map.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => match number.as_u64() {
            Some(count) => Ok(Some(count)),
            None => {
                let got = number.as_i64().map_or_else(|| "another".to_owned(), |number| number.to_string());
                Err(argument(name, &format!("must be a whole number that is not negative, got {got}")))
            }
        },
        Some(other) => Err(wrong(name, "a whole number", other)),
    }
}

/// Reads an option that is true or false; false if it is absent.
pub(crate) fn flag(map: &Map<String, Value>, name: &str) -> Result<bool, JsValue> {
    match map.get(name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(wrong(name, "true or false", other)),
    }
}
