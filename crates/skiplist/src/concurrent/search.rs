//! To find a place: for readers, who change nothing, and for writers, who clear up on their way.
//!
//! Both go right while the next node is before the key, else down. They differ in what they do
//! about a removed node (N, marked):
//!
//! ```text
//!  reader   left ──> N* ──> next          walks over N, and goes down from `left`
//!  writer   left ──────────> next         swings the link of `left`: one tower less to walk over
//! ```
//!
//! Neither ever goes down from a node that it knows to be removed: what has been inserted behind
//! such a node since is not reachable from it. A reader never waits and never starts over. A writer
//! starts over when the place it stands on is removed under it, which means that another thread
//! has got something done: the map is lock-free.
//!
//! # Waiting for memory
//!
//! In a large map, a step is a cache miss, and a search is a chain of them: where to look next is
//! written in what has not arrived yet. But a search can only go right or down, and where down
//! leads is known. So while it waits for the node on the right, it has those below fetched as well.
//!
//! A node that ended a level is often the first one that is met on the level below. It is compared
//! again: to find out that it is the same one takes a branch that cannot be predicted, which costs
//! more than to compare with a key that is in the cache.
//!
//! # Complexity
//!
//! O(log n) expected, as in any skip list: some 1/p = 2 comparisons on each of log₂ n levels.

use std::borrow::Borrow;
use std::cmp::Ordering::{Equal, Greater, Less};

use super::ConcurrentSkipMap;
use super::node::{NodeRef, Tower};
use crate::height::MAX_EVEN_HEIGHT;
use crate::sync::{Guard, Ordering};

/// Where a key is, or belongs: on each level, what comes before it and what does not.
pub(super) struct Position<'g, K, V> {
    /// The last tower that is before the key.
    pub(super) left: [Tower<'g, K, V>; MAX_EVEN_HEIGHT],
    /// The node that the left one's link pointed to.
    pub(super) right: [Option<NodeRef<'g, K, V>>; MAX_EVEN_HEIGHT],
    /// The node with that key.
    pub(super) found: Option<NodeRef<'g, K, V>>,
}

/// The two nodes between which a reader ended.
pub(super) struct Gap<'g, K, V> {
    /// The last node before the place; none if that is the head.
    pub(super) before: Option<NodeRef<'g, K, V>>,
    /// The first node that is not before it.
    pub(super) after: Option<NodeRef<'g, K, V>>,
}

impl<K, V> ConcurrentSkipMap<K, V> {
    pub(super) fn head(&self) -> Tower<'_, K, V> {
        Tower::of_head(&self.head)
    }

    /// How many levels are in use, at least: a hint where to start.
    pub(super) fn top(&self) -> usize {
        // Relaxed: who starts too low walks further, and finds the same.
        self.top.load(Ordering::Relaxed)
    }

    // ANCHOR: seek
    /// Where the keys end that `is_before` holds for. It has to hold for a beginning of the order.
    pub(super) fn seek<'g>(
        &'g self,
        mut is_before: impl FnMut(&K) -> bool,
        guard: &'g Guard,
    ) -> Gap<'g, K, V> {
        let (mut left, mut before) = (self.head(), None);
        let mut after = None;
        for level in (0..self.top()).rev() {
            // SAFETY: `left` is the head, or was reached on this level or the one above.
            let mut right = unsafe { left.link(level) }.load(guard).node();
            while let Some(node) = right {
                // SAFETY: as above.
                unsafe { left.prefetch_below(level) };
                if !is_before(node.key()) {
                    break;
                }
                // SAFETY: it was reached on this level.
                let next_link = unsafe { node.tower().link(level) };
                let next = next_link.load(guard);
                if !next.is_marked() {
                    (left, before) = (node.tower(), right);
                }
                right = next.node();
            }
            after = right;
        }
        Gap { before, after }
    }
    // ANCHOR_END: seek
}

impl<K: Ord, V> ConcurrentSkipMap<K, V> {
    // ANCHOR: find
    /// Where `key` is or belongs, with all removed nodes on the way there unlinked.
    pub(super) fn find<'g, Q>(&'g self, key: &Q, guard: &'g Guard) -> Position<'g, K, V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.find_from(self.top(), key, guard)
    }

    /// The same from `top` levels down.
    fn find_from<'g, Q>(&'g self, top: usize, key: &Q, guard: &'g Guard) -> Position<'g, K, V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let mut position = Position {
            left: [self.head(); MAX_EVEN_HEIGHT],
            right: [None; MAX_EVEN_HEIGHT],
            found: None,
        };
        while !self.try_find(top, key, &mut position, guard) {}
        position
    }

    /// Fills in `position`; or returns false, when a removal has got in the way.
    fn try_find<'g, Q>(
        &'g self,
        top: usize,
        key: &Q,
        position: &mut Position<'g, K, V>,
        guard: &'g Guard,
    ) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let mut left = self.head();
        for level in (0..top).rev() {
            // SAFETY: `left` is the head, or was reached on this level or the one above.
            let mut link = unsafe { left.link(level) };
            let mut right = link.load(guard);
            if right.is_marked() {
                return false;
            }
            position.found = None;
            while let Some(node) = right.node() {
                // SAFETY: as above.
                unsafe { left.prefetch_below(level) };
                let order = node.key().borrow().cmp(key);
                if order == Greater {
                    break;
                }
                // SAFETY: it was reached on this level.
                let next_link = unsafe { node.tower().link(level) };
                let next = next_link.load(guard);
                if next.is_marked() {
                    // Removed: help to unlink it.
                    if !link.swing(Some(node), next.node()) {
                        return false;
                    }
                    right = next.without_mark();
                } else if order == Equal {
                    position.found = Some(node);
                    break;
                } else {
                    (left, link, right) = (node.tower(), next_link, next);
                }
            }
            position.left[level] = left;
            position.right[level] = right.node();
        }
        true
    }
    // ANCHOR_END: find

    /// Unlinks `node`, which is marked on all levels, from all of them.
    pub(super) fn unlink(&self, node: NodeRef<'_, K, V>, guard: &Guard) {
        // The hint may be out of date; the node's own height is not.
        self.find_from(self.top().max(node.height()), node.key(), guard);
    }

    /// The node with this key.
    pub(super) fn lookup<'g, Q>(&'g self, key: &Q, guard: &'g Guard) -> Option<NodeRef<'g, K, V>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let mut after = self
            .seek(|other| other.borrow().cmp(key) == Less, guard)
            .after;
        while let Some(node) = after {
            if node.key().borrow().cmp(key) != Equal {
                return None;
            }
            // A removed one may have its replacement behind it.
            let next = node.base().load(guard);
            if !next.is_marked() {
                return Some(node);
            }
            after = next.node();
        }
        None
    }
}
