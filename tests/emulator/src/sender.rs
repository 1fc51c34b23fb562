//! A sender: its data, its life on the emulator's clock, and the three ways in which answers show it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::answer::more_info;
use crate::check::{Patch, SectionPatch};
use crate::dates::iso_date;
use crate::fields::{self, Kind, SectionSpec};
use crate::magic::{self, MagicEffect, MagicNumber};
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

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldValue {
    Text(String),
    Items(Vec<Item>),
}

/// One website, e-mail address or telephone number of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) value: Option<String>,
    pub(crate) label: Option<String>,
}

/// The fields of a section that have a value, by their place in the table, in its order.
///
/// Not a map: ten thousand senders have to be cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    fields: Vec<(u8, FieldValue)>,
}

impl Section {
    pub(crate) fn of(values: Vec<(u8, FieldValue)>) -> Self {
        Self { fields: values }
    }

    fn value(&self, index: usize) -> Option<&FieldValue> {
        self.fields.iter().find(|(known, _)| usize::from(*known) == index).map(|(_, value)| value)
    }

    pub(crate) fn text(&self, index: usize) -> Option<&str> {
        match self.value(index) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn set(&mut self, index: usize, value: Option<FieldValue>) {
        let Ok(index) = u8::try_from(index) else { return };
        let at = self.fields.binary_search_by_key(&index, |(known, _)| *known);
        match (at, value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = self.fields.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(self.fields.remove(at)),
            (Err(at), Some(value)) => self.fields.insert(at, (index, value)),
            (Err(_), None) => {}
        }
    }

    fn patch(&mut self, patch: &SectionPatch, merge_arrays: bool) {
        for (index, value) in patch {
            let merged = match (merge_arrays, self.value(*index), value) {
                (true, Some(FieldValue::Items(old)), Some(FieldValue::Items(new))) => {
                    let mut items = old.clone();
                    items.retain(|item| new.iter().all(|newer| newer.value != item.value));
                    items.extend(new.iter().cloned());
                    Some(FieldValue::Items(items))
                }
                _ => value.clone(),
            };
            self.set(*index, merged);
        }
    }
}

/// A change of the display name under way or done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NameChange {
    name: String,
    status: &'static str,
    at_ms: u64,
}

/// A sender.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) sid: String,
    pub(crate) channel: Channel,
    pub(crate) sender_id: String,
    /// `None`: before the emulator's time began.
    created_ms: Option<u64>,
    status: Status,
    /// When the state ends by itself, and why it will have failed then.
    due_ms: Option<u64>,
    failure: Option<&'static MagicNumber>,
    offline_reason: Option<&'static MagicNumber>,
    friendly_name: Option<String>,
    /// Configuration, webhook, profile.
    sections: [Option<Section>; 3],
    name_change: Option<NameChange>,
}

/// The states that the emulator itself knows, and any other that a test sets.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
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

/// What became of a verification code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeOutcome {
    Accepted,
    Wrong,
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
            due_ms: Some(now.saturating_add(switches.number(Key::StepMs))),
            failure: None,
            offline_reason: None,
            friendly_name: None,
            sections: [None, None, None],
            name_change: None,
        }
    }

    /// A sender that has been ONLINE for long.
    pub(crate) fn online(sid: String, sender_id: String, sections: [Option<Section>; 3]) -> Self {
        Self {
            sid,
            channel: Channel::Whatsapp,
            sender_id,
            created_ms: None,
            status: Status::Online,
            due_ms: None,
            failure: None,
            offline_reason: None,
            friendly_name: None,
            sections,
            name_change: None,
        }
    }

    /// Whether the sender shows itself, so long after it was created.
    pub(crate) fn is_visible(&self, now: u64, delay_ms: u64) -> bool {
        self.created_ms.is_none_or(|created| created.saturating_add(delay_ms) <= now)
    }

    fn number(&self) -> &str {
        self.sender_id.strip_prefix("whatsapp:").unwrap_or("")
    }

    pub(crate) fn status(&self) -> &str {
        self.status.as_str()
    }

    pub(crate) fn offline_code(&self) -> Option<u32> {
        self.offline_reason.map(|reason| reason.code)
    }

    /// Puts the sender into a state; it stays there.
    pub(crate) fn force_status(&mut self, status: &str) {
        self.status = Status::parse(status);
        self.due_ms = None;
        self.offline_reason = None;
    }

    /// Lets the time pass up to `now`: every state that has ended by then is left, each for its own step.
    pub(crate) fn settle(&mut self, now: u64, switches: &Switches) {
        while let Some(due) = self.due_ms.filter(|due| *due <= now) {
            self.due_ms = None;
            let next = match self.status {
                Status::Creating => self.after_creating(switches),
                Status::Offline => Some((Status::Verifying, true)),
                Status::Verifying | Status::TwilioReview => self.after_verifying(switches),
                Status::Updating => {
                    self.finish_name_change(due, switches);
                    Some((Status::Online, false))
                }
                _ => None,
            };
            if let Some((status, more)) = next {
                self.status = status;
                self.due_ms = more.then(|| due.saturating_add(switches.number(Key::StepMs)));
            }
        }
    }

    /// The state after CREATING, and whether it ends by itself.
    fn after_creating(&mut self, switches: &Switches) -> Option<(Status, bool)> {
        if self.channel == Channel::Rcs {
            return Some((Status::TwilioReview, true));
        }
        if let Some(magic) = magic::of_number(self.number()) {
            match magic.effect {
                MagicEffect::Stuck("CREATING") => return None,
                MagicEffect::Stuck(status) => return Some((Status::parse(status), false)),
                MagicEffect::Offline => self.offline_reason = Some(magic),
                MagicEffect::Refused if magic.code / 1000 == 63 => self.offline_reason = Some(magic),
                MagicEffect::Refused | MagicEffect::RefusedOnce => {}
            }
            if self.offline_reason.is_some() {
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
            self.offline_reason = Some(failure);
            return Some((Status::Offline, false));
        }
        let review = self.status == Status::Verifying && switches.is(Key::Review, "pass");
        Some(if review { (Status::TwilioReview, true) } else { (Status::Online, false) })
    }

    /// Tries a verification code.
    pub(crate) fn verify(&mut self, code: &str, now: u64, switches: &Switches) -> CodeOutcome {
        let waits = match self.status {
            Status::PendingVerification => true,
            // A sender whose code did not arrive by itself can still be verified by hand.
            Status::Offline => self.due_ms.is_none() && self.offline_code().is_none_or(|code| code == 63116),
            _ => false,
        };
        if !waits {
            return CodeOutcome::Unexpected;
        }
        let right = switches.text(Key::Otp);
        let failing = magic::of_code(code).filter(|_| right != code);
        let wrong = if right.is_empty() { code == "000000" } else { code != right && failing.is_none() };
        if wrong && switches.is(Key::WrongCode, "refuse") {
            return CodeOutcome::Wrong;
        }
        self.failure = if wrong { magic::failure_of(63113) } else { failing };
        self.offline_reason = None;
        self.status = Status::Verifying;
        self.due_ms = Some(now.saturating_add(switches.number(Key::StepMs)));
        CodeOutcome::Accepted
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

    /// The updates of a sender that is online take a step; before, they take none.
    pub(crate) fn begin_update(&mut self, now: u64, switches: &Switches) {
        if matches!(self.status, Status::Online | Status::Updating) {
            self.status = Status::Updating;
            self.due_ms = Some(now.saturating_add(switches.number(Key::StepMs)));
        }
    }

    /// Asks for another display name; answers the `display_name_status`, and whether the name may be stored now.
    ///
    /// Source: field texts of twilio-python 9.13.0: the name in effect stays until the new one is approved.
    pub(crate) fn change_name(&mut self, name: &str, now: u64, switches: &Switches) -> (&'static str, bool) {
        let current = self.sections[2].as_ref().and_then(|profile| profile.text(0));
        let pending = self.name_change.as_ref().filter(|change| change.status == "PENDING_REVIEW");
        if current == Some(name) {
            return ("no_change", false);
        }
        if pending.is_some_and(|change| change.name == name) {
            return ("pending_review", false);
        }
        if switches.is(Key::DisplayName, "error") {
            return ("error", false);
        }
        let online = matches!(self.status, Status::Online | Status::Updating);
        if !online || self.channel == Channel::Rcs || switches.is(Key::DisplayName, "immediate") {
            return ("updating", true);
        }
        self.name_change = Some(NameChange { name: name.to_owned(), status: "PENDING_REVIEW", at_ms: now });
        ("updating", false)
    }

    fn finish_name_change(&mut self, at_ms: u64, switches: &Switches) {
        let Some(change) = self.name_change.as_mut().filter(|change| change.status == "PENDING_REVIEW")
        else {
            return;
        };
        change.at_ms = at_ms;
        if switches.is(Key::DisplayName, "declined") {
            change.status = "DECLINED";
            return;
        }
        change.status = "COMPLETED";
        let name = FieldValue::Text(change.name.clone());
        self.sections[2].get_or_insert_default().set(0, Some(name));
    }
}

/// Which answer shows the sender.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'a> {
    /// What was sent, and nothing else.
    Create,
    /// Every field.
    Fetch,
    /// The sections that were sent, the others null.
    Echo { sent: &'a [Patch<SectionPatch>; 3], display_name_status: Option<&'static str> },
    /// Every section, as after a fetch, without what an update's answer does not have.
    FullEcho { display_name_status: Option<&'static str> },
}

/// A sender as an answer shows it; the keys in the order of the documented examples.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) sender: &'a Sender,
    pub(crate) shape: Shape<'a>,
    pub(crate) base_url: &'a str,
    /// Unix time of the emulator's zero.
    pub(crate) zero_unix_ms: u64,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sender = self.sender;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sid", &sender.sid)?;
        map.serialize_entry("status", sender.status())?;
        let echo = matches!(self.shape, Shape::Echo { .. });
        map.serialize_entry("sender_id", &(!echo).then_some(&sender.sender_id))?;
        if let Some(name) = &sender.friendly_name {
            map.serialize_entry("friendly_name", name)?;
        }
        for (at, (spec, section)) in fields::SECTIONS.iter().zip(&sender.sections).enumerate() {
            let view = section.as_ref().map(|section| SectionView { spec, section, view: self });
            match self.shape {
                Shape::Create if section.is_none() => {}
                Shape::Echo { sent, .. } if sent.get(at).is_none_or(Patch::is_absent) => {
                    map.serialize_entry(spec.name, &None::<()>)?;
                }
                _ => map.serialize_entry(spec.name, &view)?,
            }
        }
        match self.shape {
            Shape::Create => {}
            Shape::Fetch => self.fetch_tail(&mut map)?,
            Shape::Echo { display_name_status, .. } | Shape::FullEcho { display_name_status } => {
                map.serialize_entry("compliance", &compliance(sender))?;
                if let Some(status) = display_name_status {
                    map.serialize_entry("display_name_status", status)?;
                }
            }
        }
        map.end()
    }
}

impl View<'_> {
    fn fetch_tail<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let sender = self.sender;
        if let Some(change) = &sender.name_change {
            map.serialize_entry("pending_display_name", &change.name)?;
            map.serialize_entry("pending_display_name_status", change.status)?;
            let at = iso_date(self.zero_unix_ms.saturating_add(change.at_ms));
            map.serialize_entry("pending_display_name_status_date", &at)?;
        }
        map.serialize_entry("compliance", &compliance(sender))?;
        let online = matches!(sender.status, Status::Online | Status::Updating);
        map.serialize_entry("properties", &online.then_some(Properties))?;
        map.serialize_entry("offline_reasons", &sender.offline_reason.map(Reasons))?;
        map.serialize_entry("url", &format!("{}/v2/Channels/Senders/{}", self.base_url, sender.sid))
    }
}

struct SectionView<'a> {
    spec: &'static SectionSpec,
    section: &'a Section,
    view: &'a View<'a>,
}

impl Serialize for SectionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let only_sent = matches!(self.view.shape, Shape::Create);
        let mut map = serializer.serialize_map(None)?;
        for (index, field) in self.spec.fields.iter().enumerate() {
            let value = self.section.value(index);
            match (value, field.kind) {
                (None, Kind::Code) => map.serialize_entry(field.name, &None::<()>)?,
                (None, Kind::OneOf(["sms", "voice"])) => {
                    // The documented default; the documented example of a sender that is online has null.
                    let waits = matches!(self.view.shape, Shape::Create);
                    map.serialize_entry(field.name, &waits.then_some("sms"))?;
                }
                (None, _) if only_sent || !field.always => {}
                (None, _) => map.serialize_entry(field.name, &None::<()>)?,
                (Some(FieldValue::Text(text)), _) => map.serialize_entry(field.name, text)?,
                (Some(FieldValue::Items(items)), Kind::Items { key, .. }) => {
                    map.serialize_entry(field.name, &ItemsView { key, items })?;
                }
                (Some(FieldValue::Items(_)), _) => {}
            }
        }
        map.end()
    }
}

struct ItemsView<'a> {
    key: &'static str,
    items: &'a [Item],
}

impl Serialize for ItemsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.items.len()))?;
        for item in self.items {
            list.serialize_element(&ItemView { key: self.key, item })?;
        }
        list.end()
    }
}

struct ItemView<'a> {
    key: &'static str,
    item: &'a Item,
}

impl Serialize for ItemView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(self.key, &self.item.value)?;
        map.serialize_entry("label", &self.item.label)?;
        map.end()
    }
}

struct Properties;

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("quality_rating", "HIGH")?;
        map.serialize_entry("messaging_limit", "10K Customers/24hr")?;
        map.end()
    }
}

struct Reasons(&'static MagicNumber);

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The code is a string here and a number in an error body.
        let reason = serde_json::json!({
            "code": self.0.code.to_string(),
            "message": self.0.message,
            "more_info": more_info(self.0.code),
        });
        [reason].serialize(serializer)
    }
}

/// RCS senders have the section, WhatsApp senders have null.
fn compliance(sender: &Sender) -> Option<serde_json::Value> {
    if sender.channel == Channel::Whatsapp {
        return None;
    }
    let online = sender.status == Status::Online;
    let registration = sender.sid.replacen("XE", "BN", 1);
    Some(serde_json::json!({
        "registration_sid": registration,
        "countries": [{
            "country": "US",
            "registration_sid": registration,
            "status": if online { "ONLINE" } else { "TWILIO_REVIEW" },
            "carriers": [
                { "name": "AT&T", "status": if online { "APPROVED" } else { "CARRIER_REVIEW" } },
                { "name": "Verizon", "status": if online { "APPROVED" } else { "UNLAUNCHED" } },
            ],
        }],
    }))
}
