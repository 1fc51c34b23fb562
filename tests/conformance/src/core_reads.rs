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
        // generated: the fields of a sender
        "sid" => to_value(&sender.sid()),
        "status" => to_value(&sender.status()),
        "sender_id" => to_value(&sender.sender_id()),
        "friendly_name" => to_value(&sender.friendly_name()),
        "configuration" => object(sender.configuration().map(|model| model.without_extra().to_json())),
        "webhook" => object(sender.webhook().map(|model| model.without_extra().to_json())),
        "profile" => object(sender.profile().map(|model| model.without_extra().to_json())),
        "properties" => object(sender.properties().map(|model| model.without_extra().to_json())),
        "offline_reasons" => list(sender.offline_reasons(), |model| model.without_extra().to_json()),
        "compliance" => object(sender.compliance().map(|model| model.without_extra().to_json())),
        "url" => to_value(&sender.url()),
        "pending_display_name" => to_value(&sender.pending_display_name()),
        "pending_display_name_status" => to_value(&sender.pending_display_name_status()),
        "pending_display_name_status_date" => to_value(&sender.pending_display_name_status_date()),
        "display_name_status" => to_value(&sender.display_name_status()),
        // end of the fields of a sender
        _ => Value::String(format!("the core has no field `{head}`")),
    };
    let pointer = rest.replace(['.', '['], "/").replace(']', "");
    value.pointer(&pointer).cloned().unwrap_or_default()
}

/// An object without the text that it keeps beside its typed fields.
trait WithoutExtra {
    fn without_extra(self) -> Self;
}

impl<T: WithoutExtra> WithoutExtra for Patch<Vec<T>> {
    fn without_extra(self) -> Self {
        match self {
            Self::Value(items) => Self::Value(items.into_iter().map(T::without_extra).collect()),
            other => other,
        }
    }
}

macro_rules! without_extra {
    ($name:ident $(: $($list:ident),*)?) => {
        impl WithoutExtra for senders_core::$name {
            fn without_extra(mut self) -> Self {
                self.extra.clear();
                $( $( self.$list = self.$list.without_extra(); )* )?
                self
            }
        }
    };
}

// generated: the typed fields of each object
without_extra!(Configuration);
without_extra!(Webhook);
without_extra!(Website);
without_extra!(Email);
without_extra!(PhoneNumber);
without_extra!(Profile: websites, emails, phone_numbers);
without_extra!(Properties);
without_extra!(OfflineReason);
without_extra!(Carrier);
without_extra!(Country: carriers);
without_extra!(Compliance: countries);
without_extra!(Explanation);
// end of the typed fields of each object

fn object(json: Option<String>) -> Value {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

fn list<T>(items: Vec<T>, json: impl Fn(T) -> String) -> Value {
    if items.is_empty() {
        return Value::Null;
    }
    items.into_iter().map(|item| object(Some(json(item)))).collect()
}

fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
