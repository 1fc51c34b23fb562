//! How a sender is registered, where its events go, and how it is doing.

use super::code::VerificationCode;
use super::json::{quoted, text_of};
use super::model::{Field, model};
use super::open_enum::open_enum;
use super::rules::Rule;
use super::schema::Type;
use crate::argument::InvalidArgument;
use crate::ids::is_sid;
use crate::secret::Secret;

open_enum!(
    /// How the code that verifies a number is delivered.
    ///
    /// Source: OAS d50069b; default `sms`.
    VerificationMethod (strict) {
        /// As a text message.
        Sms = "sms",
        /// By a call.
        Voice = "voice",
    }
);

open_enum!(
    /// The HTTP method of a webhook.
    ///
    /// Source: OAS d50069b.
    CallbackMethod (strict) {
        Post = "POST",
        Put = "PUT",
    }
);

open_enum!(
    /// The kind of account, for software vendors.
    ///
    /// Source: OAS d50069b: an empty text clears it, leaving it out keeps it (an earlier copy, of 2026-03-24, also allowed null).
    AccountType (strict) {
        /// A vendor.
        Isv = "ISV",
        /// A vendor's customer.
        IsvSubAccount = "ISVSubAccount",
        /// The empty text, which clears the field.
        Cleared = "",
    }
);

/// The SID of a voice application: `AP` and 32 hexadecimal digits. Null turns WhatsApp calling off.
///
/// A value of the server is kept as it is: the documentation's own examples do not have the form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoiceApplicationSid(String);

impl VoiceApplicationSid {
    /// Parses the text of a SID for a request.
    ///
    /// # Errors
    /// [`InvalidArgument`] if it is not `AP` and 32 hexadecimal digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidArgument> {
        let text = text.into();
        if is_sid(&text, "AP") {
            Ok(Self(text))
        } else {
            let rule = "must be AP and 32 hexadecimal digits";
            Err(InvalidArgument::new("voice_application_sid", rule, &text))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for VoiceApplicationSid {
    fn read(json: &str) -> Option<Self> {
        text_of(json).map(|text| Self(text.into_owned()))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&quoted(&self.0));
    }

    const RULE: Rule = Rule::VoiceApplicationSid;
    const TYPE: Type = Type::VoiceApplicationSid;
}

impl Field for VerificationCode {
    fn read(json: &str) -> Option<Self> {
        text_of(json).map(|text| Self::received(Secret::new(text)))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&quoted(self.expose()));
    }

    const RULE: Rule = Rule::VerificationCode;
    const TYPE: Type = Type::VerificationCode;
}

model!(
    /// How a sender is registered.
    ///
    /// ```
    /// use senders_core::{Configuration, Patch};
    /// let configuration = Configuration { waba_id: Patch::Value("123".into()), ..Default::default() };
    /// assert_eq!(configuration.to_json(), r#"{"waba_id":"123"}"#);
    /// ```
    ///
    /// Source: OAS d50069b; every field is nullable.
    Configuration {
        /// The WhatsApp Business Account's id. Needed for a subaccount's first sender (a third-party report).
        waba_id: String,
        /// How the verification code is delivered; the service's default is `sms`.
        verification_method: VerificationMethod,
        /// The code that was received. `verify` sends this field alone.
        verification_code: VerificationCode,
        /// The voice application for WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calls off.
        voice_application_sid: VoiceApplicationSid,
        /// The kind of account, for software vendors; an empty text clears it.
        account_type: AccountType,
    }
);

model!(
    /// The URLs for a sender's events. Their form is left to the server.
    ///
    /// None of these reports a sender's own status: that has to be looked up.
    ///
    /// Source: OAS d50069b.
    Webhook {
        /// The URL for incoming messages.
        callback_url: String,
        /// The HTTP method of `callback_url`: `POST` or `PUT`.
        callback_method: CallbackMethod,
        /// The URL for incoming messages if `callback_url` fails.
        fallback_url: String,
        /// The HTTP method of `fallback_url`: `POST` or `PUT`.
        fallback_method: CallbackMethod,
        /// The URL for the delivery status of messages.
        status_callback_url: String,
        /// The HTTP method of `status_callback_url`; no list of methods is documented.
        status_callback_method: String,
    }
);

model!(
    /// Quality and limits of a sender. Only ever received.
    ///
    /// Source: OAS d50069b; both are free text.
    Properties {
        /// The quality, such as `HIGH`.
        quality_rating: String,
        /// The limit, such as `10K Customers/24hr`.
        messaging_limit: String,
    }
);

model!(
    /// A reason why a sender is offline. Only ever received.
    ///
    /// Source: OAS d50069b.
    OfflineReason or text as code {
        /// An error code, as text: `63104`.
        code: String,
        /// The server's description.
        message: String,
        /// A link to the error's page.
        more_info: String,
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Patch;
    use serde_json::{Value, json};

    #[test]
    fn a_code_is_never_shown() {
        let configuration =
            Configuration::from_value(&json!({"verification_code": "987654"}), "configuration").unwrap();
        assert!(!format!("{configuration:?}").contains("987654"));
        assert_eq!(configuration.to_json(), r#"{"verification_code":"987654"}"#);
        for printed in [
            "987-654",
            " 987 654 ",
            "987\u{a0}654",
            "987\u{2011}654",
            "\u{202a}987\u{2212}654\u{200e}",
            "\u{ff19}87\u{2009}\u{666}54",
        ] {
            let configuration =
                Configuration::from_value(&json!({"verification_code": printed}), "configuration").unwrap();
            assert_eq!(configuration.to_json(), r#"{"verification_code":"987654"}"#);
            assert_eq!(VerificationCode::parse(printed).unwrap().expose(), "987654");
        }
        for bad in [
            json!("987_654"),
            json!("987\n654"),
            json!("- -"),
            json!("the code 987654"),
            json!("987654 is it"),
            json!(987_654),
            json!(""),
            json!("9".repeat(33)),
        ] {
            let error =
                Configuration::from_value(&json!({"verification_code": bad}), "configuration").unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with("configuration.verification_code must be"), "{shown}");
            assert!(!shown.contains("987"), "{shown}");
        }
    }

    #[test]
    fn requests_are_strict_and_name_the_field() {
        let refuse =
            |value: Value| Configuration::from_value(&value, "configuration").unwrap_err().to_string();
        assert_eq!(
            refuse(json!({"wabaId": "1"})),
            "configuration has no field `wabaId`: did you mean `waba_id`?"
        );
        assert_eq!(
            refuse(json!({"verification_method": "fax"})),
            "configuration.verification_method must be one of `sms`, `voice`, got `fax`"
        );
        assert_eq!(refuse(json!({"waba_id": 5})), "configuration.waba_id must be text, got 5");
        assert_eq!(refuse(json!([])), "configuration must be an object, got a list");
        assert!(refuse(json!({"voice_application_sid": "AP1"})).contains("32 hexadecimal digits, got `AP1`"));
    }

    #[test]
    fn responses_keep_what_they_do_not_understand() {
        let text = r#"{"voice_application_sid":"APXXXX","account_type":7,"new":{"a":1.0,"b":[ 1 ]}}"#;
        let configuration = Configuration::from_json(text).unwrap();
        assert_eq!(configuration.voice_application_sid.value().unwrap().as_str(), "APXXXX");
        assert_eq!(configuration.account_type, Patch::Absent);
        assert_eq!(configuration.to_json(), text);
    }

    #[test]
    fn an_empty_account_type_is_a_value() {
        let configuration =
            Configuration::from_value(&json!({"account_type": "", "waba_id": null}), "c").unwrap();
        assert_eq!(configuration.to_json(), r#"{"waba_id":null,"account_type":""}"#);
    }
}
