//! An error in one line, for a person at two in the morning.

use std::fmt;

use super::{Error, ErrorKind, Executed, catalogue};
use crate::line::plain;
use crate::mask::mask_digits;
use crate::naming::{Naming, Text};

/// How much of a request id a line shows, in bytes.
const LONGEST_ID: usize = 128;

/// The texts of an error as a language writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spelled {
    /// The whole line: what happened, whether it was sent, whether it is safe to repeat, what to do next.
    pub text: String,
    /// The part that says what happened.
    pub message: String,
    /// The part that says what to do next.
    pub next_step: String,
    /// The argument at fault.
    pub field: Option<String>,
}

impl Error {
    /// The next step: the catalogue's advice for the error's code, else what goes for its kind.
    #[must_use]
    pub fn next_step(&self) -> String {
        next_step(self).spelled(Naming::Rust)
    }

    /// Its texts with the names of fields, options and functions as a language spells them.
    #[must_use]
    pub fn spelled(&self, naming: Naming) -> Spelled {
        let (message, next_step) = (self.message_in(naming), next_step(self).spelled(naming));
        let field = self.0.argument.as_ref().map(|wrong| wrong.field_in(naming));
        Spelled { text: line(self, &message, &next_step), message, next_step, field }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(Naming::Rust).text)
    }
}

/// Returns the next step. Only names of fields, options and functions are in backticks.
fn next_step(error: &Error) -> Text {
    if !error.is_in_doubt() {
        return own_step(error);
    }
    let id = error.sender_id().map_or_else(|| "the number".to_owned(), mask_digits);
    let again = |before: Text| {
        before
            .ours("call `ensure` again with the token of this error: it looks for ")
            .theirs(&id)
            .ours(" before it creates it")
    };
    match error.kind() {
        ErrorKind::Timeout
        | ErrorKind::Connection
        | ErrorKind::ServerError
        | ErrorKind::Cancelled
        | ErrorKind::OutcomeUnknown => again(Text::default()),
        _ => again(own_step(error).ours("; then ")),
    }
}

/// Returns the next step of the request that failed.
fn own_step(error: &Error) -> Text {
    if let Some(advice) = &error.0.advice {
        return advice.clone();
    }
    // Neither a create nor a listing has a SID that may be wrong.
    let missing = error.kind() == ErrorKind::NotFound && error.sid().is_none();
    // A create that is refused as a duplicate, with any code: 63100 says "already exists" too (a third-party report).
    let duplicate = error.kind() == ErrorKind::Conflict
        && error.is_of_a_create()
        && error.code() != Some(catalogue::ALREADY_REGISTERED);
    if let Some(known) = error.code().and_then(catalogue::explain)
        && !missing
        && !duplicate
        && error.kind() != ErrorKind::OutcomeUnknown
    {
        return known.action.into();
    }
    let id = error.sender_id().map_or_else(|| "the number".to_owned(), mask_digits);
    let step = match error.kind() {
        ErrorKind::InvalidArgument => "fix the argument and try again",
        ErrorKind::Authentication => {
            "check the credentials, and that they belong to the (sub)account that owns the sender"
        }
        ErrorKind::PermissionDenied => "use credentials that may do this",
        ErrorKind::NotFound if error.is_of_the_error_log() => {
            "check `base_url`: a server in place of Twilio's has to serve `/v1/Alerts` too"
        }
        ErrorKind::NotFound if missing => {
            "check `base_url`, and that the (sub)account of the credentials may use WhatsApp senders: its first sender may have to be registered in Twilio's Console (Self Sign-up)"
        }
        ErrorKind::NotFound => "check the SID, and that the credentials belong to the account that owns it",
        ErrorKind::Cancelled if error.is_of_a_fetch() && error.resume_token().is_some() => {
            "no action is needed if you cancelled the wait yourself; the token of this error resumes it"
        }
        ErrorKind::Conflict if error.is_of_a_read() => "read the server's message and fix the request",
        ErrorKind::Conflict if error.sid().is_some() => {
            "fetch the sender to see what it is before you try again"
        }
        ErrorKind::Conflict => {
            return Text::from("list the senders and look for ")
                .theirs(&id)
                .ours(" before you try again, or use `ensure`, which does so");
        }
        ErrorKind::RateLimited => "slow down and try again later",
        ErrorKind::InvalidRequest => "read the server's message and fix the request",
        ErrorKind::ServerError | ErrorKind::Timeout | ErrorKind::Connection
            if error.is_retryable() || error.is_of_a_read() =>
        {
            "try again later"
        }
        ErrorKind::ServerError | ErrorKind::Timeout | ErrorKind::Connection => {
            "check whether the call took effect before you retry"
        }
        ErrorKind::Tls => "check the host name, the certificate and the trusted authorities",
        ErrorKind::InvalidResponse if error.is_of_a_create() && error.executed() == Executed::Unknown => {
            return Text::from(
                "check `base_url`, and any proxy between here and Twilio; list the senders and look for ",
            )
            .theirs(&id)
            .ours(" before you create it again");
        }
        ErrorKind::InvalidResponse => "check `base_url`, and any proxy between here and Twilio",
        ErrorKind::OutcomeUnknown if error.sid().is_some() => {
            "fetch the sender and compare before you try again"
        }
        ErrorKind::OutcomeUnknown => {
            return Text::from("list the senders and look for ")
                .theirs(&id)
                .ours(" before you create it again, or use `ensure`, which does so");
        }
        ErrorKind::Paging => "report it with the request id; the pages listed so far are good",
        ErrorKind::VerificationRequired => {
            "ask for the code that was sent to the number, give it to `verify`, then wait again; for a new code, `update` with `verification_method` in `configuration`"
        }
        ErrorKind::RegistrationFailed => "read the offline reasons",
        ErrorKind::WaitTimeout => "wait again: the sender may still come online",
        ErrorKind::Cancelled if error.executed() == Executed::Unknown && error.is_of_a_create() => {
            return Text::from("list the senders and look for ")
                .theirs(&id)
                .ours(", or use `ensure`, which does so");
        }
        ErrorKind::Cancelled if error.executed() == Executed::Unknown && !error.is_of_a_read() => {
            "fetch the sender to see whether the call took effect"
        }
        ErrorKind::Cancelled => "no action is needed if you cancelled the call yourself",
        ErrorKind::Misuse | ErrorKind::Internal => "report it as a bug of this library or its driver",
    };
    step.into()
}

fn line(error: &Error, message: &str, next_step: &str) -> String {
    let mut out = message.to_owned();
    if error.kind() == ErrorKind::InvalidArgument {
        return out;
    }
    if let Some(id) = error.request_id() {
        out.push_str(&format!(" (request {})", plain(id, LONGEST_ID)));
    }
    let sent = match (error.attempts(), error.executed()) {
        (0, _) if error.is_in_doubt() => "this call sent nothing",
        _ if error.is_in_doubt() && error.is_of_a_read() => "this call only read",
        (0, _) => "nothing was sent",
        _ if error.is_of_a_read() => "it only reads and changed nothing",
        (_, Executed::No) => "the server did not act on it",
        (_, Executed::Unknown) => "the server may have acted on it",
    };
    let waited = matches!(
        error.kind(),
        ErrorKind::VerificationRequired
            | ErrorKind::RegistrationFailed
            | ErrorKind::WaitTimeout
            | ErrorKind::Paging
    );
    if !waited {
        let repeat = match error.is_retryable() {
            true => "safe to repeat",
            // The caller wanted no more, which says nothing of the next call.
            false
                if error.kind() == ErrorKind::Cancelled
                    && !error.is_in_doubt()
                    && (error.is_of_a_read() || error.executed() == Executed::No) =>
            {
                "safe to repeat"
            }
            false if error.is_in_doubt() => "repeat it with its token alone",
            false if error.is_of_a_read() => "repeating it will not help by itself",
            false if error.executed() == Executed::No => "repeating it as it is will not help",
            false => "check the outcome before you retry",
        };
        out.push_str(&format!("; {sent}; {repeat}"));
    }
    out.push_str("; ");
    out.push_str(next_step);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_and_a_next_step() {
        let mut words = Vec::new();
        for (kind, word) in ErrorKind::ALL {
            let error = Error::new(*kind, "it happened");
            assert_eq!(kind.as_str(), *word);
            assert!(!error.next_step().is_empty());
            assert!(error.to_string().starts_with("it happened"));
            words.push(*word);
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ErrorKind::ALL.len());
    }

    /// A binding spells them its own way, and must not take the parts of an id for one.
    #[test]
    fn names_in_a_next_step_stand_in_backticks() {
        let of_kinds = ErrorKind::ALL.iter().map(|(kind, _)| Error::new(*kind, "x").next_step());
        let of_codes = (20_000..100_000).filter_map(|code| Some(catalogue::explain(code)?.action.to_owned()));
        for step in of_kinds.chain(of_codes) {
            let outside: String = step.split('`').step_by(2).collect();
            assert!(!outside.contains('_'), "{step}");
        }
    }

    #[test]
    fn a_line_says_what_was_sent_and_what_to_do() {
        let error = Error::new(ErrorKind::OutcomeUnknown, "create failed with status 503").with(|inner| {
            inner.attempts = 1;
            inner.executed = Executed::Unknown;
            inner.sender_id = Some("whatsapp:+15551234567".to_owned());
        });
        assert_eq!(
            error.to_string(),
            "create failed with status 503; the server may have acted on it; check the outcome before you retry; list the \
             senders and look for whatsapp:+*********67 before you create it again, or use `ensure`, which does so"
        );
        assert!(format!("{error:?}").starts_with("Error(outcome_unknown: "));
    }
}
