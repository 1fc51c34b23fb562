//! The keys of an answer: the same few in every sender, in nearly the same order.

use std::cell::Cell;

use crate::swar::{WORD, eq_masked};
use crate::writer::EncodedKey;

/// Makes [`Name`] and its table.
macro_rules! names {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// The top-level fields of a sender that this version knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(clippy::exhaustive_enums, reason = "internal to this workspace")]
        #[expect(missing_docs, reason = "they are the names of the wire")]
        pub enum Name {
            $($name,)*
            /// A field this version does not know.
            Unknown,
        }

        impl Name {
            const KNOWN: &[(&'static str, Self)] = &[$(($text, Self::$name)),*];
        }
    };
}

names!(
    Sid = "sid",
    Status = "status",
    SenderId = "sender_id",
    FriendlyName = "friendly_name",
    Configuration = "configuration",
    Webhook = "webhook",
    Profile = "profile",
    Properties = "properties",
    OfflineReasons = "offline_reasons",
    Compliance = "compliance",
    Url = "url",
    PendingDisplayName = "pending_display_name",
    PendingDisplayNameStatus = "pending_display_name_status",
    PendingDisplayNameStatusDate = "pending_display_name_status_date",
    DisplayNameStatus = "display_name_status",
);

impl Name {
    /// The field of this name.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        let known = Self::KNOWN.iter().find(|(text, _)| text.as_bytes() == key);
        known.map_or(Self::Unknown, |(_, name)| *name)
    }

    /// Its name on the wire; `None` if it is not known.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(_, name)| *name == self).map(|(text, _)| *text)
    }
}

/// The longest key that is kept, with its quotes and the colon.
const LONGEST: usize = 48;

/// The most keys that are kept.
const MOST: usize = 96;

/// The bytes of a key.
type Words = [[u8; WORD]; LONGEST / WORD];

/// A key that was met before, with what there is to know of it.
#[derive(Debug)]
pub(crate) struct CachedKey {
    /// The key as in the response: `"waba_id":`.
    raw: Words,
    /// Which bytes of it count.
    mask: Words,
    pub(crate) len: usize,
    pub(crate) name: Name,
    pub(crate) written: EncodedKey,
    /// The two keys that followed it most recently: `label` can follow an e-mail address or a website.
    next: [usize; 2],
}

impl CachedKey {
    /// Whether a text begins with this key.
    #[inline]
    fn begins(&self, text: &[u8; LONGEST]) -> bool {
        let mut left = self.len;
        for ((raw, mask), bytes) in self.raw.iter().zip(&self.mask).zip(text.as_chunks().0) {
            if !eq_masked(raw, bytes, mask) {
                return false;
            }
            if left <= WORD {
                return true;
            }
            left -= WORD;
        }
        false
    }
}

/// KeyCache that were met, each with the one that probably comes next.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    met: Vec<CachedKey>,
    last: usize,
}

thread_local! {
    /// The keys of the last document: the next one has mostly the same.
    static CACHE: Cell<KeyCache> = const { Cell::new(KeyCache { met: Vec::new(), last: 0 }) };
}

/// Whether an answer that this thread read lately had a field of this name, which is none of [`Name`]; by what is kept of its
/// keys: not if the name is long, or if many others came since.
#[must_use]
pub fn was_seen(name: &str) -> bool {
    let keys = KeyCache::of_thread();
    // Without its quotes and the colon.
    let is_it = |met: &CachedKey| {
        met.name == Name::Unknown && met.raw.as_flattened().get(1..met.len - 2) == Some(name.as_bytes())
    };
    let found = keys.met.iter().any(is_it);
    keys.leave();
    found
}

impl KeyCache {
    /// The keys of documents that this thread has read.
    pub(crate) fn of_thread() -> Self {
        CACHE.take()
    }

    /// Leaves them to the next answer.
    pub(crate) fn leave(self) {
        CACHE.set(self);
    }

    /// The key that the text begins with, if it was met before: mostly one that followed the last one before.
    #[inline]
    pub(crate) fn find(&mut self, text: &[u8]) -> Option<&CachedKey> {
        let text = text.first_chunk()?;
        let guess = self.met.get(self.last).map_or(0, |last| last.next[0]);
        if !self.met.get(guess).is_some_and(|met| met.begins(text)) {
            return self.search(text);
        }
        self.last = guess;
        self.met.get(guess)
    }

    #[inline(never)]
    fn search(&mut self, text: &[u8; LONGEST]) -> Option<&CachedKey> {
        let second = self.met.get(self.last).map_or(0, |last| last.next[1]);
        let found = if self.met.get(second).is_some_and(|met| met.begins(text)) {
            second
        } else {
            self.met.iter().position(|met| met.begins(text))?
        };
        self.follows(found);
        self.met.get(found)
    }

    fn follows(&mut self, next: usize) {
        if let Some(last) = self.met.get_mut(self.last) {
            last.next = [next, last.next[0]];
        }
        self.last = next;
    }

    /// Keeps a key, unless it is long. Where there are many already it starts again from none.
    pub(crate) fn keep(&mut self, key: &[u8], name: Name, written: Option<EncodedKey>) {
        let (mut raw, mut mask) = (Words::default(), Words::default());
        let (Some(written), Some(room), Some(count)) = (
            written,
            raw.as_flattened_mut().get_mut(..key.len()),
            mask.as_flattened_mut().get_mut(..key.len()),
        ) else {
            return;
        };
        room.copy_from_slice(key);
        count.fill(u8::MAX);
        // Near the end of an answer it was not looked for.
        if let Some(same) = self.met.iter().position(|met| met.len == key.len() && met.raw == raw) {
            self.follows(same);
            return;
        }
        if self.met.len() == MOST {
            self.met.clear();
        }
        self.met.push(CachedKey { raw, mask, len: key.len(), name, written, next: [0; 2] });
        self.follows(self.met.len() - 1);
    }
}
