//! The API's data: what a request may say and what a response said.
//!
//! One model serves both ways. Going out, a field is absent, null or a value, and a mistake is refused with the
//! field's name. Coming in, nothing is refused: a leaf of another type than documented, and a field this version does
//! not know, are kept byte for byte in `extra` and written out again unchanged.

#[cfg(feature = "error-log")]
mod alert;
mod body;
mod code;
mod decode_error;
#[cfg(feature = "error-log")]
mod diagnosis;
mod document;
mod explanation;
mod json;
mod model;
mod open_enum;
mod page;
mod patch;
mod profile;
mod rcs;
mod rules;
pub(crate) mod schema;
mod sections;
mod sender;
mod settings;
mod status;
#[cfg(feature = "webhooks")]
mod webhook_event;

#[cfg(feature = "error-log")]
pub use alert::{Alert, AlertLevel, AlertPage};
pub use code::VerificationCode;
pub use decode_error::DecodeError;
#[cfg(feature = "error-log")]
pub use diagnosis::{Diagnosis, Finding, FindingSource, Verdict};
pub use explanation::Explanation;
pub use model::{Extra, RawJson};
pub use page::SenderPage;
pub use patch::Patch;
pub use profile::{Email, PhoneNumber, Profile, UseCase, Vertical, Website};
pub use rcs::{Carrier, CarrierStatus, Compliance, Country, CountryStatus};
pub use sections::Sections;
pub use sender::Sender;
pub use settings::{
    AccountType, CallbackMethod, Configuration, OfflineReason, Properties, VerificationMethod,
    VoiceApplicationSid, Webhook,
};
pub use status::{DisplayNameStatus, PendingDisplayNameStatus, Status};
#[cfg(feature = "webhooks")]
pub use webhook_event::{WebhookEvent, WebhookKind};

#[cfg(feature = "error-log")]
pub(crate) use alert::read_alerts;
pub(crate) use body::Body;
pub(crate) use json::{first_items, pick, quoted, text_of};
pub(crate) use model::Field;
pub(crate) use page::{NextPage, read_page};
pub(crate) use rules::{input_text, join, object};
pub(crate) use sender::read_sender;
