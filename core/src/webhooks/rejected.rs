//! Why a webhook is refused.

use std::fmt;

/// A webhook that was refused: nothing of it may be believed. It shows neither a secret nor a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookRejected(WebhookReason);

impl WebhookRejected {
    /// Why.
    #[must_use]
    pub const fn reason(&self) -> WebhookReason {
        self.0
    }
}

impl From<WebhookReason> for WebhookRejected {
    fn from(reason: WebhookReason) -> Self {
        Self(reason)
    }
}

impl fmt::Display for WebhookRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.sentence())
    }
}

impl std::error::Error for WebhookRejected {}

/// Makes the reasons: the word of each, and what it says.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $variant:ident = $word:literal, $sentence:literal;)*) => {
        /// Why a webhook is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum WebhookReason {
            $($(#[doc = $doc])* $variant,)*
        }

        impl WebhookReason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word for it, the same in every language.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The sentence: the mistake, and the next thing to check.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

reasons! {
    /// No signature.
    MissingSignature = "missing_signature",
        "the webhook has no header `X-Twilio-Signature`: check that the proxy passes it on, and that Twilio sent the request";
    /// Two headers of one name that differ.
    RepeatedHeader = "repeated_header",
        "the webhook has a header twice with different values, `X-Twilio-Signature`, its settings or `Content-Type`: check the proxy, which should add none";
    /// The signature is of another URL, other parameters or another secret.
    WrongSignature = "wrong_signature",
        "the webhook is not signed with a secret given here: check that the URL is the one Twilio called, also behind a proxy, that the token is of the account that sends, and that the body is as it came";
    /// The body is not the one whose hash is in the URL.
    WrongBodyHash = "wrong_body_hash",
        "the body of the webhook is not the one whose hash Twilio signed: check that the body is given byte for byte, before it is parsed";
    /// A body that is no form, without its hash in the URL.
    UnsignedBody = "unsigned_body",
        "the URL of the webhook has no `bodySHA256` for its body: check that the query is given as Twilio sent it, and the header `Content-Type` too";
    /// The signature is of a kind that this version does not know.
    UnknownAlgorithm = "unknown_algorithm",
        "the webhook is signed with an algorithm that this version does not know: choose HMAC_SHA256 in the webhook's settings at Twilio";
    /// The shared key is not among the given ones.
    UnknownKey = "unknown_key",
        "the webhook is signed with a shared key that is not given here: give the key under the name that Twilio shows for it";
    /// No auth token was given.
    MissingSecret = "missing_secret",
        "the webhook is signed with the auth token, and none is given here: give the auth token of the account that sends";
    /// The URL is not whole.
    UnreadableUrl = "unreadable_url",
        "the URL of the webhook is not whole: give it as Twilio called it, with scheme, host, path and query";
    /// The body is neither a form nor JSON.
    UnreadableBody = "unreadable_body",
        "the body of the webhook is neither a form nor a JSON object or list of objects: check that the body is given as it came";
    /// The body has too many bytes or events.
    TooLarge = "too_large",
        "the webhook has more bytes or events than are read: allow more bytes only if Twilio is known to send them";
}
