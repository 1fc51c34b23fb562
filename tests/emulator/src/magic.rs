//! Magic numbers: phone numbers (and verification codes) that make the emulator fail on purpose.
//!
//! A number is magic when it begins with `+155500` and its last five digits are in the table of [`magic_numbers`]; up
//! to four digits may be between them, so that several senders can fail alike. A number that begins with `+155501`
//! can receive Twilio's own SMS and verifies itself. Every other number waits for its code.
//!
//! Codes: `000000` is wrong; six digits whose last five are the code of a failure in the table (`163113`) are
//! accepted, and the sender goes OFFLINE with it. Any other six digits are right, unless the switch `otp` names the
//! right one.

use serde::Serialize;

/// The effect of a magic number on a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MagicEffect {
    /// The create is refused, every time.
    Refused,
    /// The create is refused the first time, and works from the second.
    RefusedOnce,
    /// The create is accepted; the sender ends OFFLINE with the code among its `offline_reasons`.
    Offline,
    /// The sender reaches this status and stays in it.
    Stuck(&'static str),
}

/// One row of the table of magic numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MagicNumber {
    /// The last five digits of the number.
    pub digits: &'static str,
    /// The effect.
    pub effect: MagicEffect,
    /// The status of a refused create; 0 if it is accepted, with [`MagicEffect::Offline`] too.
    pub status: u16,
    /// The error code; 0 if nothing fails.
    pub code: u32,
    /// The message of the code, or the effect of the number.
    pub message: &'static str,
    /// The status of the refusal if the switch `magic-failures` refuses it.
    #[serde(skip)]
    pub(crate) status_at_once: u16,
}

const fn failure(
    digits: &'static str,
    effect: MagicEffect,
    status_at_once: u16,
    code: u32,
    message: &'static str,
) -> MagicNumber {
    let status = match effect {
        MagicEffect::Refused | MagicEffect::RefusedOnce => status_at_once,
        MagicEffect::Offline | MagicEffect::Stuck(_) => 0,
    };
    MagicNumber { digits, effect, status, code, message, status_at_once }
}

static TABLE: &[MagicNumber] = &[
    failure("63020", MagicEffect::Offline, 400, 63020, "The invitation from Meta was not accepted"),
    failure(
        "63059",
        MagicEffect::Offline,
        400,
        63059,
        "The number was moved to another WhatsApp Business Account",
    ),
    failure("63100", MagicEffect::Refused, 400, 63100, "Validation Error"),
    failure(
        "63101",
        MagicEffect::Refused,
        400,
        63101,
        "The WhatsApp Business Account is not valid or cannot be used",
    ),
    failure(
        "63103",
        MagicEffect::Offline,
        400,
        63103,
        "The WhatsApp Business Account has no valid payment method",
    ),
    failure(
        "63104",
        MagicEffect::Offline,
        400,
        63104,
        "Maximum number of phone numbers reached for your WhatsApp Business Account (WABA)",
    ),
    failure("63110", MagicEffect::Refused, 409, 63110, "The phone number is already registered on WhatsApp"),
    failure(
        "63111",
        MagicEffect::Offline,
        404,
        63111,
        "Sender's phone number or WABA returned \"not found\"",
    ),
    failure("63113", MagicEffect::Offline, 400, 63113, "Sender Cannot Be Verified"),
    failure("63114", MagicEffect::Offline, 400, 63114, "Too Many Verification Codes"),
    failure(
        "63116",
        MagicEffect::Offline,
        400,
        63116,
        "WhatsApp Sender failed to be automatically registered as OTP was not received",
    ),
    failure("00429", MagicEffect::Refused, 429, 20429, "Too Many Requests"),
    failure("00500", MagicEffect::Refused, 500, 20500, "An internal server error has occurred"),
    failure("00503", MagicEffect::Refused, 503, 20503, "Service Unavailable"),
    failure("10429", MagicEffect::RefusedOnce, 429, 20429, "Too Many Requests"),
    failure("10500", MagicEffect::RefusedOnce, 500, 20500, "An internal server error has occurred"),
    failure("10503", MagicEffect::RefusedOnce, 503, 20503, "Service Unavailable"),
    failure("00101", MagicEffect::Stuck("CREATING"), 0, 0, "stays CREATING"),
    failure("00102", MagicEffect::Stuck("OFFLINE"), 0, 0, "stays OFFLINE, without reasons"),
    failure("00103", MagicEffect::Stuck("TWILIO_REVIEW"), 0, 0, "stays in TWILIO_REVIEW"),
    failure("00104", MagicEffect::Stuck("A_NEW_STATUS"), 0, 0, "reaches a status that no client knows"),
];

/// Returns the table of magic numbers.
pub fn magic_numbers() -> &'static [MagicNumber] {
    TABLE
}

/// Returns a number's row of the table.
pub(crate) fn of_number(e164: &str) -> Option<&'static MagicNumber> {
    let rest = e164.strip_prefix("+155500")?;
    let digits = rest.get(rest.len().checked_sub(5)?..)?;
    TABLE.iter().find(|row| row.digits == digits)
}

/// Returns whether a number verifies itself.
pub(crate) fn verifies_itself(e164: &str) -> bool {
    e164.starts_with("+155501")
}

/// Returns the failure that a verification code leads to.
pub(crate) fn of_code(code: &str) -> Option<&'static MagicNumber> {
    let digits = code.get(1..)?;
    TABLE.iter().find(|row| row.digits == digits && row.code / 1000 == 63)
}

/// Returns the row for an error code.
pub(crate) fn failure_of(code: u32) -> Option<&'static MagicNumber> {
    TABLE.iter().find(|row| row.code == code)
}
