//! A client for Twilio's Senders API v2 that does no IO.
//!
//! It builds requests and reads responses; sending them is the caller's. It reads no clock, no environment and no
//! file, draws no randomness, starts no thread, and holds no connection: time comes in as [`Now`], randomness as a seed,
//! and every call is a small state machine of one shape, [`Machine`]. The same inputs give the same requests, waits and
//! results, always.
//!
//! Not made by Twilio, and never tried against the live service. Where the API's documentation is silent, the items say
//! so, and the emulator of this project has a switch for each assumption.
//!
//! # The run loop
//!
//! One loop drives every operation. Here the "network" is a function and the clock a variable:
//!
//! ```
//! use senders_core::{
//!     Action, CallOptions, Client, Config, Credentials, FetchSender, Headers, HttpRequest, HttpResponse, Machine, Now,
//!     SenderSid, Step,
//! };
//!
//! fn send(request: &HttpRequest) -> HttpResponse {
//!     assert_eq!(request.url(), "https://messaging.twilio.com/v2/Channels/Senders/XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
//!     let body = br#"{"sid":"XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","status":"ONLINE"}"#;
//!     HttpResponse::new(200, Headers::new(), body.to_vec())
//! }
//!
//! let credentials = Credentials::account_token("AC00000000000000000000000000000000", "token")?;
//! let client = Client::new(Config::builder().credentials(credentials).seed(7).build()?);
//! let sid = SenderSid::parse("XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")?;
//! let mut call = client.fetch(FetchSender::new(sid), &CallOptions::default())?;
//!
//! let mut now = Now::new(0, 1_767_225_600_000);
//! let sender = loop {
//!     match call.step(now) {
//!         Step::Act(Action::Send { attempt, request, .. }) => {
//!             let response = send(&request);
//!             now.monotonic_ms += 20;
//!             // A transport that fails calls `on_failure` instead.
//!             call.on_response(now, attempt, response)?;
//!         }
//!         Step::Act(Action::Wait { delay_ms, .. }) => now.monotonic_ms += delay_ms,
//!         Step::Act(Action::InFlight(_)) => unreachable!("every request gets its response at once here"),
//!         Step::Yield(never) => match never {},
//!         Step::Done(result) => break result?,
//!     }
//! };
//! assert!(sender.status().is_online());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! [`Client`] makes the operations; [`Operation`] puts them all behind one type for bindings. What is said of a sender is
//! in [`Sections`], what the server says of it in [`Sender`]. What went wrong is an [`Error`].

#![forbid(unsafe_code)]

mod argument;
mod client;
mod endpoints;
mod error;
mod given;
mod http;
mod ids;
mod line;
mod machine;
mod mask;
mod naming;
mod secret;
mod time;
mod types;
#[cfg(feature = "webhooks")]
mod webhooks;

/// The tables of this crate as data, from which the types and the documentation of the other languages are made.
pub mod schema {
    pub use crate::client::{Bounds, ClientOption, OPTION_DOCS, OPTIONS, OptionKind};
    pub use crate::types::schema::{ErrorGroup, ErrorKind, Field, Object, Type, Word, Words};
}

pub use argument::InvalidArgument;
pub use client::{CallOptions, Client, Config, ConfigBuilder, Credentials, OptionValue};
#[cfg(feature = "error-log")]
pub use endpoints::{AlertTime, ListAlerts};
pub use endpoints::{CreateSender, DeleteSender, Endpoint, FetchSender, ListSenders, PageSize, UpdateSender};
pub use error::{Error, ErrorKind, Executed, ServerError, Spelled, catalogue};
pub use http::{
    FailureKind, Headers, HttpRequest, HttpResponse, Method, Origin, RequestSent, Scheme, TransportFailure,
};
pub use ids::{AccountSid, ApiKeySid, Channel, SenderId, SenderSid};
pub use line::one_line;
#[cfg(feature = "error-log")]
pub use machine::Diagnose;
pub use machine::{
    Action, AttemptId, Call, Ensure, EnsureAll, EnsureEvent, Ensured, Event, Machine, Misuse, Operation,
    Outcome, Pager, Resolution, StatusChange, Step, Timeouts, Update, WaitOptions, WaitReason, Waiter,
};
pub use mask::mask_digits;
pub use naming::Naming;
pub use secret::Secret;
pub use time::Now;
pub use types::{
    AccountType, CallbackMethod, Carrier, CarrierStatus, Compliance, Configuration, Country, CountryStatus,
    DecodeError, DisplayNameStatus, Email, Explanation, Extra, OfflineReason, Patch,
    PendingDisplayNameStatus, PhoneNumber, Profile, Properties, RawJson, Sections, Sender, SenderPage,
    Status, UseCase, VerificationCode, VerificationMethod, Vertical, VoiceApplicationSid, Webhook, Website,
};
#[cfg(feature = "error-log")]
pub use types::{Alert, AlertLevel, AlertPage, Diagnosis, Finding, FindingSource, Verdict};
#[cfg(feature = "webhooks")]
pub use types::{WebhookEvent, WebhookKind};
#[cfg(feature = "webhooks")]
pub use webhooks::{WebhookReason, WebhookRejected, WebhookRequest, WebhookSecrets};
