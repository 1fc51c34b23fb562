//! Twilio's error codes that matter to senders: what each means, what to do, and where that is known from.
//!
//! A code that is not here is passed on untouched: 63102, 63105 to 63109, 63112, 63115 and others exist or may exist, but
//! no text of them was found. Twilio advises against programming on codes, since they change; use them to explain.

use crate::naming::{Naming, Text};
use crate::types::{Explanation, Patch};

/// One error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The code.
    pub code: u32,
    /// The meaning.
    pub meaning: &'static str,
    /// The next step. Names of fields, options and functions stand in backticks.
    pub action: &'static str,
    /// Where that is known from.
    pub source: &'static str,
}

const fn entry(code: u32, meaning: &'static str, action: &'static str, source: &'static str) -> Entry {
    Entry { code, meaning, action, source }
}

impl Entry {
    /// The entry with the names of fields, options and functions as a language spells them.
    #[must_use]
    pub fn spelled(&self, naming: Naming) -> Explanation {
        let ours = |text: &'static str| Patch::Value(Text::from(text).spelled(naming));
        Explanation {
            code: Patch::Value(self.code.to_string()),
            meaning: ours(self.meaning),
            action: ours(self.action),
            link: Patch::Value(link(self.code)),
            source: ours(self.source),
            ..Explanation::default()
        }
    }
}

/// Returns the page of a code in Twilio's error dictionary.
///
/// Source: `more_info` in the documented example of an offline reason.
fn link(code: u32) -> String {
    format!("https://www.twilio.com/docs/api/errors/{code}")
}

/// The code of a number that is registered already.
pub(crate) const ALREADY_REGISTERED: u32 = 63110;

const PAGE: &str = "Twilio's Senders API page";
const DICTIONARY: &str = "Twilio's error dictionary";
const THIRD_PARTY: &str = "third-party reports, not checked";
const OURS: &str = "the meaning from Twilio's Senders API page; the advice is this library's";

/// Every code that is explained, in order.
pub const CATALOGUE: &[Entry] = &[
    entry(
        20001,
        "a required parameter is missing or wrong",
        "list with a channel: `whatsapp` or `rcs`",
        THIRD_PARTY,
    ),
    entry(
        20003,
        "the credentials are missing or wrong",
        "check the account SID and auth token, or the API key and its secret, and that they belong to the (sub)account that owns the sender",
        DICTIONARY,
    ),
    entry(
        20404,
        "there is no such resource for these credentials",
        "check the SID, and that the credentials belong to the (sub)account that owns the sender",
        DICTIONARY,
    ),
    entry(
        20429,
        "too many requests; this one was not processed",
        "slow down and repeat the call later; Twilio asks for several minutes between registrations",
        DICTIONARY,
    ),
    entry(
        59004,
        "too many requests (documented for the Webhooks API)",
        "wait as long as `Retry-After` says",
        DICTIONARY,
    ),
    entry(
        63007,
        "there is no such channel for this account",
        "check that the sender exists and is online in the account that uses it",
        DICTIONARY,
    ),
    entry(
        63020,
        "the WhatsApp Business Account's invitation was not accepted",
        "accept Twilio's invitation in Meta Business Manager, then try again",
        DICTIONARY,
    ),
    entry(
        63059,
        "the number has moved to another WhatsApp Business Account",
        "use the account it belongs to now",
        DICTIONARY,
    ),
    entry(
        63060,
        "WhatsApp rejected the display name",
        "choose a name that follows Meta's guidelines for display names and send it with `update`",
        DICTIONARY,
    ),
    entry(
        63100,
        "the request did not pass validation",
        "read the message: it names the field, as it is called on the wire",
        DICTIONARY,
    ),
    entry(
        63101,
        "the WhatsApp Business Account's id is not valid or cannot be used",
        "check `configuration.waba_id`, and that this Twilio account is the one linked to it: the link is one to one; an account without a WhatsApp Business Account registers its first sender in Twilio's Console (Self Sign-up)",
        DICTIONARY,
    ),
    entry(
        63103,
        "the WhatsApp Business Account has no usable payment method",
        "add a payment method in Meta Business Manager",
        THIRD_PARTY,
    ),
    entry(
        63104,
        "the WhatsApp Business Account has reached its maximum of phone numbers",
        "verify the business with Meta to raise the limit (2 numbers unverified, 20 verified), or delete a sender",
        OURS,
    ),
    entry(
        63110,
        "the number is registered on WhatsApp already",
        "wait a minute, then list the senders of this account and of your other (sub)accounts: the number may be one of yours; only if it is none of them, delete its WhatsApp account, wait a few minutes and try again; for a number whose sender was deleted before, turn two-factor authentication off in WhatsApp Manager first",
        OURS,
    ),
    entry(
        63111,
        "the number or the WhatsApp Business Account was not found",
        "check `sender_id` and `configuration.waba_id`; the first sender of an account is registered in Twilio's Console (Self Sign-up), unless it is a software vendor's",
        OURS,
    ),
    entry(
        63113,
        "the sender cannot be verified",
        "check the code for a typing mistake and give it to `verify` again; if it is right, check that the number can receive text messages or calls and ask for a new code: `update` with `verification_method` in `configuration`",
        OURS,
    ),
    entry(
        63114,
        "too many verification codes were asked for",
        "wait before you ask for another: every try makes the wait longer",
        OURS,
    ),
    entry(
        63116,
        "the number could not be registered by itself: its code was not received",
        "make sure that the number can receive text messages, or ask for a call instead: `update` with `verification_method` `voice` in `configuration`; then give the code to `verify`",
        PAGE,
    ),
    entry(63117, "Twilio could not reach Meta", "try again in a few minutes", THIRD_PARTY),
    entry(
        63121,
        "a change of the display name is under review",
        "fetch the sender and wait until `pending_display_name_status` says how the review ended",
        THIRD_PARTY,
    ),
    entry(
        63124,
        "Meta declined the display name, or it is not 1 to 255 characters long",
        "choose a name that follows Meta's guidelines for display names and send it with `update`",
        DICTIONARY,
    ),
    entry(
        63128,
        "another change of the display name is under review",
        "fetch the sender: `pending_display_name` is the name under review; wait until `pending_display_name_status` says how the review ended, then send the new name",
        DICTIONARY,
    ),
];

/// Returns the entry of this code; `None` for a code that is not in the catalogue.
#[must_use]
pub fn explain(code: u32) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_is_explained() {
        assert!(CATALOGUE.is_sorted_by(|a, b| a.code < b.code));
        for entry in CATALOGUE {
            assert!(!entry.meaning.is_empty() && !entry.action.is_empty() && !entry.source.is_empty());
            assert_eq!(explain(entry.code), Some(entry));
            let explanation = entry.spelled(Naming::JavaScript);
            assert_eq!(explanation.code.value(), Some(&entry.code.to_string()));
            assert!(explanation.link.value().unwrap().ends_with(&format!("/{}", entry.code)));
            assert!(!explanation.action.value().unwrap().contains("_"), "{explanation:?}");
        }
        for unknown in [0, 63102, 63105, 63112, 63115, u32::MAX] {
            assert_eq!(explain(unknown), None);
        }
    }
}
