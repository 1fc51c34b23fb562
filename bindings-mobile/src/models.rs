//! The objects of the server's responses, as records: each field that is absent, null or of another type than documented is `None`.

use std::fmt;

use senders_core::{Patch, Resolution};

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
    /// The profile of a sender, which people see.
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
    /// The address of the sender.
    pub sender_id: Option<String>,
    /// A name for the account's own use.
    pub friendly_name: Option<String>,
    /// How it is registered.
    pub configuration: Option<Configuration>,
    /// Where its events go.
    pub webhook: Option<Webhook>,
    /// The profile, which people see.
    pub profile: Option<Profile>,
    /// How it is doing.
    pub properties: Option<Properties>,
    /// Why it is offline; empty where the server gave no reason.
    pub offline_reasons: Vec<OfflineReason>,
    /// The review by carriers.
    pub compliance: Option<Compliance>,
    /// The URL of the resource. Never followed.
    pub url: Option<String>,
    /// The display name that waits to be approved.
    pub pending_display_name: Option<String>,
    /// The status of its review: a word.
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
    /// The token to resume the wait from here.
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

/// The result of `ensure`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Ensured {
    /// How it was found or created: `created`, `found`, `reconciled`.
    pub resolution: String,
    /// The sender.
    pub sender: Sender,
    /// The fields of the request that the found sender does not have, by path in camelCase: `profile.logoUrl`.
    pub differences: Vec<String>,
}

impl From<senders_core::Ensured> for Ensured {
    fn from(ensured: senders_core::Ensured) -> Self {
        Self {
            resolution: Resolution::as_str(ensured.resolution).to_owned(),
            sender: Sender::from(&ensured.sender),
            differences: ensured.differences.iter().map(|path| crate::words::naming().spell(path)).collect(),
        }
    }
}

redacted!(Sender);
redacted!(SenderPage);
redacted!(StatusChange);
redacted!(Ensured);
