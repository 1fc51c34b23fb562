//! The text of a response, kept once; every sender in it is a row of spans.

use std::ops::Range;

use senders_json::{Field, Index};

/// A response's text with the senders found in it.
pub(super) struct Document {
    /// JSON that was read, and so UTF-8.
    pub(super) text: Vec<u8>,
    pub(super) index: Index,
}

impl Document {
    pub(super) fn fields_of(&self, at: usize) -> &[Field] {
        self.index.fields(at)
    }

    pub(super) fn name_of(&self, field: &Field) -> &str {
        self.index.name(&self.text, field)
    }

    /// Returns the JSON in this range.
    pub(super) fn json(&self, range: Range<usize>) -> &str {
        self.text.get(range).and_then(|json| std::str::from_utf8(json).ok()).unwrap_or_default()
    }

    /// A sender as JavaScript wants it.
    #[cfg(feature = "camel")]
    pub(super) fn camel(&self, at: usize) -> &[u8] {
        self.index.camel(at)
    }
}
