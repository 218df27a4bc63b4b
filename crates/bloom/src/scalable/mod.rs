//! Scalable Bloom filter: for a set of which nobody knows how large it will be.
//!
//! A Bloom filter is made for a number of keys, and with more of them its rate of false positives
//! climbs to one. This one starts small, and when it is full adds a larger filter, a *slice*, for
//! those who come next (Almeida, Baquero, Preguiça and Hutchison 2007). A key is in if any slice
//! says so:
//!
//! ```text
//!   slice 0   1 000 keys   at p · 0.2
//!   slice 1   2 000 keys   at p · 0.16        p · (0.2 + 0.16 + 0.128 + …) = p
//!   slice 2   4 000 keys   at p · 0.128
//!   …         twice as many at 4/5 of the rate
//! ```
//!
//! The rates add up, so they must shrink for the sum to stay below p however many slices there will
//! be: a geometric series does. Shrinking by a ratio r leaves the first slice p · (1 − r), and slice
//! i takes log₂ 1/(1 − r) + i · log₂ 1/r more hashes, times 1.44 bits for each, than a filter that
//! knew its number of keys. In hashes:
//!
//! | r | first slice | after 4 doublings | after 10 | after 20 |
//! |--:|--:|--:|--:|--:|
//! | 0.5 | 1.0 | 5.0 | 11.0 | 21.0 |
//! | 0.8 | 2.3 | 3.6 | 5.5 | 8.8 |
//! | 0.9 | 3.3 | 3.9 | 4.8 | 6.4 |
//!
//! With 0.8, a filter that never grew and one that grew a thousandfold are both within 1.4 hashes
//! of the best of these.
//!
//! # Invariants
//!
//! - There is at least one slice. Slice i was made for `first · 2ⁱ` keys.
//! - Every slice but the newest has as many keys as it was made for, the newest at most as many.
//!
//! # Complexity
//!
//! A look-up asks O(log(n/first)) slices, the newest first, as half of all keys are there. An
//! insertion is a look-up, and now and then the allocation of a slice; nothing is copied or hashed
//! again. So expect the number of keys if you can: one filter that is large enough is smaller and
//! faster than ten that grew.

mod bytes;

use std::hash::Hash;

use crate::{BloomError, BloomFilter, hash_key};

/// How much lower the rate of each slice is than that of the one before.
const TIGHTENING: f64 = 0.8;

// ANCHOR: struct
/// A Bloom filter that grows, and keeps its rate.
///
/// ```
/// use bloom::ScalableBloomFilter;
///
/// let mut seen = ScalableBloomFilter::with_false_positive_rate(100, 0.01)?;
/// for page in 0..10_000 {
///     seen.insert(&page);
/// }
/// assert!(seen.contains(&7));
/// assert_eq!(seen.slices().len(), 7); // 100 · (2⁷ − 1) keys would have fitted
/// # Ok::<(), bloom::BloomError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ScalableBloomFilter {
    /// From the oldest to the newest.
    slices: Vec<BloomFilter>,
    /// Keys for which the first slice was made.
    first: usize,
    /// Keys in the newest slice.
    newest: usize,
    /// Of all slices together.
    rate: f64,
    /// Of `hash_key`, the same for all slices.
    seed: u64,
}
// ANCHOR_END: struct

impl ScalableBloomFilter {
    /// An empty filter with a first slice for `initial_items` keys, whose rate of false positives
    /// stays below `rate` however many come.
    ///
    /// # Errors
    ///
    /// [`BloomError::InvalidRate`] unless the rate is between 0 and 1, both exclusive, and
    /// [`BloomError::TooManyBits`].
    pub fn with_false_positive_rate(initial_items: usize, rate: f64) -> Result<Self, BloomError> {
        Self::with_false_positive_rate_and_seed(initial_items, rate, 0)
    }

    /// As [`with_false_positive_rate`](Self::with_false_positive_rate), with a seed for
    /// [`hash_key`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn with_false_positive_rate_and_seed(
        initial_items: usize,
        rate: f64,
        seed: u64,
    ) -> Result<Self, BloomError> {
        if !(rate > 0.0 && rate < 1.0) {
            return Err(BloomError::InvalidRate { rate });
        }
        let mut filter = ScalableBloomFilter {
            slices: Vec::new(),
            first: initial_items.max(1),
            newest: 0,
            rate,
            seed,
        };
        filter.grow()?;
        Ok(filter)
    }

    // ANCHOR: insert
    /// Puts a key in. Returns whether it was not in before, as far as the filter can tell; if it
    /// was, nothing has changed.
    ///
    /// # Panics
    ///
    /// When a new slice would be larger than the address space.
    #[inline]
    pub fn insert<Q: Hash + ?Sized>(&mut self, key: &Q) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// As [`insert`](Self::insert), of the key with this [`hash_key`].
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let new = !self.contains_hash(hash);
        if new {
            if self.newest == self.capacity(self.slices.len() - 1) {
                self.grow().expect("memory for a larger slice");
            }
            let newest = self.slices.last_mut().expect("there is a slice");
            newest.insert_hash(hash);
            self.newest += 1;
        }
        new
    }
    // ANCHOR_END: insert

    // ANCHOR: grow
    /// Adds a slice for twice as many keys as the newest, at a lower rate.
    fn grow(&mut self) -> Result<(), BloomError> {
        let slice = self.slices.len();
        let (items, rate) = (self.capacity(slice), self.rate_of(slice));
        self.slices.push(BloomFilter::with_false_positive_rate_and_seed(items, rate, self.seed)?);
        self.newest = 0;
        Ok(())
    }

    /// Keys for which slice number `slice` is made.
    fn capacity(&self, slice: usize) -> usize {
        self.first.saturating_mul(1 << slice)
    }

    /// The rate of slice number `slice` when it is full. Over all slices, these add up to `rate`.
    fn rate_of(&self, slice: usize) -> f64 {
        self.rate * (1.0 - TIGHTENING) * TIGHTENING.powi(slice as i32)
    }
    // ANCHOR_END: grow

    // ANCHOR: contains
    /// Whether `key` is probably in; `false` is always right.
    #[inline]
    pub fn contains<Q: Hash + ?Sized>(&self, key: &Q) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// As [`contains`](Self::contains), of the key with this [`hash_key`].
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        let from_newest = self.slices.iter().rev();
        from_newest.into_iter().any(|slice| slice.contains_hash(hash))
    }
    // ANCHOR_END: contains

    /// How many keys are in, without those that were taken for others when they came: these are at
    /// most `false_positive_rate` of all, on average.
    pub fn estimated_len(&self) -> usize {
        // 1 + 2 + 4 + … = 2ˡ − 1 times the first
        self.capacity(self.slices.len() - 1) - self.first + self.newest
    }

    /// Removes all keys, and all slices but the first.
    pub fn clear(&mut self) {
        self.slices.truncate(1);
        self.slices[0].clear();
        self.newest = 0;
    }

    /// The filters that it consists of, from the oldest to the newest.
    pub fn slices(&self) -> impl DoubleEndedIterator<Item = &BloomFilter> + ExactSizeIterator {
        self.slices.iter()
    }

    /// The rate below which it stays: what was asked for.
    pub fn false_positive_rate(&self) -> f64 {
        self.rate
    }

    /// The seed of [`hash_key`] for keys of this filter.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
