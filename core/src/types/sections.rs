//! The sections of a create or an update.

use super::json::quoted;
use super::model::model;
use super::profile::Profile;
use super::rules::RECEIVED;
use super::settings::{Configuration, Webhook};
use serde_json::Value;

model!(
    /// The fields of a create or an update. In an update, a section that is left out stays as it is.
    ///
    /// Source: OAS d50069b; `friendly_name` from twilio-python 9.13.0.
    Sections {
        /// A name for your own use.
        friendly_name: String,
        /// How it is registered.
        configuration: Configuration,
        /// The URLs for its events.
        webhook: Webhook,
        /// The public profile. A WhatsApp sender needs a name.
        profile: Profile,
    }
);

impl Sections {
    /// The key that marks an object of a request as one a response held. No field can have this name.
    ///
    /// A request may have `{"$received": …}` instead of any object (a section, an item of a profile's lists). Its
    /// value is that object, as its JSON text or as a value; the same holds for a list. Nothing in it is checked: it
    /// is sent as it was received, byte for byte if it is given as text, except its null fields, which are left out
    /// at every depth. A response to an update has null for what was not sent; sent back, that null would clear it.
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

    /// Returns whether the mark is anywhere in the caller's own value, where it is not allowed.
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
