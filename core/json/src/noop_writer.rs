//! Writes nothing. The same surface as `ascii_writer.rs`.

use crate::swar::{BLOCK, plain_prefix_len};

/// A key as it is written: not at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedKey;

#[derive(Debug)]
pub(crate) struct Writer;

#[expect(clippy::unused_self, reason = "the surface of the one that writes")]
impl Writer {
    pub(crate) const fn with_room(_bytes: usize) -> Self {
        Self
    }
    pub(crate) const fn unwanted() -> Self {
        Self
    }
    pub(crate) const fn fixed<const N: usize>(&mut self, _bytes: &[u8; N], _len: usize) {}
    pub(crate) const fn put(&mut self, _byte: u8) {}
    pub(crate) const fn raw(&mut self, _bytes: &[u8]) {}
    pub(crate) fn plain_prefix_len(&mut self, text: &[u8]) -> usize {
        let mut rest = text;
        while let Some((block, behind)) = rest.split_first_chunk() {
            let plain = plain_prefix_len(*block);
            if plain < BLOCK {
                rest = rest.get(plain..).unwrap_or_default();
                break;
            }
            rest = behind;
        }
        text.len() - rest.len()
    }
    pub(crate) const fn beyond(&mut self, _c: char) {}
    pub(crate) const fn written(&mut self, _key: &EncodedKey) {}
    pub(crate) const fn key(&mut self, _start: usize, _key: &[u8]) {}
    pub(crate) const fn since(&self, _start: usize) -> Option<EncodedKey> {
        Some(EncodedKey)
    }
    pub(crate) const fn len(&self) -> usize {
        0
    }
    pub(crate) const fn cut(&mut self, _len: usize) {}
}
