//! Several bytes at a time.

/// How many bytes are looked at together.
pub(crate) const BLOCK: usize = 8;

/// Returns how many bytes at the beginning of a block need no change in a string: no quote, no backslash, no control
/// character, nothing beyond ASCII.
pub(crate) const fn plain_prefix_len(block: [u8; BLOCK]) -> usize {
    const fn splat(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    /// Marks the zero bytes of a word in their highest bits; exact up to the first of them.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(splat(1)) & !word
    }
    let word = u64::from_le_bytes(block);
    let control = word.wrapping_sub(splat(0x20)) & !word;
    let special = (zeros(word ^ splat(b'"')) | zeros(word ^ splat(b'\\')) | control | word) & splat(0x80);
    special.trailing_zeros() as usize / 8
}

/// How many bytes of a key are compared at once.
pub(crate) const WORD: usize = 16;

/// Whether two words are the same where `mask` has its bits.
pub(crate) const fn eq_masked(a: &[u8; WORD], b: &[u8; WORD], mask: &[u8; WORD]) -> bool {
    (u128::from_le_bytes(*a) ^ u128::from_le_bytes(*b)) & u128::from_le_bytes(*mask) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_judged_right_in_every_place() {
        for odd in 0..=255_u8 {
            let is_plain = (0x20..0x80).contains(&odd) && odd != b'"' && odd != b'\\';
            for filler in [b' ', b'a', b'~', 0x7F, b'!', b'#', b'[', b']'] {
                for place in 0..BLOCK {
                    let mut block = [filler; BLOCK];
                    block[place] = odd;
                    assert_eq!(
                        plain_prefix_len(block),
                        if is_plain { BLOCK } else { place },
                        "{odd} at {place}"
                    );
                }
            }
        }
    }
}
