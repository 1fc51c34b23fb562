//! `POST /v2/Channels/Senders`; a success is 202.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b.

use serde_json::Value;

use super::{Definition, PATH, RequestSpec, Subject, endpoint, required};
use crate::argument::InvalidArgument;
use crate::client::Idempotency;
use crate::http::Method;
use crate::ids::SenderId;
use crate::types::DecodeError;
use crate::types::object;
use crate::types::{Body, Sections, Sender, read_sender};

/// Registers a number or an agent. The answer only says that it was taken on: follow the sender until it is online.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateSender {
    /// The address of the sender.
    pub sender_id: SenderId,
    body: Body,
}

impl CreateSender {
    /// A request of these parts. A WhatsApp sender needs `profile.name`; the server checks that.
    #[must_use]
    pub fn new(sender_id: SenderId, sections: Sections) -> Self {
        Self { sender_id, body: Body::of_sections(&sections) }
    }

    /// Checks what a caller gave: `sender_id` and any of `friendly_name`, `configuration`, `webhook`, `profile`.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the field.
    pub fn from_value(value: &Value) -> Result<Self, InvalidArgument> {
        let fields = object(value, "", &["sender_id"], Sections::SHAPE)?;
        let sender_id = SenderId::parse(required(fields, "sender_id")?)?;
        Ok(Self { sender_id, body: Body::of_fields(fields)? })
    }

    /// The same for a list of them, as `ensure_all` takes it.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the field: `senders[3].profile.name`.
    pub fn list_from_value(value: &Value) -> Result<Vec<Self>, InvalidArgument> {
        let items = value.as_array();
        let items = items.ok_or_else(|| InvalidArgument::of_value("senders", "must be a list", value))?;
        let read =
            |(at, item)| Self::from_value(item).map_err(|error| error.within(&format!("senders[{at}]")));
        items.iter().enumerate().map(read).collect()
    }

    /// The sections of the request, as JSON.
    pub(crate) fn sections(&self) -> &str {
        self.body.json().expose()
    }
}

endpoint!(CreateSender => Sender);

impl Definition for CreateSender {
    fn spec(&self) -> RequestSpec {
        RequestSpec {
            body: self.body.json_for(&self.sender_id),
            idempotency: Idempotency::NonIdempotent,
            ..RequestSpec::new(
                "create",
                Method::Post,
                PATH.to_owned(),
                Subject::SenderId(self.sender_id.clone()),
            )
        }
    }

    fn parse(body: Vec<u8>) -> Result<Sender, DecodeError> {
        read_sender(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The answer printed on Twilio's page.
    const DOCUMENTED: &str = r#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"CREATING","sender_id":"whatsapp:+15551234",
        "configuration":{"waba_id":"1234567XXX","verification_method":"sms","verification_code":null,
        "voice_application_sid":"APXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"},"webhook":{"callback_url":"https://callback.example.com",
        "callback_method":"POST"},"profile":{"name":"Example Profile Name","emails":[{"email":"example@example.com","label":"Email"}]}}"#;

    #[test]
    fn the_documented_request_and_answer() {
        let create = CreateSender::from_value(&json!({"sender_id": "whatsapp:+15551234"})).unwrap();
        let request = create.spec().sent();
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
        let refuse = |value| CreateSender::list_from_value(&value).unwrap_err().to_string();
        assert_eq!(refuse(json!({})), "senders must be a list, got an object");
        assert_eq!(refuse(json!([{"sender_id": id}, 1])), "senders[1] must be an object, got 1");
        assert_eq!(
            refuse(json!([{"sender_id": id, "profile": {"name": 1}}])),
            "senders[0].profile.name must be text, got 1"
        );
    }
}
