//! The display name of a registered sender: a change is reviewed before it takes effect.
//!
//! Source: field texts of twilio-python 9.13.0 (what is shown, and for how long); the pages of the errors 63124 and
//! 63128. Assumed: how long each part takes, and that a review continues in every status of the sender.

use std::borrow::Cow;

use crate::answer::ApiError;
use crate::name_change::NameChange;
use crate::section::FieldValue;
use crate::sender::{Channel, Sender};
use crate::switches::{Key, Switches};

/// How long a completed change is reported, and how long an approved name may wait: 14 days.
const FORTNIGHT_MS: u64 = 14 * 24 * 60 * 60 * 1000;

const PENDING_REVIEW: &str = "PENDING_REVIEW";
const APPROVED: &str = "APPROVED";
const DECLINED: &str = "DECLINED";
const COMPLETED: &str = "COMPLETED";
/// Approved by Meta, but not applied: sending the same name again is the retry.
const NOT_APPLIED: [&str; 4] = [APPROVED, "PIN_MISMATCH", "REGISTRATION_FAILED", "EXPIRED"];

impl Sender {
    /// Asks for another display name. Returns the `display_name_status`, and whether the name is stored now.
    ///
    /// # Errors
    /// When the name cannot be processed; this is the response if `profile.name` is the only field of the request.
    pub(crate) fn change_name(
        &mut self,
        name: &str,
        now: u64,
        switches: &Switches,
    ) -> Result<(&'static str, bool), ApiError> {
        let current = self.sections[2].as_ref().and_then(|profile| profile.text(0));
        if current == Some(name) {
            return Ok(("no_change", false));
        }
        if !self.been_online || self.channel == Channel::Rcs {
            return Ok(("updating", true));
        }
        match self.name_change.as_ref().filter(|change| change.status == PENDING_REVIEW) {
            Some(change) if change.name == name => return Ok(("pending_review", false)),
            Some(_) => {
                let text = "A display name change is already in progress for this sender";
                return Err(ApiError::new(409, 63128, text));
            }
            None => {}
        }
        match switches.text(Key::DisplayName) {
            "error" => {
                let text =
                    "Display name was declined by Meta: it does not follow the display name guidelines";
                return Err(ApiError::new(400, 63124, text));
            }
            "immediate" => {
                self.name_change = None;
                return Ok(("updating", true));
            }
            _ => {}
        }
        let retry = self
            .name_change
            .as_ref()
            .is_some_and(|change| change.name == name && NOT_APPLIED.contains(&change.status.as_ref()));
        let (status, lasts_ms) = if retry {
            (APPROVED, switches.number(Key::StepMs))
        } else {
            (PENDING_REVIEW, switches.number_or(Key::NameReviewMs, Key::StepMs))
        };
        let due_ms = Some(now.saturating_add(lasts_ms));
        self.name_change =
            Some(NameChange { name: name.to_owned(), status: Cow::Borrowed(status), at_ms: now, due_ms });
        Ok(("updating", false))
    }

    /// Advances the latest change of the name, which has its own timer, to this time.
    pub(crate) fn settle_name(&mut self, now: u64, switches: &Switches) {
        while let Some(change) = &mut self.name_change {
            let Some(due) = change.due_ms.filter(|due| *due <= now) else { return };
            let outcome = switches.text(Key::DisplayName);
            let (next, lasts_ms) = match change.status.as_ref() {
                PENDING_REVIEW if outcome == "declined" => (DECLINED, None),
                PENDING_REVIEW if outcome == "expired" => (APPROVED, Some(FORTNIGHT_MS)),
                PENDING_REVIEW => (APPROVED, Some(switches.number(Key::StepMs))),
                APPROVED => match outcome {
                    "pin-mismatch" => ("PIN_MISMATCH", None),
                    "registration-failed" => ("REGISTRATION_FAILED", None),
                    "expired" => ("EXPIRED", None),
                    _ => (COMPLETED, Some(FORTNIGHT_MS)),
                },
                _ => {
                    // COMPLETED for long enough.
                    self.name_change = None;
                    return;
                }
            };
            change.status = Cow::Borrowed(next);
            change.at_ms = due;
            change.due_ms = lasts_ms.map(|ms| due.saturating_add(ms));
            if next == COMPLETED {
                self.apply_pending_name();
            }
        }
    }

    /// Sets the status of the latest change of the name to any text. It keeps this status, except COMPLETED, which
    /// ends after its 14 days.
    pub(crate) fn force_name(&mut self, name: Option<String>, status: Option<String>, now: u64) {
        let old = self.name_change.take();
        let old_status = old.as_ref().map_or(Cow::Borrowed(PENDING_REVIEW), |change| change.status.clone());
        let current = || self.sections[2].as_ref().and_then(|profile| profile.text(0)).map(str::to_owned);
        let name = name.or_else(|| old.map(|change| change.name)).or_else(current).unwrap_or_default();
        let status = status.map_or(old_status, Cow::Owned);
        let due_ms = (status == COMPLETED).then(|| now.saturating_add(FORTNIGHT_MS));
        let completed = due_ms.is_some();
        self.name_change = Some(NameChange { name, status, at_ms: now, due_ms });
        if completed {
            self.apply_pending_name();
        }
    }

    fn apply_pending_name(&mut self) {
        let Some(change) = &self.name_change else { return };
        let name = FieldValue::Text(change.name.clone());
        self.sections[2].get_or_insert_default().set(0, Some(name));
    }
}
