//! A diagnosis of a sender: its state, what is wrong, what to do.

use super::model::{Field, model};
use super::open_enum::open_enum;
use super::rules::Rule;
use super::schema::Type;
use super::sender::Sender;

open_enum!(
    /// The state of a sender in one word.
    ///
    /// These are this library's words; the rules for them are in `core/docs/error-log.md`.
    Verdict (open) {
        /// It is online, and nothing speaks against it.
        Healthy = "healthy",
        /// It is online, and something needs attention.
        NeedsAttention = "needs_attention",
        /// Its registration goes on by itself.
        InProgress = "in_progress",
        /// It waits for the code that was sent to the number.
        NeedsCode = "needs_code",
        /// It is offline, with a reason.
        Failed = "failed",
        /// It is offline, and no reason is known.
        Offline = "offline",
        /// Its status has no documented meaning.
        Unclear = "unclear",
    }
);

open_enum!(
    /// Where a finding comes from.
    FindingSource (open) {
        /// The reasons of the server why the sender is offline.
        OfflineReason = "offline_reason",
        /// The review of the display name.
        NameReview = "name_review",
        /// The quality rating.
        Quality = "quality",
        /// The error log.
        ErrorLog = "error_log",
    }
);

model!(
    /// One thing that is wrong with a sender.
    Finding {
        /// Where it comes from.
        source: FindingSource,
        /// The error code, as text: `63104`.
        code: String,
        /// The meaning, as far as this library knows it.
        meaning: String,
        /// The words of the server.
        message: String,
        /// The next step, as far as this library knows it.
        action: String,
        /// The first time that is known of it, in ISO 8601 as the server wrote it.
        since: String,
        /// A link to the error's page.
        link: String,
    }
);

model!(
    /// A diagnosis: what is wrong with a sender, since when, what to do, and what is not known.
    ///
    /// Made of a look at the sender and of the entries of the error log that name its SID.
    Diagnosis {
        /// The state in one word.
        verdict: Verdict,
        /// The state in one sentence.
        summary: String,
        /// The findings: the reasons of the server first, then the review of the name and the quality, then the error log from its
        /// newest entry to its oldest, each code once.
        findings: Vec<Finding>,
        /// Sentences about the things that could not be found out.
        unknown: Vec<String>,
        /// The sender as it was seen.
        sender: Sender,
    }
);

impl Field for Sender {
    fn read(json: &str) -> Option<Self> {
        Self::from_json(json).ok()
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.to_json());
    }

    /// No request has a sender in it.
    const RULE: Rule = Rule::Text;
    const TYPE: Type = Type::Object(Self::SCHEMA);
}
