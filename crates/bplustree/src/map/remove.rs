//! Removal: where a leaf has too few entries left, a neighbour that has some to spare shares them
//! with it; where none has, the two become one, and their parent loses a child.
//!
//! ```text
//!          5   9                         5   11
//!        /   |   \         − 7         /   |   \              borrowed: 9, and the signpost moves
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
//! A leaf borrows half of what its neighbour has more, not one entry: else each of a series of
//! removals in one place, as `pop_first` does, would have to borrow again.
//!
//! Signposts are copied before anything is changed, and dropped when the tree is whole again: a
//! panic in the key's `Clone` or `Drop` finds or leaves a sound map.

use std::mem;

use super::BPlusTreeMap;
use super::arena::Id;
use super::descent::{Path, Place};
use super::node::{Inner, Leaf};

/// Two leaves under one parent, and the number of the signpost between them.
struct Pair {
    parent: Id,
    left: Id,
    right: Id,
    signpost: usize,
    can_lend: bool,
}

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    // ANCHOR: remove
    /// Removes the entry at a place; returns it, and the place of the one that followed it.
    #[inline]
    pub(super) fn remove_at(&mut self, place: Place) -> ((K, V), Place) {
        let entries = &mut self.leaves[place.leaf].entries;
        if entries.len() <= Leaf::<K, V, ORDER>::MIN && self.height > 0 {
            return self.remove_and_repair(place);
        }
        self.len -= 1;
        (entries.remove(place.at), place)
    }

    /// Removes an entry of a leaf that has none to spare.
    #[inline(never)]
    fn remove_and_repair(&mut self, place: Place) -> ((K, V), Place) {
        let path = self.path_to(&self.leaves[place.leaf].entries.keys[place.at], place.leaf);
        let pair = self.pair(&path);
        match pair.can_lend {
            true => self.remove_and_borrow(place, pair),
            false => self.remove_and_merge(place, path, pair),
        }
    }
    // ANCHOR_END: remove

    /// The leaf at the end of a path, with a neighbour: one that can lend, if there is one.
    fn pair(&self, path: &Path) -> Pair {
        let &(parent, child) = path.last().expect("there are inner nodes");
        let inner = &self.inners[parent];
        let pair = |signpost, lender| Pair {
            parent,
            left: inner.child(signpost),
            right: inner.child(signpost + 1),
            signpost,
            can_lend: self.leaves[inner.child(lender)].len() > Leaf::<K, V, ORDER>::MIN,
        };
        let left = (child > 0).then(|| pair(child - 1, child - 1));
        let right = (child < inner.len()).then(|| pair(child, child + 1));
        match (left, right) {
            (Some(pair), None) | (None, Some(pair)) => pair,
            (Some(left), Some(right)) if left.can_lend || !right.can_lend => left,
            (_, Some(right)) => right,
            (None, None) => unreachable!("an inner node has two children at least"),
        }
    }

    // ANCHOR: borrow
    /// Removes an entry, and shares out what is left in the two leaves.
    fn remove_and_borrow(&mut self, place: Place, pair: Pair) -> ((K, V), Place) {
        let [left, right] = self.leaves.pair_mut(pair.left, pair.right);
        let kept = (left.len() + right.len() - 1).div_ceil(2);
        let (borrower, at, separator) = if place.leaf == pair.left {
            let separator = right.entries.keys[kept + 1 - left.len()].clone();
            (&mut *left, place.at, separator)
        } else {
            let (at, separator) = (left.len() + place.at, left.entries.keys[kept].clone());
            (&mut *right, at, separator)
        };
        let entry = borrower.entries.remove(place.at);
        left.entries.share_out(&mut right.entries, kept);
        self.len -= 1;
        self.inners[pair.parent].rest.keys[pair.signpost] = separator;
        (entry, Place::of_two(at, kept, [pair.left, pair.right]))
    }
    // ANCHOR_END: borrow

    // ANCHOR: merge
    /// Removes an entry, and empties the right one of the two leaves into the left one. The
    /// signpost between them goes with it.
    fn remove_and_merge(&mut self, mut place: Place, path: Path, pair: Pair) -> ((K, V), Place) {
        let entry = self.leaves[place.leaf].entries.remove(place.at);
        self.len -= 1;
        if place.leaf == pair.right {
            place = Place::new(pair.left, self.leaves[pair.left].len() + place.at);
        }
        let mut emptied = self.leaves.remove(pair.right);
        self.leaves[pair.left].entries.append(&mut emptied.entries);
        self.link(pair.left, emptied.next);
        let separator = self.inners[pair.parent].rest.remove(pair.signpost);
        self.repair_inners(path);
        drop(separator);
        (entry, place)
    }
    // ANCHOR_END: merge

    // ANCHOR: repair_inners
    /// Repairs the inner nodes on `path` from below, for as long as they have too few children.
    fn repair_inners(&mut self, mut path: Path) {
        while let Some((node, _)) = path.pop() {
            let Some(&(parent, child)) = path.last() else {
                return self.lower_root();
            };
            if self.inners[node].len() >= Inner::<K, ORDER>::MIN {
                return;
            }
            self.repair_inner(parent, child);
        }
    }
    // ANCHOR_END: repair_inners

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

    /// The last child of `left` becomes the first of `right`: its key goes up to the parent, and
    /// the one that was there comes down.
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
