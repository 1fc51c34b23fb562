//! A response read in one pass: its text is kept once, and every sender in it becomes a row of spans.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Sender;
use super::model::{Key, text};
use crate::error::Unreadable;

/// The top-level fields of a sender this version knows, and a number for each it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "the API names its fields")]
pub(super) enum Name {
    Sid,
    Status,
    SenderId,
    FriendlyName,
    Configuration,
    Webhook,
    Profile,
    Properties,
    OfflineReasons,
    Compliance,
    Url,
    PendingDisplayName,
    PendingDisplayNameStatus,
    PendingDisplayNameStatusDate,
    DisplayNameStatus,
    /// A row of [`Document::unknown`].
    Unknown(u32),
}

impl Name {
    const KNOWN: [(&'static str, Self); 15] = [
        ("sid", Self::Sid),
        ("status", Self::Status),
        ("sender_id", Self::SenderId),
        ("friendly_name", Self::FriendlyName),
        ("configuration", Self::Configuration),
        ("webhook", Self::Webhook),
        ("profile", Self::Profile),
        ("properties", Self::Properties),
        ("offline_reasons", Self::OfflineReasons),
        ("compliance", Self::Compliance),
        ("url", Self::Url),
        ("pending_display_name", Self::PendingDisplayName),
        ("pending_display_name_status", Self::PendingDisplayNameStatus),
        ("pending_display_name_status_date", Self::PendingDisplayNameStatusDate),
        ("display_name_status", Self::DisplayNameStatus),
    ];

    pub(super) fn of(key: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(text, _)| *text == key).map(|(_, name)| *name)
    }
}

/// One field of one sender: its name and where its JSON stands in the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldSpan {
    pub(super) name: Name,
    start: u32,
    end: u32,
}

impl FieldSpan {
    pub(super) const fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A response's text with the senders found in it.
pub(super) struct Document {
    pub(super) text: String,
    /// The fields of all senders, one sender after the other.
    fields: Vec<FieldSpan>,
    /// For each sender, where its fields end.
    ends: Vec<u32>,
    /// The names of fields this version does not know, each once.
    unknown: Vec<String>,
}

impl Document {
    pub(super) fn fields_of(&self, at: usize) -> &[FieldSpan] {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let start = at.checked_sub(1).map_or(0, end);
        self.fields.get(start..end(at)).unwrap_or_default()
    }

    pub(super) fn name_of(&self, field: &FieldSpan) -> &str {
        match field.name {
            Name::Unknown(row) => self.unknown.get(row as usize).map_or("", String::as_str),
            known => Name::KNOWN.iter().find(|(_, name)| *name == known).map_or("", |(text, _)| text),
        }
    }
}

/// One page of a listing.
#[derive(Clone)]
pub struct SenderPage {
    document: Arc<Document>,
    len: usize,
    next_page_url: Option<String>,
    pub(crate) next_token: Option<String>,
}

impl SenderPage {
    /// How many senders it has; a page with none may still have a next one.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no sender.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sender at this place, counted from 0.
    #[must_use]
    pub fn sender(&self, at: usize) -> Option<Sender> {
        (at < self.len).then(|| Sender::new(Arc::clone(&self.document), at))
    }

    /// The senders in the server's order.
    pub fn senders(&self) -> impl ExactSizeIterator<Item = Sender> {
        let document = Arc::clone(&self.document);
        (0..self.len).map(move |at| Sender::new(Arc::clone(&document), at))
    }

    /// Where the listing goes on after this page: a small text that can be kept, and given to a later listing in any
    /// process and language. `None` after the last page.
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_deref()
    }

    /// What the server gave as `meta.next_page_url`. Never followed as it is.
    pub(crate) fn next_page_url(&self) -> Option<&str> {
        self.next_page_url.as_deref()
    }

    /// Keeps the first `len` senders.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl fmt::Debug for SenderPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderPage")
            .field("senders", &self.len)
            .field("has_next", &self.next_token.is_some())
            .finish_non_exhaustive()
    }
}

/// Collects spans while serde walks the document once.
struct Reader<'de> {
    text: &'de str,
    fields: Vec<FieldSpan>,
    ends: Vec<u32>,
    unknown: Vec<String>,
    rows: BTreeMap<String, u32>,
}

impl<'de> Reader<'de> {
    fn new(text: &'de str) -> Self {
        // A sender of the documentation is 1.3 KB with 11 fields: one allocation for most pages.
        let senders = text.len() / 1024 + 1;
        Self {
            text,
            fields: Vec::with_capacity(senders * 12),
            ends: Vec::with_capacity(senders),
            unknown: Vec::new(),
            rows: BTreeMap::new(),
        }
    }

    fn name(&mut self, key: &str) -> Name {
        if let Some(name) = Name::of(key) {
            return name;
        }
        if let Some(row) = self.rows.get(key) {
            return Name::Unknown(*row);
        }
        let row = u32::try_from(self.unknown.len()).unwrap_or(u32::MAX);
        self.unknown.push(key.to_owned());
        self.rows.insert(key.to_owned(), row);
        Name::Unknown(row)
    }

    /// Where a piece that serde borrowed from the text stands in it.
    fn span(&self, name: Name, raw: &'de str) -> Option<FieldSpan> {
        let start = (raw.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = start.checked_add(raw.len())?;
        Some(FieldSpan { name, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }
}

fn is_text(raw: &RawValue) -> bool {
    raw.get().len() > 2 && raw.get().starts_with('"')
}

/// One sender.
struct OneSender<'r, 'de>(&'r mut Reader<'de>);

impl<'de> DeserializeSeed<'de> for OneSender<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneSender<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sender: an object with `sid` and `status`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let reader = self.0;
        let (mut sid, mut status) = (false, false);
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let raw: &'de RawValue = map.next_value()?;
            let name = reader.name(&key.0);
            match name {
                Name::Sid => sid = is_text(raw),
                Name::Status => status = is_text(raw),
                _ => {}
            }
            let span = reader
                .span(name, raw.get())
                .ok_or_else(|| A::Error::custom("a document of 4 GiB or more"))?;
            reader.fields.push(span);
        }
        if !sid || !status {
            let missing = if sid { "status" } else { "sid" };
            return Err(A::Error::custom(format!("a sender without a text `{missing}`")));
        }
        reader.ends.push(u32::try_from(reader.fields.len()).map_err(A::Error::custom)?);
        Ok(())
    }
}

/// The list under `senders`.
struct Senders<'r, 'de>(&'r mut Reader<'de>);

impl<'de> DeserializeSeed<'de> for Senders<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Senders<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of senders")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(OneSender(self.0))?.is_some() {}
        Ok(())
    }
}

/// The whole page; the value is `next_page_url`.
struct Page<'r, 'de>(&'r mut Reader<'de>);

impl<'de> DeserializeSeed<'de> for Page<'_, 'de> {
    type Value = Option<String>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Page<'_, 'de> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page: an object with `senders` and `meta`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut senders, mut meta) = (false, None);
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key.0.as_ref() {
                "senders" if !senders => {
                    map.next_value_seed(Senders(&mut *self.0))?;
                    senders = true;
                }
                "senders" => return Err(A::Error::custom("a page with two lists of senders")),
                "meta" => meta = Some(next_page_url(map.next_value()?)?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        // A page without `meta` cannot say whether it is the last: taking it for the last would lose senders.
        match (senders, meta) {
            (true, Some(next)) => Ok(next),
            (false, _) => Err(A::Error::custom("a page without `senders`")),
            (_, None) => Err(A::Error::custom("a page without `meta`")),
        }
    }
}

fn next_page_url<E: serde::de::Error>(meta: &RawValue) -> Result<Option<String>, E> {
    let entries = super::entries(meta.get()).map_err(|_| E::custom("`meta` that is not an object"))?;
    match entries.into_iter().rev().find(|(key, _)| key == "next_page_url") {
        None => Ok(None),
        Some((_, raw)) if raw.get() == "null" => Ok(None),
        Some((_, raw)) => match text(raw) {
            Some(url) => Ok(Some(url.into_owned())),
            None => Err(E::custom("a `next_page_url` that is neither text nor null")),
        },
    }
}

/// The text of a body: UTF-8, without a byte order mark.
fn utf8(body: Vec<u8>) -> Result<String, Unreadable> {
    let mut text =
        String::from_utf8(body).map_err(|error| Unreadable::new(error.utf8_error(), error.as_bytes()))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn read<T>(
    body: Vec<u8>,
    walk: impl for<'de> FnOnce(
        &mut Reader<'de>,
        &mut serde_json::Deserializer<serde_json::de::StrRead<'de>>,
    ) -> serde_json::Result<T>,
) -> Result<(Document, T), Unreadable> {
    let text = utf8(body)?;
    let mut reader = Reader::new(&text);
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let walked = walk(&mut reader, &mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    let Reader { fields, ends, unknown, .. } = reader;
    match walked {
        Ok(value) => Ok((Document { text, fields, ends, unknown }, value)),
        Err(error) => Err(Unreadable::new(error, text.as_bytes())),
    }
}

/// Reads the body of a listing in one pass.
pub(crate) fn read_page(body: Vec<u8>) -> Result<SenderPage, Unreadable> {
    let (document, next_page_url) = read(body, |reader, json| Page(reader).deserialize(json))?;
    let len = document.ends.len();
    Ok(SenderPage { document: Arc::new(document), len, next_page_url, next_token: None })
}

/// Reads a body that is one sender.
pub(crate) fn read_sender(body: Vec<u8>) -> Result<Sender, Unreadable> {
    let (document, ()) = read(body, |reader, json| OneSender(reader).deserialize(json))?;
    Ok(Sender::new(Arc::new(document), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Result<SenderPage, String> {
        read_page(text.as_bytes().to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_is_read_with_what_is_not_known() {
        let text = r#"{"new":[1,{"a":"]"}],"senders":[
            {"sid":"XE1","status":"ONLINE","sender_id":"whatsapp:+1\u0035","later":{"x": 1.0},"profile":{"name":"é"}},
            {"later":2,"status":"NEW:ONE","sid":"XE2","sid2":null}],
            "meta":{"key":"senders","next_page_url":"https:\/\/x\/?a=1"}}"#;
        let page = page(text).unwrap();
        assert_eq!((page.len(), page.next_page_url()), (2, Some("https://x/?a=1")));
        let senders: Vec<_> = page.senders().collect();
        assert_eq!(senders[0].sender_id().unwrap(), "whatsapp:+15");
        assert_eq!(senders[0].profile().unwrap().name.value().unwrap(), "é");
        assert_eq!(senders[0].extra().collect::<Vec<_>>(), [("later", r#"{"x": 1.0}"#)]);
        assert_eq!(senders[1].status().as_str(), "NEW:ONE");
        assert_eq!(senders[1].to_json(), r#"{"later":2,"status":"NEW:ONE","sid":"XE2","sid2":null}"#);
        assert!(senders[1].sender_id().is_none() && senders[1].profile().is_none());
        assert!(page.sender(2).is_none());
    }

    #[test]
    fn odd_pages_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "EOF"),
            ("<html>", "expected value"),
            ("[]", "a page: an object"),
            (r#"{"meta":{}}"#, "without `senders`"),
            (r#"{"senders":[]}"#, "without `meta`"),
            (r#"{"senders":null,"meta":{}}"#, "a list of senders"),
            (r#"{"senders":[null],"meta":{}}"#, "a sender: an object"),
            (r#"{"senders":[{"status":"ONLINE"}],"meta":{}}"#, "without a text `sid`"),
            (r#"{"senders":[{"sid":"XE","status":null}],"meta":{}}"#, "without a text `status`"),
            (r#"{"senders":[],"meta":{"next_page_url":5}}"#, "neither text nor null"),
            (r#"{"senders":[],"meta":5}"#, "not an object"),
            (r#"{"senders":[],"meta":{}} x"#, "trailing"),
        ] {
            let error = page(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert!(read_page(b"{\"senders\":[],\"meta\":{\"a\":\"\xff\"}}".to_vec()).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let sender = read_sender("\u{feff}{\"sid\":\"XE1\",\"status\":\"ONLINE\"}".into()).unwrap();
        assert_eq!(sender.sid(), "XE1");
    }

    #[test]
    fn nesting_of_any_depth_is_walked_without_recursion() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        let sender =
            read_sender(format!(r#"{{"sid":"XE1","status":"ONLINE","deep":{deep}}}"#).into()).unwrap();
        assert_eq!(sender.extra().map(|(_, json)| json.len()).collect::<Vec<_>>(), [400_000]);
        assert_eq!(sender.to_json().len(), 400_000 + r#"{"sid":"XE1","status":"ONLINE","deep":}"#.len());
        assert_eq!(sender, Sender::from_json(sender.to_json()).unwrap());
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_counts() {
        let sender =
            Sender::from_json(r#"{"sid":"XE1","sid":"XE2","status":"DRAFT","status":"ONLINE"}"#).unwrap();
        assert_eq!((sender.sid().as_ref(), sender.status().as_str()), ("XE2", "ONLINE"));
        let sender = Sender::from_json(r#"{"status":"DRAFT","sid":"XE1"}"#).unwrap();
        assert_eq!(sender, Sender::from_json(r#" { "sid" : "XE1" , "status" : "DRAFT" } "#).unwrap());
        assert_ne!(sender, Sender::from_json(r#"{"status":"ONLINE","sid":"XE1"}"#).unwrap());
    }
}
