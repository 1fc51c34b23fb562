//! An error in one line, for a person at two in the morning.

use std::fmt;

use super::{Error, ErrorKind, Executed, catalogue};
use crate::secret::mask_digits;

/// What to do next. Names of fields, options and functions stand in backticks, and nothing else does.
pub(super) fn next_step(error: &Error) -> String {
    if let Some(known) = error.code().and_then(catalogue::explain) {
        return known.action.to_owned();
    }
    let id = error.sender_id().map_or_else(|| "the number".to_owned(), mask_digits);
    match error.kind() {
        ErrorKind::InvalidArgument => "mend the argument and call again".to_owned(),
        ErrorKind::Authentication => {
            "check the credentials, and that they belong to the (sub)account that owns the sender".to_owned()
        }
        ErrorKind::PermissionDenied => "use credentials that may do this".to_owned(),
        ErrorKind::NotFound => {
            "check the SID, and that the credentials belong to the account that owns it".to_owned()
        }
        ErrorKind::Conflict => format!("list the senders and look for {id} before trying again"),
        ErrorKind::RateLimited => "slow down and try again later".to_owned(),
        ErrorKind::InvalidRequest => "read the server's message and mend the request".to_owned(),
        ErrorKind::ServerError | ErrorKind::Timeout | ErrorKind::Connection if error.is_retryable() => {
            "try again later".to_owned()
        }
        ErrorKind::ServerError | ErrorKind::Timeout | ErrorKind::Connection => {
            "find out what became of the call before trying again".to_owned()
        }
        ErrorKind::Tls => "check the host name, the certificate and the trusted authorities".to_owned(),
        ErrorKind::InvalidResponse => "check the base URL and what stands between here and Twilio".to_owned(),
        ErrorKind::OutcomeUnknown if error.sid().is_some() => {
            "fetch the sender and compare before trying again".to_owned()
        }
        ErrorKind::OutcomeUnknown => {
            format!(
                "list the senders and look for {id} before registering it again, or use `ensure`, which does"
            )
        }
        ErrorKind::Paging => "report it with the request id; what was listed so far is good".to_owned(),
        ErrorKind::VerificationRequired => {
            "ask for the code that was sent to the number, give it to `verify`, then wait again".to_owned()
        }
        ErrorKind::RegistrationFailed => "read the offline reasons".to_owned(),
        ErrorKind::WaitTimeout => "wait again: the sender may still come online".to_owned(),
        ErrorKind::Cancelled => "nothing, if it was meant".to_owned(),
        ErrorKind::Misuse | ErrorKind::Internal => {
            "report it as a bug of this library or its driver".to_owned()
        }
    }
}

pub(super) fn display(error: &Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(error.message())?;
    if error.kind() == ErrorKind::InvalidArgument {
        return Ok(());
    }
    if let Some(id) = error.request_id() {
        write!(f, " (request {id})")?;
    }
    let sent = match (error.attempts(), error.executed()) {
        (0, _) => "nothing was sent",
        (_, Executed::No) => "the server did not act on it",
        (_, Executed::Unknown) => "the server may have acted on it",
        (_, Executed::Yes) => "the server acted on it",
    };
    let waited = matches!(
        error.kind(),
        ErrorKind::VerificationRequired
            | ErrorKind::RegistrationFailed
            | ErrorKind::WaitTimeout
            | ErrorKind::Paging
    );
    if !waited {
        let repeat = if error.is_retryable() { "safe to repeat" } else { "do not simply repeat it" };
        write!(f, "; {sent}; {repeat}")?;
    }
    write!(f, "; {}", next_step(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Phase;

    #[test]
    fn every_kind_has_a_word_and_a_next_step() {
        let mut words = Vec::new();
        for (kind, word) in ErrorKind::ALL {
            let error = Error::new(*kind, Phase::Build, "it happened");
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
        let of_kinds =
            ErrorKind::ALL.iter().map(|(kind, _)| Error::new(*kind, Phase::Build, "x").next_step());
        let of_codes = (20_000..100_000).filter_map(|code| Some(catalogue::explain(code)?.action.to_owned()));
        for step in of_kinds.chain(of_codes) {
            let outside: String = step.split('`').step_by(2).collect();
            assert!(!outside.contains('_'), "{step}");
        }
    }

    #[test]
    fn a_line_says_what_was_sent_and_what_to_do() {
        let error =
            Error::new(ErrorKind::OutcomeUnknown, Phase::Api, "create was answered 503").with(|inner| {
                inner.attempts = 1;
                inner.executed = Executed::Unknown;
                inner.sender_id = Some("whatsapp:+15551234567".to_owned());
            });
        assert_eq!(
            error.to_string(),
            "create was answered 503; the server may have acted on it; do not simply repeat it; list the senders and \
             look for whatsapp:+*********67 before registering it again, or use `ensure`, which does"
        );
        assert!(format!("{error:?}").starts_with("Error(outcome_unknown: "));
    }
}
