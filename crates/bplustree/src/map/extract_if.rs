//! Removal of what a predicate chooses, a place at a time.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::RangeBounds;

use super::descent::Place;
use super::{BPlusTreeMap, DEFAULT_ORDER};

/// Removes and yields the entries of a range that a predicate chooses.
///
/// Returned by [`BPlusTreeMap::extract_if`].
#[must_use = "nothing is removed until the iterator is used: `retain` removes without yielding"]
pub struct ExtractIf<'a, K, V, R, F, const ORDER: usize = DEFAULT_ORDER> {
    map: &'a mut BPlusTreeMap<K, V, ORDER>,
    range: R,
    choose: F,
    /// What is looked at next; nowhere at the end, and while `choose` runs, which may panic.
    place: Place,
}

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns an iterator that removes those entries of `range` for which `choose` is true.
    ///
    /// Entries are looked at in order of keys, each when the iterator comes to it: those after the
    /// point where it is dropped stay.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<u32, char> = (0..8).zip('a'..).collect();
    /// let even: Vec<_> = map.extract_if(2.., |key, _| key % 2 == 0).collect();
    /// assert_eq!(even, [(2, 'c'), (4, 'e'), (6, 'g')]);
    /// assert!(map.keys().eq(&[0, 1, 3, 5, 7]));
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, choose: F) -> ExtractIf<'_, K, V, R, F, ORDER>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &mut V) -> bool,
    {
        let place = self.lower_edge(range.start_bound());
        ExtractIf {
            map: self,
            range,
            choose,
            place,
        }
    }

    /// Keeps the entries for which `keep` is true, and removes the others. Looks at them in order
    /// of keys.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<u32, u32> = (0..8).map(|key| (key, key * 10)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert!(map.keys().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, mut keep: F) {
        self.extract_if(.., |key, value| !keep(key, value))
            .for_each(drop);
    }
}

impl<K, V, R, F, const ORDER: usize> Iterator for ExtractIf<'_, K, V, R, F, ORDER>
where
    K: Clone + Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        loop {
            let mut place = mem::replace(&mut self.place, Place::NOWHERE);
            let leaf = self.map.leaves.get_mut(place.leaf)?;
            let Some(key) = leaf.entries.keys.get(place.at) else {
                self.place = Place::new(leaf.next, 0);
                continue;
            };
            let is_inside = match self.range.end_bound() {
                Included(end) => key <= end,
                Excluded(end) => key < end,
                Unbounded => true,
            };
            if !is_inside {
                return None;
            }
            if (self.choose)(key, &mut leaf.entries.items[place.at]) {
                let (entry, next) = self.map.remove_at(place);
                self.place = next;
                return Some(entry);
            }
            place.at += 1;
            self.place = place;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.map.len))
    }
}

impl<K, V, R, F, const ORDER: usize> FusedIterator for ExtractIf<'_, K, V, R, F, ORDER>
where
    K: Clone + Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
}

impl<K, V, R, F, const ORDER: usize> fmt::Debug for ExtractIf<'_, K, V, R, F, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtractIf").finish_non_exhaustive()
    }
}
