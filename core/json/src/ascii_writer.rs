//! Writes JSON as JavaScript wants it: keys in camelCase, in ASCII, without white space.

use crate::name::camel;
use crate::swar::{BLOCK, plain_prefix_len};

/// The escape of a UTF-16 unit: `\u00e9`.
#[must_use]
pub fn escape(unit: u16) -> [u8; 6] {
    let unit = u32::from(unit);
    // A digit in each byte, the first one lowest; above 9 it becomes a letter.
    let digits = unit >> 12 | unit & 0x0F00 | (unit & 0x00F0) << 12 | (unit & 0x000F) << 24;
    let letters = (digits + 0x0606_0606) >> 4 & 0x0101_0101;
    let [a, b, c, d] = (digits + 0x3030_3030 + letters * 39).to_le_bytes();
    [b'\\', b'u', a, b, c, d]
}

/// The longest key that is kept, with its quotes and the colon.
const LONGEST: usize = 48;

/// A key as it is written, with quotes and colon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedKey {
    bytes: [u8; LONGEST],
    len: usize,
}

impl EncodedKey {
    fn of(written: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..written.len())?.copy_from_slice(written);
        Some(Self { bytes, len: written.len() })
    }
}

/// The text that is written, in a buffer that is longer, so that whole blocks can be copied with one check.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    len: usize,
    /// Whether it is not wanted: it starts again when it is full.
    unwanted: bool,
}

impl Writer {
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { bytes: vec![0; bytes], len: 0, unwanted: false }
    }

    /// Where only places are wanted.
    pub(crate) fn unwanted() -> Self {
        Self { unwanted: true, ..Self::with_room(4096) }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        if self.unwanted {
            self.len = 0;
            return;
        }
        self.bytes.resize((self.len + more).max(self.bytes.len() + self.bytes.len() / 2), 0);
    }

    /// Writes all of `bytes`, and says that only the first `len` of them count.
    #[inline]
    pub(crate) fn fixed<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        loop {
            if let Some(place) = self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut) {
                *place = *bytes;
                self.len += len;
                return;
            }
            self.grow(N);
        }
    }

    #[inline]
    pub(crate) fn put(&mut self, byte: u8) {
        self.fixed(&[byte], 1);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.put(byte);
        }
    }

    /// Copies the text of a string unchanged, as long as there are whole blocks of text and of room, and returns how
    /// much it copied.
    #[inline]
    pub(crate) fn plain_prefix_len(&mut self, text: &[u8]) -> usize {
        let mut rest = text;
        let mut room = self.bytes.get_mut(self.len..).unwrap_or_default();
        while let (Some((block, behind)), Some((place, more))) =
            (rest.split_first_chunk(), room.split_first_chunk_mut())
        {
            *place = *block;
            let plain = plain_prefix_len(*block);
            if plain < BLOCK {
                rest = rest.get(plain..).unwrap_or_default();
                break;
            }
            (rest, room) = (behind, more);
        }
        let copied = text.len() - rest.len();
        self.len += copied;
        copied
    }

    /// Writes a character beyond ASCII.
    #[inline]
    pub(crate) fn beyond(&mut self, c: char) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            self.fixed(&escape(*unit), 6);
        }
    }

    #[inline]
    pub(crate) fn written(&mut self, key: &EncodedKey) {
        self.fixed(&key.bytes, key.len);
    }

    /// Writes a key, without its escapes, over what was copied of it since `start`, if JavaScript has it otherwise.
    pub(crate) fn key(&mut self, start: usize, key: &[u8]) {
        if let Some(camel) = camel(key) {
            self.len = start;
            self.put(b'"');
            self.raw(&camel);
            self.put(b'"');
        }
    }

    /// The text written since `start`, to be written again.
    pub(crate) fn since(&self, start: usize) -> Option<EncodedKey> {
        if self.unwanted { None } else { EncodedKey::of(self.bytes.get(start..self.len)?) }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Goes back to where it was this long.
    pub(crate) const fn cut(&mut self, len: usize) {
        self.len = len;
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }
}
