//! Finding a key's place among the sorted keys of a node.

use std::borrow::Borrow;

// ANCHOR: search
/// How many of `keys` are less than `key`: its place in a leaf.
#[inline]
pub(super) fn less<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], key: &Q) -> usize {
    keys.partition_point(|other| other.borrow() < key)
}

/// How many of `keys` are not greater than `key`: the number of the child that leads to it.
#[inline]
pub(super) fn not_greater<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], key: &Q) -> usize {
    keys.partition_point(|other| other.borrow() <= key)
}
// ANCHOR_END: search
