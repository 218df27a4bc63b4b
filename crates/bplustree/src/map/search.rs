//! Finding a key's place among the sorted keys of a node.
//!
//! A binary search of 64 keys is six comparisons, each of which has to wait for the one before it,
//! and for memory if the node is not in the cache. Where comparing is cheap, it is faster to do
//! more of it at once: compare with each eighth key, and then with the seven between the two that
//! the place is among. These are fifteen comparisons, but no one waits for another, and the
//! processor fetches all lines of the node together.
//!
//! ```text
//!  1  3  5  7  9 11 13 15│17 19 21 23 25 27 29 31│33 35 37 …      place of 24?
//!                     ↑                       ↑         ↑
//!                  15 < 24                 31 > 24              one block is less
//!                         17 19 21 23│25                        and four keys of the next: 12
//! ```
//!
//! Keys that own memory, as a `String` does, are taken to be expensive to compare, and get the
//! binary search.

use std::borrow::Borrow;
use std::mem;

/// Eight keys of eight bytes are a line of the cache.
const BLOCK: usize = 8;

/// How many of `keys` are less than `key`: its place in a leaf.
#[inline]
pub(super) fn less<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], key: &Q) -> usize {
    count(keys, |other| other.borrow() < key)
}

/// How many of `keys` are not greater than `key`: the number of the child that leads to it.
#[inline]
pub(super) fn not_greater<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], key: &Q) -> usize {
    count(keys, |other| other.borrow() <= key)
}

// ANCHOR: search
/// How many of `keys` are before a place. They come first.
#[inline]
fn count<K>(keys: &[K], is_before: impl Fn(&K) -> bool) -> usize {
    if mem::needs_drop::<K>() {
        return keys.partition_point(is_before);
    }
    let (blocks, _) = keys.as_chunks::<BLOCK>();
    let whole = blocks
        .iter()
        .filter(|block| is_before(&block[BLOCK - 1]))
        .count();
    let rest = &keys[whole * BLOCK..];
    let rest = &rest[..rest.len().min(BLOCK - 1)];
    whole * BLOCK + rest.iter().filter(|key| is_before(key)).count()
}
// ANCHOR_END: search
