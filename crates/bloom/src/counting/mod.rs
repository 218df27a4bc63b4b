//! Counting Bloom filter: one that can forget.
//!
//! A key cannot be removed from a Bloom filter, because a bit that it set may have been set by
//! others too. If there is a counter in place of each bit, one knows how often it was set, and it
//! is zero again when all those keys are gone (Fan, Cao, Almeida and Broder 2000, whose proxies
//! told each other what they had cached):
//!
//! ```text
//!                     ┌───┬───┬───┬───┬───┬───┐
//!   insert a, b       │ 1 │ 0 │ 2 │ 1 │ 0 │ 0 │      a and b are both counted in the third
//!                     └───┴───┴───┴───┴───┴───┘
//!   remove a          │ 0 │ 0 │ 1 │ 1 │ 0 │ 0 │      b is still in
//! ```
//!
//! Four bits a counter are enough: the chance that any of m counters would have to pass fifteen is
//! under m · 1.4 · 10⁻¹⁵ if each key is inserted once. A key that is inserted again and again does
//! fill its counters; these then stay as they are, so that the filter may keep a key for ever, but
//! does not lose one.
//!
//! # Invariants
//!
//! - A counter is the number of times that the keys which are in lead to it, or fifteen if it ever
//!   was fifteen. So it is zero only if no key that is in leads there: no false negatives.
//! - This holds as long as only keys are removed that are in. A key that the filter knows not to be
//!   in is refused; a false positive is not known, and removing one counts down what belongs to
//!   others, which may be false negatives from then on.
//!
//! # Complexity
//!
//! Every operation on a key is O(hashes). Four times the bits of a [`BloomFilter`]; hence
//! [`to_bloom`](CountingBloomFilter::to_bloom), for whoever only has to ask.

mod bytes;
mod nibbles;

use std::hash::Hash;

use crate::classic::digits::Digits;
use crate::{BloomError, BloomFilter, hash_key};
use nibbles::Nibbles;

// ANCHOR: struct
/// A Bloom filter from which keys can be removed.
///
/// It has the false positives of the [`BloomFilter`] with as many bits as it has counters.
///
/// ```
/// use bloom::CountingBloomFilter;
///
/// let mut cached = CountingBloomFilter::with_false_positive_rate(1_000, 0.01)?;
/// cached.insert("/index.html");
/// cached.insert("/logo.png");
/// assert!(cached.remove("/index.html"));
/// assert!(!cached.contains("/index.html"));
/// assert!(cached.contains("/logo.png"));
/// # Ok::<(), bloom::BloomError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountingBloomFilter {
    counters: Nibbles,
    hashes: u32,
    seed: u64,
}
// ANCHOR_END: struct

impl CountingBloomFilter {
    /// A filter for `expected_items` different keys, after which a look-up of another key is
    /// answered *probably* with probability `rate`.
    ///
    /// # Errors
    ///
    /// As [`BloomFilter::with_false_positive_rate`].
    pub fn with_false_positive_rate(expected_items: usize, rate: f64) -> Result<Self, BloomError> {
        BloomFilter::with_false_positive_rate(expected_items, rate).map(|plain| Self::like(&plain))
    }

    /// A filter of `counters` counters, rounded up to a multiple of 64, of which a key takes
    /// `hashes`.
    ///
    /// # Errors
    ///
    /// As [`BloomFilter::with_bits_and_hashes`] for as many bits.
    pub fn with_counters_and_hashes(counters: usize, hashes: u32) -> Result<Self, BloomError> {
        BloomFilter::with_bits_and_hashes(counters, hashes).map(|plain| Self::like(&plain))
    }

    /// As many counters as `plain` has bits.
    fn like(plain: &BloomFilter) -> Self {
        CountingBloomFilter {
            counters: Nibbles::new(plain.bits()),
            hashes: plain.hashes(),
            seed: plain.seed(),
        }
    }

    /// The same filter, but empty, with another seed for the hash of keys; it is 0 otherwise.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.clear();
        self
    }

    /// The counters of a key: where the bits are in a [`BloomFilter`].
    #[inline]
    fn indices(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mut digits = Digits::new(hash, self.counters.len() / 64);
        (0..self.hashes).map(move |_| digits.next())
    }

    // ANCHOR: insert
    /// Inserts a key, once more if it is in already; whether it was certainly not there before.
    #[inline]
    pub fn insert<T: Hash + ?Sized>(&mut self, key: &T) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// [`insert`](Self::insert) for a key of which one has the hash.
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let mut fresh = false;
        for index in self.indices(hash) {
            fresh |= self.counters.get(index) == 0;
            self.counters.increment(index);
        }
        fresh
    }
    // ANCHOR_END: insert

    // ANCHOR: remove
    /// Removes a key, once if it is in several times; whether it was probably there. If it
    /// certainly was not, nothing has changed.
    ///
    /// **Only remove what you inserted.** A key that was never inserted but is a false positive
    /// counts down the counters of others, which may then not be found: false negatives.
    #[inline]
    pub fn remove<T: Hash + ?Sized>(&mut self, key: &T) -> bool {
        self.remove_hash(hash_key(key, self.seed))
    }

    /// [`remove`](Self::remove) for a key of which one has the hash.
    #[inline]
    pub fn remove_hash(&mut self, hash: u64) -> bool {
        let was_in = self.contains_hash(hash);
        if was_in {
            for index in self.indices(hash) {
                self.counters.decrement(index);
            }
        }
        was_in
    }
    // ANCHOR_END: remove

    /// Whether the key is in: `true` probably, `false` for certain, as long as only keys were
    /// removed that were in.
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// [`contains`](Self::contains) for a key of which one has the hash.
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        self.indices(hash).all(|index| self.counters.get(index) > 0)
    }

    // ANCHOR: count
    /// How often `key` is in, at most; 15 means 15 or more.
    ///
    /// Each counter of the key counts others too, but none counts less than the key: so the
    /// smallest is nearest.
    #[inline]
    pub fn count<T: Hash + ?Sized>(&self, key: &T) -> usize {
        self.count_hash(hash_key(key, self.seed))
    }

    /// [`count`](Self::count) for a key of which one has the hash.
    #[inline]
    pub fn count_hash(&self, hash: u64) -> usize {
        let counts = self.indices(hash).map(|index| self.counters.get(index));
        counts.min().unwrap_or(0) as usize
    }
    // ANCHOR_END: count

    // ANCHOR: to_bloom
    /// The plain filter with the same answers: a quarter of the size, to send or to store.
    pub fn to_bloom(&self) -> BloomFilter {
        BloomFilter::from_words(self.counters.nonzero().collect(), self.hashes, self.seed)
    }
    // ANCHOR_END: to_bloom

    /// Forgets all keys, and keeps the memory.
    pub fn clear(&mut self) {
        self.counters.clear();
    }

    /// Whether no key is in, and no counter was ever full.
    pub fn is_empty(&self) -> bool {
        self.counters.words().iter().all(|&word| word == 0)
    }

    /// The number of counters, of four bits each.
    pub fn counters(&self) -> usize {
        self.counters.len()
    }

    /// How many counters a key takes.
    pub fn hashes(&self) -> u32 {
        self.hashes
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How often a look-up of a key that is not in is now answered *probably*. O(counters).
    pub fn false_positive_rate(&self) -> f64 {
        self.to_bloom().false_positive_rate()
    }

    /// About how many different keys are in, as
    /// [`BloomFilter::estimated_len`] has it. O(counters).
    pub fn estimated_len(&self) -> usize {
        self.to_bloom().estimated_len()
    }
}

impl<T: Hash> Extend<T> for CountingBloomFilter {
    fn extend<I: IntoIterator<Item = T>>(&mut self, keys: I) {
        for key in keys {
            self.insert(&key);
        }
    }
}
