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

    /// The SID, as the server wrote it: `XE` and 32 hexadecimal digits.
    #[must_use]
    pub fn sid(&self) -> Cow<'_, str> {
        self.text(Name::Sid).unwrap_or_default()
    }

    /// Where the sender is in its life.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::from(self.text(Name::Status).unwrap_or_default().as_ref())
    }

    /// The address; null in the response to an update that did not send it.
    #[must_use]
    pub fn sender_id(&self) -> Option<Cow<'_, str>> {
        self.text(Name::SenderId)
    }

    /// A name for the account's own use. Source: twilio-python 9.13.0; not in OAS d50069b.
    #[must_use]
    pub fn friendly_name(&self) -> Option<Cow<'_, str>> {
        self.text(Name::FriendlyName)
    }

    /// How it is registered.
    #[must_use]
    pub fn configuration(&self) -> Option<Configuration> {
        self.model(Name::Configuration)
    }

    /// Where its events go.
    #[must_use]
    pub fn webhook(&self) -> Option<Webhook> {
        self.model(Name::Webhook)
    }

    /// The profile, which people see.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        self.model(Name::Profile)
    }

    /// How it is doing.
    #[must_use]
    pub fn properties(&self) -> Option<Properties> {
        self.model(Name::Properties)
    }

    /// Why it is offline, the first 1000 reasons; empty where the server gave none. Null items are left out.
    #[must_use]
    pub fn offline_reasons(&self) -> Vec<OfflineReason> {
        let reasons = self.reasons().into_iter();
        reasons
            .filter_map(|json| OfflineReason::read(json).or_else(|| OfflineReason::read_odd(json)))
            .collect()
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

    /// The review by carriers; null for WhatsApp.
    #[must_use]
    pub fn compliance(&self) -> Option<Compliance> {
        self.model(Name::Compliance)
    }

    /// The URL of the resource, as the server wrote it. This library never follows it.
    #[must_use]
    pub fn url(&self) -> Option<Cow<'_, str>> {
        self.text(Name::Url)
    }

    /// The display name that waits to be approved. Source: twilio-python 9.13.0.
    #[must_use]
    pub fn pending_display_name(&self) -> Option<Cow<'_, str>> {
        self.text(Name::PendingDisplayName)
    }

    /// The status of its review. Source: twilio-python 9.13.0.
    #[must_use]
    pub fn pending_display_name_status(&self) -> Option<PendingDisplayNameStatus> {
        self.model(Name::PendingDisplayNameStatus)
    }

    /// Since when, in ISO 8601 as the server wrote it. Source: twilio-python 9.13.0.
    #[must_use]
    pub fn pending_display_name_status_date(&self) -> Option<Cow<'_, str>> {
        self.text(Name::PendingDisplayNameStatusDate)
    }

    /// Where a new display name is; only in the answer to an update that sent `profile.name`. Source: twilio-python
    /// 9.13.0.
    #[must_use]
    pub fn display_name_status(&self) -> Option<DisplayNameStatus> {
        self.model(Name::DisplayNameStatus)
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
