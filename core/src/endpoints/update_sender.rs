//! `POST /v2/Channels/Senders/{Sid}`; a success is 202. WhatsApp only, says the OAS; the server decides.
//!
//! Verifying is an update with `configuration.verification_code`.
//!
//! Source: Twilio's Senders API page; the status from OAS d50069b.

use serde_json::Value;

use super::{Definition, PATH, RequestSpec, Subject, endpoint, required};
use crate::argument::InvalidArgument;
use crate::client::Idempotency;
use crate::http::Method;
use crate::ids::SenderSid;
use crate::types::DecodeError;
use crate::types::object;
use crate::types::{Body, Sections, Sender, VerificationCode, read_sender};

/// Changes what it names of a sender and leaves the rest.
///
/// The answer only echoes what was sent: sections that were not may come back null.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdateSender {
    /// The sender.
    pub sid: SenderSid,
    body: Body,
    /// `update` or `verify`: what the caller called.
    operation: &'static str,
}

impl UpdateSender {
    /// A change of this sender.
    #[must_use]
    pub fn new(sid: SenderSid, sections: Sections) -> Self {
        Self { sid, body: Body::of_sections(&sections), operation: "update" }
    }

    /// The change that gives a verification code.
    #[must_use]
    pub fn verify(sid: SenderSid, code: VerificationCode) -> Self {
        Self { sid, body: Body::verifying(&code), operation: "verify" }
    }

    /// Checks what a caller gave: `sid` and at least one of `friendly_name`, `configuration`, `webhook`, `profile`.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming the field.
    pub fn from_value(value: &Value) -> Result<Self, InvalidArgument> {
        let fields = object(value, "", &["sid"], Sections::SHAPE)?;
        let sid = SenderSid::parse(required(fields, "sid")?)?;
        if fields.len() == 1 {
            let rule = format!("must say what to change: `{}`", Sections::FIELDS.join("`, `"));
            return Err(InvalidArgument::redacted("the request", &rule));
        }
        Ok(Self { sid, body: Body::of_fields(fields)?, operation: "update" })
    }

    pub(crate) const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The display name that is asked for.
    pub(crate) fn name(&self) -> Option<&str> {
        self.body.name()
    }

    /// Whether a verification code is given.
    pub(crate) const fn verifies(&self) -> bool {
        self.body.verifies()
    }

    /// Whether a new verification code is asked for, by naming how it is to come.
    pub(crate) const fn asks_for_code(&self) -> bool {
        self.body.asks_for_code()
    }

    /// The sections of the request, as JSON.
    pub(crate) fn sections(&self) -> &str {
        self.body.json().expose()
    }
}

endpoint!(UpdateSender => Sender);

impl Definition for UpdateSender {
    /// A code may be tried or sent, and a name changed, only so often: Meta limits all three.
    fn spec(&self) -> RequestSpec {
        let counted = self.verifies() || self.asks_for_code() || self.name().is_some();
        let target = format!("{PATH}/{}", self.sid);
        RequestSpec {
            body: self.body.json().clone(),
            idempotency: if counted { Idempotency::VerifyFirst } else { Idempotency::Idempotent },
            ..RequestSpec::new(self.operation, Method::Post, target, Subject::Sid(self.sid.clone()))
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

    fn sid() -> SenderSid {
        SenderSid::parse(format!("XE{}", "a".repeat(32))).unwrap()
    }

    fn body(update: &UpdateSender) -> String {
        let request = update.spec().sent();
        assert_eq!((request.method, request.target), (Method::Post, format!("{PATH}/{}", sid())));
        String::from_utf8(request.body).unwrap()
    }

    #[test]
    fn the_documented_request_and_answer() {
        // The page's own sample, except the voice application, which does not have the form of a SID there.
        let update = UpdateSender::from_value(&json!({"sid": sid().as_str(), "configuration": {
            "waba_id": "waba_id", "verification_method": "sms", "verification_code": "123456",
            "voice_application_sid": format!("AP{}", "a".repeat(32))}}))
        .unwrap();
        assert_eq!(
            body(&update),
            format!(
                r#"{{"configuration":{{"waba_id":"waba_id","verification_method":"sms","verification_code":"123456","voice_application_sid":"AP{}"}}}}"#,
                "a".repeat(32)
            )
        );
        assert_eq!(update.spec().idempotency, Idempotency::VerifyFirst);
        let answer = br#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"VERIFYING","sender_id":null,"profile":null,"webhook":null}"#;
        let sender = UpdateSender::parse(answer.to_vec()).unwrap();
        assert_eq!(sender.status().as_str(), "VERIFYING");
        assert!(sender.sender_id().is_none() && sender.profile().is_none());
    }

    #[test]
    fn verifying_is_an_update_with_a_code() {
        let update = UpdateSender::verify(sid(), VerificationCode::parse("123456").unwrap());
        assert_eq!(body(&update), r#"{"configuration":{"verification_code":"123456"}}"#);
        assert!(update.verifies() && update.spec().idempotency == Idempotency::VerifyFirst);
    }

    #[test]
    fn three_states_reach_the_wire() {
        let update = |sections: Value| {
            let mut fields = sections.as_object().cloned().unwrap();
            fields.insert("sid".to_owned(), sid().as_str().into());
            UpdateSender::from_value(&Value::Object(fields))
        };
        let plain =
            update(json!({"webhook": {"callback_url": null, "fallback_url": ""}, "friendly_name": null}))
                .unwrap();
        assert_eq!(
            body(&plain),
            r#"{"friendly_name":null,"webhook":{"callback_url":null,"fallback_url":""}}"#
        );
        assert_eq!(plain.spec().idempotency, Idempotency::Idempotent);
        let named = update(json!({"profile": {"name": "N"}})).unwrap();
        assert_eq!(named.spec().idempotency, Idempotency::VerifyFirst);
        let off = update(json!({"configuration": {"voice_application_sid": null}})).unwrap();
        assert_eq!(body(&off), r#"{"configuration":{"voice_application_sid":null}}"#);
        assert_eq!(body(&update(json!({"webhook": null})).unwrap()), r#"{"webhook":null}"#);
        assert!(
            update(json!({})).unwrap_err().to_string().starts_with("the request must say what to change")
        );
    }
}
