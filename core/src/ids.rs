//! Identifiers: text that was checked once and cannot be anything else afterwards.
//!
//! None of them can hold a character with a meaning in a path, a query or a header, so that no request can be
//! steered elsewhere through one.

use std::fmt;
use std::str::FromStr;

use crate::argument::InvalidArgument;
use crate::mask::mask_digits;

/// Whether `text` is `prefix` followed by 32 hexadecimal digits: the form of every SID.
pub(crate) fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

macro_rules! sid {
    ($(#[$meta:meta])* $name:ident, $prefix:literal, $field:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Parses the text of a SID.
            ///
            /// # Errors
            /// [`InvalidArgument`] if it is not the prefix and 32 hexadecimal digits.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidArgument> {
                let text = text.into();
                if is_sid(&text, $prefix) {
                    Ok(Self(text))
                } else {
                    Err(InvalidArgument::of_id(
                        $field,
                        concat!("must be ", $prefix, " and 32 hexadecimal digits"),
                        $prefix,
                        &text,
                    ))
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidArgument;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

sid!(
    /// The SID of a sender: `XE` and 32 hexadecimal digits.
    ///
    /// Source: Twilio's Senders API page, `^XE[0-9a-fA-F]{32}$`.
    SenderSid, "XE", "sid"
);
sid!(
    /// The SID of an account: `AC` and 32 hexadecimal digits.
    AccountSid, "AC", "account_sid"
);
sid!(
    /// The SID of an API key: `SK` and 32 hexadecimal digits.
    ApiKeySid, "SK", "api_key"
);

/// The channel of a sender. Every listing needs one.
///
/// Source: Twilio OAS d50069b, `Channel` (required): `whatsapp` or `rcs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// `whatsapp`
    Whatsapp,
    /// `rcs`
    Rcs,
}

impl Channel {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Rcs => "rcs",
        }
    }
}

impl FromStr for Channel {
    type Err = InvalidArgument;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "whatsapp" => Ok(Self::Whatsapp),
            "rcs" => Ok(Self::Rcs),
            _ => Err(InvalidArgument::new("channel", "must be `whatsapp` or `rcs`", text)),
        }
    }
}

/// The address of a sender: `whatsapp:` and a phone number in E.164 form, or `rcs:` and an agent's name.
///
/// The number is `+`, a digit from 1 to 9, and 6 to 14 more digits. An RCS agent's name has no documented form: 1 to
/// 256 visible ASCII characters are taken. `Debug` masks the number; [`SenderId::as_str`] shows it.
///
/// Source: Twilio OAS d50069b (`whatsapp:<E.164>` or `rcs:<agent>`); E.164 for the number's length.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderId {
    text: String,
    channel: Channel,
}

impl SenderId {
    /// Parses the text of a sender's id.
    ///
    /// # Errors
    /// [`InvalidArgument`] if it has neither form.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidArgument> {
        let text = text.into();
        let channel = if text.strip_prefix("whatsapp:").is_some_and(is_e164) {
            Some(Channel::Whatsapp)
        } else if text.strip_prefix("rcs:").is_some_and(is_agent) {
            Some(Channel::Rcs)
        } else {
            None
        };
        match channel {
            Some(channel) => Ok(Self { text, channel }),
            None => {
                let rule = "must look like whatsapp:+15551234567 or rcs:agent";
                // A text without colon and plus may be a token put in the wrong place.
                let shown = if text.contains([':', '+']) { "" } else { "whatsapp:" };
                Err(InvalidArgument::of_id("sender_id", rule, shown, &text))
            }
        }
    }

    /// The text, number and all.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The channel it belongs to.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// One text for all spellings of a number: two ids with the same text are the same number.
    ///
    /// WhatsApp writes a Mexican number with and without `1` behind `+52`, an Argentine one with and without `9` behind
    /// `+54`, a Brazilian mobile number with and without `9` behind its area code. The form is that without.
    ///
    /// Source: reports of users of WhatsApp APIs; Twilio does not document it for senders.
    #[must_use]
    pub fn one_spelling(&self) -> String {
        one_spelling(&self.text)
    }
}

/// See [`SenderId::one_spelling`]; a text of another form stays as it is.
pub(crate) fn one_spelling(id: &str) -> String {
    let shorter = |prefix: &str, digit: &str, digits: usize| {
        let rest = id.strip_prefix(prefix)?;
        let at = if prefix == "whatsapp:+55" { 2 } else { 0 };
        let (area, number) = rest.split_at_checked(at)?;
        let number = number.strip_prefix(digit)?;
        // A Brazilian landline begins with 2 to 5 and has no other spelling.
        if at > 0 && !number.starts_with(['6', '7', '8', '9']) {
            return None;
        }
        (area.len() + number.len() == digits).then(|| format!("{prefix}{area}{number}"))
    };
    shorter("whatsapp:+52", "1", 10)
        .or_else(|| shorter("whatsapp:+54", "9", 10))
        .or_else(|| shorter("whatsapp:+55", "9", 10))
        .unwrap_or_else(|| id.to_owned())
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_agent(text: &str) -> bool {
    (1..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

impl FromStr for SenderId {
    type Err = InvalidArgument;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Debug for SenderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_digits(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_are_a_prefix_and_32_hexadecimal_digits() {
        let good = format!("XE{}", "0aF".repeat(11).get(..32).unwrap_or_default());
        assert_eq!(SenderSid::parse(good.clone()).unwrap().as_str(), good);
        for bad in [
            "",
            "XE",
            "..",
            "%2e%2e",
            "../../../2010-04-01/Accounts.json",
            "a#b",
            "a\\b",
            "xe00000000000000000000000000000000",
            "XE0000000000000000000000000000000",
            "XE000000000000000000000000000000000",
            "XE0000000000000000000000000000000g",
            "XE0000000000000000000000000000000\n",
            "MG00000000000000000000000000000000",
        ] {
            let error = SenderSid::parse(bad).unwrap_err();
            assert!(error.to_string().starts_with("sid must be XE"), "{error}");
        }
    }

    #[test]
    fn sender_ids_are_a_channel_and_an_address() {
        for good in ["whatsapp:+15551234", "whatsapp:+15017122661", "whatsapp:+123456789012345"] {
            assert_eq!(SenderId::parse(good).unwrap().channel(), Channel::Whatsapp);
        }
        assert_eq!(SenderId::parse("rcs:brand_agent@1").unwrap().channel(), Channel::Rcs);
        for bad in [
            "",
            "+15551234567",
            "whatsapp:15551234567",
            "whatsapp:+05551234567",
            "whatsapp:+123456",
            "whatsapp:+1234567890123456",
            "whatsapp:+1555 1234567",
            "WhatsApp:+15551234567",
            "rcs:",
            "rcs:a b",
            "sms:+15551234567",
            " whatsapp:+15551234567",
            "whatsapp:+1555123456٣",
        ] {
            assert!(SenderId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_masked() {
        let id = SenderId::parse("whatsapp:+15017122661").unwrap();
        assert_eq!(format!("{id:?}"), "whatsapp:+*********61");
        let error = SenderId::parse("+15017122661").unwrap_err().to_string();
        assert_eq!(error, "sender_id must look like whatsapp:+15551234567 or rcs:agent, got `+*********61`");
    }
}
