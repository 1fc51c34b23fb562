//! A sender as the server described it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use senders_json::{Field as FieldSpan, Name};
use serde_json::Value;

use super::decode_error::DecodeError;
use super::document::Document;
use super::json::{begin, end, first_items, pick, text_of, text_of_scalar};
use super::model::Field;
use super::patch::Patch;
use super::profile::Profile;
use super::rcs::Compliance;
use super::schema;
use super::settings::{Configuration, OfflineReason, Properties, Webhook};
use super::status::{DisplayNameStatus, PendingDisplayNameStatus, Status};

/// How many offline reasons are read.
const MOST_REASONS: usize = 1_000;

/// A sender as the server described it in one response.
///
/// A light handle: it points into the response it came in, whose text it shares with the other senders of its page,
/// and each field is read when it is asked for. The response was checked as a whole: it is one JSON document, and
/// every sender in it has a text `sid` and a text `status`. Everything else may be absent, null, or of another type than
/// documented: where a text is documented, a number or a boolean is read as its text; else the accessor returns `None`, and
/// [`Sender::to_json`] still has it.
///
/// The answer to an update only echoes: sections that were not sent may come back null. Fetch the sender again instead
/// of merging. Source: the documented example of the update.
///
/// Two senders are equal if they hold the same JSON, in whatever order and spacing.
#[derive(Clone)]
pub struct Sender {
    document: Arc<Document>,
    at: usize,
}

impl Sender {
    pub(super) const fn new(document: Arc<Document>, at: usize) -> Self {
        Self { document, at }
    }

    /// Reads a sender from its JSON, as [`Sender::to_json`] wrote it.
    ///
    /// # Errors
    /// [`DecodeError`] if the text is not a JSON object with a text `sid` and a text `status`.
    pub fn from_json(json: impl Into<String>) -> Result<Self, DecodeError> {
        read_sender(json.into().into_bytes())
    }

    fn fields(&self) -> &[FieldSpan] {
        self.document.fields_of(self.at)
    }

    /// Returns the JSON of a field as in the response; of a repeated key, the last.
    fn raw(&self, name: Name) -> Option<&str> {
        let field = self.fields().iter().rev().find(|field| field.name() == name)?;
        Some(self.document.json(field.value()))
    }

    /// A text; a number or a boolean as its text.
    fn text(&self, name: Name) -> Option<Cow<'_, str>> {
        text_of_scalar(self.raw(name)?)
    }

    fn model<T: Field>(&self, name: Name) -> Option<T> {
        Patch::<T>::read(self.raw(name)?)?.into_value()
    }

    /// Returns the JSON of the present reasons; a single reason is read as a list of one.
    fn reasons(&self) -> Vec<&str> {
        let Some(json) = self.raw(Name::OfflineReasons) else { return Vec::new() };
        let reasons = if json.starts_with('[') { first_items(json, MOST_REASONS) } else { Some(vec![json]) };
        let is_one = |json: &&str| json.starts_with(['{', '"']) && *json != "\"\"";
        reasons.unwrap_or_default().into_iter().filter(is_one).collect()
    }

    /// Code and message of the first reason that is one.
    pub(crate) fn first_offline_reason(&self) -> Option<(Option<String>, Option<String>)> {
        let reasons = self.reasons();
        let reason = reasons.iter().find(|json| json.starts_with('{')).or_else(|| reasons.first())?;
        Some(match text_of(reason) {
            Some(code) => (Some(code.into_owned()), None),
            None => (text_at(reason, "code"), text_at(reason, "message")),
        })
    }

    /// Returns whether the display name is this one, or a change to it is in progress: then the new name is in
    /// `pending_display_name`, of the sender (twilio-python 9.13.0) or of its profile (the page of Twilio's error
    /// 63128).
    pub(crate) fn has_name(&self, name: &str) -> bool {
        let profile = self.raw(Name::Profile);
        let of_profile = |key| profile.and_then(|profile| text_at(profile, key));
        self.pending_display_name().is_some_and(|pending| pending == name)
            || ["name", "pending_display_name"].iter().any(|key| of_profile(key).as_deref() == Some(name))
    }

    /// Fields this version does not know, by name, with their JSON.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields().iter().filter(|field| field.name() == Name::Unknown).map(|field| self.entry(field))
    }

    /// Every field as the server wrote it, in its order: name and JSON.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields().iter().map(|field| self.entry(field))
    }

    fn entry(&self, field: &FieldSpan) -> (&str, &str) {
        (self.document.name_of(field), self.document.json(field.value()))
    }

    /// The sender as JavaScript wants it: keys in camelCase at every depth, in ASCII.
    #[cfg(feature = "camel")]
    #[must_use]
    pub fn camel_json(&self) -> &[u8] {
        self.document.camel(self.at)
    }

    /// The sender as compact JSON: every field the server sent, each value byte for byte.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        let mut before = '{';
        for (name, json) in self.entries() {
            begin(name, &mut before, &mut out);
            out.push_str(json);
        }
        end(before, &mut out);
        out
    }
}

/// Makes the accessors of a sender's fields and [`Sender::SCHEMA`].
macro_rules! fields {
    ($( $(#[doc = $doc:literal])* $field:ident: $kind:ident $(<$ty:ty>)? = $name:ident ),* $(,)?) => {
        impl Sender {
            /// The fields with their documentation.
            pub const SCHEMA: &'static schema::Object = &schema::Object {
                name: "Sender",
                doc: "A sender as the server described it in one response.\n\nThe response to an update repeats only the \
                 sections that were sent; others may be null. Fetch the sender again instead of merging.",
                fields: &[$( schema::Field {
                    name: stringify!($field),
                    doc: concat!($($doc, "\n"),*),
                    ty: fields!(@type $kind $($ty)?),
                    is_required: fields!(@is_required $kind),
                } ),*],
                text_field: None,
            };

            $( fields!(@$kind [$($doc)*] $field $name $($ty)?); )*
        }
    };
    (@sid [$($doc:literal)*] $field:ident $name:ident) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(&self) -> Cow<'_, str> {
            self.text(Name::$name).unwrap_or_default()
        }
    };
    (@status [$($doc:literal)*] $field:ident $name:ident) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(&self) -> Status {
            Status::from(self.text(Name::$name).unwrap_or_default().as_ref())
        }
    };
    (@text [$($doc:literal)*] $field:ident $name:ident) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(&self) -> Option<Cow<'_, str>> {
            self.text(Name::$name)
        }
    };
    (@model [$($doc:literal)*] $field:ident $name:ident $ty:ty) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(&self) -> Option<$ty> {
            self.model(Name::$name)
        }
    };
    (@reasons [$($doc:literal)*] $field:ident $name:ident) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(&self) -> Vec<OfflineReason> {
            let reasons = self.reasons().into_iter();
            reasons
                .filter_map(|json| OfflineReason::read(json).or_else(|| OfflineReason::read_odd(json)))
                .collect()
        }
    };
    (@type model $ty:ty) => { <$ty as Field>::TYPE };
    (@type reasons) => { <Vec<OfflineReason> as Field>::TYPE };
    (@type status) => { <Status as Field>::TYPE };
    (@type $kind:ident) => { schema::Type::Text };
    (@is_required sid) => { true };
    (@is_required status) => { true };
    (@is_required $kind:ident $($ty:ty)?) => { false };
}

fields!(
    /// The SID: `XE` and 32 hexadecimal digits.
    sid: sid = Sid,
    /// The status of the sender.
    status: status = Status,
    /// The address, such as `whatsapp:+15017122661`; null in the response to an update that did not send it.
    sender_id: text = SenderId,
    /// A name for your own use. Source: twilio-python 9.13.0; not in OAS d50069b.
    friendly_name: text = FriendlyName,
    /// How it is registered.
    configuration: model<Configuration> = Configuration,
    /// The URLs for its events.
    webhook: model<Webhook> = Webhook,
    /// The public profile.
    profile: model<Profile> = Profile,
    /// Quality and limits.
    properties: model<Properties> = Properties,
    /// Why it is offline: the first 1000 reasons; empty if the server gave none.
    offline_reasons: reasons = OfflineReasons,
    /// The carriers' decisions (RCS); null for WhatsApp.
    compliance: model<Compliance> = Compliance,
    /// The URL of the resource, as the server wrote it. This library never follows it.
    url: text = Url,
    /// The display name that waits for approval. Source: twilio-python 9.13.0.
    pending_display_name: text = PendingDisplayName,
    /// The result of its review. Source: twilio-python 9.13.0.
    pending_display_name_status: model<PendingDisplayNameStatus> = PendingDisplayNameStatus,
    /// The date of that status, in ISO 8601 as the server wrote it. Source: twilio-python 9.13.0.
    pending_display_name_status_date: text = PendingDisplayNameStatusDate,
    /// The status of a new display name; only in the response to an update that sent `profile.name`. Source: twilio-python
    /// 9.13.0.
    display_name_status: model<DisplayNameStatus> = DisplayNameStatus,
);

/// Reads a body that is one sender.
pub(crate) fn read_sender(body: Vec<u8>) -> Result<Sender, DecodeError> {
    let index = senders_json::read_sender(&body).map_err(|error| DecodeError::new(error, &body))?;
    Ok(Sender::new(Arc::new(Document { text: body, index }), 0))
}

/// The text of a field of an object; a number as it is written. The rest of the object is only walked.
fn text_at(object: &str, key: &str) -> Option<String> {
    let json = pick(object, [key])?[0]?;
    match text_of(json) {
        Some(text) => Some(text.into_owned()),
        None => json.starts_with(|c: char| c == '-' || c.is_ascii_digit()).then(|| json.to_owned()),
    }
}

impl PartialEq for Sender {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.document, &other.document) && self.at == other.at {
            return true;
        }
        if self.sid() != other.sid() {
            return false;
        }
        let value = |sender: &Self| serde_json::from_str::<Value>(&sender.to_json()).ok();
        match (value(self), value(other)) {
            (Some(ours), Some(theirs)) => ours == theirs,
            // Nested deeper than a value may be: compared as text.
            _ => self.entries().eq(other.entries()),
        }
    }
}

impl Eq for Sender {}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("sid", &self.sid())
            .field("status", &self.status().as_str())
            .finish_non_exhaustive()
    }
}
