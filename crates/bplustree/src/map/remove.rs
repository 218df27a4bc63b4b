//! Removal: where a leaf has too few entries left, it borrows one from a neighbour, or the two
//! become one and their parent loses a child.
//!
//! ```text
//!          5   9                         5   11
//!        /   |   \         − 7         /   |   \              9 is borrowed: the signpost moves
//!    [1 3] [5 7] [9 11 13]  ───▶   [1 3] [5 9] [11 13]
//!
//!                                         11
//!                          − 9          /    \                nobody can lend: merged
//!                          ───▶   [1 3 5]  [11 13]
//! ```
//!
//! A neighbour is a child of the same parent here, so that one signpost stands between the two. A
//! signpost is not removed with the key that it is a copy of: it shows the way just as well.
//!
//! Signposts are copied before anything is changed, and dropped when the tree is whole again, so that
//! a panic in the key's `Clone` or `Drop` finds or leaves a sound map.

use std::mem;

use super::BPlusTreeMap;
use super::arena::Id;
use super::descent::{Descent, Path, Place};
use super::node::{Inner, Leaf};

/// What is done for a leaf that will have too few entries, with the key that will stand between it
/// and the neighbour.
enum Repair<K> {
    BorrowFromLeft(Id, K),
    BorrowFromRight(Id, K),
    MergeIntoLeft(Id),
    MergeWithRight(Id),
}

impl<K: Clone, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    // ANCHOR: remove
    /// Removes the entry at a place; returns it, and the place of the one that followed it.
    #[inline]
    pub(super) fn remove_at(&mut self, descent: Descent) -> ((K, V), Place) {
        let Descent { path, place } = descent;
        let leaf = &mut self.leaves[place.leaf];
        if leaf.len() <= Leaf::<K, V, ORDER>::MIN && self.height > 0 {
            return self.remove_and_repair(path, place);
        }
        self.len -= 1;
        (leaf.entries.remove(place.at), place)
    }
    // ANCHOR_END: remove

    // ANCHOR: borrow
    /// Removes an entry of a leaf that has none to spare.
    #[inline(never)]
    fn remove_and_repair(&mut self, path: Path, place: Place) -> ((K, V), Place) {
        let Place { leaf, at } = place;
        let &(parent, child) = path.last().expect("the root may have too few");
        let child = child as usize;
        let repair = self.choose_repair(parent, child);
        let entry = self.leaves[leaf].entries.remove(at);
        self.len -= 1;
        match repair {
            Repair::BorrowFromLeft(left, separator) => {
                let [left, leaf] = self.leaves.pair_mut(left, leaf);
                let last = left.len() - 1;
                let (key, value) = left.entries.remove(last);
                leaf.entries.insert(0, key, value);
                self.inners[parent].rest.keys[child - 1] = separator;
                (
                    entry,
                    Place {
                        at: at + 1,
                        ..place
                    },
                )
            }
            Repair::BorrowFromRight(right, separator) => {
                let [leaf, right] = self.leaves.pair_mut(leaf, right);
                leaf.entries.push(right.entries.remove(0));
                self.inners[parent].rest.keys[child] = separator;
                (entry, place)
            }
            Repair::MergeIntoLeft(left) => {
                let at = self.leaves[left].len() + at;
                self.merge_leaves(left, leaf, path, child - 1);
                (entry, Place { leaf: left, at })
            }
            Repair::MergeWithRight(right) => {
                self.merge_leaves(leaf, right, path, child);
                (entry, place)
            }
        }
    }
    // ANCHOR_END: borrow

    /// Borrows where a neighbour has one to spare, and merges elsewhere.
    fn choose_repair(&self, parent: Id, child: usize) -> Repair<K> {
        let inner = &self.inners[parent];
        let keys = |leaf: Id| &self.leaves[leaf].entries.keys;
        let left = (child > 0).then(|| inner.child(child - 1));
        let right = (child < inner.len()).then(|| inner.child(child + 1));
        let can_lend = |&leaf: &Id| keys(leaf).len() > Leaf::<K, V, ORDER>::MIN;
        match (left, right) {
            (Some(left), _) if can_lend(&left) => {
                Repair::BorrowFromLeft(left, keys(left)[keys(left).len() - 1].clone())
            }
            (_, Some(right)) if can_lend(&right) => {
                Repair::BorrowFromRight(right, keys(right)[1].clone())
            }
            (Some(left), _) => Repair::MergeIntoLeft(left),
            (None, Some(right)) => Repair::MergeWithRight(right),
            (None, None) => unreachable!("an inner node has two children at least"),
        }
    }

    // ANCHOR: merge
    /// Empties `right` into `left`; key `at` of their parent, which stood between them, goes with it.
    fn merge_leaves(&mut self, left: Id, right: Id, path: Path, at: usize) {
        let mut emptied = self.leaves.remove(right);
        self.leaves[left].entries.append(&mut emptied.entries);
        self.link(left, emptied.next);
        let &(parent, _) = path.last().expect("leaves that merge have a parent");
        let _separator = self.inners[parent].rest.remove(at);
        self.repair_inners(path);
    }

    /// Repairs the inner nodes on `path` from below, for as long as they have too few children.
    fn repair_inners(&mut self, mut path: Path) {
        while let Some((node, _)) = path.pop() {
            let Some(&(parent, child)) = path.last() else {
                return self.lower_root();
            };
            if self.inners[node].len() >= Inner::<K, ORDER>::MIN {
                return;
            }
            self.repair_inner(parent, child as usize);
        }
    }
    // ANCHOR_END: merge

    /// A root with one child only gives its place to the child.
    fn lower_root(&mut self) {
        if self.inners[self.root].len() == 0 {
            self.root = self.inners.remove(self.root).first;
            self.height -= 1;
        }
    }

    /// Gives one child more to a child of `parent` that has too few, or merges it with a neighbour.
    fn repair_inner(&mut self, parent: Id, child: usize) {
        let inner = &self.inners[parent];
        let node = inner.child(child);
        let left = (child > 0).then(|| inner.child(child - 1));
        let right = (child < inner.len()).then(|| inner.child(child + 1));
        let can_lend = |&node: &Id| self.inners[node].len() > Inner::<K, ORDER>::MIN;
        match (left, right) {
            (Some(left), _) if can_lend(&left) => self.rotate_right(parent, left, node, child - 1),
            (_, Some(right)) if can_lend(&right) => self.rotate_left(parent, node, right, child),
            (Some(left), _) => self.merge_inners(parent, left, node, child - 1),
            (None, Some(right)) => self.merge_inners(parent, node, right, child),
            (None, None) => unreachable!("an inner node has two children at least"),
        }
    }

    /// The last child of `left` becomes the first of `right`: its key goes up to the parent, and the
    /// one that was there comes down.
    fn rotate_right(&mut self, parent: Id, left: Id, right: Id, at: usize) {
        let [lender, borrower] = self.inners.pair_mut(left, right);
        let last = lender.len() - 1;
        let (up, child) = lender.rest.remove(last);
        let first = mem::replace(&mut borrower.first, child);
        let down = mem::replace(&mut self.inners[parent].rest.keys[at], up);
        self.inners[right].rest.insert(0, down, first);
    }

    /// The first child of `right` becomes the last of `left`.
    fn rotate_left(&mut self, parent: Id, left: Id, right: Id, at: usize) {
        let lender = &mut self.inners[right];
        let (up, first) = lender.rest.remove(0);
        let child = mem::replace(&mut lender.first, first);
        let down = mem::replace(&mut self.inners[parent].rest.keys[at], up);
        self.inners[left].rest.push((down, child));
    }

    /// Empties `right` into `left`, with the key that stood between them.
    fn merge_inners(&mut self, parent: Id, left: Id, right: Id, at: usize) {
        let mut emptied = self.inners.remove(right);
        let (down, _) = self.inners[parent].rest.remove(at);
        let rest = &mut self.inners[left].rest;
        rest.push((down, emptied.first));
        rest.append(&mut emptied.rest);
    }
}
