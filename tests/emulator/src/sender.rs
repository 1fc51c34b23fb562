//! A sender: its data and its states, on the emulator's clock.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fields;
use crate::magic::{self, MagicEffect, MagicNumber};
use crate::name_change::NameChange;
use crate::section::{FieldValue, Patch, Section, SectionPatch};
use crate::switches::{Key, Switches};

/// The channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Whatsapp,
    Rcs,
}

impl Channel {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "whatsapp" => Some(Self::Whatsapp),
            "rcs" => Some(Self::Rcs),
            _ => None,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Rcs => "rcs",
        }
    }
}

/// A sender.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) sid: String,
    pub(crate) channel: Channel,
    pub(crate) sender_id: String,
    /// `None`: before the emulator's time began.
    created_ms: Option<u64>,
    pub(crate) status: Status,
    /// Whether it has been ONLINE, that is, registered with WhatsApp.
    pub(crate) been_online: bool,
    /// When the state ends by itself, and the reason for a failure then.
    due_ms: Option<u64>,
    failure: Option<&'static MagicNumber>,
    /// The text in responses; a test may set any text.
    pub(crate) offline_reasons: Vec<Value>,
    /// When it went offline with a reason.
    pub(crate) failed_ms: Option<u64>,
    /// Quality rating and messaging limit, if a test has set them.
    properties: Option<Box<[Value; 2]>>,
    /// How many codes were requested again, and how many wrong ones were received since.
    pub(crate) codes_asked: u64,
    pub(crate) wrong_codes: u64,
    /// The time until which a test hides it from lists, and from fetches.
    hidden_until_ms: [u64; 2],
    /// The earlier versions that responses show until a time, before updates are visible.
    earlier: Vec<(u64, Self)>,
    pub(crate) friendly_name: Option<String>,
    /// Configuration, webhook, profile.
    pub(crate) sections: [Option<Section>; 3],
    pub(crate) name_change: Option<NameChange>,
}

/// The states known to the emulator, and any other that a test sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Creating,
    Offline,
    PendingVerification,
    Verifying,
    TwilioReview,
    Online,
    Updating,
    Other(String),
}

impl Status {
    fn as_str(&self) -> &str {
        match self {
            Self::Creating => "CREATING",
            Self::Offline => "OFFLINE",
            Self::PendingVerification => "PENDING_VERIFICATION",
            Self::Verifying => "VERIFYING",
            Self::TwilioReview => "TWILIO_REVIEW",
            Self::Online => "ONLINE",
            Self::Updating => "ONLINE:UPDATING",
            Self::Other(text) => text,
        }
    }

    fn parse(text: &str) -> Self {
        let known = [
            Self::Creating,
            Self::Offline,
            Self::PendingVerification,
            Self::Verifying,
            Self::TwilioReview,
            Self::Online,
            Self::Updating,
        ];
        known
            .into_iter()
            .find(|status| status.as_str() == text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

/// The properties in responses; a test may set any value.
#[derive(Debug, Serialize)]
pub(crate) struct Properties {
    quality_rating: Value,
    messaging_limit: Value,
}

/// The result of a verification code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeOutcome {
    Accepted,
    Wrong,
    TooMany,
    Unexpected,
}

impl Sender {
    pub(crate) fn new(
        sid: String,
        channel: Channel,
        sender_id: String,
        now: u64,
        switches: &Switches,
    ) -> Self {
        Self {
            sid,
            channel,
            sender_id,
            created_ms: Some(now),
            status: Status::Creating,
            been_online: false,
            due_ms: Some(now.saturating_add(switches.number(Key::StepMs))),
            failure: None,
            offline_reasons: Vec::new(),
            failed_ms: None,
            properties: None,
            codes_asked: 0,
            wrong_codes: 0,
            hidden_until_ms: [0; 2],
            earlier: Vec::new(),
            friendly_name: None,
            sections: [None, None, None],
            name_change: None,
        }
    }

    /// Creates a sender that has been ONLINE for a long time.
    pub(crate) fn online(sid: String, sender_id: String, sections: [Option<Section>; 3]) -> Self {
        Self {
            sid,
            channel: Channel::Whatsapp,
            sender_id,
            created_ms: None,
            status: Status::Online,
            been_online: true,
            due_ms: None,
            failure: None,
            offline_reasons: Vec::new(),
            failed_ms: None,
            properties: None,
            codes_asked: 0,
            wrong_codes: 0,
            hidden_until_ms: [0; 2],
            earlier: Vec::new(),
            friendly_name: None,
            sections,
            name_change: None,
        }
    }

    /// Returns whether the sender is visible: the switch's delay after its creation.
    pub(crate) fn is_visible(&self, now: u64, delay: Key, switches: &Switches) -> bool {
        let hidden = usize::from(delay == Key::FetchDelayMs);
        if self.hidden_until_ms.get(hidden).is_some_and(|until| *until > now) {
            return false;
        }
        let Some(created) = self.created_ms else { return true };
        created.saturating_add(switches.pick(delay, self.lot())) <= now
    }

    /// Returns a random number of the sender, read from its SID, which is made from the seed.
    fn lot(&self) -> u64 {
        self.sid.get(2..18).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0)
    }

    fn number(&self) -> &str {
        self.sender_id.strip_prefix("whatsapp:").unwrap_or("")
    }

    pub(crate) fn status(&self) -> &str {
        self.status.as_str()
    }

    /// Returns the first code among the reasons.
    pub(crate) fn offline_code(&self) -> Option<u32> {
        self.offline_reasons.iter().find_map(|reason| reason.get("code")?.as_str()?.parse().ok())
    }

    /// Returns quality rating and messaging limit, which exist after the registration.
    pub(crate) fn properties(&self) -> Option<Properties> {
        let set = self.properties.as_deref().cloned();
        let shown = self.been_online || !self.offline_reasons.is_empty();
        let usual = || shown.then(|| [json!("HIGH"), json!("10K Customers/24hr")]);
        let [quality_rating, messaging_limit] = set.or_else(usual)?;
        Some(Properties { quality_rating, messaging_limit })
    }

    /// Sets the properties that are given.
    pub(crate) fn set_properties(&mut self, rating: Option<Value>, limit: Option<Value>) {
        let usual = || Box::new([json!("HIGH"), json!("10K Customers/24hr")]);
        let [old_rating, old_limit] = self.properties.get_or_insert_with(usual).as_mut();
        if let Some(rating) = rating {
            *old_rating = rating;
        }
        if let Some(limit) = limit {
            *old_limit = limit;
        }
    }

    /// Hides the sender from lists (0), or from fetches (1), until a time.
    pub(crate) fn hide(&mut self, place: usize, until_ms: u64) {
        if let Some(slot) = self.hidden_until_ms.get_mut(place) {
            *slot = until_ms;
        }
    }

    /// Returns the version that lists and fetches show: the present one, or the one before updates that are not
    /// visible yet.
    pub(crate) fn shown(&self, now: u64) -> &Self {
        self.earlier.iter().find(|(until, _)| *until > now).map_or(self, |(_, earlier)| earlier)
    }

    /// Returns the present version, for [`Self::show_earlier`]; `None` if updates are visible at once.
    pub(crate) fn before_update(&self, switches: &Switches) -> Option<Self> {
        let delayed = switches.text(Key::UpdateDelayMs) != "0";
        delayed.then(|| Self { earlier: Vec::new(), ..self.clone() })
    }

    /// Shows the version before an update for the switch's delay.
    pub(crate) fn show_earlier(&mut self, before: Option<Self>, now: u64, switches: &Switches) {
        let Some(before) = before else { return };
        let until = now.saturating_add(switches.pick(Key::UpdateDelayMs, self.lot()));
        self.earlier.retain(|(until, _)| *until > now);
        self.earlier.push((until, before));
    }

    /// Sets the state; the sender keeps it, or is ONLINE after the given time.
    pub(crate) fn force_status(&mut self, status: &str, due_ms: Option<u64>) {
        self.status = Status::parse(status);
        self.due_ms = due_ms;
        self.failure = None;
        self.offline_reasons.clear();
        self.been_online |= self.is_online();
    }

    /// Advances the sender to `now`: leaves every state that has ended by then, one step after the other.
    pub(crate) fn settle(&mut self, now: u64, switches: &Switches) {
        while let Some(due) = self.due_ms.filter(|due| *due <= now) {
            self.due_ms = None;
            let next = match self.status {
                Status::Creating => self.after_creating(switches),
                Status::Offline => Some((Status::Verifying, true)),
                Status::Other(ref draft) if draft == "DRAFT" && self.channel == Channel::Rcs => {
                    Some((Status::PendingVerification, true))
                }
                Status::PendingVerification if self.channel == Channel::Rcs => {
                    Some((Status::TwilioReview, true))
                }
                Status::Verifying | Status::TwilioReview => self.after_verifying(switches),
                Status::Updating | Status::Other(_) => Some((Status::Online, false)),
                Status::Online | Status::PendingVerification => None,
            };
            if let Some((status, more)) = next {
                self.status = status;
                self.due_ms = more.then(|| due.saturating_add(switches.number(Key::StepMs)));
            }
            if self.status == Status::Offline {
                self.failed_ms = Some(due);
            } else {
                self.offline_reasons.clear();
            }
            self.been_online |= self.is_online();
        }
        self.settle_name(now, switches);
    }

    /// Returns whether it is ONLINE, also during an update or while another code is needed.
    pub(crate) fn is_online(&self) -> bool {
        self.status().starts_with("ONLINE")
    }

    /// Returns the state after CREATING, and whether it ends by itself.
    fn after_creating(&mut self, switches: &Switches) -> Option<(Status, bool)> {
        if self.channel == Channel::Rcs {
            let draft = switches.is(Key::RcsLife, "draft");
            return Some((
                if draft { Status::Other("DRAFT".to_owned()) } else { Status::TwilioReview },
                true,
            ));
        }
        if let Some(failure) = self.failure.take() {
            self.offline_reasons = vec![known_reason(failure)];
            return Some((Status::Offline, false));
        }
        if let Some(magic) = magic::of_number(self.number()) {
            match magic.effect {
                MagicEffect::Stuck("CREATING") => return None,
                MagicEffect::Stuck(status) => return Some((Status::parse(status), false)),
                MagicEffect::Offline => self.offline_reasons = vec![known_reason(magic)],
                MagicEffect::Refused if magic.code / 1000 == 63 => {
                    self.offline_reasons = vec![known_reason(magic)];
                }
                MagicEffect::Refused | MagicEffect::RefusedOnce => {}
            }
            if !self.offline_reasons.is_empty() {
                return Some((Status::Offline, false));
            }
        }
        if magic::verifies_itself(self.number()) {
            return Some((Status::Offline, true));
        }
        let pending = switches.is(Key::AfterCreating, "pending-verification");
        Some((if pending { Status::PendingVerification } else { Status::Offline }, false))
    }

    fn after_verifying(&mut self, switches: &Switches) -> Option<(Status, bool)> {
        if let Some(failure) = self.failure.take() {
            self.offline_reasons = vec![known_reason(failure)];
            return Some((Status::Offline, false));
        }
        let review = self.status == Status::Verifying && switches.is(Key::Review, "pass");
        Some(if review { (Status::TwilioReview, true) } else { (Status::Online, false) })
    }

    /// Returns whether the sender is waiting for a verification code.
    pub(crate) fn waits_for_code(&self) -> bool {
        match &self.status {
            _ if self.channel == Channel::Rcs => false,
            Status::PendingVerification => true,
            // A sender that did not receive its code can still be verified by hand.
            Status::Offline => {
                let by_hand = self.offline_reasons.is_empty() || self.offline_code() == Some(63116);
                self.due_ms.is_none() && by_hand
            }
            Status::Other(status) => status == "ONLINE:PENDING_VERIFICATION",
            _ => false,
        }
    }

    /// Returns how the code is sent.
    pub(crate) fn verification_method(&self) -> &str {
        let method = fields::CONFIGURATION.position("verification_method");
        let configuration = self.sections[0].as_ref();
        configuration.zip(method).and_then(|(section, method)| section.text(method)).unwrap_or("sms")
    }

    /// Sends another code and resets the count of wrong ones. Returns `false` if too many were requested.
    pub(crate) fn resend_code(&mut self, switches: &Switches) -> bool {
        if switches.limit(Key::VerificationLimit).is_some_and(|limit| self.codes_asked >= limit) {
            return false;
        }
        self.codes_asked += 1;
        self.wrong_codes = 0;
        true
    }

    /// Tries a verification code.
    pub(crate) fn verify(&mut self, code: &str, now: u64, switches: &Switches) -> CodeOutcome {
        if !self.waits_for_code() {
            return CodeOutcome::Unexpected;
        }
        if switches.limit(Key::VerificationLimit).is_some_and(|limit| self.wrong_codes >= limit) {
            return CodeOutcome::TooMany;
        }
        let right = switches.text(Key::Otp);
        let failing = magic::of_code(code).filter(|_| right != code);
        let wrong = if right.is_empty() { code == "000000" } else { code != right && failing.is_none() };
        if wrong && switches.is(Key::WrongCode, "refuse") {
            self.wrong_codes += 1;
            return CodeOutcome::Wrong;
        }
        self.failure = if wrong { magic::failure_of(63113) } else { failing };
        self.offline_reasons.clear();
        self.status = Status::Verifying;
        self.due_ms = Some(now.saturating_add(switches.number(Key::StepMs)));
        CodeOutcome::Accepted
    }

    /// Ends the registration OFFLINE with this code.
    pub(crate) fn fail_with(&mut self, code: u32) {
        self.failure = magic::failure_of(code);
    }

    /// Sets the use case of an RCS sender that gives none.
    pub(crate) fn set_defaults(&mut self) {
        if let (Channel::Rcs, Some(profile)) = (self.channel, &mut self.sections[2])
            && profile.value(fields::USE_CASE).is_none()
        {
            profile.set(fields::USE_CASE, Some(FieldValue::Text("MULTI_USE".to_owned())));
        }
    }

    pub(crate) fn set_friendly_name(&mut self, patch: &Patch<String>) {
        match patch {
            Patch::Absent => {}
            Patch::Null => self.friendly_name = None,
            Patch::Value(text) => self.friendly_name = Some(text.clone()),
        }
    }

    /// Merges sections field by field; null clears a field.
    pub(crate) fn patch_sections(&mut self, patches: &[Patch<SectionPatch>; 3], switches: &Switches) {
        let merge_arrays = switches.is(Key::Arrays, "merge");
        for (slot, patch) in self.sections.iter_mut().zip(patches) {
            match patch {
                Patch::Absent => {}
                Patch::Null if switches.is(Key::NullSection, "clear") => *slot = None,
                Patch::Null => {}
                Patch::Value(patch) => slot.get_or_insert_default().patch(patch, merge_arrays),
            }
        }
    }

    /// Starts the update of a sender that is online; before that, an update changes no status.
    pub(crate) fn begin_update(&mut self, now: u64, switches: &Switches) {
        if matches!(self.status, Status::Online | Status::Updating) {
            self.status = Status::Updating;
            self.due_ms = Some(now.saturating_add(switches.number(Key::StepMs)));
        }
    }
}

fn known_reason(magic: &MagicNumber) -> Value {
    reason(&magic.code.to_string(), magic.message)
}

/// Returns one of the `offline_reasons`; the code is a string here and a number in an error body.
fn reason(code: &str, message: &str) -> Value {
    // The address is that of the documented example; the one in error bodies is different.
    let more_info = format!("https://www.twilio.com/docs/api/errors/{code}");
    json!({ "code": code, "message": message, "more_info": more_info })
}

/// Completes a reason from a test: a code, as number or text, becomes a whole reason; anything else stays unchanged.
pub(crate) fn given_reason(given: Value) -> Value {
    let code = match &given {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return given,
    };
    let known = code.parse().ok().and_then(magic::failure_of);
    reason(&code, known.map_or("An error occurred", |known| known.message))
}
