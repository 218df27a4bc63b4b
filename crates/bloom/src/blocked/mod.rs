//! The blocked Bloom filter: all bits of a key in one cache line.
//!
//! A look-up in a classic filter that is larger than the caches touches `k` lines of memory: seven
//! misses for a hit at 1 %. Here the hash first chooses a *block* of 512 bits, a cache line, and
//! then a bit in each of its eight lanes of 64. One miss, always.
//!
//! ```text
//!   hash ──▶ block 2          ┌──────────┬──────────┬──────────┬──────────┬──
//!                             │ block 0  │ block 1  │ block 2  │ block 3  │ …
//!                             └──────────┴──────────┴──────────┴──────────┴──
//!    mixed ──▶ 6 bits a lane                       ╱            ╲
//!                             │··1·····│·····1··│1·······│···1····│···  eight lanes, a bit in each
//! ```
//!
//! The price: some blocks get more keys than others, and crowded ones err more than sparse ones
//! save. At 1 % it costs 6 % more bits, at 0.01 % 25 %; [`theory`] has the formula, and
//! [`with_false_positive_rate`](BlockedBloomFilter::with_false_positive_rate) allows for it.
//!
//! # Invariants
//!
//! - For every key that was inserted, its bit in each lane of its block is set.
//!
//! # Complexity
//!
//! `insert` and `contains` are O(1), with a hash of the key and one access to memory, and no branch.
//!
//! # Sources
//!
//! Putze, Sanders and Singler 2007, *Cache-, hash- and space-efficient Bloom filters*. RocksDB's
//! filters have blocks of 512 bits as well; those of Parquet and Impala have 256 bits and eight lanes
//! of 32, which takes some 5 % more space at 1 %.

mod block;
mod bytes;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod sse2;

use std::{fmt, hash::Hash};

use block::Block;
pub use bytes::BlockedBloomRef;

use crate::{
    BloomError,
    classic::{MAX_BITS, check_rate},
    hash_key, theory,
};

/// Bits of a block.
const BLOCK: usize = 8 * block::BYTES;
/// 2⁶⁴ divided by the golden ratio: its multiples are spread evenly (Knuth, *The Art of Computer
/// Programming*, 6.4).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A [`BloomFilter`](crate::BloomFilter) with one cache miss a look-up, for a few more bits a key.
///
/// ```
/// use bloom::BlockedBloomFilter;
///
/// # fn main() -> Result<(), bloom::BloomError> {
/// let mut seen = BlockedBloomFilter::with_false_positive_rate(1_000, 0.01)?;
/// seen.insert(&7);
/// assert!(seen.contains(&7));
/// assert!(!seen.contains(&8));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BlockedBloomFilter {
    blocks: Vec<Block>,
    seed: u64,
}

// ANCHOR: locate
/// Which of `blocks` blocks is the key's; and the hash anew, for the bits in it.
///
/// The block has used up the highest bits of the hash: keys of the same block all have the same.
/// Multiplication carries what the lower bits know into the higher ones.
#[inline]
fn locate(hash: u64, blocks: usize) -> (usize, u64) {
    let block = (u128::from(hash) * blocks as u128) >> 64;
    (block as usize, hash.wrapping_mul(GOLDEN))
}
// ANCHOR_END: locate

impl BlockedBloomFilter {
    /// A filter for `expected_items` different keys, after which a look-up of another key is
    /// answered *probably* with probability `rate`.
    ///
    /// # Errors
    ///
    /// [`InvalidRate`](BloomError::InvalidRate) unless 0 < `rate` < 1,
    /// [`TooManyBits`](BloomError::TooManyBits) beyond 2⁴³ bits.
    pub fn with_false_positive_rate(expected_items: usize, rate: f64) -> Result<Self, BloomError> {
        check_rate(rate)?;
        let bits = expected_items.max(1) as f64 * theory::blocked_bits_per_item(rate);
        Self::sized(bits.ceil() as u64)
    }

    /// A filter of `bits` bits, rounded up to whole blocks of 512.
    ///
    /// # Errors
    ///
    /// [`NoBits`](BloomError::NoBits), [`TooManyBits`](BloomError::TooManyBits) beyond 2⁴³ bits.
    pub fn with_bits(bits: usize) -> Result<Self, BloomError> {
        Self::sized(bits as u64)
    }

    fn sized(bits: u64) -> Result<Self, BloomError> {
        let max = MAX_BITS.min(usize::MAX as u64);
        if bits == 0 {
            return Err(BloomError::NoBits);
        }
        if bits > max {
            return Err(BloomError::TooManyBits { bits, max });
        }
        let blocks = bits.div_ceil(BLOCK as u64) as usize;
        Ok(BlockedBloomFilter {
            blocks: vec![Block::EMPTY; blocks],
            seed: 0,
        })
    }

    /// The same filter, but empty, with another seed for the hash of keys; it is 0 otherwise.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.clear();
        self
    }

    /// Inserts a key; whether it was certainly not there before.
    #[inline]
    pub fn insert<T: Hash + ?Sized>(&mut self, key: &T) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// Inserts a key by its hash, which must be spread over all 64 bits, as [`hash_key`]'s is.
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let (block, mixed) = locate(hash, self.blocks.len());
        self.blocks[block].insert(mixed)
    }

    /// Whether the key was inserted: `false` for certain, `true` probably.
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    // ANCHOR: contains
    /// [`contains`](Self::contains) for a key of which one has the hash.
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        let (block, mixed) = locate(hash, self.blocks.len());
        self.blocks[block].contains(mixed)
    }
    // ANCHOR_END: contains

    /// Adds all keys of `other`, exactly as if they had been inserted here.
    ///
    /// # Errors
    ///
    /// [`Incompatible`](BloomError::Incompatible) unless both have the same bits and seed; then
    /// nothing has changed.
    pub fn union(&mut self, other: &BlockedBloomFilter) -> Result<(), BloomError> {
        self.combine(other, |word, others| *word |= others)
    }

    /// Keeps the bits that `other` has as well; see
    /// [`BloomFilter::intersect`](crate::BloomFilter::intersect) for what this means.
    ///
    /// # Errors
    ///
    /// As [`union`](Self::union).
    pub fn intersect(&mut self, other: &BlockedBloomFilter) -> Result<(), BloomError> {
        self.combine(other, |word, others| *word &= others)
    }

    fn combine(
        &mut self,
        other: &BlockedBloomFilter,
        combine: impl Fn(&mut u32, u32),
    ) -> Result<(), BloomError> {
        let incompatible = |property| Err(BloomError::Incompatible { property });
        if self.blocks.len() != other.blocks.len() {
            return incompatible("number of bits");
        }
        if self.seed != other.seed {
            return incompatible("seed");
        }
        for (block, others) in self.blocks.iter_mut().zip(&other.blocks) {
            let pairs = block.words_mut().zip(others.words());
            pairs.for_each(|(word, others)| combine(word, others));
        }
        Ok(())
    }

    /// Forgets all keys, and keeps the memory.
    pub fn clear(&mut self) {
        self.blocks.fill(Block::EMPTY);
    }

    /// Whether nothing was inserted since it was made or cleared.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| *block == Block::EMPTY)
    }

    /// The number of bits.
    pub fn bits(&self) -> usize {
        self.blocks.len() * BLOCK
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of bits that are set. O(bits), as all that follows from it.
    pub fn count_ones(&self) -> u64 {
        let words = self.blocks.iter().flat_map(Block::words);
        words.map(|word| u64::from(word.count_ones())).sum()
    }

    /// The share of bits that are set, from 0 to 1.
    pub fn fill(&self) -> f64 {
        self.count_ones() as f64 / self.bits() as f64
    }

    /// How often a look-up of a key that was not inserted is now answered *probably*: the mean over
    /// the blocks of the product over their lanes.
    pub fn false_positive_rate(&self) -> f64 {
        let rates = self.blocks.iter().map(Block::false_positive_rate);
        rates.sum::<f64>() / self.blocks.len() as f64
    }

    /// About how many different keys were inserted, from the number of bits that are set in each
    /// block. `usize::MAX` if a block is full.
    pub fn estimated_len(&self) -> usize {
        let items = self.blocks.iter().map(Block::estimated_items);
        items.sum::<f64>().round() as usize
    }
}

impl Block {
    /// The number of bits that are set in each lane.
    fn ones(&self) -> impl Iterator<Item = u32> {
        let [low, high] = self.0;
        let lanes = low.into_iter().zip(high);
        lanes.map(|(low, high)| low.count_ones() + high.count_ones())
    }

    fn false_positive_rate(&self) -> f64 {
        let fills = self.ones().map(f64::from);
        fills.map(|ones| ones / theory::LANE_BITS as f64).product()
    }

    /// A lane is a classic filter with one hash; this takes the mean of the eight lanes' ones.
    fn estimated_items(&self) -> f64 {
        let fill = f64::from(self.ones().sum::<u32>()) / BLOCK as f64;
        (-fill).ln_1p() / (-1.0 / theory::LANE_BITS as f64).ln_1p()
    }
}

impl<T: Hash> Extend<T> for BlockedBloomFilter {
    fn extend<I: IntoIterator<Item = T>>(&mut self, keys: I) {
        for key in keys {
            self.insert(&key);
        }
    }
}

impl fmt::Debug for BlockedBloomFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockedBloomFilter")
            .field("bits", &self.bits())
            .field("seed", &self.seed)
            .field("estimated_len", &self.estimated_len())
            .finish()
    }
}
