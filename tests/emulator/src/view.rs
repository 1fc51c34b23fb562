//! The ways in which answers show a sender.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::answer::more_info;
use crate::check::{Patch, SectionPatch};
use crate::dates::iso_date;
use crate::fields::{self, Kind, SectionSpec};
use crate::magic::MagicNumber;
use crate::sender::{Channel, FieldValue, Item, Section, Sender, Status};

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
            map.serialize_entry("pending_display_name_status", &change.status)?;
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
