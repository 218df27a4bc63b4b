//! To insert: one compare-and-exchange on level 0, and the tower afterwards.
//!
//! ```text
//!            1. find            2. link on level 0       3. build upwards
//!  level 1   5 ───────> 9       5 ───────> 9             5 ──> 7 ──> 9
//!  level 0   5 ───────> 9       5 ──> 7 ──> 9            5 ──> 7 ──> 9
//! ```
//!
//! The entry is in the map from step 2 on, for everyone and at once; that is where the insertion
//! *linearises*. The rest of the tower only makes it quicker to find, so it may be late, and it may
//! be given up when the entry is removed meanwhile.
//!
//! # Replacing
//!
//! To replace an entry is also one compare-and-exchange: the old node's link on level 0 is marked
//! and swung to the new node at the same time. There is no moment without the key.
//!
//! ```text
//!  before   5 ──> 7 ────────────> 9
//!  after    5 ──> 7* ──> 7' ──> 9        (*: marked; the next search unlinks it)
//! ```

use std::cmp::Ordering::Equal;

use super::ConcurrentSkipMap;
use super::node::{Draft, NodeRef};
use super::search::Position;
use crate::sync::{Guard, Ordering};

impl<K: Ord, V> ConcurrentSkipMap<K, V> {
    // ANCHOR: upsert
    /// The entry of `key`: the one there is, unless it is to be replaced, or else a new one.
    pub(super) fn upsert<'g>(
        &'g self,
        key: K,
        value: impl FnOnce() -> V,
        replace: impl Fn(&V) -> bool,
        guard: &'g Guard,
    ) -> NodeRef<'g, K, V> {
        let keep = |found: &NodeRef<'g, K, V>| !replace(found.value());
        let mut position = self.find(&key, guard);
        if let Some(found) = position.found.filter(keep) {
            return found;
        }
        let draft = Draft::new(key, value(), self.count.insertion());
        while !self.publish(&draft, &mut position, guard) {
            position = self.find(draft.node().key(), guard);
            if let Some(found) = position.found.filter(keep) {
                self.count.removal();
                return found;
            }
        }
        let node = draft.linked(guard);
        self.build(node, position, guard);
        node
    }
    // ANCHOR_END: upsert

    // ANCHOR: publish
    /// Links the draft on level 0, in place of the entry that was found if there was one; or
    /// returns false, when another thread has changed that place.
    fn publish<'g>(
        &'g self,
        draft: &Draft<K, V>,
        position: &mut Position<'g, K, V>,
        guard: &'g Guard,
    ) -> bool {
        let node = draft.node();
        if let Some(old) = position.found {
            let replaced = self.replace(old, node, guard);
            if replaced {
                self.count.removal();
                self.discard(old, position, guard);
            }
            return replaced;
        }
        // The links above too: where nothing changes meanwhile, they are right already.
        for (link, right) in node.links().iter().zip(position.right) {
            link.set(right);
        }
        // SAFETY: every tower has a level 0.
        unsafe { position.left[0].link(0) }.swing(position.right[0], Some(node))
    }

    /// Marks `old` on all levels, on level 0 with `new` behind it; or returns false, when another
    /// thread was first to remove it.
    fn replace(&self, old: NodeRef<'_, K, V>, new: NodeRef<'_, K, V>, guard: &Guard) -> bool {
        old.mark_above(guard);
        loop {
            let next = old.base().load(guard);
            if next.is_marked() {
                return false;
            }
            new.base().set(next.node());
            if old.base().seal(next.node(), Some(new)) {
                return true;
            }
        }
    }
    // ANCHOR_END: publish

    // ANCHOR: build
    /// Links `node` on the levels above 0, from the bottom up, until it is marked.
    fn build<'g>(
        &'g self,
        node: NodeRef<'g, K, V>,
        mut position: Position<'g, K, V>,
        guard: &'g Guard,
    ) {
        if node.height() == 1 {
            return;
        }
        if node.height() > self.top() {
            // Relaxed: a hint. Having written it, this thread reads at least that.
            self.top.fetch_max(node.height(), Ordering::Relaxed);
        }
        for level in 1..node.height() {
            while !self.link_at(level, node, &position, guard) {
                if node.links()[level].load(guard).is_marked() {
                    return self.finish(node, guard);
                }
                position = self.find(node.key(), guard);
            }
        }
        self.finish(node, guard);
    }

    /// Links `node` on a level; or returns false, when it is marked or the place has changed.
    fn link_at(
        &self,
        level: usize,
        node: NodeRef<'_, K, V>,
        position: &Position<'_, K, V>,
        guard: &Guard,
    ) -> bool {
        let (left, right) = (position.left[level], position.right[level]);
        // A node with this key can only be a predecessor that was removed after it was passed. To
        // link in front of it would hide it from the search that unlinks it.
        if right.is_some_and(|right| right.key().cmp(node.key()) == Equal) {
            return false;
        }
        // SAFETY: `left` was reached on this level.
        let link = unsafe { left.link(level) };
        let own = node.links()[level].load(guard);
        !own.is_marked()
            && (own.node() == right || node.links()[level].swing(own.node(), right))
            && link.swing(right, Some(node))
    }

    /// Says that the tower is built. If the node has been removed meanwhile, it is left to us.
    fn finish(&self, node: NodeRef<'_, K, V>, guard: &Guard) {
        if node.release() {
            self.unlink(node, guard);
            // SAFETY: it is unlinked, and nobody links it any more: its tower is built, or marked.
            unsafe { node.retire(guard) };
        }
    }
    // ANCHOR_END: build
}
