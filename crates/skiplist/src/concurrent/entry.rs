//! An entry in the hands of a reader, which stays valid when the map has long forgotten it.
//!
//! # Guard or reference count
//!
//! Something has to keep the node from being freed while the reader looks at it. There are two
//! ways. crossbeam-skiplist counts the references to each node: a `get` adds one and the drop of
//! the entry takes it away, two atomic additions to a line that all readers of a popular key share;
//! a forgotten entry then keeps one node alive. Ours holds a *guard*: while it lives, nothing is
//! freed that has been removed since it was pinned. A `get` then writes nothing that others read,
//! and so scales; but an entry that is kept holds up the freeing of *all* memory that is managed by
//! crossbeam-epoch, in all threads. So take what you need out of an entry and drop it: an entry is
//! for the duration of a request, not for a field of a struct. As a guard belongs to a thread, an
//! entry cannot be sent to another.

use std::fmt;
use std::ptr::NonNull;

use super::ConcurrentSkipMap;
use super::node::{Node, NodeRef};
use crate::sync::{Guard, pin};

// ANCHOR: entry
/// An entry of a [`ConcurrentSkipMap`]. It stays valid when it is removed from the map.
///
/// While it lives, its thread is pinned: memory that threads give up meanwhile is freed later. So
/// it is meant to be dropped soon.
///
/// ```
/// use skiplist::ConcurrentSkipMap;
///
/// let map = ConcurrentSkipMap::from_iter([(1, "one"), (2, "two")]);
/// let entry = map.get(&1).unwrap();
/// map.clear();
/// assert!(entry.is_removed());
/// assert_eq!((entry.key(), entry.value()), (&1, &"one"));
/// ```
pub struct Entry<'a, K, V> {
    map: &'a ConcurrentSkipMap<K, V>,
    node: NonNull<Node<K, V>>,
    /// Pinned since before the node was reached.
    guard: Guard,
}
// ANCHOR_END: entry

impl<'a, K, V> Entry<'a, K, V> {
    /// # Safety
    ///
    /// The node was reached under this guard, or under another of this thread that is still alive.
    pub(super) unsafe fn new(
        map: &'a ConcurrentSkipMap<K, V>,
        node: NonNull<Node<K, V>>,
        guard: Guard,
    ) -> Self {
        Entry { map, node, guard }
    }

    fn node(&self) -> NodeRef<'_, K, V> {
        // SAFETY: `guard` has been pinned since before the node was reached.
        unsafe { NodeRef::from_raw(self.node) }
    }

    /// The key.
    pub fn key(&self) -> &K {
        self.node().key()
    }

    /// The value.
    pub fn value(&self) -> &V {
        self.node().value()
    }

    /// Whether this entry has been removed from the map, or replaced by one with the same key.
    pub fn is_removed(&self) -> bool {
        self.node().is_removed(&self.guard)
    }
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    /// Moves on to the next entry; or stays and returns false, when there is none.
    ///
    /// # Complexity
    ///
    /// O(1), or O(log n) when this entry has been removed.
    pub fn move_next(&mut self) -> bool {
        let next = self
            .map
            .after(self.node(), &self.guard)
            .map(NodeRef::as_raw);
        self.move_to(next)
    }

    /// Moves back to the previous entry; or stays and returns false, when there is none.
    ///
    /// # Complexity
    ///
    /// O(log n): links lead forward only.
    pub fn move_prev(&mut self) -> bool {
        let previous = self
            .map
            .before(self.node(), &self.guard)
            .map(NodeRef::as_raw);
        self.move_to(previous)
    }

    /// The next entry of the map as it is now: the one with the smallest key greater than this one.
    ///
    /// # Complexity
    ///
    /// O(1), or O(log n) when this entry has been removed.
    pub fn next(&self) -> Option<Entry<'a, K, V>> {
        let mut next = self.clone();
        next.move_next().then_some(next)
    }

    /// The previous entry of the map as it is now: the one with the greatest key less than this
    /// one.
    ///
    /// # Complexity
    ///
    /// O(log n): links lead forward only.
    pub fn prev(&self) -> Option<Entry<'a, K, V>> {
        let mut previous = self.clone();
        previous.move_prev().then_some(previous)
    }

    /// The guard stays pinned, so the new node is as safe as the old one.
    fn move_to(&mut self, node: Option<NonNull<Node<K, V>>>) -> bool {
        self.node = node.unwrap_or(self.node);
        node.is_some()
    }
}

impl<K, V> Entry<'_, K, V>
where
    K: Ord + Send + 'static,
    V: Send + 'static,
{
    /// Removes this entry from the map; or returns false, when that has been done before.
    ///
    /// An entry that has since been inserted with the same key is another one, and stays.
    ///
    /// # Complexity
    ///
    /// O(log n).
    pub fn remove(&self) -> bool {
        self.map.remove_node(self.node(), &self.guard)
    }
}

impl<K, V> Clone for Entry<'_, K, V> {
    fn clone(&self) -> Self {
        Entry {
            map: self.map,
            node: self.node,
            // This thread is pinned already, so the new guard protects what the old one does.
            guard: pin(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Entry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry")
            .field(self.key())
            .field(self.value())
            .finish()
    }
}
