//! One cache line, and which of its bits are a key's.
//!
//! A block is eight *lanes* of 64 bits, and a key sets one bit in each. Which one it is takes six
//! bits of the key's hash, 48 in all.
//!
//! ```text
//!   hash, mixed    15     10 9       4 3    0
//!                 │ lane q  │ lane q+4│ ──  │   for each 16-bit quarter q = 0, 1, 2, 3
//!                  └─┬──┘└┘
//!                    │   which half of the lane
//!                    which of its 32 bits
//! ```
//!
//! A lane is stored as two words of 32 bits, which are side by side in the block's two halves. The
//! reason is the processor: the smallest x86-64 has vectors of four 32-bit words, and can shift each
//! of them by its own distance, but not vectors of 64-bit words. So the loops here, over arrays of
//! eight, become about thirty instructions without a branch, from plain safe code.

use crate::theory::LANES;

/// As long as a cache line, and nowhere across the border of two.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Block(pub(super) [[u32; LANES]; 2]);

/// The length of a block in bytes.
pub(super) const BYTES: usize = 64;

/// A key's bit in each lane.
pub(super) struct Mask {
    /// The bit among the 32 of a half lane.
    bits: [u32; LANES],
    /// All ones where it is in the upper half, otherwise zero.
    upper: [u32; LANES],
}

// ANCHOR: mask
impl Mask {
    /// The bits of a key. `mixed` is its hash in an order in which all bits are fresh, although the
    /// choice of the block has used up the highest ones.
    #[inline]
    pub(super) fn new(mixed: u64) -> Self {
        // Multiplying moves the field of the upper four lanes to where that of the lower four is.
        let fields: [u16; LANES] = std::array::from_fn(|lane| {
            let quarter = (mixed >> (16 * (lane % 4))) as u16;
            quarter.wrapping_mul(if lane < 4 { 1 } else { 1 << 6 })
        });
        let (mut bits, mut upper) = ([0; LANES], [0; LANES]);
        for lane in 0..LANES {
            let field = u32::from(fields[lane]);
            bits[lane] = 1 << (field >> 11);
            upper[lane] = ((field << 21) as i32 >> 31) as u32;
        }
        Mask { bits, upper }
    }
}
// ANCHOR_END: mask

impl Block {
    /// A block without a key.
    pub(super) const EMPTY: Block = Block([[0; LANES]; 2]);

    // ANCHOR: block
    /// Whether the key's bits are set in all lanes.
    #[inline]
    pub(super) fn contains(&self, mask: &Mask) -> bool {
        let [low, high] = &self.0;
        let mut missing = 0;
        for lane in 0..LANES {
            let upper = mask.upper[lane];
            let half = high[lane] & upper | low[lane] & !upper;
            missing |= mask.bits[lane] & !half;
        }
        missing == 0
    }
    // ANCHOR_END: block

    /// Sets the key's bits; whether one of them was zero.
    #[inline]
    pub(super) fn insert(&mut self, mask: &Mask) -> bool {
        let [low, high] = &mut self.0;
        let mut fresh = 0;
        for lane in 0..LANES {
            let (bit, upper) = (mask.bits[lane], mask.upper[lane]);
            let half = high[lane] & upper | low[lane] & !upper;
            fresh |= bit & !half;
            high[lane] |= bit & upper;
            low[lane] |= bit & !upper;
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
