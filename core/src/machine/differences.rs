//! Where a sender differs from what a request asks for.

use serde_json::Value;

use crate::types::{Sender, first_items, join, pick};

/// The fields of the sections of a request, as JSON, that the sender has not, or has otherwise.
pub(crate) fn differences_of(sections: &str, sender: &Sender) -> Vec<String> {
    // The sender is walked as text: a tree of it would take many times its size.
    fn walk(wanted: &Value, have: Option<&str>, path: &str, found: &mut Vec<String>) {
        match (wanted, have) {
            (Value::Object(fields), _) => {
                for (key, wanted) in fields {
                    if !matches!(key.as_str(), "verification_code" | "verification_method") {
                        let have = have.and_then(|have| pick(have, [key.as_str()])?[0]);
                        walk(wanted, have, &join(path, key), found);
                    }
                }
            }
            (Value::Null, None | Some("null")) => {}
            // A list differs as a whole, by the fields that the request gave its items.
            (Value::Array(wanted), Some(have)) => {
                let items = first_items(have, wanted.len() + 1).filter(|items| items.len() == wanted.len());
                let mut within = Vec::new();
                for (wanted, have) in wanted.iter().zip(items.iter().flatten()) {
                    walk(wanted, Some(have), path, &mut within);
                }
                if items.is_none() || !within.is_empty() {
                    found.push(path.to_owned());
                }
            }
            (wanted, Some(have)) if is_same(wanted, have) => {}
            _ => found.push(path.to_owned()),
        }
    }
    let wanted: Value = serde_json::from_str(sections).unwrap_or_default();
    let mut found = Vec::new();
    walk(&wanted, Some(&sender.to_json()), "", &mut found);
    found
}

/// Whether a text, number or truth is the same; a long one in `have` is read only where it may be. No character takes more
/// than six bytes in JSON.
fn is_same(wanted: &Value, have: &str) -> bool {
    let longest = wanted.as_str().map_or(64, |text| 2 + text.len() * 6);
    have.len() <= longest && serde_json::from_str::<Value>(have).is_ok_and(|have| have == *wanted)
}
