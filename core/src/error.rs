//! The errors, written once for every language.
//!
//! An [`Error`] says four things apart from each other: what kind it is, whether the call may be repeated, whether the
//! server may have acted, and what the server said.

pub mod catalogue;
mod message;
mod server;

use std::fmt;

pub use message::Spelled;
pub use server::ServerError;

use crate::argument::InvalidArgument;
use crate::naming::{Naming, Text};
use crate::types::{Sender, Status, schema};

/// Makes [`ErrorKind`] and its table: each kind with its word, the name of its class in the languages that have one, and
/// the group of that class.
macro_rules! error_kinds {
    ($( $(#[doc = $doc:literal])* $kind:ident = $word:literal, $class:ident $(of $group:ident)? );* $(;)?) => {
        /// The kind of an error: coarse and stable. The catalogue of error codes is finer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $( $(#[doc = $doc])* $kind, )*
        }

        impl ErrorKind {
            /// Every kind with its word, for bindings that must cover them all.
            pub const ALL: &'static [(Self, &'static str)] = &[$( (Self::$kind, $word) ),*];

            /// The kinds with their documentation.
            pub const SCHEMA: &'static [schema::ErrorKind] = &[$( schema::ErrorKind {
                name: stringify!($kind),
                word: $word,
                doc: concat!($($doc, "\n"),*),
                class: stringify!($class),
                group: error_kinds!(@group $($group)?),
            } ),*];
        }
    };
    (@group) => { None };
    (@group $group:ident) => { Some(&schema::ErrorGroup::$group) };
}

error_kinds!(
    /// An argument or an option is wrong; `field` names it. Nothing was sent.
    InvalidArgument = "invalid_argument", Argument;
    /// The credentials are missing or wrong (401).
    Authentication = "authentication", Authentication of API;
    /// The credentials are right but do not allow this call (403).
    PermissionDenied = "permission_denied", PermissionDenied of API;
    /// The sender does not exist for these credentials, or no longer exists (404).
    NotFound = "not_found", NotFound of API;
    /// The request conflicts with existing data, such as a number that is already registered (409).
    Conflict = "conflict", Conflict of API;
    /// There were too many requests, also in the last attempt (429). This one was not processed. Send fewer.
    RateLimited = "rate_limited", RateLimited of API;
    /// The server refused the request as wrong (another 4xx). Read the message and the code.
    InvalidRequest = "invalid_request", InvalidRequest of API;
    /// The server failed, also in the last attempt (5xx).
    ServerError = "server_error", Server of API;
    /// There was no response in time.
    Timeout = "timeout", CallTimeout of NO_ANSWER;
    /// The connection could not be opened, or it was lost.
    Connection = "connection", ConnectionFailed of NO_ANSWER;
    /// TLS failed, most often because a certificate is not trusted.
    Tls = "tls", Tls of NO_ANSWER;
    /// The response cannot be read: not the documented JSON, a redirect, too large.
    InvalidResponse = "invalid_response", InvalidResponse;
    /// The request was sent, and its outcome is unknown. Check whether it took effect before you repeat the call: `ensure`
    /// does so.
    OutcomeUnknown = "outcome_unknown", OutcomeUnknown;
    /// The listing cannot continue: the link to the next page repeats or is not usable, or the page does not say whether
    /// another follows.
    Paging = "paging", Paging;
    /// The sender waits for a code that only a person has. Pass it to `verify`, then wait again.
    VerificationRequired = "verification_required", VerificationRequired of WAIT;
    /// The sender is offline and the server gave reasons: the `offline_reasons` of the error's `sender`.
    RegistrationFailed = "registration_failed", RegistrationFailed of WAIT;
    /// The time limit of the wait is over. The sender may still come online.
    WaitTimeout = "wait_timeout", WaitTimeout of WAIT;
    /// The call was cancelled before it had ended.
    Cancelled = "cancelled", CallCancelled;
    /// The client was used in a wrong way, such as after it was closed.
    Misuse = "misuse", Misuse;
    /// A bug of this library. The next call works again.
    Internal = "internal", Internal;
);

impl ErrorKind {
    /// The kind as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("internal", |(_, word)| word)
    }
}

/// Whether the server may have carried the call out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two there are: no error says that it surely did")]
pub enum Executed {
    /// It surely did not.
    No,
    /// It may have.
    Unknown,
}

/// Why a call did not end well.
///
/// `Display` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It holds no
/// secret and no whole phone number. `Debug` is the same with the kind in front.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    /// The operation whose request failed: `create`, `fetch`, `list`, `update`, `verify`, `delete`.
    pub(crate) operation: Option<&'static str>,
    pub(crate) message: Text,
    /// The mistake of the caller, in place of the message.
    pub(crate) argument: Option<InvalidArgument>,
    pub(crate) retryable: bool,
    pub(crate) executed: Executed,
    pub(crate) attempts: u32,
    pub(crate) server: Option<ServerError>,
    pub(crate) retry_after_ms: Option<u64>,
    pub(crate) sid: Option<String>,
    pub(crate) sender_id: Option<String>,
    pub(crate) sender: Option<Sender>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) started_unix_ms: Option<u64>,
    pub(crate) ended_unix_ms: Option<u64>,
    pub(crate) resume_token: Option<String>,
    /// Whether a create that this error does not know the end of may have registered the number of an `ensure`.
    pub(crate) in_doubt: bool,
    /// The next step, where the machine knows better than the kind and the code.
    pub(crate) advice: Option<Text>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Text>) -> Self {
        Self::of(kind, message.into())
    }

    // Once in the program, not once for each kind of text.
    #[inline(never)]
    fn of(kind: ErrorKind, message: Text) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            message,
            argument: None,
            retryable: false,
            executed: Executed::No,
            attempts: 0,
            server: None,
            retry_after_ms: None,
            sid: None,
            sender_id: None,
            sender: None,
            statuses: Vec::new(),
            started_unix_ms: None,
            ended_unix_ms: None,
            resume_token: None,
            in_doubt: false,
            advice: None,
        }))
    }

    pub(crate) fn internal(message: &str) -> Self {
        Self::new(ErrorKind::Internal, message.to_owned())
    }

    pub(crate) fn finished() -> Self {
        Self::new(ErrorKind::Misuse, "the call has ended: make a new one")
    }

    /// A transport's or a binding's own failure that has no other kind: a callback that raised, a panic that was caught.
    #[must_use]
    pub fn from_binding(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, message.into())
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.0);
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the request that failed only reads.
    pub(crate) fn is_of_a_read(&self) -> bool {
        matches!(self.0.operation, Some("fetch" | "list" | "alerts"))
    }

    /// Whether a create that this error does not know the end of may have registered the number of an `ensure`: the token alone is
    /// a safe way on.
    pub(crate) const fn is_in_doubt(&self) -> bool {
        self.0.in_doubt
    }

    /// Whether the request that failed was a look at one sender.
    pub(crate) fn is_of_a_fetch(&self) -> bool {
        self.0.operation == Some("fetch")
    }

    /// Whether the request that failed was a look at the error log.
    pub(crate) fn is_of_the_error_log(&self) -> bool {
        self.0.operation == Some("alerts")
    }

    /// Whether the request that failed was a create.
    pub(crate) fn is_of_a_create(&self) -> bool {
        self.0.operation == Some("create")
    }

    /// The sentence that says what happened, without the advice that `Display` adds.
    #[must_use]
    pub fn message(&self) -> String {
        self.message_in(Naming::Rust)
    }

    /// The same with names spelled as a language does.
    pub(crate) fn message_in(&self, naming: Naming) -> String {
        self.0.argument.as_ref().map_or_else(|| self.0.message.spelled(naming), |wrong| wrong.spelled(naming))
    }

    /// Whether repeating the same call is safe and may succeed. False for a call that its caller cancelled.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the server may have carried the call out.
    #[must_use]
    pub const fn executed(&self) -> Executed {
        self.0.executed
    }

    /// Whether the server may have carried the call out: false only when it surely did not.
    #[must_use]
    pub fn may_have_executed(&self) -> bool {
        self.0.executed != Executed::No
    }

    /// How many requests were sent, or tried to be sent, for the call.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The server's error, if there was a response.
    #[must_use]
    pub const fn server(&self) -> Option<&ServerError> {
        self.0.server.as_ref()
    }

    /// The HTTP status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.server.as_ref().map(ServerError::status)
    }

    /// Twilio's error code: of the answer, or of the first reason a sender is offline.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        let answered = self.0.server.as_ref().and_then(ServerError::code);
        answered.or_else(|| self.0.sender.as_ref()?.first_offline_reason()?.0?.parse().ok())
    }

    /// The id of the failed request, to be named to Twilio's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.server.as_ref().and_then(ServerError::request_id)
    }

    /// The wait the server asked for (`Retry-After`), in milliseconds from its response.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.0.retry_after_ms
    }

    /// The argument at fault, such as `profile.emails[0].email`.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.argument.as_ref().map(InvalidArgument::field)
    }

    /// The sender the call was about, by SID.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.0.sid.as_deref()
    }

    /// Returns the `sender_id` of the call's sender, in full: needed to check the outcome of the call.
    #[must_use]
    pub fn sender_id(&self) -> Option<&str> {
        self.0.sender_id.as_deref()
    }

    /// The sender as it was last seen, where the call had seen it.
    #[must_use]
    pub const fn sender(&self) -> Option<&Sender> {
        self.0.sender.as_ref()
    }

    /// The statuses a wait has seen, in order.
    #[must_use]
    pub fn statuses(&self) -> &[Status] {
        &self.0.statuses
    }

    /// When the first request of the call was sent, in milliseconds since 1970.
    #[must_use]
    pub const fn started_unix_ms(&self) -> Option<u64> {
        self.0.started_unix_ms
    }

    /// When the last attempt ended, in milliseconds since 1970.
    #[must_use]
    pub const fn ended_unix_ms(&self) -> Option<u64> {
        self.0.ended_unix_ms
    }

    /// The token to resume a wait or an `ensure` that ended here.
    #[must_use]
    pub fn resume_token(&self) -> Option<&str> {
        self.0.resume_token.as_deref()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.0.kind.as_str())
    }
}

impl std::error::Error for Error {}

impl From<InvalidArgument> for Error {
    fn from(argument: InvalidArgument) -> Self {
        Self::new(ErrorKind::InvalidArgument, "").with(|inner| inner.argument = Some(argument))
    }
}
