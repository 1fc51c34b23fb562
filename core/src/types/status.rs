//! Where a sender is in its life.

use super::open_enum::open_enum;

open_enum!(
    /// The status of a sender.
    ///
    /// Twilio documents the words but not the transitions. The known facts about each are listed with it.
    ///
    /// Source: Twilio's Senders API page and OAS d50069b.
    Status (open) {
        /// The request was accepted; registration is under way.
        Creating = "CREATING",
        /// Registered; it can send.
        Online = "ONLINE",
        /// Cannot send. During registration this is a passing state ("immediately after registration the
        /// status will be OFFLINE"); with offline reasons it is a failure.
        Offline = "OFFLINE",
        /// A code was sent to the number by text message or call; give it to `verify`.
        PendingVerification = "PENDING_VERIFICATION",
        /// The code is being checked.
        Verifying = "VERIFYING",
        /// Online, and an update is under way.
        OnlineUpdating = "ONLINE:UPDATING",
        /// Waiting for Twilio's review. How long and why is not documented.
        TwilioReview = "TWILIO_REVIEW",
        /// Not documented.
        Draft = "DRAFT",
        /// Not documented.
        Stubbed = "STUBBED",
    }
);

impl Status {
    /// Whether the sender is registered and no update is under way: `ONLINE`.
    #[must_use]
    pub const fn is_online(&self) -> bool {
        matches!(self, Self::Online)
    }

    /// Whether the sender can send: `ONLINE`, and every `ONLINE:…` that does not wait for a code, such as
    /// `ONLINE:UPDATING`.
    ///
    /// Source: third-party code that treats `ONLINE:UPDATING` as able to send; Twilio does not document it.
    #[must_use]
    pub fn can_send(&self) -> bool {
        self.is_online() || (self.as_str().starts_with("ONLINE:") && !self.needs_verification())
    }

    /// Whether the sender waits for a code that only a person has: `PENDING_VERIFICATION`, or
    /// `ONLINE:PENDING_VERIFICATION` (a third-party report).
    #[must_use]
    pub fn needs_verification(&self) -> bool {
        matches!(self.as_str(), "PENDING_VERIFICATION" | "ONLINE:PENDING_VERIFICATION")
    }

    /// Whether an update is under way: `ONLINE:UPDATING`.
    #[must_use]
    pub const fn is_updating(&self) -> bool {
        matches!(self, Self::OnlineUpdating)
    }
}

open_enum!(
    /// Where a new display name is, after an update that sent `profile.name`.
    ///
    /// Source: twilio-python 9.13.0; not in OAS d50069b.
    DisplayNameStatus (open) {
        Updating = "updating",
        NoChange = "no_change",
        PendingReview = "pending_review",
        /// The name could not be processed, the other fields of the request were applied. It comes without a
        /// code, and also where Meta has the name: fetch the sender and read `pending_display_name_status`.
        Error = "error",
    }
);

open_enum!(
    /// The status of the review of a display name.
    ///
    /// Source: twilio-python 9.13.0; not in OAS d50069b.
    PendingDisplayNameStatus (open) {
        PendingReview = "PENDING_REVIEW",
        Approved = "APPROVED",
        Declined = "DECLINED",
        PinMismatch = "PIN_MISMATCH",
        RegistrationFailed = "REGISTRATION_FAILED",
        Expired = "EXPIRED",
        Completed = "COMPLETED",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_survives() {
        for word in Status::KNOWN.iter().copied().chain(["ONLINE:PENDING_VERIFICATION", "", "é\"\n"]) {
            let status = Status::from(word);
            assert_eq!(status.as_str(), word);
            assert_eq!(status.is_known(), Status::KNOWN.contains(&word));
            assert_eq!(serde_json::to_value(&status).unwrap(), word);
        }
        assert!(Status::Online.is_online() && !Status::OnlineUpdating.is_online());
        assert!(Status::PendingVerification.needs_verification() && Status::OnlineUpdating.is_updating());
        for (word, sends, waits) in [
            ("ONLINE", true, false),
            ("ONLINE:UPDATING", true, false),
            ("ONLINE:PENDING_VERIFICATION", false, true),
            ("PENDING_VERIFICATION", false, true),
            ("OFFLINE", false, false),
            ("ONLINEISH", false, false),
        ] {
            let status = Status::from(word);
            assert_eq!((status.can_send(), status.needs_verification()), (sends, waits), "{word}");
        }
    }
}
