//! What the server said of senders, as records: each field that is absent, null or of another type than documented is `None`.

use std::fmt;

use senders_core::{How, Patch};

use crate::problem::{Failure, guard, wrong_json};

/// A text of the core: free, or one of its words.
trait Shown {
    fn shown(self) -> String;
}

impl Shown for String {
    fn shown(self) -> String {
        self
    }
}

impl Shown for senders_core::VerificationCode {
    fn shown(self) -> String {
        self.expose().to_owned()
    }
}

macro_rules! shown {
    ($($name:ident)*) => { $( impl Shown for senders_core::$name {
        fn shown(self) -> String {
            self.as_str().to_owned()
        }
    } )* };
}

shown!(VerificationMethod VoiceApplicationSid AccountType CallbackMethod UseCase CountryStatus CarrierStatus);

fn text<T: Shown>(patch: Patch<T>) -> Option<String> {
    patch.into_value().map(Shown::shown)
}

fn list<M, T: From<M>>(patch: Patch<Vec<M>>) -> Option<Vec<T>> {
    patch.into_value().map(|items| items.into_iter().map(T::from).collect())
}

macro_rules! model {
    ($(#[$meta:meta])* $name:ident { $( $field:ident: $ty:ty => $read:ident ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, uniffi::Record)]
        #[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
        pub struct $name {
            $(
                /// The field of this name.
                pub $field: Option<$ty>,
            )*
        }

        impl From<senders_core::$name> for $name {
            fn from(model: senders_core::$name) -> Self {
                Self { $( $field: $read(model.$field) ),* }
            }
        }

        redacted!($name);
    };
}

/// Shows nothing of a record: names and numbers stay out of logs.
macro_rules! redacted {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

model!(
    /// How a sender is registered.
    Configuration {
        waba_id: String => text,
        verification_method: String => text,
        verification_code: String => text,
        voice_application_sid: String => text,
        account_type: String => text,
    }
);

model!(
    /// Where a sender's events go.
    Webhook {
        callback_url: String => text,
        callback_method: String => text,
        fallback_url: String => text,
        fallback_method: String => text,
        status_callback_url: String => text,
        status_callback_method: String => text,
    }
);

model!(
    /// A website of a profile.
    Website { website: String => text, label: String => text }
);

model!(
    /// An e-mail address of a profile.
    Email { email: String => text, label: String => text }
);

model!(
    /// A phone number of a profile.
    PhoneNumber { phone_number: String => text, label: String => text }
);

model!(
    /// What people see of a sender.
    Profile {
        name: String => text,
        about: String => text,
        address: String => text,
        description: String => text,
        logo_url: String => text,
        banner_url: String => text,
        privacy_url: String => text,
        terms_of_service_url: String => text,
        accent_color: String => text,
        vertical: String => text,
        websites: Vec<Website> => list,
        emails: Vec<Email> => list,
        phone_numbers: Vec<PhoneNumber> => list,
        use_case: String => text,
    }
);

model!(
    /// How a sender is doing.
    Properties { quality_rating: String => text, messaging_limit: String => text }
);

model!(
    /// Why a sender is offline.
    OfflineReason { code: String => text, message: String => text, more_info: String => text }
);

model!(
    /// One carrier's word on an RCS sender.
    Carrier { name: String => text, status: String => text }
);

model!(
    /// An RCS sender in one country.
    Country {
        country: String => text,
        registration_sid: String => text,
        status: String => text,
        carriers: Vec<Carrier> => list,
    }
);

model!(
    /// The compliance information of an RCS sender.
    Compliance { registration_sid: String => text, countries: Vec<Country> => list }
);

/// A sender as the server described it in one response.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Sender {
    /// The SID.
    pub sid: String,
    /// Where it is in its life: a word.
    pub status: String,
    /// What it is addressed by.
    pub sender_id: Option<String>,
    /// A name for the account's own use.
    pub friendly_name: Option<String>,
    /// How it is registered.
    pub configuration: Option<Configuration>,
    /// Where its events go.
    pub webhook: Option<Webhook>,
    /// What people see of it.
    pub profile: Option<Profile>,
    /// How it is doing.
    pub properties: Option<Properties>,
    /// Why it is offline; empty where the server gave no reason.
    pub offline_reasons: Vec<OfflineReason>,
    /// What carriers say of it.
    pub compliance: Option<Compliance>,
    /// The URL of the resource. Never followed.
    pub url: Option<String>,
    /// The display name that waits to be approved.
    pub pending_display_name: Option<String>,
    /// What became of it: a word.
    pub pending_display_name_status: Option<String>,
    /// Since when, in ISO 8601.
    pub pending_display_name_status_date: Option<String>,
    /// Where a new display name is: a word.
    pub display_name_status: Option<String>,
    /// Every field the server sent, as compact JSON.
    pub json: String,
}

impl From<&senders_core::Sender> for Sender {
    fn from(sender: &senders_core::Sender) -> Self {
        Self {
            sid: sender.sid().into_owned(),
            status: sender.status().as_str().to_owned(),
            sender_id: sender.sender_id().map(Into::into),
            friendly_name: sender.friendly_name().map(Into::into),
            configuration: sender.configuration().map(Into::into),
            webhook: sender.webhook().map(Into::into),
            profile: sender.profile().map(Into::into),
            properties: sender.properties().map(Into::into),
            offline_reasons: sender.offline_reasons().into_iter().map(Into::into).collect(),
            compliance: sender.compliance().map(Into::into),
            url: sender.url().map(Into::into),
            pending_display_name: sender.pending_display_name().map(Into::into),
            pending_display_name_status: sender
                .pending_display_name_status()
                .map(|status| status.as_str().to_owned()),
            pending_display_name_status_date: sender.pending_display_name_status_date().map(Into::into),
            display_name_status: sender.display_name_status().map(|status| status.as_str().to_owned()),
            json: sender.to_json(),
        }
    }
}

/// One page of a listing.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct SenderPage {
    /// Its senders, in the server's order.
    pub senders: Vec<Sender>,
    /// Where the listing goes on after it.
    pub next_token: Option<String>,
}

impl From<senders_core::SenderPage> for SenderPage {
    fn from(page: senders_core::SenderPage) -> Self {
        Self {
            senders: page.senders().map(|sender| Sender::from(&sender)).collect(),
            next_token: page.next_token().map(str::to_owned),
        }
    }
}

/// A status that was not the one before.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct StatusChange {
    /// Its status: a word.
    pub status: String,
    /// The sender as it was seen.
    pub sender: Sender,
    /// What the wait can be taken up with from here.
    pub token: String,
}

impl From<senders_core::StatusChange> for StatusChange {
    fn from(change: senders_core::StatusChange) -> Self {
        Self {
            status: change.status.as_str().to_owned(),
            sender: Sender::from(&change.sender),
            token: change.token,
        }
    }
}

/// What `ensure` ends with.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Ensured {
    /// How it came to be there: `created`, `found`, `reconciled`.
    pub how: String,
    /// The sender.
    pub sender: Sender,
    /// What of the request the found sender does not have, by path in camelCase: `profile.logoUrl`.
    pub differences: Vec<String>,
}

impl From<senders_core::Ensured> for Ensured {
    fn from(ensured: senders_core::Ensured) -> Self {
        Self {
            how: How::as_str(ensured.how).to_owned(),
            sender: Sender::from(&ensured.sender),
            differences: ensured.differences.iter().map(|path| crate::words::camel_names(path)).collect(),
        }
    }
}

redacted!(Sender);
redacted!(SenderPage);
redacted!(StatusChange);
redacted!(Ensured);

/// Reads a sender from its JSON, as [`Sender::json`] has it.
///
/// # Errors
/// [`Failure`] of kind `invalid_argument` if the text is no sender.
#[uniffi::export]
pub fn sender_of_json(json: String) -> Result<Sender, Failure> {
    guard(|| match senders_core::Sender::from_json(json) {
        Ok(sender) => Ok(Sender::from(&sender)),
        Err(_) => Err(wrong_json(
            "json",
            "json must be the JSON of a sender: an object with a text `sid` and a text `status`".to_owned(),
        )),
    })
}

/// A part of a sender that a request may send back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum Part {
    /// Its `configuration`.
    Configuration,
    /// Its `webhook`.
    Webhook,
    /// Its `profile`.
    Profile,
    /// One of the profile's `websites`.
    Website {
        /// Its place, counted from 0.
        at: u32,
    },
    /// One of the profile's `emails`.
    Email {
        /// Its place, counted from 0.
        at: u32,
    },
    /// One of the profile's `phone_numbers`.
    PhoneNumber {
        /// Its place, counted from 0.
        at: u32,
    },
}

/// The JSON of a part of a sender, whose own JSON is `json`, as a request can send it back; `None` if there is no such part.
#[uniffi::export]
#[must_use]
pub fn part_of_json(json: String, part: Part) -> Option<String> {
    let sender = senders_core::Sender::from_json(json).ok()?;
    let item = |at: u32| usize::try_from(at).ok();
    match part {
        Part::Configuration => Some(sender.configuration()?.to_json()),
        Part::Webhook => Some(sender.webhook()?.to_json()),
        Part::Profile => Some(sender.profile()?.to_json()),
        Part::Website { at } => Some(sender.profile()?.websites.value()?.get(item(at)?)?.to_json()),
        Part::Email { at } => Some(sender.profile()?.emails.value()?.get(item(at)?)?.to_json()),
        Part::PhoneNumber { at } => Some(sender.profile()?.phone_numbers.value()?.get(item(at)?)?.to_json()),
    }
}

/// The JSON of each item of the list that `part` is one of, as [`part_of_json`] has it: a long list is read once.
#[uniffi::export]
#[must_use]
pub fn items_of_json(json: String, part: Part) -> Vec<String> {
    let Ok(sender) = senders_core::Sender::from_json(json) else { return Vec::new() };
    let Some(profile) = sender.profile() else { return Vec::new() };
    macro_rules! items {
        ($list:ident) => {
            profile.$list.value().into_iter().flatten().map(|item| item.to_json()).collect()
        };
    }
    match part {
        Part::Configuration | Part::Webhook | Part::Profile => Vec::new(),
        Part::Website { .. } => items!(websites),
        Part::Email { .. } => items!(emails),
        Part::PhoneNumber { .. } => items!(phone_numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn parts_are_as_they_were_received() {
        let configuration = r#"{"waba_id":null,"future":{"n":1.0}}"#;
        let email = r#"{"email":"a","label":null,"new":1}"#;
        let text = format!(
            r#"{{"sid":"XE1","status":"S","configuration":{configuration},"profile":{{"emails":[{email}],"websites":["w"]}}}}"#
        );
        let part = |part| part_of_json(text.clone(), part);
        assert_eq!(part(Part::Configuration).as_deref(), Some(configuration));
        assert_eq!(part(Part::Email { at: 0 }).as_deref(), Some(email));
        assert_eq!(part(Part::Website { at: 0 }).as_deref(), Some(r#"{"website":"w"}"#));
        assert!(part(Part::Profile).is_some_and(|json| json.contains(email)));
        assert_eq!(items_of_json(text.clone(), Part::Email { at: 7 }), [email]);
        assert_eq!(items_of_json(text.clone(), Part::Website { at: 0 }), [r#"{"website":"w"}"#]);
        assert!(items_of_json(text.clone(), Part::Profile).is_empty());
        for none in [Part::Webhook, Part::Email { at: 1 }, Part::PhoneNumber { at: 0 }] {
            assert_eq!(part(none), None);
        }
    }

    #[test]
    fn every_documented_field_arrives_and_the_text_keeps_the_rest() {
        let text = json!({
            "sid": "XE1", "status": "NEW_STATUS", "sender_id": "whatsapp:+1", "friendly_name": "F",
            "configuration": {"waba_id": "w", "verification_method": "sms", "voice_application_sid": "APX",
                "account_type": "ISV", "verification_code": "1"},
            "webhook": {"callback_url": "u", "callback_method": "POST", "fallback_url": "f",
                "fallback_method": "PUT", "status_callback_url": "s", "status_callback_method": "POST"},
            "profile": {"name": "N", "about": "A", "address": null, "logo_url": 7, "use_case": "OTP",
                "websites": [{"website": "w", "label": "l"}], "emails": [], "phone_numbers": null},
            "properties": {"quality_rating": "HIGH", "messaging_limit": "10K"},
            "offline_reasons": [{"code": "63104", "message": "m", "more_info": "i"}, null],
            "compliance": {"registration_sid": "r", "countries": [{"country": "US", "registration_sid": "q",
                "status": "ONLINE", "carriers": [{"name": "c", "status": "APPROVED"}]}]},
            "url": "U", "pending_display_name": "P", "pending_display_name_status": "APPROVED",
            "pending_display_name_status_date": "D", "display_name_status": "updating", "new": [1.0],
        });
        let sender = sender_of_json(text.to_string()).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!((sender.sid.as_str(), sender.status.as_str()), ("XE1", "NEW_STATUS"));
        assert_eq!(sender.sender_id, some("whatsapp:+1"));
        assert_eq!(sender.configuration.as_ref().unwrap().voice_application_sid, some("APX"));
        assert_eq!(sender.configuration.as_ref().unwrap().account_type, some("ISV"));
        assert_eq!(sender.webhook.as_ref().unwrap().fallback_method, some("PUT"));
        let profile = sender.profile.as_ref().unwrap();
        // A number where a text is documented is read as its text.
        assert_eq!((profile.address.clone(), profile.logo_url.clone()), (None, some("7")));
        assert_eq!(profile.websites.as_ref().unwrap().first().unwrap().label, some("l"));
        assert_eq!((profile.emails.clone(), profile.phone_numbers.clone()), (Some(Vec::new()), None));
        assert_eq!(sender.offline_reasons.len(), 1);
        let country = sender.compliance.as_ref().unwrap().countries.as_ref().unwrap().first().unwrap();
        assert_eq!(country.carriers.as_ref().unwrap().first().unwrap().status, some("APPROVED"));
        assert_eq!(sender.pending_display_name_status, some("APPROVED"));
        assert_eq!(sender.display_name_status, some("updating"));
        assert_eq!(serde_json::from_str::<Value>(&sender.json).unwrap(), text);
        assert!(!format!("{sender:?} {profile:?}").contains("whatsapp"));
    }

    #[test]
    fn what_is_no_sender_is_a_mistake_that_shows_nothing() {
        for text in ["", "[]", r#"{"sid":"canary"}"#] {
            let Failure::Failed { details } = sender_of_json(text.to_owned()).unwrap_err();
            assert_eq!((details.kind.as_str(), details.field.as_deref()), ("invalid_argument", Some("json")));
            assert!(!details.text.contains("canary"));
        }
    }
}
