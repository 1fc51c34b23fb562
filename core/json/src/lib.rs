//! One pass over an answer of the server: it is checked to be JSON, and the fields of the senders in it are found.
//!
//! With the feature `camel` the same pass writes it anew as JavaScript wants it: see [`Found::camel`].
//!
//! What counts as JSON is what `serde_json` takes: UTF-8, every escape well formed (a lone surrogate in a value too, but not
//! in a sender's own keys), nothing behind the document. Nesting of any depth is walked without recursion.

mod key;
mod name;
#[cfg_attr(feature = "camel", path = "camel.rs")]
#[cfg_attr(not(feature = "camel"), path = "nothing.rs")]
mod out;
mod scan;
mod word;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use key::{Name, was_met};
pub use name::camel;
#[cfg(feature = "camel")]
pub use out::escape;

/// How what is written of a page begins.
pub const PAGE: &[u8] = b"{\"senders\":[";

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    what: &'static str,
    at: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

/// A field of a sender.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    name: Name,
    key: u32,
    start: u32,
    end: u32,
}

impl Field {
    /// What it is.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Where its key begins, at the quote.
    const fn key(&self) -> usize {
        self.key as usize
    }

    /// Where its value stands.
    #[must_use]
    pub const fn value(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A sender: how far its fields go, and where it stands in what was written anew.
#[derive(Clone, Copy, Debug)]
struct Place {
    fields: u32,
    #[cfg(feature = "camel")]
    camel: (u32, u32),
}

/// What an answer has in it.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The fields of all senders, one sender after the other.
    fields: Vec<Field>,
    places: Vec<Place>,
    /// Items of a page that are no sender with a text `sid`.
    skipped: usize,
    meta: Option<Range<usize>>,
    /// The fields not known whose keys have escapes: where a key stands, and what it is without them.
    escaped: Vec<(u32, String)>,
    /// A page's JSON up to its last sender, `{"senders":[…`, or the whole of one sender.
    ///
    /// Keys are in camelCase, and what is beyond ASCII is `\u` escapes, since a JavaScript engine makes a string of ASCII
    /// several times faster than of UTF-8.
    #[cfg(feature = "camel")]
    camel: Vec<u8>,
}

impl Found {
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

    /// Where a page's `meta` stands, if it has one.
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

/// Reads the answer to a listing: an object with `senders`, and `meta` if it says what follows.
///
/// # Errors
/// If it is no such object. Items without a text `sid` are counted and left out.
pub fn read_page(text: &[u8]) -> Result<Found, Fault> {
    scan::Scan::new(text)?.page()
}

/// Reads the answer that is one sender.
///
/// # Errors
/// If it is no object, or has no text `sid` or no text `status`.
pub fn read_sender(text: &[u8]) -> Result<Found, Fault> {
    scan::Scan::new(text)?.lone_sender()
}

/// A field of an object: its key without escapes, and where its value stands.
pub type Entry<'t> = (Cow<'t, str>, Range<usize>);

/// The fields of an object in order.
///
/// # Errors
/// If the text is not one JSON object.
pub fn fields(text: &str) -> Result<Vec<Entry<'_>>, Fault> {
    let text_of = |key| match key {
        Cow::Borrowed(key) => Cow::Borrowed(std::str::from_utf8(key).unwrap_or_default()),
        Cow::Owned(key) => Cow::Owned(String::from_utf8(key).unwrap_or_default()),
    };
    let fields = scan::Scan::places(text.as_bytes())?.fields()?;
    Ok(fields.into_iter().map(|(key, value)| (text_of(key), value)).collect())
}

/// Where the fields of these names stand in an object, each the last of its name; the others are walked over.
///
/// # Errors
/// If the text is not one JSON object.
pub fn pick<const N: usize>(text: &str, names: [&str; N]) -> Result<[Option<Range<usize>>; N], Fault> {
    let mut found = [const { None }; N];
    scan::Scan::places(text.as_bytes())?.pick(&names, &mut found)?;
    Ok(found)
}

/// Where the items of a list stand, the first `most` of them; the others are walked over.
///
/// # Errors
/// If the text is not one JSON list.
pub fn items(text: &str, most: usize) -> Result<Vec<Range<usize>>, Fault> {
    scan::Scan::places(text.as_bytes())?.items(most)
}

#[cfg(test)]
mod tests;
