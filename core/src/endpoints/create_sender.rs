//! `POST /v2/Channels/Senders`, answered 202.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{PATH, Wire, endpoint, fields, required, without};
use crate::client::Client;
use crate::error::{InvalidArgument, Unreadable};
use crate::http::{HttpRequest, Method};
use crate::ids::SenderId;
use crate::retry::Repeatability;
use crate::types::{Sections, Sender, read_sender};

/// Registers a number or an agent. The answer only says that it was taken on: follow the sender until it is online.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateSender {
    /// What it will be addressed by.
    pub sender_id: SenderId,
    /// What is said of it. A WhatsApp sender needs `profile.name`; the server checks that.
    pub sections: Sections,
}

impl CreateSender {
    /// A request of these parts.
    #[must_use]
    pub const fn new(sender_id: SenderId, sections: Sections) -> Self {
        Self { sender_id, sections }
    }

    /// Checks what a caller gave: `sender_id` and any of `friendly_name`, `configuration`, `webhook`, `profile`.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the field.
    pub fn from_value(value: &Value) -> Result<Self, InvalidArgument> {
        let fields = fields(value, &[&["sender_id"], Sections::FIELDS].concat())?;
        let sender_id = SenderId::parse(required(fields, "sender_id")?)?;
        Ok(Self { sender_id, sections: Sections::from_value(&without(fields, "sender_id"), "")? })
    }
}

impl Serialize for CreateSender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Sections { friendly_name, configuration, webhook, profile, extra: _ } = &self.sections;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sender_id", self.sender_id.as_str())?;
        if !friendly_name.is_absent() {
            map.serialize_entry("friendly_name", friendly_name)?;
        }
        if !configuration.is_absent() {
            map.serialize_entry("configuration", configuration)?;
        }
        if !webhook.is_absent() {
            map.serialize_entry("webhook", webhook)?;
        }
        if !profile.is_absent() {
            map.serialize_entry("profile", profile)?;
        }
        map.end()
    }
}

endpoint!(CreateSender => Sender);

impl Wire for CreateSender {
    const OPERATION: &'static str = "create";

    fn repeatability(&self) -> Repeatability {
        Repeatability::Create
    }

    fn request(&self, client: &Client) -> HttpRequest {
        client.json_request(Method::Post, PATH.to_owned(), self)
    }

    fn parse(body: Vec<u8>) -> Result<Sender, Unreadable> {
        read_sender(body)
    }

    fn sender_id(&self) -> Option<&str> {
        Some(self.sender_id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use serde_json::json;

    /// The answer printed on Twilio's page.
    const DOCUMENTED: &str = r#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"CREATING","sender_id":"whatsapp:+15551234",
        "configuration":{"waba_id":"1234567XXX","verification_method":"sms","verification_code":null,
        "voice_application_sid":"APXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"},"webhook":{"callback_url":"https://callback.example.com",
        "callback_method":"POST"},"profile":{"name":"Example Profile Name","emails":[{"email":"example@example.com","label":"Email"}]}}"#;

    #[test]
    fn the_documented_request_and_answer() {
        let create = CreateSender::from_value(&json!({"sender_id": "whatsapp:+15551234"})).unwrap();
        let request = create.request(&Client::new(Config::builder().build().unwrap()));
        assert_eq!(request.url(), "https://messaging.twilio.com/v2/Channels/Senders");
        assert_eq!(request.body, br#"{"sender_id":"whatsapp:+15551234"}"#);
        assert_eq!(request.headers.value("content-type"), Some("application/json"));
        let sender = CreateSender::parse(DOCUMENTED.into()).unwrap();
        assert_eq!((sender.sid().len(), sender.status().as_str()), (34, "CREATING"));
        let configuration = sender.configuration().unwrap();
        assert_eq!(configuration.voice_application_sid.value().unwrap().as_str().len(), 34);
        assert!(
            configuration.verification_code.value().is_none() && !configuration.verification_code.is_absent()
        );
        assert_eq!(sender.profile().unwrap().emails.value().unwrap().len(), 1);
    }

    #[test]
    fn mistakes_name_the_field() {
        let refuse = |value| CreateSender::from_value(&value).unwrap_err().to_string();
        assert_eq!(refuse(json!({})), "sender_id must be given");
        assert_eq!(
            refuse(json!({"senderId": "x"})),
            "the request has no field `senderId`: did you mean `sender_id`?"
        );
        assert_eq!(refuse(json!({"sender_id": null})), "sender_id must be text, got null");
        let id = "whatsapp:+15551234";
        assert_eq!(refuse(json!({"sender_id": id, "profile": 1})), "profile must be an object, got 1");
        assert_eq!(
            refuse(json!({"sender_id": id, "webhook": {"callback_method": "GET"}})),
            "webhook.callback_method must be one of `POST`, `PUT`, got `GET`"
        );
    }
}
