//! Neighbours, bounds, and ranges that are walked from both ends.
//!
//! A range keeps no snapshot. It remembers the last entry that it gave out at each end, and asks
//! the map for the next one when it is asked itself. So it has every key exactly once that was in
//! the map throughout, none that was not there at all, and may or may not have those that came or
//! went meanwhile.
//!
//! # Complexity
//!
//! A step forward is O(1), a step backward O(log n), as links lead forward only.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds, RangeFull};
use std::ptr::NonNull;

use super::node::{Next, Node, NodeRef};
use super::{ConcurrentSkipMap, Entry};
use crate::sync::{Guard, pin};

/// The entries in a range of keys, in ascending order or from both ends.
///
/// Made by [`ConcurrentSkipMap::range`].
pub struct Range<'a, Q: ?Sized, R, K, V> {
    map: &'a ConcurrentSkipMap<K, V>,
    bounds: R,
    /// The last entry that was given out at each end.
    front: Option<NonNull<Node<K, V>>>,
    back: Option<NonNull<Node<K, V>>>,
    /// Pinned since before these two were reached.
    guard: Guard,
    key: PhantomData<fn(&Q)>,
}

/// All entries, in ascending order or from both ends.
///
/// Made by [`ConcurrentSkipMap::iter`].
pub struct Iter<'a, K, V> {
    range: Range<'a, K, RangeFull, K, V>,
}

/// Whether `key` comes before what `bound`, taken as the lower one, lets in.
fn is_below<Q: Ord + ?Sized>(key: &Q, bound: Bound<&Q>) -> bool {
    match bound {
        Bound::Included(least) => key < least,
        Bound::Excluded(least) => key <= least,
        Bound::Unbounded => false,
    }
}

/// Whether `key` comes after what `bound`, taken as the upper one, lets in.
fn is_above<Q: Ord + ?Sized>(key: &Q, bound: Bound<&Q>) -> bool {
    match bound {
        Bound::Included(greatest) => key > greatest,
        Bound::Excluded(greatest) => key >= greatest,
        Bound::Unbounded => false,
    }
}

impl<K, V> ConcurrentSkipMap<K, V> {
    // ANCHOR: live
    /// The first node from `next` on that is not removed.
    fn live<'g>(mut next: Next<'g, K, V>, guard: &'g Guard) -> Option<NodeRef<'g, K, V>> {
        loop {
            let node = next.node()?;
            next = node.base().load(guard);
            if !next.is_marked() {
                return Some(node);
            }
        }
    }
    // ANCHOR_END: live
}

impl<K: Ord, V> ConcurrentSkipMap<K, V> {
    // ANCHOR: first_last
    /// The first entry that `bound` lets in.
    pub(super) fn first<'g, Q>(
        &'g self,
        bound: Bound<&Q>,
        guard: &'g Guard,
    ) -> Option<NodeRef<'g, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let gap = self.seek(|key| is_below(key.borrow(), bound), guard);
        Self::live(Next::to(gap.after), guard)
    }

    /// The last entry that `bound` lets in.
    pub(super) fn last<'g, Q>(
        &'g self,
        bound: Bound<&Q>,
        guard: &'g Guard,
    ) -> Option<NodeRef<'g, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        loop {
            let last = self
                .seek(|key| !is_above(key.borrow(), bound), guard)
                .before?;
            // If it is still there, it was when the search found nothing behind it.
            if !last.is_removed(guard) {
                return Some(last);
            }
        }
    }
    // ANCHOR_END: first_last

    // ANCHOR: after
    /// The entry after `node`.
    ///
    /// A removed node's link leads to what came after it when it was removed. That is not what
    /// comes after it now, so its key is looked for instead.
    pub(super) fn after<'g>(
        &'g self,
        node: NodeRef<'g, K, V>,
        guard: &'g Guard,
    ) -> Option<NodeRef<'g, K, V>> {
        let next = node.base().load(guard);
        if next.is_marked() {
            return self.first(Bound::Excluded(node.key()), guard);
        }
        Self::live(next, guard)
    }
    // ANCHOR_END: after

    /// The entry before `node`.
    pub(super) fn before<'g>(
        &'g self,
        node: NodeRef<'g, K, V>,
        guard: &'g Guard,
    ) -> Option<NodeRef<'g, K, V>> {
        self.last(Bound::Excluded(node.key()), guard)
    }
}

impl<'a, Q, R, K, V> Range<'a, Q, R, K, V>
where
    K: Ord + Borrow<Q>,
    R: RangeBounds<Q>,
    Q: Ord + ?Sized,
{
    pub(super) fn new(map: &'a ConcurrentSkipMap<K, V>, bounds: R) -> Self {
        Range {
            map,
            bounds,
            front: None,
            back: None,
            guard: pin(),
            key: PhantomData,
        }
    }

    /// An end of the range, as a node.
    fn end<'g>(&'g self, end: Option<NonNull<Node<K, V>>>) -> Option<NodeRef<'g, K, V>> {
        // SAFETY: `guard` has been pinned since before either end was reached.
        end.map(|node| unsafe { NodeRef::from_raw(node) })
    }

    // ANCHOR: range_next
    /// The entry after the front, if that is in the range and before the back.
    fn next_node(&self) -> Option<NodeRef<'_, K, V>> {
        let next = match self.end(self.front) {
            Some(front) => self.map.after(front, &self.guard),
            None => self.map.first(self.bounds.start_bound(), &self.guard),
        }?;
        let passed = self
            .end(self.back)
            .is_some_and(|back| next.key() >= back.key());
        let outside = is_above(next.key().borrow(), self.bounds.end_bound());
        (!passed && !outside).then_some(next)
    }
    // ANCHOR_END: range_next

    /// The entry before the back, if that is in the range and after the front.
    fn previous_node(&self) -> Option<NodeRef<'_, K, V>> {
        let previous = match self.end(self.back) {
            Some(back) => self.map.before(back, &self.guard),
            None => self.map.last(self.bounds.end_bound(), &self.guard),
        }?;
        let passed = self
            .end(self.front)
            .is_some_and(|front| previous.key() <= front.key());
        let outside = is_below(previous.key().borrow(), self.bounds.start_bound());
        (!passed && !outside).then_some(previous)
    }

    fn entry(&self, node: NonNull<Node<K, V>>) -> Entry<'a, K, V> {
        // SAFETY: the node was reached under `guard`, which is alive.
        unsafe { Entry::new(self.map, node, pin()) }
    }
}

impl<'a, Q, R, K, V> Iterator for Range<'a, Q, R, K, V>
where
    K: Ord + Borrow<Q>,
    R: RangeBounds<Q>,
    Q: Ord + ?Sized,
{
    type Item = Entry<'a, K, V>;

    fn next(&mut self) -> Option<Entry<'a, K, V>> {
        let next = self.next_node()?.as_raw();
        self.front = Some(next);
        Some(self.entry(next))
    }
}

impl<Q, R, K, V> DoubleEndedIterator for Range<'_, Q, R, K, V>
where
    K: Ord + Borrow<Q>,
    R: RangeBounds<Q>,
    Q: Ord + ?Sized,
{
    fn next_back(&mut self) -> Option<Self::Item> {
        let previous = self.previous_node()?.as_raw();
        self.back = Some(previous);
        Some(self.entry(previous))
    }
}

impl<'a, K: Ord, V> Iter<'a, K, V> {
    pub(super) fn new(map: &'a ConcurrentSkipMap<K, V>) -> Self {
        Iter {
            range: Range::new(map, ..),
        }
    }
}

impl<'a, K: Ord, V> Iterator for Iter<'a, K, V> {
    type Item = Entry<'a, K, V>;

    fn next(&mut self) -> Option<Entry<'a, K, V>> {
        self.range.next()
    }
}

impl<K: Ord, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.range.next_back()
    }
}

impl<Q: ?Sized, R: fmt::Debug, K, V> fmt::Debug for Range<'_, Q, R, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Range")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

impl<K, V> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}
