//! The API's data: what a request may say and what a response said.
//!
//! One model serves both ways. Going out, a field is absent, null or a value, and a mistake is refused with the
//! field's name. Coming in, nothing is refused: a leaf of another type than documented, and a field this version does
//! not know, are kept byte for byte in `extra` and written out again unchanged.

mod model;
mod page;
mod patch;
mod profile;
mod rcs;
pub(crate) mod request;
mod sections;
mod sender;
mod settings;
mod status;

pub use model::{Extra, RawJson};
pub use page::SenderPage;
pub use patch::Patch;
pub use profile::{Email, PhoneNumber, Profile, UseCase, Website};
pub use rcs::{Carrier, CarrierStatus, Compliance, Country, CountryStatus};
pub use sections::Sections;
pub use sender::Sender;
pub use settings::{
    AccountType, CallbackMethod, Configuration, OfflineReason, Properties, VerificationCode,
    VerificationMethod, VoiceApplicationSid, Webhook,
};
pub use status::{DisplayNameStatus, PendingDisplayNameStatus, Status};

pub(crate) use model::{Field, entries, first_items, input_text, join, pick, text_of};
pub(crate) use page::{NextPage, read_page, read_sender};
pub(crate) use request::Body;
