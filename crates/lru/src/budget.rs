//! How much a cache may hold: a number of entries, or a total weight.
//!
//! A cache of web pages that is limited to a thousand pages holds anything between a megabyte and a
//! gigabyte. Such a cache wants its limit in bytes: each entry then has a *weight*, and the cache
//! holds as many as fit. Counting entries is the special case in which everything weighs one, and
//! it is treated as that, so that each policy is written once.
//!
//! An entry is weighed when it is put, and its weight is remembered: what its owner does to the
//! value through a `&mut` later changes nothing until it is put again. So the books always balance,
//! whatever the values do.

use std::num::NonZeroUsize;

/// Tells how much room an entry takes, in any unit: bytes, rows, tokens.
///
/// A function pointer, not a closure: a cache stays one type whether or not it is weighted. Zero is
/// allowed, and takes no room.
pub type Weigher<K, V> = fn(&K, &V) -> usize;

/// A limit, and the unit that it is in.
pub(crate) struct Budget<K, V> {
    pub(crate) capacity: NonZeroUsize,
    /// `None` when entries are counted.
    pub(crate) weigher: Option<Weigher<K, V>>,
}

impl<K, V> Clone for Budget<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Budget<K, V> {}

impl<K, V> Budget<K, V> {
    /// At most `capacity` entries.
    pub(crate) fn entries(capacity: NonZeroUsize) -> Self {
        Budget {
            capacity,
            weigher: None,
        }
    }

    /// Entries that weigh at most `capacity` together.
    pub(crate) fn weight(capacity: NonZeroUsize, weigher: Weigher<K, V>) -> Self {
        Budget {
            capacity,
            weigher: Some(weigher),
        }
    }

    // ANCHOR: weigh
    /// The weight of an entry, or `None` when it is heavier than the whole capacity: emptying the
    /// cache for it would be in vain.
    #[inline]
    pub(crate) fn weigh(&self, key: &K, value: &V) -> Option<usize> {
        let weight = self.weigher.map_or(1, |weigher| weigher(key, value));
        (weight <= self.capacity.get()).then_some(weight)
    }

    /// By how much a load and a newcomer exceed the capacity together.
    #[inline]
    pub(crate) fn excess(&self, load: usize, weight: usize) -> usize {
        load.saturating_add(weight)
            .saturating_sub(self.capacity.get())
    }
    // ANCHOR_END: weigh
}
