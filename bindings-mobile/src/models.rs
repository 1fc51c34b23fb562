//! The objects of the server's responses, as records: each field that is absent, null or of another type than documented is `None`.

use std::borrow::Cow;
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

impl Shown for Cow<'_, str> {
    fn shown(self) -> String {
        self.into_owned()
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

shown!(VoiceApplicationSid);

fn text<T: Shown>(patch: Patch<T>) -> Option<String> {
    patch.into_value().map(Shown::shown)
}

fn list<M, T: From<M>>(patch: Patch<Vec<M>>) -> Option<Vec<T>> {
    patch.into_value().map(|items| items.into_iter().map(T::from).collect())
}

fn object<M, T: From<M>>(model: Option<M>) -> Option<T> {
    model.map(T::from)
}

fn objects<M, T: From<M>>(models: Vec<M>) -> Vec<T> {
    models.into_iter().map(T::from).collect()
}

fn text_of(text: impl Shown) -> String {
    text.shown()
}

fn some_text(text: Option<impl Shown>) -> Option<String> {
    text.map(Shown::shown)
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

/// Makes the record of a sender: each field with the function that reads it of the core's.
macro_rules! sender {
    ($(#[$meta:meta])* $name:ident { $( $(#[$fmeta:meta])* $field:ident: $ty:ty => $read:ident ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, uniffi::Record)]
        #[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
        pub struct $name {
            $( $(#[$fmeta])* pub $field: $ty, )*
            /// Every field the server sent, as compact JSON.
            pub json: String,
        }

        impl From<&senders_core::$name> for $name {
            fn from(sender: &senders_core::$name) -> Self {
                Self { $( $field: $read(sender.$field()), )* json: sender.to_json() }
            }
        }
    };
}

// generated: the records of a response
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
    /// The URLs for a sender's events. Their form is left to the server.
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
    /// A website of a profile. The request's form is not documented; the response's is used for
    /// both.
    Website {
        website: String => text,
        label: String => text,
    }
);

model!(
    /// An e-mail address of a profile. The request's form is not documented; the response's is used
    /// for both.
    Email {
        email: String => text,
        label: String => text,
    }
);

model!(
    /// A phone number of a profile. The request's form is not documented; the response's is used
    /// for both.
    PhoneNumber {
        phone_number: String => text,
        label: String => text,
    }
);

model!(
    /// The public profile of a sender.
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
    /// Quality and limits of a sender. Only ever received.
    Properties {
        quality_rating: String => text,
        messaging_limit: String => text,
    }
);

model!(
    /// A reason why a sender is offline. Only ever received.
    OfflineReason {
        code: String => text,
        message: String => text,
        more_info: String => text,
    }
);

model!(
    /// One carrier's decision about an RCS sender.
    Carrier {
        name: String => text,
        status: String => text,
    }
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
    /// The compliance information of an RCS sender. Only ever received.
    Compliance {
        registration_sid: String => text,
        countries: Vec<Country> => list,
    }
);

model!(
    /// The meaning of one of Twilio's error codes, and the next step, as far as this library knows
    /// them. It is no part of a response.
    Explanation {
        code: String => text,
        meaning: String => text,
        action: String => text,
        link: String => text,
        source: String => text,
    }
);

sender!(
    /// A sender as the server described it in one response.
    Sender {
        /// The SID: `XE` and 32 hexadecimal digits.
        sid: String => text_of,
        /// The status of the sender.
        status: String => text_of,
        /// The address, such as `whatsapp:+15017122661`; null in the response to an update that did
        /// not send it.
        sender_id: Option<String> => some_text,
        /// A name for your own use. Source: twilio-python 9.13.0; not in OAS d50069b.
        friendly_name: Option<String> => some_text,
        /// How it is registered.
        configuration: Option<Configuration> => object,
        /// The URLs for its events.
        webhook: Option<Webhook> => object,
        /// The public profile.
        profile: Option<Profile> => object,
        /// Quality and limits.
        properties: Option<Properties> => object,
        /// Why it is offline: the first 1000 reasons; empty if the server gave none.
        offline_reasons: Vec<OfflineReason> => objects,
        /// The carriers' decisions (RCS); null for WhatsApp.
        compliance: Option<Compliance> => object,
        /// The URL of the resource, as the server wrote it. This library never follows it.
        url: Option<String> => some_text,
        /// The display name that waits for approval. Source: twilio-python 9.13.0.
        pending_display_name: Option<String> => some_text,
        /// The result of its review. Source: twilio-python 9.13.0.
        pending_display_name_status: Option<String> => some_text,
        /// The date of that status, in ISO 8601 as the server wrote it. Source: twilio-python
        /// 9.13.0.
        pending_display_name_status_date: Option<String> => some_text,
        /// The status of a new display name; only in the response to an update that sent
        /// `profile.name`. Source: twilio-python 9.13.0.
        display_name_status: Option<String> => some_text,
    }
);

shown!(Status VerificationMethod AccountType CallbackMethod Vertical UseCase CountryStatus CarrierStatus PendingDisplayNameStatus DisplayNameStatus);
// end of the records of a response

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
