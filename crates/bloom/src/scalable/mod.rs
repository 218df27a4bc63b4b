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
//! be: a geometric series does. Shrinking by a ratio r leaves the first slice p · (1 − r), and
//! slice i takes log₂ 1/(1 − r) + i · log₂ 1/r more hashes, times 1.44 bits for each, than a filter
//! that knew its number of keys. In hashes:
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

use crate::classic::check_rate;
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
    /// A filter whose first slice is for `initial_items` different keys, and which answers look-ups
    /// of other keys *probably* with a probability below `rate`, however many keys come.
    ///
    /// # Errors
    ///
    /// As [`BloomFilter::with_false_positive_rate`].
    pub fn with_false_positive_rate(initial_items: usize, rate: f64) -> Result<Self, BloomError> {
        check_rate(rate)?;
        let mut filter = ScalableBloomFilter {
            slices: Vec::new(),
            first: initial_items.max(1),
            newest: 0,
            rate,
            seed: 0,
        };
        filter.grow()?;
        Ok(filter)
    }

    /// The same filter, but empty, with another seed for the hash of keys; it is 0 otherwise.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.clear();
        self.seed = seed;
        self.slices = self
            .slices
            .into_iter()
            .map(|slice| slice.with_seed(seed))
            .collect();
        self
    }

    // ANCHOR: insert
    /// Inserts a key; whether it was certainly not there before. If not, nothing has changed.
    ///
    /// # Panics
    ///
    /// When a new slice would be larger than the 2⁴³ bits that a filter may have.
    #[inline]
    pub fn insert<T: Hash + ?Sized>(&mut self, key: &T) -> bool {
        self.insert_hash(hash_key(key, self.seed))
    }

    /// [`insert`](Self::insert) for a key of which one has the hash.
    #[inline]
    pub fn insert_hash(&mut self, hash: u64) -> bool {
        let new = !self.contains_hash(hash);
        if new {
            if self.newest == self.capacity(self.slices.len() - 1) {
                self.grow().expect("a slice is of less than 2⁴³ bits");
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
        let slice = BloomFilter::with_false_positive_rate(items, rate)?;
        self.slices.push(slice.with_seed(self.seed));
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
    /// Whether the key was inserted: `false` for certain, `true` probably.
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// [`contains`](Self::contains) for a key of which one has the hash.
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        let mut from_newest = self.slices.iter().rev();
        from_newest.any(|slice| slice.contains_hash(hash))
    }
    // ANCHOR_END: contains

    /// About how many different keys were inserted: counted, without those that were taken for
    /// others when they came, which are a share of at most the rate.
    pub fn estimated_len(&self) -> usize {
        // All slices but the newest are full, and 1 + 2 + 4 + … + 2ⁱ⁻¹ = 2ⁱ − 1.
        self.capacity(self.slices.len() - 1) - self.first + self.newest
    }

    /// Whether nothing was inserted since it was made or cleared.
    pub fn is_empty(&self) -> bool {
        self.estimated_len() == 0
    }

    /// Forgets all keys, and all slices but the first.
    pub fn clear(&mut self) {
        self.slices.truncate(1);
        self.slices[0].clear();
        self.newest = 0;
    }

    /// The filters that it consists of, from the oldest to the newest.
    pub fn slices(&self) -> impl DoubleEndedIterator<Item = &BloomFilter> + ExactSizeIterator {
        self.slices.iter()
    }

    /// The number of bits of all slices together.
    pub fn bits(&self) -> usize {
        self.slices().map(BloomFilter::bits).sum()
    }

    /// How often a look-up of a key that was not inserted is now answered *probably*: as often as
    /// not all slices say no. O(bits).
    pub fn false_positive_rate(&self) -> f64 {
        let no = self.slices().map(|slice| 1.0 - slice.false_positive_rate());
        1.0 - no.product::<f64>()
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

impl<T: Hash> Extend<T> for ScalableBloomFilter {
    fn extend<I: IntoIterator<Item = T>>(&mut self, keys: I) {
        for key in keys {
            self.insert(&key);
        }
    }
}
