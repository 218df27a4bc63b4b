//! Two maps from one, and one from two: leaves are moved whole where they can be, and the index
//! above them is built anew.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::{iter, mem};

use super::BPlusTreeMap;
use super::arena::{Arena, Id, NONE};
use super::descent::Place;
use super::node::Leaf;

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Moves all entries of `other` to this map, and leaves it empty. Where both have a key, the
    /// key is the one of this map, and the value that of the other.
    ///
    /// If `Ord` or `Clone` of the keys panics, both maps are left empty.
    ///
    /// # Complexity
    ///
    /// O(n) for all entries together; for the moved ones and the number of leaves, if the other
    /// map's keys are greater.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (3, "b")]);
    /// map.append(&mut BPlusTreeMap::from([(2, "c"), (3, "d")]));
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a"), (2, "c"), (3, "d")]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        let (mut left, mut right) = (mem::take(self), mem::take(other));
        let are_apart = match (left.last_key_value(), right.first_key_value()) {
            (Some((last, _)), Some((first, _))) => last < first,
            _ => true,
        };
        *self = match (left.is_empty(), right.is_empty()) {
            (_, true) => left,
            (true, _) => right,
            _ if are_apart => {
                left.adopt(&mut right.leaves, right.first);
                left.indexed()
            }
            _ => Self::merged(left, right),
        };
    }

    /// All entries of two maps.
    fn merged(left: Self, right: Self) -> Self {
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        let entries = iter::from_fn(|| {
            let order = match (left.peek(), right.peek()) {
                (Some((one, _)), Some((other, _))) => one.cmp(other),
                (Some(_), None) => Ordering::Less,
                (None, _) => Ordering::Greater,
            };
            match order {
                Ordering::Less => left.next(),
                Ordering::Greater => right.next(),
                Ordering::Equal => {
                    let ((key, replaced), (same, value)) = (left.next()?, right.next()?);
                    drop((replaced, same));
                    Some((key, value))
                }
            }
        });
        Self::load(entries)
    }

    /// Splits the map in two: keeps the entries with keys less than `key`, and returns the others.
    ///
    /// If `Clone` of a key panics, the map is left empty.
    ///
    /// # Complexity
    ///
    /// O(log n), for the entries that are moved, and for the number of leaves.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut low: BPlusTreeMap<u32, char> = (0..8).zip('a'..).collect();
    /// let high = low.split_off(&3);
    /// assert!(low.keys().eq(&[0, 1, 2]));
    /// assert!(high.keys().eq(&[3, 4, 5, 6, 7]));
    /// ```
    pub fn split_off<Q>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let (Ok(place) | Err(place)) = self.find(key);
        let Place { leaf, at } = place;
        let (mut left, mut right) = (mem::take(self), Self::default());
        if let Some(node) = left.leaves.get_mut(leaf) {
            let (prev, next) = (node.prev, node.next);
            let entries = node.entries.split_off(at);
            if entries.len() > 0 {
                right.push_leaf(entries);
            }
            if at == 0 {
                left.leaves.remove(leaf);
                left.link(prev, NONE);
            } else {
                left.link(leaf, NONE);
            }
            right.adopt(&mut left.leaves, next);
            left.len -= right.len;
        }
        *self = left.indexed();
        right.indexed()
    }

    /// Appends a leaf and all that are linked behind it.
    fn adopt(&mut self, leaves: &mut Arena<Leaf<K, V, ORDER>>, mut leaf: Id) {
        while leaf != NONE {
            let Leaf { entries, next, .. } = leaves.remove(leaf);
            self.push_leaf(entries);
            leaf = next;
        }
    }
}
