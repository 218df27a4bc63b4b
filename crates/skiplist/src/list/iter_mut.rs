//! Iterators that give out values to be changed: the only `unsafe` of this list.
//!
//! The compiler cannot see that links never lead to the same slot twice, so it does not let us hand
//! out one `&mut` after the other while we follow them. In safe code the references would have to
//! be put in order beforehand: O(n) time and memory even for a range of which one looks at the
//! first.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::ptr::NonNull;

use super::SkipList;
use super::iter::part_of;
use super::ranks::Ends;
use super::towers::Node;

/// Entries of a [`SkipList`], with values to be changed, in ascending order of their keys.
///
/// # Invariants
///
/// From `ends.front` on, `ends.len` steps by `next` lead to `ends.back`, all of them through
/// different occupied slots of the nodes at `nodes`, none of which has been given out.
pub struct IterMut<'a, K, V> {
    nodes: NonNull<Node<K, V>>,
    ends: Ends,
    borrow: PhantomData<&'a mut [Node<K, V>]>,
}

// SAFETY: it is a mutable borrow of nodes, which may be sent to whom a key and a value may be.
unsafe impl<K: Send, V: Send> Send for IterMut<'_, K, V> {}
// SAFETY: a shared `IterMut` gives out nothing.
unsafe impl<K: Sync, V: Sync> Sync for IterMut<'_, K, V> {}

impl<K, V> SkipList<K, V> {
    /// Returns the entries, with values to be changed, in ascending order of their keys, from
    /// either end.
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        self.iter_mut_between(self.ends())
    }

    /// `ends` are of this list as it is.
    pub(super) fn iter_mut_between(&mut self, ends: Ends) -> IterMut<'_, K, V> {
        let nodes = NonNull::from(self.towers.nodes_mut()).cast();
        let borrow = PhantomData;
        IterMut {
            nodes,
            ends,
            borrow,
        }
    }
}

impl<'a, K, V> IterMut<'a, K, V> {
    /// The node in a slot.
    ///
    /// # Safety
    ///
    /// It must be a slot of the list, and none for which this has been called before.
    #[inline]
    unsafe fn node(&mut self, slot: u32) -> &'a mut Node<K, V> {
        // SAFETY: the nodes are borrowed for `'a`, by this iterator alone, and the caller sees to
        // it that `slot` is within them, and that nobody else has a reference to this one.
        unsafe { self.nodes.add(slot as usize).as_mut() }
    }
}

impl<'a, K, V> Iterator for IterMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    // ANCHOR: iter_mut
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.ends.len = self.ends.len.checked_sub(1)?;
        // SAFETY: there was an entry left, so `front` leads to one that has not been given out.
        let node = unsafe { self.node(self.ends.front) };
        self.ends.front = node.next();
        Some(node.entry_mut())
    }
    // ANCHOR_END: iter_mut

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.ends.len, Some(self.ends.len))
    }
}

impl<K, V> DoubleEndedIterator for IterMut<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.ends.len = self.ends.len.checked_sub(1)?;
        // SAFETY: there was an entry left, so `back` leads to one that has not been given out.
        let node = unsafe { self.node(self.ends.back) };
        self.ends.back = node.prev();
        Some(node.entry_mut())
    }
}

impl<K, V> ExactSizeIterator for IterMut<'_, K, V> {}
impl<K, V> FusedIterator for IterMut<'_, K, V> {}

impl<K, V> fmt::Debug for IterMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterMut")
            .field("left", &self.len())
            .finish_non_exhaustive()
    }
}

part_of! {
    /// Values of a [`SkipList`], to be changed, in ascending order of their keys.
    ValuesMut<'a, K, V>(IterMut<'a, K, V>) -> &'a mut V, |(_, value)| value
}
