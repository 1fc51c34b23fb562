//! The index of a document: the ranges of the fields of its senders.

use std::fmt;
use std::ops::Range;

use crate::key::Name;

/// How what is written of a page begins.
pub const PAGE: &[u8] = b"{\"senders\":[";

/// Why a document cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub(crate) what: &'static str,
    pub(crate) at: usize,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

/// A field of a sender.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub(crate) name: Name,
    pub(crate) key: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Field {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Where its key begins, at the quote.
    pub(crate) const fn key(&self) -> usize {
        self.key as usize
    }

    /// Returns the range of its value.
    #[must_use]
    pub const fn value(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A sender: the end of its fields, and its range in the camelCase text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SenderSpan {
    pub(crate) fields: u32,
    #[cfg(feature = "camel")]
    pub(crate) camel: (u32, u32),
}

/// The fields of the senders of a document.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The fields of all senders, one sender after the other.
    pub(crate) fields: Vec<Field>,
    pub(crate) places: Vec<SenderSpan>,
    /// Items of a page that are no sender with a text `sid`.
    pub(crate) skipped: usize,
    pub(crate) meta: Option<Range<usize>>,
    /// The unknown fields whose keys have escapes: the position of the key, and the key without them.
    pub(crate) escaped: Vec<(u32, String)>,
    /// A page's JSON up to its last sender, `{"senders":[…`, or the whole of one sender.
    ///
    /// KeyCache are in camelCase, and what is beyond ASCII is `\u` escapes, since a JavaScript engine makes a string of ASCII
    /// several times faster than of UTF-8.
    #[cfg(feature = "camel")]
    pub(crate) camel: Vec<u8>,
}

impl Index {
    /// How many senders there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The fields of a sender, counted from 0, in the server's order.
    #[must_use]
    pub fn fields(&self, at: usize) -> &[Field] {
        let end = |at: usize| self.places.get(at).map_or(0, |place| place.fields as usize);
        let start = at.checked_sub(1).map_or(0, end);
        self.fields.get(start..end(at)).unwrap_or_default()
    }

    /// A field's name without escapes. `text` is what was read.
    #[must_use]
    pub fn name<'f>(&'f self, text: &'f [u8], field: &Field) -> &'f str {
        if let Some(known) = field.name.as_str() {
            return known;
        }
        if let Ok(at) = self.escaped.binary_search_by_key(&field.key, |(key, _)| *key) {
            return self.escaped.get(at).map_or("", |(_, name)| name);
        }
        let key = text.get(field.key() + 1..).and_then(|key| key.split(|byte| *byte == b'"').next());
        key.and_then(|key| std::str::from_utf8(key).ok()).unwrap_or_default()
    }

    /// The range of a page's `meta`, if it has one.
    #[must_use]
    pub fn meta(&self) -> Option<Range<usize>> {
        self.meta.clone()
    }

    /// How many items of a page are no sender with a text `sid`: they are left out.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    /// A sender as JavaScript wants it.
    #[cfg(feature = "camel")]
    #[must_use]
    pub fn camel(&self, at: usize) -> &[u8] {
        let place = self.places.get(at).and_then(|place| {
            let (start, end) = place.camel;
            self.camel.get(start as usize..end as usize)
        });
        place.unwrap_or_default()
    }

    /// Takes out the first `len` senders of a page as JavaScript wants them, `{"senders":[…`, not closed, and where among them
    /// pieces of about `piece` bytes end.
    #[cfg(feature = "camel")]
    #[must_use]
    pub fn take_camel(&mut self, len: usize, piece: usize) -> (Vec<u8>, Vec<usize>) {
        let mut camel = std::mem::take(&mut self.camel);
        let mut ends = Vec::new();
        let (mut end, mut cut) = (PAGE.len(), piece);
        for place in self.places.iter().take(len) {
            end = place.camel.1 as usize;
            if end >= cut {
                ends.push(end);
                cut = end + piece;
            }
        }
        camel.truncate(end);
        (camel, ends)
    }
}
