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
//!     CallOptions, Client, Config, Credentials, FetchSender, Headers, HttpRequest, HttpResponse, Machine, Now,
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
//!         Step::Send { attempt, request, .. } => {
//!             let response = send(&request);
//!             now.monotonic_ms += 20;
//!             // A transport that fails calls `on_failure` instead.
//!             call.on_response(now, attempt, response)?;
//!         }
//!         Step::Wait { delay_ms, .. } => now.monotonic_ms += delay_ms,
//!         Step::Yield(never) => match never {},
//!         Step::InFlight(_) => unreachable!("every request is answered at once here"),
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

mod call;
mod client;
mod config;
mod endpoints;
mod ensure;
mod ensure_all;
mod ensure_errors;
mod error;
mod exchange;
mod http;
mod ids;
mod open_enum;
mod operation;
mod pager;
mod registrations;
mod retry;
mod secret;
mod step;
mod time;
mod token;
mod types;
mod update;
mod waiter;

pub use call::Call;
pub use client::{CallOptions, Client};
pub use config::{Config, ConfigBuilder, Credentials, Origin, Scheme};
pub use endpoints::{CreateSender, DeleteSender, Endpoint, FetchSender, ListSenders, PageSize, UpdateSender};
pub use ensure::{Ensure, Ensured, How};
pub use ensure_all::{EnsureAll, EnsureEvent};
pub use error::line::one_line;
pub use error::{Error, ErrorKind, Executed, InvalidArgument, Phase, ServerError, Unreadable, catalogue};
pub use http::{Headers, HttpRequest, HttpResponse, Method};
pub use ids::{AccountSid, ApiKeySid, Channel, SenderId, SenderSid};
pub use operation::{Event, Operation, Outcome};
pub use pager::Pager;
pub use secret::{Secret, mask_digits};
pub use step::{
    AttemptId, FailureKind, Machine, Misuse, RequestSent, Step, Timeouts, TransportFailure, WaitReason,
};
pub use time::Now;
pub use types::{
    AccountType, CallbackMethod, Carrier, CarrierStatus, Compliance, Configuration, Country, CountryStatus,
    DisplayNameStatus, Email, Extra, OfflineReason, Patch, PendingDisplayNameStatus, PhoneNumber, Profile,
    Properties, RawJson, Sections, Sender, SenderPage, Status, UseCase, VerificationCode, VerificationMethod,
    VoiceApplicationSid, Webhook, Website,
};
pub use update::Update;
pub use waiter::{StatusChange, WaitOptions, Waiter};
