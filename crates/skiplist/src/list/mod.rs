//! An ordered map of towers, which also knows each entry's rank.
//!
//! A sorted linked list is easy to change and slow to search: one passes every entry on the way.
//! Pugh's idea (1990) is a second list that stops only at some of them, an express line, and a
//! third above it, and so on. A quarter of the entries on a line also stand on the next one, chosen
//! by throwing a coin, so nothing has to be rebalanced, ever:
//!
//! ```text
//!          ┌─┐            3             ┌─┐         3          ┌─┐
//!          │ ├─────────────────────────▶│ ├───────────────────▶│ │
//!          ├─┤        2        ┌─┐   1  ├─┤         3          ├─┤
//!          │ ├────────────────▶│ ├─────▶│ ├───────────────────▶│ │
//!          ├─┤   ┌─┐       ┌─┐ ├─┤      ├─┤   ┌─┐       ┌─┐    ├─┤
//!          │ ├──▶│ ├──────▶│ │▶│ ├─────▶│ ├──▶│ ├──────▶│ ├───▶│ │
//!          └─┘   └─┘       └─┘ └─┘      └─┘   └─┘       └─┘    └─┘
//!         head    7         9   12       19    25        30    head
//! ```
//!
//! Each link also knows how many entries further it leads, its *span*. The spans on the way to an
//! entry add up to its rank, so "who is the hundredth?" is the same walk as "who is Bob?". A B-tree
//! without counts has to go through ninety-nine entries for that.
//!
//! # Invariants
//!
//! - The lowest level links all entries, in the order of their keys, each key once.
//! - What stands on a level stands on every lower one.
//! - The span of a link is how many links of the lowest level lead as far. What ends a level counts
//!   to an imaginary entry after the last.
//! - `height` is the highest level on which an entry stands, at least one.
//!
//! Those of `towers.rs` hold too: a slot for each entry, none lost.
//!
//! # Complexity
//!
//! Searching, and what changes one entry: O(log n) expected, over the coin's throws and not over
//! the keys; O(n) if all throws are bad, which for a million entries nobody will see. At both ends
//! and between neighbours: O(1).
//!
//! Sources: Pugh, *Skip lists: a probabilistic alternative to balanced trees*, CACM 33(6), 1990;
//! spans: Pugh, *A skip list cookbook*, 1990, and Redis's `t_zset.c`.

mod entry;
mod iter;
mod iter_mut;
mod ranks;
mod search;
mod towers;
mod traits;

use std::borrow::Borrow;
use std::ops::RangeBounds;

use crate::height::{DEFAULT_SEED, Heights};
use towers::{HEAD, Towers};

pub(crate) use search::Path;
pub(crate) use towers::Slot;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use iter::{IntoIter, IntoKeys, IntoValues, Iter, Keys, Values};
pub use iter_mut::{IterMut, ValuesMut};

// ANCHOR: struct
/// An ordered map that finds by key and by rank.
///
/// The methods are those of [`BTreeMap`](std::collections::BTreeMap), and those about ranks: an
/// entry's rank is how many entries come before it.
///
/// ```
/// use skiplist::SkipList;
///
/// let mut heights = SkipList::new();
/// heights.insert("Eiger", 3967);
/// heights.insert("Mönch", 4107);
/// heights.insert("Jungfrau", 4158);
/// assert_eq!(heights.get("Mönch"), Some(&4107));
/// assert_eq!(heights.rank("Mönch"), Some(2));
/// assert_eq!(heights.get_by_rank(1), Some((&"Jungfrau", &4158)));
/// assert_eq!(heights.range("F"..).next(), Some((&"Jungfrau", &4158)));
/// ```
///
/// A key must not change its order while it is in the list, which only a `Cell` or the like could
/// make it do. Searches then find what they find, but nothing worse happens.
#[derive(Clone)]
pub struct SkipList<K, V> {
    towers: Towers<K, V>,
    heights: Heights,
    /// Levels in use.
    height: usize,
    len: u32,
}
// ANCHOR_END: struct

impl<K, V> SkipList<K, V> {
    /// Returns an empty list. The heights of its towers are the same in every run.
    pub fn new() -> Self {
        Self::with_seed(DEFAULT_SEED)
    }

    /// Returns an empty list, whose towers' heights are drawn from `seed`.
    ///
    /// Give a random one if an adversary chooses what is removed: who can tell the tall towers
    /// could remove them all.
    pub fn with_seed(seed: u64) -> Self {
        Self::with_heights(Heights::new(seed))
    }

    fn with_heights(heights: Heights) -> Self {
        SkipList {
            towers: Towers::new(),
            heights,
            height: 1,
            len: 0,
        }
    }

    /// Returns the number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is no entry.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Removes every entry, and gives back the memory.
    pub fn clear(&mut self) {
        drop(self.take());
    }

    /// Moves everything out; what stays is empty and goes on drawing heights.
    fn take(&mut self) -> Self {
        let empty = Self::with_heights(self.heights.clone());
        std::mem::replace(self, empty)
    }

    /// Returns the entry with the least key.
    ///
    /// # Complexity
    ///
    /// O(1).
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.entry_at(self.towers.next(HEAD))
    }

    /// Returns the entry with the greatest key.
    ///
    /// # Complexity
    ///
    /// O(1).
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.entry_at(self.towers.prev(HEAD))
    }

    /// Removes the entry with the least key and returns it.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (self.len > 0).then(|| self.unlink(&Path::FRONT))
    }

    /// Removes the entry with the greatest key and returns it.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.remove_by_rank(self.len().checked_sub(1)?)
    }

    /// Keeps the entries for which `keep` is true, and visits all in ascending order.
    ///
    /// # Complexity
    ///
    /// O(n + r log n), where r are removed.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let mut path = Path::FRONT;
        for _ in 0..self.len {
            let slot = self.slot_at(&path);
            let (key, value) = self.towers.entry_mut(slot);
            if keep(key, value) {
                self.advance(&mut path);
            } else {
                self.unlink(&path);
            }
        }
    }

    /// The entry in `slot`, unless that is the head.
    #[inline]
    fn entry_at(&self, slot: Slot) -> Option<(&K, &V)> {
        (slot != HEAD).then(|| self.towers.entry(slot))
    }

    /// As [`entry_at`](Self::entry_at), with the value to be changed.
    #[inline]
    fn entry_mut_at(&mut self, slot: Slot) -> Option<(&K, &mut V)> {
        (slot != HEAD).then(|| self.towers.entry_mut(slot))
    }
}

impl<K: Ord, V> SkipList<K, V> {
    // ANCHOR: get
    /// Returns the value of `key`.
    #[inline]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// Returns the slot that `key` is in; the head if it is in none.
    #[inline]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Slot
    where
        K: Borrow<Q>,
    {
        let (before, _) = self.seek(|other| other.borrow() < key);
        self.if_at(self.towers.next(before), key)
    }

    /// Returns `slot` if it has that key; the head if not.
    #[inline]
    fn if_at<Q: Ord + ?Sized>(&self, slot: Slot, key: &Q) -> Slot
    where
        K: Borrow<Q>,
    {
        let found = slot != HEAD && self.towers.key(slot).borrow() == key;
        if found { slot } else { HEAD }
    }
    // ANCHOR_END: get

    /// Returns `key` as it is in the list, and its value.
    #[inline]
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.entry_at(self.find(key))
    }

    /// Returns the value of `key`, mutably.
    #[inline]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entry_mut_at(self.find(key)).map(|(_, value)| value)
    }

    /// Whether `key` is in the list.
    #[inline]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key) != HEAD
    }

    // ANCHOR: insert
    /// Maps `key` to `value`, and returns the value that it had. If it had one, the key that is in
    /// the list stays there.
    ///
    /// # Panics
    ///
    /// When the list has 2³² - 2 entries: slots and spans are numbers of 32 bits.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let path = self.path(|other| *other < key);
        let slot = self.if_at(self.slot_at(&path), &key);
        if let Some((_, old)) = self.entry_mut_at(slot) {
            return Some(std::mem::replace(old, value));
        }
        self.link(&path, key, value);
        None
    }
    // ANCHOR_END: insert

    /// Removes `key`, and returns its value.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }

    // ANCHOR: remove
    /// Removes `key`, and returns it as it was in the list, with its value.
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let path = self.path(|other| other.borrow() < key);
        let slot = self.if_at(self.slot_at(&path), key);
        (slot != HEAD).then(|| self.unlink(&path))
    }
    // ANCHOR_END: remove

    /// Returns the place of `key`, to look at, fill or clear it, with one search.
    ///
    /// ```
    /// use skiplist::SkipList;
    ///
    /// let mut counts = SkipList::new();
    /// for word in ["to", "be", "or", "not", "to", "be"] {
    ///     *counts.entry(word).or_insert(0) += 1;
    /// }
    /// assert_eq!(counts.first_key_value(), Some((&"be", &2)));
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        let path = self.path(|other| *other < key);
        let slot = self.if_at(self.slot_at(&path), &key);
        Entry::new(self, path, slot, key)
    }

    /// Moves all entries of `other` into this list. A key that is in both has the value of `other`
    /// then.
    ///
    /// # Complexity
    ///
    /// O(m log(n + m)) for m entries of `other`.
    pub fn append(&mut self, other: &mut Self) {
        self.extend(other.take());
    }

    /// Removes the entries from `key` on, and returns a list of them.
    ///
    /// # Complexity
    ///
    /// O(m log n) for the m entries that move.
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        let path = self.path(|other| other.borrow() < key);
        let mut tail = Self::with_heights(self.heights.clone());
        let mut end = Path::FRONT;
        while path.count() < self.len() {
            let (key, value) = self.unlink(&path);
            tail.link(&end, key, value);
            tail.advance(&mut end);
        }
        tail
    }

    /// Returns the entries whose keys are in `range`, in ascending order, from either end.
    ///
    /// # Panics
    ///
    /// When the range starts after its end, or starts and ends at a key that it excludes.
    ///
    /// # Complexity
    ///
    /// O(log n) for each bound, then O(1) an entry.
    ///
    /// ```
    /// use skiplist::SkipList;
    ///
    /// let squares: SkipList<_, _> = (0..10).map(|n| (n, n * n)).collect();
    /// assert!(squares.range(3..=5).map(|(_, square)| *square).eq([9, 16, 25]));
    /// assert_eq!(squares.range(..5).next_back(), Some((&4, &16)));
    /// assert_eq!(squares.range(2..).len(), 8);
    /// ```
    pub fn range<Q: Ord + ?Sized, R: RangeBounds<Q>>(&self, range: R) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        self.iter_between(self.ends_of(&range))
    }

    /// As [`range`](Self::range), with values that can be changed.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range).
    pub fn range_mut<Q: Ord + ?Sized, R: RangeBounds<Q>>(&mut self, range: R) -> IterMut<'_, K, V>
    where
        K: Borrow<Q>,
    {
        self.iter_mut_between(self.ends_of(&range))
    }

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n log n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.check_links();
        assert!(
            self.keys().is_sorted_by(|a, b| a < b),
            "keys are not in order"
        );
    }
}
