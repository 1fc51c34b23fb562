//! Reads fields of a sender through the core's typed accessors, by path.

use senders_core::{Patch, Sender};
use serde::Serialize;
use serde_json::Value;

/// Returns the field at `path` as the typed interface reads it; null if it is absent, null, or of another type than
/// documented.
#[must_use]
pub fn read(sender: &Sender, path: &str) -> Value {
    let (head, rest) = match path.find(['.', '[']) {
        Some(at) => (path.get(..at).unwrap_or_default(), path.get(at..).unwrap_or_default()),
        None => (path, ""),
    };
    let value = match head {
        "sid" => to_value(&sender.sid()),
        "status" => to_value(&sender.status()),
        "sender_id" => to_value(&sender.sender_id()),
        "friendly_name" => to_value(&sender.friendly_name()),
        "url" => to_value(&sender.url()),
        "pending_display_name" => to_value(&sender.pending_display_name()),
        "pending_display_name_status" => to_value(&sender.pending_display_name_status()),
        "pending_display_name_status_date" => to_value(&sender.pending_display_name_status_date()),
        "display_name_status" => to_value(&sender.display_name_status()),
        "configuration" => typed(sender.configuration().map(|mut model| {
            model.extra.clear();
            model.to_json()
        })),
        "webhook" => typed(sender.webhook().map(|mut model| {
            model.extra.clear();
            model.to_json()
        })),
        "properties" => typed(sender.properties().map(|mut model| {
            model.extra.clear();
            model.to_json()
        })),
        "profile" => typed(sender.profile().map(|mut model| {
            model.extra.clear();
            model.to_json()
        })),
        "compliance" => typed(sender.compliance().map(|mut model| {
            model.extra.clear();
            for country in known(&mut model.countries) {
                country.extra.clear();
            }
            model.to_json()
        })),
        "offline_reasons" => match sender.offline_reasons() {
            reasons if reasons.is_empty() => Value::Null,
            reasons => reasons.iter().map(|reason| typed(Some(reason.to_json()))).collect(),
        },
        _ => Value::String(format!("the core has no field `{head}`")),
    };
    let pointer = rest.replace(['.', '['], "/").replace(']', "");
    value.pointer(&pointer).cloned().unwrap_or_default()
}

fn known<T>(items: &mut Patch<Vec<T>>) -> impl Iterator<Item = &mut T> {
    match items {
        Patch::Value(items) => items.iter_mut(),
        Patch::Absent | Patch::Null => [].iter_mut(),
    }
}

/// Returns a model's JSON, written after the text that it keeps beside its typed fields was removed.
fn typed(json: Option<String>) -> Value {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
