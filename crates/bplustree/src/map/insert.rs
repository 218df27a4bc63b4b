//! Insertion: where a leaf is full, it splits, and its parent gets one child more.
//!
//! ```text
//!          5                        5   9                     The tree grows at the root, so that
//!        /   \        + 11        /   |   \                   all leaves remain equally far from
//!    [1 3] [5 7 9]    ───▶    [1 3] [5 7] [9 11]              it.
//! ```
//!
//! A split copies the first key of the right half to the parent, as a signpost. A split of an inner
//! node *moves* its middle key up. The copy is made before anything is changed: if the key's
//! `Clone` panics, the map is as it was.

use std::cmp::Ordering;

use super::BPlusTreeMap;
use super::arena::{Id, NONE};
use super::descent::{Path, Place};
use super::node::{Inner, Leaf};

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    // ANCHOR: insert
    /// Inserts an entry at the place where its key has to be; returns where it then is.
    #[inline]
    pub(super) fn insert_at(&mut self, mut place: Place, key: K, value: V) -> Place {
        if place.leaf == NONE {
            place.leaf = self.plant();
        }
        let entries = &mut self.leaves[place.leaf].entries;
        if entries.is_full() {
            place = self.split_leaf(place, key, value);
        } else {
            entries.insert(place.at, key, value);
        }
        self.len += 1;
        place
    }
    // ANCHOR_END: insert

    /// Makes the first leaf, which is the root.
    fn plant(&mut self) -> Id {
        let leaf = self.leaves.insert(Leaf::default());
        (self.root, self.first, self.last) = (leaf, leaf, leaf);
        leaf
    }

    // ANCHOR: split_leaf
    /// Inserts an entry into a full leaf: moves the greater half to a new leaf on its right, and
    /// tells the parent.
    #[inline(never)]
    fn split_leaf(&mut self, Place { leaf, at }: Place, key: K, value: V) -> Place {
        let path = self.path_to(&key, leaf);
        let kept = (ORDER + 1).div_ceil(2);
        let left = &mut self.leaves[leaf];
        let separator = match at.cmp(&kept) {
            Ordering::Less => left.entries.keys[kept - 1].clone(),
            Ordering::Equal => key.clone(),
            Ordering::Greater => left.entries.keys[kept].clone(),
        };
        let entries = left.entries.insert_and_split(at, key, value, kept);
        let next = left.next;
        let right = self.leaves.insert(Leaf::between(leaf, next, entries));
        self.link(leaf, right);
        self.link(right, next);
        self.insert_child(path, separator, right);
        Place::of_two(at, kept, [leaf, right])
    }
    // ANCHOR_END: split_leaf

    // ANCHOR: insert_child
    /// Inserts a new child to the right of where `path` leads, splitting the inner nodes on it from
    /// below for as long as they are full.
    fn insert_child(&mut self, mut path: Path, mut separator: K, mut child: Id) {
        while let Some((parent, at)) = path.pop() {
            let rest = &mut self.inners[parent].rest;
            if !rest.is_full() {
                return rest.insert(at, separator, child);
            }
            let kept = ORDER.div_ceil(2);
            let mut rest = rest.insert_and_split(at, separator, child, kept);
            let (middle, first) = rest.remove(0);
            separator = middle;
            child = self.inners.insert(Inner { first, rest });
        }
        let mut root = Inner::before(self.root);
        root.rest.push((separator, child));
        self.root = self.inners.insert(root);
        self.height += 1;
    }
    // ANCHOR_END: insert_child
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Makes two leaves neighbours; [`NONE`] stands for the end of the list.
    pub(super) fn link(&mut self, left: Id, right: Id) {
        match self.leaves.get_mut(left) {
            Some(leaf) => leaf.next = right,
            None => self.first = right,
        }
        match self.leaves.get_mut(right) {
            Some(leaf) => leaf.prev = left,
            None => self.last = left,
        }
    }
}
