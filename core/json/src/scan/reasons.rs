//! The one list of a sender that is written again in part.

use super::{Done, Scan};
use crate::key::Name;

/// How many reasons of a sender that is offline are written again: objects of them cost JavaScript many times their text.
const MOST: usize = 1_000;

impl Scan<'_> {
    /// Walks the value of a sender's own field.
    #[inline]
    pub(super) fn field(&mut self, name: Name) -> Done {
        if name == Name::OfflineReasons && self.peek() == b'[' { self.reasons() } else { self.value() }
    }

    /// Walks a list, of which only the first items are written again.
    #[cold]
    #[inline(never)]
    fn reasons(&mut self) -> Done {
        self.copy_rare(b'[');
        let mut items = 0;
        let mut more = self.peek() != b']';
        while more {
            let written = self.out.len();
            if items > 0 {
                self.out.raw(b",");
            }
            self.value()?;
            if items < MOST {
                items += 1;
            } else {
                self.out.cut(written);
            }
            more = self.peek() == b',';
            self.at += usize::from(more);
        }
        if self.peek() != b']' {
            return Err(self.fault("expected `,` or `]`"));
        }
        self.copy_rare(b']');
        Ok(())
    }
}
