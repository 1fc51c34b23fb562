//! One pass over a response of the server: it is checked to be JSON, and the fields of the senders in it are found.
//!
//! With the feature `camel` the same pass writes it again as JavaScript wants it: see [`Index::camel`].
//!
//! It takes the same JSON as `serde_json`: UTF-8, every escape well formed (a lone surrogate in a value too, but not
//! in a sender's own keys), nothing behind the document. Nesting of any depth is walked without recursion.

mod index;
mod key;
mod name;
mod scan;
mod swar;
#[cfg_attr(feature = "camel", path = "ascii_writer.rs")]
#[cfg_attr(not(feature = "camel"), path = "noop_writer.rs")]
mod writer;

use std::borrow::Cow;
use std::ops::Range;

pub use index::{Field, Index, PAGE, ParseError};
pub use key::{Name, was_seen};
pub use name::camel;
#[cfg(feature = "camel")]
pub use writer::escape;

/// Reads the answer to a listing: an object with `senders`, and `meta` if it says what follows.
///
/// # Errors
/// If it is no such object. Items without a text `sid` are counted and left out.
pub fn read_page(text: &[u8]) -> Result<Index, ParseError> {
    scan::Scan::new(text)?.page()
}

/// Reads the answer that is one sender.
///
/// # Errors
/// If it is no object, or has no text `sid` or no text `status`.
pub fn read_sender(text: &[u8]) -> Result<Index, ParseError> {
    scan::Scan::new(text)?.lone_sender()
}

/// A field of an object: its key without escapes, and the range of its value.
pub type Entry<'t> = (Cow<'t, str>, Range<usize>);

/// The fields of an object in order.
///
/// # Errors
/// If the text is not one JSON object.
pub fn fields(text: &str) -> Result<Vec<Entry<'_>>, ParseError> {
    let text_of = |key| match key {
        Cow::Borrowed(key) => Cow::Borrowed(std::str::from_utf8(key).unwrap_or_default()),
        Cow::Owned(key) => Cow::Owned(String::from_utf8(key).unwrap_or_default()),
    };
    let fields = scan::Scan::places(text.as_bytes())?.fields()?;
    Ok(fields.into_iter().map(|(key, value)| (text_of(key), value)).collect())
}

/// Returns the ranges of the fields of these names in an object, each the last of its name; skips the others.
///
/// # Errors
/// If the text is not one JSON object.
pub fn pick<const N: usize>(text: &str, names: [&str; N]) -> Result<[Option<Range<usize>>; N], ParseError> {
    let mut found = [const { None }; N];
    scan::Scan::places(text.as_bytes())?.pick(&names, &mut found)?;
    Ok(found)
}

/// Returns the ranges of the items of a list, the first `most` of them; skips the others.
///
/// # Errors
/// If the text is not one JSON list.
pub fn items(text: &str, most: usize) -> Result<Vec<Range<usize>>, ParseError> {
    scan::Scan::places(text.as_bytes())?.items(most)
}

#[cfg(test)]
mod tests;
