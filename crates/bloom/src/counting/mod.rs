//! Counting Bloom filter: one that can forget.
//!
//! A key cannot be removed from a Bloom filter, because a bit that it set may have been set by
//! others too. If there is a counter in place of each bit, one knows how often it was set, and it
//! is zero again when all those keys are gone (Fan, Cao, Almeida and Broder 2000, whose proxies told
//! each other what they had cached):
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

use crate::{BloomError, BloomFilter, hash_key};
use nibbles::{FULL, Nibbles};

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
    /// An empty filter that errs at `rate` once there are `expected_items` keys in it, with a seed
    /// of 0.
    ///
    /// # Errors
    ///
    /// [`BloomError::InvalidRate`] unless the rate is between 0 and 1, both exclusive, and
    /// [`BloomError::TooManyBits`].
    pub fn with_false_positive_rate(expected_items: usize, rate: f64) -> Result<Self, BloomError> {
        Self::with_false_positive_rate_and_seed(expected_items, rate, 0)
    }

    // ANCHOR: insert
    /// Puts a key in, once more if it is in already.
    ///
    /// Returns whether it was not in before, as far as the filter can tell.
    #[inline]
    pub fn insert<Q: Hash + ?Sized>(&mut self, key: &Q) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// As [`insert`](Self::insert), of the key with this [`hash_key`].
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let new = !self.contains_hash(hash);
        for index in self.indices(hash) {
            self.counters.increment(index);
        }
        new
    }
    // ANCHOR_END: insert

    // ANCHOR: remove
    /// Takes a key out, once if it was inserted several times. Returns whether it was in, as far as
    /// the filter can tell; if not, nothing has changed.
    ///
    /// **Only remove what you inserted.** A key that was never inserted but is a false positive
    /// counts down the counters of others, which may then not be found: false negatives.
    #[inline]
    pub fn remove<Q: Hash + ?Sized>(&mut self, key: &Q) -> bool {
        self.remove_hash(hash_key(key, self.seed))
    }

    /// As [`remove`](Self::remove), of the key with this [`hash_key`].
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

    /// Whether `key` is probably in; `false` is right as long as only keys were removed that were
    /// in.
    #[inline]
    pub fn contains<Q: Hash + ?Sized>(&self, key: &Q) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// As [`contains`](Self::contains), of the key with this [`hash_key`].
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
    pub fn count<Q: Hash + ?Sized>(&self, key: &Q) -> u32 {
        self.count_hash(hash_key(key, self.seed))
    }

    /// As [`count`](Self::count), of the key with this [`hash_key`].
    #[inline]
    pub fn count_hash(&self, hash: u64) -> u32 {
        let counts = self.indices(hash).map(|index| self.counters.get(index));
        counts.min().unwrap_or(0).into()
    }
    // ANCHOR_END: count

    /// Removes all keys.
    pub fn clear(&mut self) {
        self.counters.clear();
    }

    /// How many counters there are: as many as bits in a [`BloomFilter`] of this rate.
    pub fn counters(&self) -> u64 {
        self.counters.len()
    }

    /// Counters that a key leads to.
    pub fn hashes(&self) -> u32 {
        self.hashes
    }

    /// The seed of [`hash_key`] for keys of this filter.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
