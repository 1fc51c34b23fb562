//! The ways in which responses show a sender.
//!
//! Source: the examples of the OpenAPI file (commit 218b7821), and for the default response to an update that of the
//! page "WhatsApp Business Calling".

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value, json};

use crate::check::Input;
use crate::dates::iso_date;
use crate::fields::{self, Kind, SectionSpec};
use crate::section::Patch;
use crate::section::{FieldValue, Item, Section};
use crate::sender::{Channel, Sender, Status};
use crate::switches::{Key, Switches};

/// The kind of response that shows the sender.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'a> {
    /// The fields that were sent, and nothing else.
    Create,
    /// Every field.
    Fetch,
    /// Every field, in a list.
    Listed,
    /// A response to an update.
    Update { form: UpdateForm, input: &'a Input, display_name_status: Option<&'static str> },
}

/// The forms of the response to an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpdateForm {
    /// The fields of the request, within a section too.
    Request,
    /// The sections that were sent as they are stored, the others null.
    SectionsSent,
    /// The same with `sender_id`, and `compliance` third.
    Examples,
    /// Every section, with `sender_id`, and `compliance` third.
    Full,
}

impl UpdateForm {
    pub(crate) fn of(switches: &Switches) -> Self {
        match switches.text(Key::UpdateEcho) {
            "sections-sent" => Self::SectionsSent,
            "examples" => Self::Examples,
            "full" => Self::Full,
            _ => Self::Request,
        }
    }
}

/// The settings that are the same for every sender of a response.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The beginning of absolute URLs.
    pub(crate) base_url: String,
    /// Unix time of the emulator's zero.
    pub(crate) zero_unix_ms: u64,
    /// Whether the `pending_*` fields are next to the profile.
    pub(crate) pending_beside: bool,
    /// Whether they are in the profile.
    pub(crate) pending_inside: bool,
    /// Whether a list has them.
    pub(crate) pending_listed: bool,
}

impl Frame {
    pub(crate) fn new(base_url: String, zero_unix_ms: u64, switches: &Switches) -> Self {
        let place = switches.text(Key::PendingNamePlace);
        Self {
            base_url,
            zero_unix_ms,
            pending_beside: place != "profile",
            pending_inside: place != "top",
            pending_listed: switches.is(Key::ListPendingName, "shown"),
        }
    }
}

/// A sender as a response shows it; the keys in the order of the documented examples.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) sender: &'a Sender,
    pub(crate) shape: Shape<'a>,
    pub(crate) frame: &'a Frame,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.shape {
            Shape::Create => self.create(serializer),
            Shape::Fetch | Shape::Listed => self.fetch(serializer),
            Shape::Update { form: UpdateForm::Request, input, display_name_status } => {
                self.said(input, display_name_status).serialize(serializer)
            }
            Shape::Update { form, input, display_name_status } => {
                self.update(form, input, display_name_status, serializer)
            }
        }
    }
}

impl View<'_> {
    fn head<M: SerializeMap>(&self, map: &mut M, with_id: bool) -> Result<(), M::Error> {
        map.serialize_entry("sid", &self.sender.sid)?;
        map.serialize_entry("status", self.sender.status())?;
        map.serialize_entry("sender_id", &with_id.then_some(&self.sender.sender_id))?;
        match &self.sender.friendly_name {
            Some(name) => map.serialize_entry("friendly_name", name),
            None => Ok(()),
        }
    }

    fn create<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.head(&mut map, true)?;
        for (spec, section) in fields::SECTIONS.iter().zip(&self.sender.sections) {
            if let Some(section) = section {
                map.serialize_entry(spec.name, &SectionView { spec, section, view: self })?;
            }
        }
        if self.sender.channel == Channel::Rcs {
            map.serialize_entry("compliance", &compliance(self.sender))?;
        }
        map.end()
    }

    fn fetch<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sender = self.sender;
        let mut map = serializer.serialize_map(None)?;
        self.head(&mut map, true)?;
        let empty = Section::default();
        for (spec, section) in fields::SECTIONS.iter().zip(&sender.sections) {
            let section = match section {
                // A WhatsApp sender always has the configuration; an RCS sender only if it was sent.
                None if spec.name != "configuration" => {
                    map.serialize_entry(spec.name, &None::<()>)?;
                    continue;
                }
                None if sender.channel == Channel::Rcs => continue,
                None => &empty,
                Some(section) => section,
            };
            map.serialize_entry(spec.name, &SectionView { spec, section, view: self })?;
        }
        if self.frame.pending_beside {
            self.pending(&mut map)?;
        }
        map.serialize_entry("compliance", &compliance(sender))?;
        map.serialize_entry("properties", &sender.properties())?;
        let reasons = &sender.offline_reasons;
        map.serialize_entry("offline_reasons", &(!reasons.is_empty()).then_some(reasons))?;
        map.serialize_entry("url", &self.url())?;
        map.end()
    }

    fn update<S: Serializer>(
        &self,
        form: UpdateForm,
        input: &Input,
        display_name_status: Option<&'static str>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let sender = self.sender;
        let examples = form != UpdateForm::SectionsSent;
        let mut map = serializer.serialize_map(None)?;
        self.head(&mut map, examples)?;
        if form == UpdateForm::Full && sender.friendly_name.is_none() {
            map.serialize_entry("friendly_name", &None::<()>)?;
        }
        if examples {
            map.serialize_entry("compliance", &compliance(sender))?;
        }
        for ((spec, section), sent) in fields::SECTIONS.iter().zip(&sender.sections).zip(&input.sections) {
            let shown = form == UpdateForm::Full || !sent.is_absent();
            let view = section.as_ref().filter(|_| shown);
            let view = view.map(|section| SectionView { spec, section, view: self });
            map.serialize_entry(spec.name, &view)?;
        }
        if !examples {
            map.serialize_entry("compliance", &compliance(sender))?;
        }
        if let Some(status) = display_name_status {
            map.serialize_entry("display_name_status", status)?;
        }
        map.end()
    }

    /// Returns the fields of the request, and null for the others; the keys in alphabetical order, as on that page.
    fn said(&self, input: &Input, display_name_status: Option<&'static str>) -> Value {
        let mut map = Map::new();
        for (spec, sent) in fields::SECTIONS.iter().zip(&input.sections) {
            let value = match sent {
                Patch::Absent | Patch::Null => Value::Null,
                Patch::Value(patch) => {
                    let field = |(index, field): (usize, &fields::Field)| {
                        let sent =
                            patch.iter().find(|(at, _)| *at == index).and_then(|(_, value)| value.as_ref());
                        let value = match (sent, field.kind) {
                            (None, Kind::Method) => json!("sms"),
                            (Some(FieldValue::Items(items)), Kind::Items { key, .. }) => {
                                serde_json::to_value(ItemsView { key, items }).unwrap_or_default()
                            }
                            (Some(FieldValue::Text(text)), _) => json!(text),
                            _ => Value::Null,
                        };
                        (field.name.to_owned(), value)
                    };
                    Value::Object(spec.fields.iter().enumerate().map(field).collect())
                }
            };
            map.insert(spec.name.to_owned(), value);
        }
        if let Patch::Value(name) = &input.friendly_name {
            map.insert("friendly_name".to_owned(), json!(name));
        }
        if let Some(status) = display_name_status {
            map.insert("display_name_status".to_owned(), json!(status));
        }
        for nothing in ["sender_id", "offline_reasons", "properties"] {
            map.insert(nothing.to_owned(), Value::Null);
        }
        map.insert("sid".to_owned(), json!(self.sender.sid));
        map.insert("status".to_owned(), json!(self.sender.status()));
        map.insert("url".to_owned(), json!(self.url()));
        Value::Object(map)
    }

    fn url(&self) -> String {
        format!("{}/v2/Channels/Senders/{}", self.frame.base_url, self.sender.sid)
    }

    /// Returns the three fields of a change of the name: all of them, or none.
    fn pending<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let shown = match self.shape {
            Shape::Fetch => true,
            Shape::Listed => self.frame.pending_listed,
            _ => false,
        };
        let Some(change) = self.sender.name_change.as_ref().filter(|_| shown) else { return Ok(()) };
        map.serialize_entry("pending_display_name", &change.name)?;
        map.serialize_entry("pending_display_name_status", &change.status)?;
        let at = iso_date(self.frame.zero_unix_ms.saturating_add(change.at_ms));
        map.serialize_entry("pending_display_name_status_date", &at)
    }
}

struct SectionView<'a> {
    spec: &'static SectionSpec,
    section: &'a Section,
    view: &'a View<'a>,
}

impl Serialize for SectionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let is_profile = self.spec.name == "profile";
        let order: &[usize] = match (self.view.shape, self.view.sender.channel) {
            (_, Channel::Rcs) if is_profile => &fields::RCS_PROFILE_ORDER,
            (Shape::Update { .. }, _) if is_profile => &fields::UPDATE_PROFILE_ORDER,
            _ => &[],
        };
        if order.is_empty() {
            for index in 0..self.spec.fields.len() {
                self.field(&mut map, index)?;
            }
        }
        for index in order {
            self.field(&mut map, *index)?;
        }
        if is_profile && self.view.frame.pending_inside {
            self.view.pending(&mut map)?;
        }
        map.end()
    }
}

impl SectionView<'_> {
    fn field<M: SerializeMap>(&self, map: &mut M, index: usize) -> Result<(), M::Error> {
        let Some(field) = self.spec.fields.get(index) else { return Ok(()) };
        let only_sent = matches!(self.view.shape, Shape::Create);
        let value = match self.section.value(index) {
            // The documented examples of senders that were registered have null.
            Some(_) if field.kind == Kind::Method && self.view.sender.been_online => None,
            value => value,
        };
        match (value, field.kind) {
            // The documented default.
            (None, Kind::Method) if only_sent => map.serialize_entry(field.name, "sms"),
            (None, _) if only_sent && !field.created => Ok(()),
            (None, _) => map.serialize_entry(field.name, &None::<()>),
            (Some(FieldValue::Text(text)), _) => map.serialize_entry(field.name, text),
            (Some(FieldValue::Items(items)), Kind::Items { key, .. }) => {
                map.serialize_entry(field.name, &ItemsView { key, items })
            }
            (Some(FieldValue::Items(_)), _) => Ok(()),
        }
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

/// The section of RCS senders; WhatsApp senders have null.
#[derive(serde::Serialize)]
struct Compliance {
    registration_sid: String,
    countries: Vec<Country>,
}

#[derive(serde::Serialize)]
struct Country {
    registration_sid: String,
    country: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carriers: Vec<Carrier>,
}

#[derive(serde::Serialize)]
struct Carrier {
    name: &'static str,
    status: &'static str,
}

fn compliance(sender: &Sender) -> Option<Compliance> {
    if sender.channel == Channel::Whatsapp {
        return None;
    }
    if sender.status == Status::Creating {
        return Some(Compliance { registration_sid: String::new(), countries: Vec::new() });
    }
    let (status, carrier) = match sender.status() {
        "ONLINE" | "ONLINE:UPDATING" => ("ONLINE", "APPROVED"),
        "OFFLINE" => ("OFFLINE", "SUSPENDED"),
        "TWILIO_REVIEW" => ("TWILIO_REVIEW", "UNLAUNCHED"),
        _ => ("PENDING_VERIFICATION", "CARRIER_REVIEW"),
    };
    let carriers = if sender.status() == "DRAFT" {
        Vec::new()
    } else {
        vec![Carrier { name: "Verizon", status: carrier }, Carrier { name: "AT&T", status: carrier }]
    };
    let registration_sid = sender.sid.replacen("XE", "BU", 1);
    let country = Country { registration_sid: registration_sid.clone(), country: "US", status, carriers };
    Some(Compliance { registration_sid, countries: vec![country] })
}
