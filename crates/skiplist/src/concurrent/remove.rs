//! To remove: marks from the top down, and the one on level 0 decides.
//!
//! ```text
//!             1. mark above          2. mark level 0         3. unlink
//!  level 1   5 ──> 7* ──> 9         5 ──> 7* ──> 9          5 ────────> 9
//!  level 0   5 ──> 7 ───> 9         5 ──> 7* ──> 9          5 ────────> 9
//! ```
//!
//! Without marks, a node that is inserted behind 7 while 7 is being unlinked would be lost: the
//! insertion swings 7's link, the removal swings 5's, and neither notices the other. A marked link
//! cannot be swung, so after step 2 nothing can be inserted behind 7, and its successor is final.
//!
//! # Who frees it
//!
//! Its inserter may still be building the tower, and may link 7 on a level after the remover has
//! unlinked it there. So a node has two *owners*, its inserter and its remover. Each lets go of it
//! when it has done its part; the one who is last has it alone, unlinks it from all levels, and
//! *retires* it: it is freed as soon as no thread is left that may have met it.

use std::borrow::Borrow;

use super::ConcurrentSkipMap;
use super::node::{Link, NodeRef};
use super::search::Position;
use crate::sync::Guard;

impl<K, V> Link<K, V> {
    // ANCHOR: mark_link
    /// Marks the link; or returns false, when another thread has done so.
    fn mark(&self, guard: &Guard) -> bool {
        loop {
            let next = self.load(guard);
            if next.is_marked() {
                return false;
            }
            if self.seal(next.node(), next.node()) {
                return true;
            }
        }
    }
    // ANCHOR_END: mark_link
}

impl<K, V> NodeRef<'_, K, V> {
    // ANCHOR: mark_tower
    /// Marks the tower from the top down. Of all who do, one gets true: it has removed the entry.
    fn mark(self, guard: &Guard) -> bool {
        self.mark_above(guard);
        self.base().mark(guard)
    }

    /// Marks the levels above 0.
    pub(super) fn mark_above(self, guard: &Guard) {
        for level in (1..self.height()).rev() {
            self.links()[level].mark(guard);
        }
    }
    // ANCHOR_END: mark_tower
}

impl<K: Ord, V> ConcurrentSkipMap<K, V> {
    // ANCHOR: remove
    /// Removes the entry of `key` and returns it.
    pub(super) fn remove_key<'g, Q>(
        &'g self,
        key: &Q,
        guard: &'g Guard,
    ) -> Option<NodeRef<'g, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        loop {
            let mut position = self.find(key, guard);
            let node = position.found?;
            if node.mark(guard) {
                self.count.removal();
                self.discard(node, &mut position, guard);
                return Some(node);
            }
        }
    }

    /// Unlinks a node that this thread has marked, and retires it.
    ///
    /// `position` is where it was found, and will be where it was.
    pub(super) fn discard<'g>(
        &'g self,
        node: NodeRef<'g, K, V>,
        position: &mut Position<'g, K, V>,
        guard: &'g Guard,
    ) {
        if !node.release() {
            return; // Its inserter is still at it.
        }
        let levels = (0..node.height()).rev();
        let unlinked = levels.into_iter().all(|level| {
            let next = node.links()[level].load(guard).node();
            // SAFETY: `left` was reached on this level, or is the head.
            let swung = unsafe { position.left[level].link(level) }.swing(Some(node), next);
            if swung {
                position.right[level] = next;
            }
            swung
        });
        if !unlinked {
            self.unlink(node, guard);
        }
        // SAFETY: it is unlinked on all levels, and its inserter has let go of it.
        unsafe { node.retire(guard) };
    }
    // ANCHOR_END: remove

    /// Removes this very node; or returns false, when another thread has done so.
    pub(super) fn remove_node(&self, node: NodeRef<'_, K, V>, guard: &Guard) -> bool {
        let removed = node.mark(guard);
        if removed {
            self.count.removal();
            if node.release() {
                self.unlink(node, guard);
                // SAFETY: it is unlinked on all levels, and its inserter has let go of it.
                unsafe { node.retire(guard) };
            }
        }
        removed
    }
}
