//! JSON text kept as it is: the details that `serde_json::Value` would lose (key order, the form of a number) matter
//! here.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// Returns `text` without the white space between its tokens; keys keep their order and strings their escapes.
#[must_use]
pub fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            out.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if !c.is_ascii_whitespace() {
            out.push(c);
            in_string = c == '"';
        }
    }
    out
}

/// One value: objects without order, numbers as written.
#[derive(Clone, Debug)]
enum Node {
    Object(BTreeMap<String, Box<RawValue>>),
    Array(Vec<Box<RawValue>>),
    Text(String),
    Number(String),
    Word(String),
}

fn node(text: &str) -> Result<Node, String> {
    let broken = |error: serde_json::Error| format!("not JSON: {error}");
    let text = text.trim();
    Ok(match text.chars().next() {
        Some('{') => Node::Object(serde_json::from_str(text).map_err(broken)?),
        Some('[') => Node::Array(serde_json::from_str(text).map_err(broken)?),
        Some('"') => Node::Text(serde_json::from_str(text).map_err(broken)?),
        Some('-' | '0'..='9') => Node::Number(text.to_owned()),
        _ => Node::Word(text.to_owned()),
    })
}

fn is_integer(text: &str) -> bool {
    text.bytes().all(|b| b == b'-' || b.is_ascii_digit())
}

fn same_number(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    // Two whole numbers that are written differently are different, whatever their size; a fraction may be written in
    // many ways.
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => !(is_integer(a) && is_integer(b)) && x.total_cmp(&y).is_eq(),
        _ => false,
    }
}

/// Returns every place where the two values differ, as `path: what`; empty if they are the same. The order of keys
/// does not matter. A null may be missing at the paths for which `may_lack` is true.
///
/// # Errors
/// If either text is not JSON.
pub fn differences(
    path: &str,
    expected: &str,
    actual: &str,
    may_lack: fn(&str) -> bool,
) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    walk(path, expected, actual, may_lack, &mut found)?;
    Ok(found)
}

fn walk(
    path: &str,
    expected: &str,
    actual: &str,
    may_lack: fn(&str) -> bool,
    found: &mut Vec<String>,
) -> Result<(), String> {
    match (node(expected)?, node(actual)?) {
        (Node::Object(want), Node::Object(have)) => {
            for (key, value) in &want {
                let path = format!("{path}.{key}");
                match have.get(key) {
                    Some(other) => walk(&path, value.get(), other.get(), may_lack, found)?,
                    None if value.get() == "null" && may_lack(&path) => {}
                    None => found.push(format!("{path}: missing, expected {}", shown(&compact(value.get())))),
                }
            }
            for (key, value) in have.iter().filter(|(key, _)| !want.contains_key(*key)) {
                found.push(format!("{path}.{key}: not expected, got {}", shown(&compact(value.get()))));
            }
        }
        (Node::Array(want), Node::Array(have)) => {
            if want.len() != have.len() {
                found.push(format!("{path}: expected {} items, got {}", want.len(), have.len()));
            }
            for (index, (value, other)) in want.iter().zip(&have).enumerate() {
                walk(&format!("{path}[{index}]"), value.get(), other.get(), may_lack, found)?;
            }
        }
        (Node::Text(want), Node::Text(have)) if want == have => {}
        (Node::Number(want), Node::Number(have)) if same_number(&want, &have) => {}
        (Node::Word(want), Node::Word(have)) if want == have => {}
        _ => found.push(format!(
            "{path}: expected {}, got {}",
            shown(&compact(expected)),
            shown(&compact(actual))
        )),
    }
    Ok(())
}

/// Cuts `text` to a length that fits on a line of a report.
#[must_use]
pub fn shown(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}… ({} bytes)", text.get(..cut).unwrap_or_default(), text.len()),
        None => text.to_owned(),
    }
}

/// Compares the fields that `want` names: `null` means that there is no such field. A list has as many items as `want` has.
#[must_use]
pub fn missing(place: &str, want: &Value, have: &Value) -> Vec<String> {
    match (want, have) {
        (Value::Object(fields), Value::Object(found)) => {
            let of = |(name, want): (&String, &Value)| {
                missing(&format!("{place}.{name}"), want, found.get(name).unwrap_or(&Value::Null))
            };
            fields.iter().flat_map(of).collect()
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let pairs = wanted.iter().zip(found).enumerate();
            pairs.flat_map(|(at, (want, have))| missing(&format!("{place}[{at}]"), want, have)).collect()
        }
        _ if want == have => Vec::new(),
        _ => {
            vec![format!("{place}: expected {}, got {}", shown(&want.to_string()), shown(&have.to_string()))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_may_be_there_and_lists_are_whole() {
        let found = |want: &str, have: &str| {
            missing("$", &serde_json::from_str(want).unwrap(), &serde_json::from_str(have).unwrap())
        };
        assert!(found(r#"{"a":[{"b":1}],"c":null}"#, r#"{"a":[{"b":1,"x":2}],"y":3}"#).is_empty());
        assert_eq!(found(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":2}]}"#), ["$.a[0].b: expected 1, got 2"]);
        for (want, have) in
            [(r#"{"a":[]}"#, r#"{"a":[1]}"#), (r#"{"a":null}"#, r#"{"a":1}"#), (r#"{"a":1}"#, "{}")]
        {
            assert_eq!(found(want, have).len(), 1, "{want} {have}");
        }
    }

    #[test]
    fn compact_leaves_strings_alone() {
        assert_eq!(
            compact("{ \"b\" : [ 1 , \"a b\\\" c\" ],\n \"a\": null }"),
            r#"{"b":[1,"a b\" c"],"a":null}"#
        );
        assert_eq!(compact(r#"["\\", 1]"#), r#"["\\",1]"#);
    }

    #[test]
    fn differences_are_found_and_named() {
        let same = |a: &str, b: &str| differences("$", a, b, |_| false).unwrap().is_empty();
        assert!(same(r#"{"a":1,"b":[null,true]}"#, r#"{"b":[null,true],"a":1}"#));
        assert!(same("1.0", "1") && same(r#""é""#, r#""\u00e9""#));
        assert!(!same("12345678901234567890123", "12345678901234567890124"));
        assert!(!same("1", "\"1\"") && !same("null", "false") && !same("[1]", "[1,2]"));
        assert_eq!(
            differences("$", r#"{"a":{"x":1}}"#, r#"{"a":{"x":2},"z":0}"#, |_| false).unwrap(),
            ["$.a.x: expected 1, got 2", "$.z: not expected, got 0"]
        );
    }

    #[test]
    fn only_a_null_that_may_be_missing_may() {
        let lacks = |expected| differences("$", expected, "{}", |path| path == "$.a").unwrap().len();
        assert_eq!([lacks(r#"{"a":null}"#), lacks(r#"{"b":null}"#), lacks(r#"{"a":1}"#)], [0, 1, 1]);
    }
}
