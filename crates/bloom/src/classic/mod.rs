//! The classic Bloom filter: bits in memory, some of which every key sets.
//!
//! A set of a million URLs takes a hundred megabytes; most look-ups only want to hear *no*. A Bloom
//! filter forgets the keys and keeps a mark of each: `k` bits, at positions that are derived from
//! its hash. A key whose bits are not all set was never inserted. A key whose bits are all set may
//! have been, or other keys have set them together.
//!
//! ```text
//!   insert "a"   ──▶ 2, 7, 11          0 1 2 3 4 5 6 7 8 9 …
//!   insert "b"   ──▶ 4, 7, 13         │0│0│1│0│1│0│0│1│0│0│0│1│0│1│0│0│
//!   contains "c" ──▶ 2, 5, 13   no: bit 5 is not set
//!   contains "d" ──▶ 2, 4, 11   probably; wrongly so, its bits are those of "a" and "b"
//! ```
//!
//! Bits are never reset, so a key that is in is never denied; and none can be removed, since its
//! bits may be another's as well.
//!
//! # Invariants
//!
//! - For every key that was inserted, the bits at all its positions are set.
//! - The last three bits are zero: no position leads there (`digits.rs`).
//!
//! # Complexity
//!
//! `insert` and `contains` are O(k): one hash of the key, `k` multiplications and `k` accesses to
//! memory, which do not wait for each other. A *no* usually takes four. Space: 1.44 · log2(1/p) bits
//! a key, so 9.6 bits for one wrong answer in a hundred.
//!
//! Source: Bloom 1970, *Space/time trade-offs in hash coding with allowable errors*.

mod bytes;
pub(crate) mod digits;

use std::{fmt, hash::Hash};

pub use bytes::BloomRef;
use digits::Digits;

use crate::{BloomError, hash_key, theory};

/// The largest number of hashes a key.
pub(crate) const MAX_HASHES: u32 = 64;
/// The largest number of bits: a tebibyte of them.
pub(crate) const MAX_BITS: u64 = 1 << 43;

// ANCHOR: filter
/// A set that answers *no* for certain, and *probably* with a chosen rate of error.
///
/// ```
/// use bloom::BloomFilter;
///
/// # fn main() -> Result<(), bloom::BloomError> {
/// let mut seen = BloomFilter::with_false_positive_rate(1_000, 0.01)?;
/// assert!(seen.insert("https://example.org/"));
/// assert!(seen.contains("https://example.org/"));
/// assert!(!seen.contains("https://example.org/about"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BloomFilter {
    words: Vec<u64>,
    hashes: u32,
    seed: u64,
}
// ANCHOR_END: filter

impl BloomFilter {
    /// A filter for `expected_items` different keys, after which a look-up of another key is
    /// answered *probably* with probability `rate`.
    ///
    /// It takes the fewest bits that do. With fewer keys it errs less, with more of them more, and
    /// it says so: [`false_positive_rate`](Self::false_positive_rate).
    ///
    /// # Errors
    ///
    /// [`InvalidRate`](BloomError::InvalidRate) unless 0 < `rate` < 1,
    /// [`TooManyBits`](BloomError::TooManyBits) beyond 2⁴³ bits.
    pub fn with_false_positive_rate(expected_items: usize, rate: f64) -> Result<Self, BloomError> {
        check_rate(rate)?;
        let hashes = theory::optimal_hashes(rate).min(MAX_HASHES);
        let bits = expected_items.max(1) as f64 * theory::bits_per_item(rate, hashes);
        // Three bits are never used.
        Self::sized((bits + 3.0).ceil() as u64, hashes)
    }

    /// A filter of `bits` bits, rounded up to whole words of 64, of which a key sets `hashes`.
    ///
    /// # Errors
    ///
    /// [`NoBits`](BloomError::NoBits), [`TooManyBits`](BloomError::TooManyBits) beyond 2⁴³ bits,
    /// [`InvalidHashes`](BloomError::InvalidHashes) unless 1 ≤ `hashes` ≤ 64.
    pub fn with_bits_and_hashes(bits: usize, hashes: u32) -> Result<Self, BloomError> {
        Self::sized(bits as u64, hashes)
    }

    fn sized(bits: u64, hashes: u32) -> Result<Self, BloomError> {
        check_hashes(hashes)?;
        let words = words_for(bits)?;
        Ok(BloomFilter {
            words: vec![0; words],
            hashes,
            seed: 0,
        })
    }

    /// The filter with these bits, which were set by the same rule.
    pub(crate) fn from_words(words: Vec<u64>, hashes: u32, seed: u64) -> Self {
        BloomFilter {
            words,
            hashes,
            seed,
        }
    }

    /// The same filter, but empty, with another seed for the hash of keys; it is 0 otherwise.
    ///
    /// Filters with different seeds err on different keys. Whoever chooses keys and knows the seed
    /// can choose keys on which the filter errs, so take a secret one where that matters.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.clear();
        self
    }

    // ANCHOR: insert
    /// Inserts a key; whether it was certainly not there before.
    ///
    /// `false` means that it probably was, and that nothing has changed.
    #[inline]
    pub fn insert<T: Hash + ?Sized>(&mut self, key: &T) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// Inserts a key by its hash, which must be spread over all 64 bits, as [`hash_key`]'s is.
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let mut digits = Digits::new(hash, self.words.len());
        let mut fresh = 0;
        for _ in 0..self.hashes {
            let position = digits.next();
            let (word, bit) = (&mut self.words[position / 64], 1 << (position % 64));
            fresh |= bit & !*word;
            *word |= bit;
        }
        fresh != 0
    }
    // ANCHOR_END: insert

    /// Whether the key was inserted: `false` for certain, `true` probably.
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// [`contains`](Self::contains) for a key of which one has the hash.
    ///
    /// It is [`hash_key`]`(key, filter.seed())`, if the key was inserted by itself.
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        contains_hash(self.words.as_slice(), self.hashes, hash)
    }

    /// Adds all keys of `other`, exactly as if they had been inserted here.
    ///
    /// # Errors
    ///
    /// [`Incompatible`](BloomError::Incompatible) unless both have the same bits, hashes and seed;
    /// then nothing has changed.
    pub fn union(&mut self, other: &BloomFilter) -> Result<(), BloomError> {
        self.check_compatible(other)?;
        for (word, others) in self.words.iter_mut().zip(&other.words) {
            *word |= others;
        }
        Ok(())
    }

    /// Keeps the bits that `other` has as well.
    ///
    /// All keys that are in both filters stay. It is not the filter of those keys alone: a key of
    /// one whose bits are all set in the other stays too, and so do bits that different keys have
    /// set here and there. It errs at most as often as either did, but more often than a filter
    /// that was built from the common keys.
    ///
    /// # Errors
    ///
    /// As [`union`](Self::union).
    pub fn intersect(&mut self, other: &BloomFilter) -> Result<(), BloomError> {
        self.check_compatible(other)?;
        for (word, others) in self.words.iter_mut().zip(&other.words) {
            *word &= others;
        }
        Ok(())
    }

    fn check_compatible(&self, other: &BloomFilter) -> Result<(), BloomError> {
        let differing = if self.words.len() != other.words.len() {
            "number of bits"
        } else if self.hashes != other.hashes {
            "number of hashes"
        } else if self.seed != other.seed {
            "seed"
        } else {
            return Ok(());
        };
        Err(BloomError::Incompatible {
            property: differing,
        })
    }

    /// Forgets all keys, and keeps the memory.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Whether nothing was inserted since it was made or cleared.
    ///
    /// # Complexity
    ///
    /// Reads the bits up to the first one that is set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The number of bits.
    pub fn bits(&self) -> usize {
        self.words.len() * 64
    }

    /// How many bits a key sets.
    pub fn hashes(&self) -> u32 {
        self.hashes
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The number of bits that are set. O(bits), as all that follows from it.
    pub fn count_ones(&self) -> u64 {
        let ones = self.words.iter().map(|word| u64::from(word.count_ones()));
        ones.sum()
    }

    /// The share of bits that are set, from 0 to 1. At the number of keys for which the filter is
    /// meant it is about a half.
    pub fn fill(&self) -> f64 {
        self.count_ones() as f64 / digits::base(self.words.len()) as f64
    }

    /// How often a look-up of a key that was not inserted is now answered *probably*.
    pub fn false_positive_rate(&self) -> f64 {
        self.fill().powi(self.hashes as i32)
    }

    /// About how many different keys were inserted, from the number of bits that are set (Swamidass
    /// and Baldi 2007). `usize::MAX` if all of them are.
    pub fn estimated_len(&self) -> usize {
        let positions = digits::base(self.words.len());
        theory::estimated_items(positions, self.hashes, self.count_ones()).round() as usize
    }

    /// The positions of a hash's bits, in the order in which they are asked.
    pub(crate) fn positions(&self, hash: u64) -> impl Iterator<Item = usize> {
        let mut digits = Digits::new(hash, self.words.len());
        (0..self.hashes).map(move |_| digits.next())
    }

    /// Whether a bit is set.
    pub(crate) fn is_set(&self, position: usize) -> bool {
        self.words[position / 64] >> (position % 64) & 1 == 1
    }
}

// ANCHOR: contains
/// Whether all bits of `hash` are set, in words that are in memory or in a file's bytes.
///
/// To answer at the first bit that is zero, one would need a branch at each, which the processor
/// guesses wrong every other time, and would wait for the memory at each. So four bits at a time are
/// fetched, without a branch between them: by chance, all four are set once in sixteen times.
#[inline]
fn contains_hash<W: Words + ?Sized>(words: &W, hashes: u32, hash: u64) -> bool {
    let mut digits = Digits::new(hash, words.count());
    let mut next_bit = || {
        let position = digits.next();
        words.word(position / 64) >> (position % 64)
    };
    let mut left = hashes;
    while left >= 4 {
        let all = next_bit() & next_bit() & next_bit() & next_bit();
        if all & 1 == 0 {
            return false;
        }
        left -= 4;
    }
    (0..left).fold(1, |all, _| all & next_bit()) & 1 == 1
}
// ANCHOR_END: contains

/// Words to read, wherever they are.
trait Words {
    /// The number of words.
    fn count(&self) -> usize;

    /// The word at an index below the count.
    fn word(&self, index: usize) -> u64;
}

impl Words for [u64] {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn word(&self, index: usize) -> u64 {
        self[index]
    }
}

impl<T: Hash> Extend<T> for BloomFilter {
    fn extend<I: IntoIterator<Item = T>>(&mut self, keys: I) {
        for key in keys {
            self.insert(&key);
        }
    }
}

impl fmt::Debug for BloomFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BloomFilter")
            .field("bits", &self.bits())
            .field("hashes", &self.hashes)
            .field("seed", &self.seed)
            .field("estimated_len", &self.estimated_len())
            .finish()
    }
}

/// Whether it is a rate that a filter can have.
pub(crate) fn check_rate(rate: f64) -> Result<(), BloomError> {
    if rate > 0.0 && rate < 1.0 {
        return Ok(());
    }
    Err(BloomError::InvalidRate { rate })
}

/// Whether it is a number of hashes that a filter can have.
pub(crate) fn check_hashes(hashes: u32) -> Result<(), BloomError> {
    if (1..=MAX_HASHES).contains(&hashes) {
        return Ok(());
    }
    let max = MAX_HASHES;
    Err(BloomError::InvalidHashes { hashes, max })
}

/// The number of words of 64 that hold `bits` bits.
fn words_for(bits: u64) -> Result<usize, BloomError> {
    let max = MAX_BITS.min(usize::MAX as u64);
    match bits {
        0 => Err(BloomError::NoBits),
        bits if bits > max => Err(BloomError::TooManyBits { bits, max }),
        bits => Ok(bits.div_ceil(64) as usize),
    }
}
