//! The core's errors, and a panic, as one error that crosses the border.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

use senders_core::{Error, ErrorKind, InvalidArgument, ServerError, Spelled};

use crate::models::Sender;
use crate::words::naming;

/// The details of an error.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[expect(clippy::exhaustive_structs, reason = "the border is generated again with every change")]
pub struct Details {
    /// The word of the kind.
    pub kind: String,
    /// One line: what happened, whether it was sent, whether it is safe to repeat, what to do next. No secrets.
    pub text: String,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// Twilio's error code.
    pub code: Option<u32>,
    /// A link to more about it.
    pub more_info: Option<String>,
    /// The id of the failed request.
    pub request_id: Option<String>,
    /// Milliseconds the server asked to be left alone.
    pub retry_after_ms: Option<u64>,
    /// Whether repeating the same call is safe and may succeed.
    pub retryable: bool,
    /// Whether the server may have carried the call out.
    pub may_have_executed: bool,
    /// How many requests were sent, or tried to be sent.
    pub attempts: u32,
    /// The next step.
    pub next_step: String,
    /// The argument at fault, in camelCase.
    pub field: Option<String>,
    /// The sender the call was about, by SID.
    pub sid: Option<String>,
    /// The sender the call was about, by what it is addressed by, in full.
    pub sender_id: Option<String>,
    /// The sender as it was last seen.
    pub sender: Option<Sender>,
    /// The statuses a wait has seen, in order.
    pub statuses: Vec<String>,
    /// The token to resume the wait.
    pub resume_token: Option<String>,
    /// The body of the response as it was received.
    pub body: Option<Vec<u8>>,
    /// When the first request was sent, in milliseconds since 1970.
    pub started_unix_ms: Option<u64>,
    /// When the last attempt ended, in milliseconds since 1970.
    pub ended_unix_ms: Option<u64>,
}

/// Shows what may stand in a log.
impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details").field("kind", &self.kind).field("text", &self.text).finish_non_exhaustive()
    }
}

/// The error of every function here.
#[derive(Clone, Debug, uniffi::Error)]
#[expect(clippy::exhaustive_enums, reason = "the border is generated again with every change")]
pub enum Failure {
    /// A call failed, or was not made.
    Failed {
        /// How.
        details: Box<Details>,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failed { details } = self;
        f.write_str(&details.text)
    }
}

impl std::error::Error for Failure {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed { details: Box::new(error.into()) }
    }
}

impl From<Error> for Details {
    fn from(error: Error) -> Self {
        let Spelled { text, next_step, field, .. } = error.spelled(naming());
        let server = error.server();
        Self {
            kind: error.kind().as_str().to_owned(),
            text,
            status: error.status(),
            code: error.code(),
            more_info: server.and_then(ServerError::more_info).map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
            retry_after_ms: error.retry_after_ms(),
            retryable: error.is_retryable(),
            may_have_executed: error.may_have_executed(),
            attempts: error.attempts(),
            next_step,
            field,
            sid: error.sid().map(str::to_owned),
            sender_id: error.sender_id().map(str::to_owned),
            sender: error.sender().map(Sender::from),
            statuses: error.statuses().iter().map(|status| status.as_str().to_owned()).collect(),
            resume_token: error.resume_token().map(str::to_owned),
            body: server.map(|server| server.raw().to_vec()),
            started_unix_ms: error.started_unix_ms(),
            ended_unix_ms: error.ended_unix_ms(),
        }
    }
}

impl From<InvalidArgument> for Failure {
    fn from(argument: InvalidArgument) -> Self {
        Error::from(argument).into()
    }
}

/// A caller's mistake found here: the core's name of the argument, and a rule that begins with `must`.
pub(crate) fn wrong_argument(name: &str, rule: &str) -> Failure {
    InvalidArgument::redacted(name, rule).into()
}

/// A caller's mistake in a text of the API's own words: its names stay as they are on the wire.
pub(crate) fn wrong_json(field: &str, text: String) -> Failure {
    let mut failure = Failure::from(Error::from_binding(ErrorKind::InvalidArgument, ""));
    let Failure::Failed { details } = &mut failure;
    details.text = text;
    details.field = Some(field.to_owned());
    failure
}

/// A bug of this library or of a driver.
pub(crate) fn internal(message: &str) -> Failure {
    Error::from_binding(ErrorKind::Internal, message).into()
}

/// Keeps panics from being printed, since their text may hold numbers: the error says what happened, masked. Tests of this
/// crate print theirs.
fn silence_panics() {
    static ONCE: Once = Once::new();
    if !cfg!(test) {
        ONCE.call_once(|| set_hook(Box::new(|_| {})));
    }
}

/// Runs `work`; a panic in it becomes an error of kind `internal`, and what comes next works as before.
pub(crate) fn guard<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    silence_panics();
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    internal(&format!("a bug of this library: {}", senders_core::mask_digits(text)))
}

/// Fails with an error of this kind as the core would, for mistakes found in Kotlin or Swift and for tests.
///
/// # Errors
/// Always: of kind `invalid_argument` if there is no such kind.
#[uniffi::export]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn failure_of_kind(kind: String, text: String) -> Result<(), Failure> {
    match ErrorKind::ALL.iter().find(|(_, word)| *word == kind) {
        Some((kind, _)) => Err(Error::from_binding(*kind, text).into()),
        None => Err(wrong_argument("kind", "must be a kind of error")),
    }
}

/// Fails with an error of kind `invalid_argument`, for a mistake found in Kotlin or Swift. `rule` begins with `must`.
///
/// # Errors
/// Always.
#[uniffi::export]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn argument_failure(field: String, rule: String) -> Result<(), Failure> {
    Err(wrong_argument(&field, &rule))
}

/// Panics, so that a test can see what comes of it.
///
/// # Errors
/// Always: of kind `internal`.
#[uniffi::export]
#[expect(clippy::panic, reason = "it is what the function is for")]
pub fn forced_panic() -> Result<(), Failure> {
    guard(|| panic!("a forced panic about whatsapp:+15017122661"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use senders_core::{Config, Credentials, SenderId};

    fn details(failure: Failure) -> Details {
        let Failure::Failed { details } = failure;
        *details
    }

    #[test]
    fn a_panic_is_an_error_without_numbers() {
        let details = details(forced_panic().unwrap_err());
        assert_eq!(details.kind, "internal");
        assert!(details.text.contains("a forced panic"), "{}", details.text);
        assert!(!details.text.contains("5017122661"), "{}", details.text);
    }

    #[test]
    fn arguments_are_named_as_the_languages_name_them() {
        let error = Config::builder().connect_timeout_ms(0).build().unwrap_err();
        let found = details(error.into());
        assert_eq!(found.kind, "invalid_argument");
        assert_eq!(found.field.as_deref(), Some("connectTimeout"));
        assert_eq!(found.text, "connectTimeout in milliseconds must be from 1 to 600000, got 0");
        let error = SenderId::parse("whatsapp:my_number").unwrap_err();
        let found = details(error.into());
        assert!(found.text.starts_with("senderId must") && found.text.ends_with("`whatsapp:my_number`"));
        assert!(
            Credentials::account_token("AC", "canary")
                .is_err_and(|error| { !format!("{:?}", Failure::from(error)).contains("canary") })
        );
    }

    #[test]
    fn every_kind_can_be_made() {
        for kind in ErrorKind::ALL.iter().map(|(_, word)| (*word).to_owned()) {
            let found = details(failure_of_kind(kind.clone(), "it happened".to_owned()).unwrap_err());
            assert_eq!(found.kind, kind);
            assert!(found.text.starts_with("it happened") && !found.next_step.is_empty());
        }
        let unknown = details(failure_of_kind("other".to_owned(), String::new()).unwrap_err());
        assert_eq!((unknown.kind.as_str(), unknown.field.as_deref()), ("invalid_argument", Some("kind")));
    }
}
