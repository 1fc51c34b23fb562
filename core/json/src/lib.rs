//! One pass over a response of the server: it is checked to be JSON, and the fields of the senders in it are found.
//!
//! With the feature `camel` the same pass writes it again as JavaScript wants it: see [`Found::camel`].
//!
//! It takes the same JSON as `serde_json`: UTF-8, every escape well formed (a lone surrogate in a value too, but not
//! in a sender's own keys), nothing behind the document. Nesting of any depth is walked without recursion.

mod found;
mod key;
mod name;
#[cfg_attr(feature = "camel", path = "camel.rs")]
#[cfg_attr(not(feature = "camel"), path = "nothing.rs")]
mod out;
mod scan;
mod word;

use std::borrow::Cow;
use std::ops::Range;

pub use found::{Fault, Field, Found, PAGE};
pub use key::{Name, was_met};
pub use name::camel;
#[cfg(feature = "camel")]
pub use out::escape;

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

/// A field of an object: its key without escapes, and the range of its value.
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

/// Returns the ranges of the fields of these names in an object, each the last of its name; skips the others.
///
/// # Errors
/// If the text is not one JSON object.
pub fn pick<const N: usize>(text: &str, names: [&str; N]) -> Result<[Option<Range<usize>>; N], Fault> {
    let mut found = [const { None }; N];
    scan::Scan::places(text.as_bytes())?.pick(&names, &mut found)?;
    Ok(found)
}

/// Returns the ranges of the items of a list, the first `most` of them; skips the others.
///
/// # Errors
/// If the text is not one JSON list.
pub fn items(text: &str, most: usize) -> Result<Vec<Range<usize>>, Fault> {
    scan::Scan::places(text.as_bytes())?.items(most)
}

#[cfg(test)]
mod tests;
