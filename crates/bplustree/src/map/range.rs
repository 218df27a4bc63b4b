//! A part of the map, in order: two descents, and a walk from where one ended to where the other
//! did.

use std::borrow::Borrow;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds;

use super::descent::Place;
use super::node::Leaf;
use super::walk::{LeavesMut, Run, RunMut, Walk};
use super::{BPlusTreeMap, DEFAULT_ORDER, search};

/// The entries of a part of a [`BPlusTreeMap`], in order of keys.
///
/// Returned by [`BPlusTreeMap::range`].
pub struct Range<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    pub(super) walk: Walk<&'a [Leaf<K, V, ORDER>], Run<'a, K, V>>,
}

/// The entries of a part of a [`BPlusTreeMap`], in order of keys, with values that can be changed.
///
/// Returned by [`BPlusTreeMap::range_mut`].
pub struct RangeMut<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    pub(super) walk: Walk<LeavesMut<'a, Leaf<K, V, ORDER>>, RunMut<'a, K, V>>,
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns the entries whose keys are in `range`, in order of keys.
    ///
    /// # Panics
    ///
    /// When the range starts after its end, or where it ends while excluding both.
    ///
    /// # Complexity
    ///
    /// O(log n), and O(1) for each entry that is looked at.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let squares = (0..100).map(|number| (number, number * number));
    /// let squares: BPlusTreeMap<u64, u64> = squares.collect();
    /// let sum: u64 = squares.range(10..20).map(|(_, square)| square).sum();
    /// assert_eq!(sum, 2185);
    /// assert_eq!(squares.range(..50).next_back(), Some((&49, &2401)));
    /// ```
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, V, ORDER>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        let (from, to) = self.edges(&range);
        Range {
            walk: Walk::between(self.leaves.as_slice(), from, to),
        }
    }

    // ANCHOR: range
    /// The place of the first entry that is in `range`, and the one after the last.
    #[inline]
    fn edges<Q, R>(&self, range: &R) -> (Place, Place)
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        check(range);
        let to = match range.end_bound() {
            Included(key) => self.place(key, search::not_greater),
            Excluded(key) => self.place(key, search::less),
            Unbounded => self.end(),
        };
        (self.lower_edge(range.start_bound()), to)
    }

    /// The place of the first entry that is within the bound.
    #[inline]
    pub(super) fn lower_edge<Q>(&self, bound: Bound<&Q>) -> Place
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        match bound {
            Included(key) => self.place(key, search::less),
            Excluded(key) => self.place(key, search::not_greater),
            Unbounded => self.start(),
        }
    }
    // ANCHOR_END: range

    /// The place in the leaf of `key` after so many rows.
    #[inline]
    fn place<Q>(&self, key: &Q, rows_before: impl Fn(&[K], &Q) -> usize) -> Place
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
    {
        let leaf = self.leaf_of(key);
        let keys = |leaf: &Leaf<K, V, ORDER>| rows_before(&leaf.entries.keys, key);
        Place {
            leaf,
            at: self.leaves.get(leaf).map_or(0, keys),
        }
    }

    /// The place of the first entry of all.
    pub(super) fn start(&self) -> Place {
        Place::new(self.first, 0)
    }

    /// The place after the last entry of all.
    pub(super) fn end(&self) -> Place {
        Place::new(self.last, usize::MAX)
    }

    /// Returns the entries whose keys are in `range`, in order of keys, with values that can be
    /// changed.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut stock = BPlusTreeMap::from([("apple", 3), ("pear", 1), ("plum", 4)]);
    /// for (_, count) in stock.range_mut("b"..) {
    ///     *count += 10;
    /// }
    /// assert_eq!(stock, BPlusTreeMap::from([("apple", 3), ("pear", 11), ("plum", 14)]));
    /// ```
    pub fn range_mut<Q, R>(&mut self, range: R) -> RangeMut<'_, K, V, ORDER>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        let (from, to) = self.edges(&range);
        let leaves = LeavesMut::new(self.leaves.as_mut_slice());
        RangeMut {
            walk: Walk::between(leaves, from, to),
        }
    }
}

/// A range that ends before it starts is the caller's mistake.
fn check<Q: Ord + ?Sized>(range: &impl RangeBounds<Q>) {
    match (range.start_bound(), range.end_bound()) {
        (Excluded(start), Excluded(end)) if start == end => {
            panic!("range start and end are equal and excluded in BPlusTreeMap")
        }
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) if start > end => {
            panic!("range start is greater than range end in BPlusTreeMap")
        }
        _ => (),
    }
}

impl<'a, K, V, const ORDER: usize> Iterator for Range<'a, K, V, ORDER> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.walk.next()
    }

    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, f: F) -> B {
        self.walk.fold(start, f)
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    fn min(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next_back()
    }
}

impl<K, V, const ORDER: usize> DoubleEndedIterator for Range<'_, K, V, ORDER> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.walk.next_back()
    }
}

impl<K, V, const ORDER: usize> FusedIterator for Range<'_, K, V, ORDER> {}

impl<K, V, const ORDER: usize> Clone for Range<'_, K, V, ORDER> {
    fn clone(&self) -> Self {
        Range {
            walk: self.walk.clone(),
        }
    }
}

impl<K, V, const ORDER: usize> Default for Range<'_, K, V, ORDER> {
    fn default() -> Self {
        Range {
            walk: Walk::between(&[], Place::NOWHERE, Place::NOWHERE),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, const ORDER: usize> fmt::Debug for Range<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a, K, V, const ORDER: usize> Iterator for RangeMut<'a, K, V, ORDER> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.walk.next()
    }

    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, f: F) -> B {
        self.walk.fold(start, f)
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    fn min(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next_back()
    }
}

impl<K, V, const ORDER: usize> DoubleEndedIterator for RangeMut<'_, K, V, ORDER> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.walk.next_back()
    }
}

impl<K, V, const ORDER: usize> FusedIterator for RangeMut<'_, K, V, ORDER> {}

impl<K, V, const ORDER: usize> Default for RangeMut<'_, K, V, ORDER> {
    fn default() -> Self {
        RangeMut {
            walk: Walk::between(LeavesMut::new(&mut []), Place::NOWHERE, Place::NOWHERE),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, const ORDER: usize> fmt::Debug for RangeMut<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RangeMut").finish_non_exhaustive()
    }
}
