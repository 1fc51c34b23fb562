//! Several bytes at a time.

/// How many bytes are looked at together.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) const BLOCK: usize = 8;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) const BLOCK: usize = 16;

/// Returns how many bytes at the beginning of a block need no change in a string: no quote, no backslash, no control
/// character, nothing beyond ASCII.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
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
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) const fn eq_masked(a: &[u8; WORD], b: &[u8; WORD], mask: &[u8; WORD]) -> bool {
    (u128::from_le_bytes(*a) ^ u128::from_le_bytes(*b)) & u128::from_le_bytes(*mask) == 0
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd::{eq_masked, plain_prefix_len};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd {
    use core::arch::wasm32::{
        i8x16_bitmask, i8x16_lt, i8x16_splat, u8x16_eq, u8x16_splat, u64x2, v128, v128_and, v128_any_true,
        v128_or, v128_xor,
    };

    use super::{BLOCK, WORD};

    /// One load.
    fn vector(bytes: &[u8; 16]) -> v128 {
        let [a, b] = [bytes.first_chunk(), bytes.last_chunk()]
            .map(|half: Option<&[u8; 8]>| u64::from_le_bytes(half.copied().unwrap_or_default()));
        u64x2(a, b)
    }

    pub(crate) fn plain_prefix_len(block: [u8; BLOCK]) -> usize {
        let bytes = vector(&block);
        // Signed: what is beyond ASCII is below the space too.
        let odd = i8x16_lt(bytes, i8x16_splat(0x20));
        let quotes = v128_or(u8x16_eq(bytes, u8x16_splat(b'"')), u8x16_eq(bytes, u8x16_splat(b'\\')));
        (u32::from(i8x16_bitmask(v128_or(odd, quotes))) | 1 << BLOCK).trailing_zeros() as usize
    }

    pub(crate) fn eq_masked(a: &[u8; WORD], b: &[u8; WORD], mask: &[u8; WORD]) -> bool {
        !v128_any_true(v128_and(v128_xor(vector(a), vector(b)), vector(mask)))
    }
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
