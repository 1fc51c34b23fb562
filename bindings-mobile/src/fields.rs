//! The fields of a sender in a request: records whose fields have three states.
//!
//! They are turned into the JSON the core checks. So every rule and every message is the core's.

use std::fmt;

use senders_core::{Patch, Sections};
use serde_json::{Map, Value};

use crate::problem::{Failure, guard, wrong_json};

/// A record as the core reads it.
trait Fields {
    fn into_value(self) -> Value;
}

/// A text of the core, be it free or one of its words.
trait Text {
    fn into_text(self) -> String;
}

impl Text for String {
    fn into_text(self) -> String {
        self
    }
}

impl Text for senders_core::VerificationCode {
    fn into_text(self) -> String {
        self.expose().to_owned()
    }
}

macro_rules! texts {
    ($($name:ident)*) => { $( impl Text for senders_core::$name {
        fn into_text(self) -> String {
            self.as_str().to_owned()
        }
    } )* };
}

texts!(VerificationMethod VoiceApplicationSid AccountType CallbackMethod UseCase);

/// A field of the request in one of its three states.
trait State {
    /// The JSON of what is there; `None` for what is absent.
    fn json(self) -> Option<Value>;
}

macro_rules! patch {
    ($(#[$meta:meta])* $name:ident($ty:ty), |$value:ident| $json:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, uniffi::Enum)]
        #[expect(clippy::exhaustive_enums, reason = "the three states there are")]
        pub enum $name {
            /// The field is left out: what is there stays.
            Absent,
            /// The field is null.
            Null,
            /// The field has this value.
            Value {
                /// The value.
                value: $ty,
            },
        }

        /// Shows which state it is, not the value: names, numbers and codes stay out of logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    Self::Absent => "absent",
                    Self::Null => "null",
                    Self::Value { .. } => "***",
                })
            }
        }

        impl State for $name {
            fn json(self) -> Option<Value> {
                match self {
                    Self::Absent => None,
                    Self::Null => Some(Value::Null),
                    Self::Value { value: $value } => Some($json),
                }
            }
        }
    };
}

patch!(
    /// A text.
    TextPatch(String), |value| Value::String(value)
);

impl<T: Text> From<Patch<T>> for TextPatch {
    fn from(patch: Patch<T>) -> Self {
        match patch {
            Patch::Absent => Self::Absent,
            Patch::Null => Self::Null,
            Patch::Value(value) => Self::Value { value: value.into_text() },
        }
    }
}

macro_rules! fields {
    ($(#[$meta:meta])* $name:ident, $model:ident $(with $received:ident)? { $( $field:ident: $ty:ty ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, uniffi::Record)]
        #[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
        pub struct $name {
            $(
                /// The field of this name.
                pub $field: $ty,
            )*
            $(
                /// The object as a response had it, as JSON: sent as it came, where no field says otherwise.
                #[uniffi(default = None)]
                pub $received: Option<String>,
            )?
        }

        impl Fields for $name {
            fn into_value(self) -> Value {
                let mut map = Map::new();
                for (name, json) in [$( (stringify!($field), self.$field.json()) ),*] {
                    if let Some(json) = json {
                        map.insert(name.to_owned(), json);
                    }
                }
                $( if let Some(json) = self.$received {
                    map.insert(Sections::RECEIVED.to_owned(), Value::String(json));
                } )?
                Value::Object(map)
            }
        }

        impl From<senders_core::$model> for $name {
            fn from(model: senders_core::$model) -> Self {
                Self { $( $field: model.$field.into(), )* $( $received: None )? }
            }
        }

        /// Shows which state each field is in, and nothing of what a response had.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $( shown.field(stringify!($field), &self.$field); )*
                shown.finish_non_exhaustive()
            }
        }
    };
}

macro_rules! object {
    ($(#[$meta:meta])* $patch:ident($fields:ident of $model:ident)) => {
        patch!($(#[$meta])* $patch(Box<$fields>), |value| value.into_value());

        impl From<Patch<senders_core::$model>> for $patch {
            fn from(patch: Patch<senders_core::$model>) -> Self {
                match patch {
                    Patch::Absent => Self::Absent,
                    Patch::Null => Self::Null,
                    Patch::Value(model) => Self::Value { value: Box::new(model.into()) },
                }
            }
        }
    };
}

macro_rules! list {
    ($(#[$meta:meta])* $patch:ident($fields:ident of $model:ident)) => {
        patch!(
            $(#[$meta])*
            $patch(Vec<$fields>), |items| Value::Array(items.into_iter().map(Fields::into_value).collect())
        );

        impl From<Patch<Vec<senders_core::$model>>> for $patch {
            fn from(patch: Patch<Vec<senders_core::$model>>) -> Self {
                match patch {
                    Patch::Absent => Self::Absent,
                    Patch::Null => Self::Null,
                    Patch::Value(items) => {
                        Self::Value { value: items.into_iter().map($fields::from).collect() }
                    }
                }
            }
        }
    };
}

fields!(
    /// How a sender is registered.
    ConfigurationFields, Configuration with received {
        waba_id: TextPatch,
        verification_method: TextPatch,
        verification_code: TextPatch,
        voice_application_sid: TextPatch,
        account_type: TextPatch,
    }
);

fields!(
    /// Where a sender's events go.
    WebhookFields, Webhook with received {
        callback_url: TextPatch,
        callback_method: TextPatch,
        fallback_url: TextPatch,
        fallback_method: TextPatch,
        status_callback_url: TextPatch,
        status_callback_method: TextPatch,
    }
);

fields!(
    /// A website of a profile.
    WebsiteFields, Website with received { website: TextPatch, label: TextPatch }
);

fields!(
    /// An e-mail address of a profile.
    EmailFields, Email with received { email: TextPatch, label: TextPatch }
);

fields!(
    /// A phone number of a profile.
    PhoneNumberFields, PhoneNumber with received { phone_number: TextPatch, label: TextPatch }
);

list!(
    /// Websites.
    WebsitesPatch(WebsiteFields of Website)
);

list!(
    /// E-mail addresses.
    EmailsPatch(EmailFields of Email)
);

list!(
    /// Phone numbers.
    PhoneNumbersPatch(PhoneNumberFields of PhoneNumber)
);

fields!(
    /// The profile of a sender, which people see.
    ProfileFields, Profile with received {
        name: TextPatch,
        about: TextPatch,
        address: TextPatch,
        description: TextPatch,
        logo_url: TextPatch,
        banner_url: TextPatch,
        privacy_url: TextPatch,
        terms_of_service_url: TextPatch,
        accent_color: TextPatch,
        vertical: TextPatch,
        websites: WebsitesPatch,
        emails: EmailsPatch,
        phone_numbers: PhoneNumbersPatch,
        use_case: TextPatch,
    }
);

object!(
    /// How a sender is registered.
    ConfigurationPatch(ConfigurationFields of Configuration)
);

object!(
    /// Where a sender's events go.
    WebhookPatch(WebhookFields of Webhook)
);

object!(
    /// The profile of a sender, which people see.
    ProfilePatch(ProfileFields of Profile)
);

fields!(
    /// The fields of a create or an update.
    SenderFields, Sections {
        friendly_name: TextPatch,
        configuration: ConfigurationPatch,
        webhook: WebhookPatch,
        profile: ProfilePatch,
    }
);

/// The JSON of a request that says this of the sender `value` under the key `key`.
pub(crate) fn request(key: &str, value: String, fields: SenderFields) -> Value {
    let mut request = fields.into_value();
    if let Value::Object(map) = &mut request {
        map.insert(key.to_owned(), Value::String(value));
    }
    request
}

/// Reads the fields of a request from a JSON object in the API's own words, checked as any request is.
///
/// # Errors
/// [`Failure`] of kind `invalid_argument` naming the field.
#[uniffi::export]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn fields_of_json(json: String) -> Result<SenderFields, Failure> {
    guard(|| {
        let value: Value = serde_json::from_str(&json).map_err(|error| {
            // Where, not what: the text may hold a code.
            let (line, column) = (error.line(), error.column());
            wrong_json("json", format!("json must be one JSON object: line {line}, column {column} is not"))
        })?;
        if !value.is_object() {
            return Err(wrong_json("json", "json must be one JSON object".to_owned()));
        }
        if Sections::has_received(&value) {
            let text = format!("json must not have the key `{}`", Sections::RECEIVED);
            return Err(wrong_json("json", text));
        }
        let sections = Sections::from_value(&value, "");
        let sections = sections.map_err(|error| wrong_json(error.field(), error.to_string()))?;
        Ok(sections.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use senders_core::CreateSender;
    use serde_json::json;

    fn create(text: &str) -> Value {
        request("sender_id", "whatsapp:+15017122661".to_owned(), fields_of_json(text.to_owned()).unwrap())
    }

    #[test]
    fn three_states_go_over_the_border_and_back() {
        let text = json!({
            "friendly_name": null,
            "configuration": {"waba_id": "1", "verification_method": "voice", "verification_code": "123456",
                "voice_application_sid": format!("AP{}", "0".repeat(32)), "account_type": ""},
            "webhook": {"callback_url": "https://a", "callback_method": "PUT", "status_callback_method": ""},
            "profile": {"about": null, "use_case": "NEW", "emails": null, "phone_numbers": [],
                "websites": [{"website": "https://a", "label": null}, {}]},
        });
        let mut expected = text.clone();
        expected["sender_id"] = json!("whatsapp:+15017122661");
        let found = create(&text.to_string());
        assert_eq!(found, expected);
        assert!(CreateSender::from_value(&found).is_ok());
        assert_eq!(create("{}"), json!({"sender_id": "whatsapp:+15017122661"}));
        assert_eq!(create(r#"{"profile":null}"#)["profile"], Value::Null);
    }

    #[test]
    fn what_was_received_goes_back_without_its_nulls_under_the_changes() {
        let mut fields = fields_of_json(r#"{"profile":{"about":"B"}}"#.to_owned()).unwrap();
        let ProfilePatch::Value { value: profile } = &mut fields.profile else { panic!("no profile") };
        profile.received = Some(r#"{"name":"N","about":"A","vertical":null,"future":1.0}"#.to_owned());
        assert!(!format!("{fields:?}").contains("future"));
        let id = "whatsapp:+15017122661".to_owned();
        let value = request("sender_id", id, fields);
        assert_eq!(
            value["profile"],
            json!({"about": "B", "$received": r#"{"name":"N","about":"A","vertical":null,"future":1.0}"#})
        );
        assert!(CreateSender::from_value(&value).is_ok());
        let Failure::Failed { details } =
            fields_of_json(r#"{"profile":{"$received":"{}"}}"#.to_owned()).unwrap_err();
        assert_eq!(details.field.as_deref(), Some("json"));
    }

    #[test]
    fn mistakes_keep_the_words_of_the_wire() {
        let refuse = |text: &str| {
            let Failure::Failed { details } = fields_of_json(text.to_owned()).unwrap_err();
            assert_eq!(details.kind, "invalid_argument");
            (details.field.unwrap_or_default(), details.text)
        };
        let (field, text) = refuse(r#"{"configuration":{"wabaId":"1"}}"#);
        assert_eq!(field, "configuration");
        assert!(text.contains("did you mean `waba_id`?"), "{text}");
        assert_eq!(refuse(r#"{"profile":{"emails":[{"email":4}]}}"#).0, "profile.emails[0].email");
        let (field, text) = refuse("{\"configuration\": canary");
        assert_eq!(field, "json");
        assert!(!text.contains("canary"), "{text}");
    }
}
