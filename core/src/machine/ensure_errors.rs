//! The errors of `ensure`: what a refusal says of a number whose earlier create has no known outcome.

use crate::error::{Error, ErrorKind, Executed, catalogue};
use crate::naming::Text;

/// Whether the server refused a create because the number is registered.
pub(crate) fn is_registered_already(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict || error.code() == Some(catalogue::ALREADY_REGISTERED)
}

/// The error of a number that a create of an earlier call may have registered. Safe with the token alone.
pub(crate) fn in_doubt(error: Error) -> Error {
    error.with(|inner| {
        inner.executed = Executed::Unknown;
        inner.retryable = false;
        inner.in_doubt = true;
        let said = inner.message.clone();
        inner.message = said.ours("; a create of an earlier call may have registered the number");
    })
}

/// The error of a number that the server calls registered, although no listing of this account has it.
pub(crate) fn registered_elsewhere(error: Error) -> Error {
    let advice = "look for the number in your other (sub)accounts: this one did not list it within twelve seconds; only if it is \
                  in none of them, delete its WhatsApp account, wait a few minutes and try again";
    error.with(|inner| inner.advice = Some(advice.into()))
}

/// The error of a create that cannot be the last word, since an earlier create of the number has no known outcome.
pub(crate) fn still_unknown(error: Error) -> Error {
    error.with(|inner| {
        inner.kind = ErrorKind::OutcomeUnknown;
        inner.executed = Executed::Unknown;
        inner.retryable = false;
        inner.message = inner.message.clone().ours("; an earlier create of the number has no known outcome");
    })
}

/// The error of a number that was not tried because the create of another one was refused.
pub(crate) fn not_tried(error: &Error) -> Error {
    error.clone().with(|inner| {
        inner.executed = Executed::No;
        inner.message = Text::from("no create was sent, since that of a number before it failed: ")
            .theirs(&error.message());
    })
}

pub(crate) fn out_of_time() -> Error {
    Error::new(ErrorKind::Timeout, "the total timeout of `ensure` ran out")
        .with(|inner| inner.retryable = true)
}
