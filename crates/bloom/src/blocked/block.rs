//! One cache line, and which of its bits are a key's.
//!
//! A block is eight *lanes* of 64 bits, and a key sets one bit in each. Which one takes six bits of
//! the key's hash, 48 in all.
//!
//! ```text
//!   quarter q = 0, 1, 2, 3 of the mixed hash:     15        10 9         4 3    0
//!                                                │ lane q     │ lane q+4 │  ──  │
//! ```
//!
//! A lane is stored in two words of 32 bits, one in each half of the block. Its numbers 0 to 31 are
//! the bits 31 to 0 of the word in the lower half, 32 to 63 are the bits 0 to 31 of that in the upper
//! half. The reason for this order is the trick of `sse2.rs`.

use crate::theory::LANES;

/// As long as a cache line, and nowhere across the border of two.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Block(pub(super) Halves);

/// The lower and the upper half of all lanes.
pub(super) type Halves = [[u32; LANES]; 2];

/// The length of a block in bytes.
pub(super) const BYTES: usize = 64;

// ANCHOR: block
/// The number of a key's bit in each lane.
#[inline]
pub(super) fn numbers(mixed: u64) -> [u16; LANES] {
    std::array::from_fn(|lane| {
        let quarter = (mixed >> (16 * (lane % 4))) as u16;
        if lane < 4 {
            quarter >> 10
        } else {
            quarter >> 4 & 63
        }
    })
}

/// A key's bits.
#[inline]
pub(super) fn mask(mixed: u64) -> Halves {
    let numbers = numbers(mixed);
    let low = numbers.map(|number| if number < 32 { 1 << (31 - number) } else { 0 });
    let high = numbers.map(|number| if number < 32 { 0 } else { 1 << (number - 32) });
    [low, high]
}
// ANCHOR_END: block

impl Block {
    /// A block without a key.
    pub(super) const EMPTY: Block = Block([[0; LANES]; 2]);

    /// Whether the bits of a key are all set.
    #[inline]
    pub(super) fn contains(&self, mixed: u64) -> bool {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        return super::sse2::contains(&self.0, mixed);
        #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
        self.contains_portable(mixed)
    }

    /// Sets the bits of a key; whether one of them was zero.
    #[inline]
    pub(super) fn insert(&mut self, mixed: u64) -> bool {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        return super::sse2::insert(&mut self.0, mixed);
        #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
        self.insert_portable(mixed)
    }

    #[cfg_attr(all(target_arch = "x86_64", not(test)), expect(dead_code))]
    #[inline]
    fn contains_portable(&self, mixed: u64) -> bool {
        let pairs = self.words().zip(mask(mixed).into_iter().flatten());
        pairs.fold(0, |missing, (word, bits)| missing | bits & !word) == 0
    }

    #[cfg_attr(all(target_arch = "x86_64", not(test)), expect(dead_code))]
    #[inline]
    fn insert_portable(&mut self, mixed: u64) -> bool {
        let mut fresh = 0;
        for (word, bits) in self.words_mut().zip(mask(mixed).into_iter().flatten()) {
            fresh |= bits & !*word;
            *word |= bits;
        }
        fresh != 0
    }

    /// The words of both halves, in their order in memory.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        self.0.into_iter().flatten()
    }

    /// The words of both halves, to be changed.
    pub(super) fn words_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.0.iter_mut().flatten()
    }

    /// The block that these little-endian words are.
    #[inline]
    pub(super) fn from_le_bytes(bytes: &[u8; BYTES]) -> Self {
        let (words, _) = bytes.as_chunks();
        let word = |index: usize| u32::from_le_bytes(words[index]);
        let half = |from| std::array::from_fn(|lane| word(from + lane));
        Block([half(0), half(LANES)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_bit_in_each_lane() {
        for shift in 0..64 {
            for mixed in [1 << shift, !(1 << shift), (!0_u64) << shift] {
                let [low, high] = mask(mixed);
                for lane in 0..LANES {
                    assert_eq!(low[lane].count_ones() + high[lane].count_ones(), 1);
                }
            }
        }
    }

    #[test]
    fn vectors_and_plain_words_agree() {
        let (mut vectors, mut plain) = (Block::EMPTY, Block::EMPTY);
        let mut mixed = 1_u64;
        for _ in 0..200 {
            mixed = mixed.wrapping_mul(0xf135_7aea_2e62_a9c5);
            let other = mixed.rotate_left(32);
            assert_eq!(vectors.contains(other), plain.contains_portable(other));
            assert_eq!(vectors.insert(mixed), plain.insert_portable(mixed));
            assert!(vectors == plain);
            assert!(vectors.contains(mixed) && plain.contains_portable(mixed));
        }
    }
}
