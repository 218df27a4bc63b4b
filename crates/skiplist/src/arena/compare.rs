//! The order of keys: what a memtable is told by the engine that it is part of.

use std::cmp::Ordering;

/// An order of byte strings.
///
/// `compare` must be a total order that never changes. A list whose order is not one answers
/// wrongly, but does no worse: it does not crash, and gives nobody else's bytes away.
///
/// ```
/// use std::cmp::Ordering;
/// use skiplist::arena::{ArenaSkipList, Compare};
///
/// struct Backwards;
///
/// impl Compare for Backwards {
///     fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
///         b.cmp(a)
///     }
/// }
///
/// let list = ArenaSkipList::with_comparator(1 << 16, Backwards)?;
/// list.insert(b"a", b"")?;
/// list.insert(b"b", b"")?;
/// assert_eq!(list.first().unwrap().0, b"b");
/// # Ok::<(), skiplist::arena::ArenaError>(())
/// ```
pub trait Compare {
    /// How `a` compares to `b`.
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering;

    /// A number that stands for `key` in comparisons: where two numbers differ, they compare as
    /// their keys do; where they are equal, nothing is said, and [`compare`](Compare::compare)
    /// decides.
    ///
    /// Numbers compare in one instruction, without the call and the loop that byte strings take, so
    /// an order that begins with the key's first bytes should give them. This default says nothing.
    fn abbreviate(&self, key: &[u8]) -> u64 {
        let _ = key;
        0
    }
}

/// The order of `[u8]`: byte by byte, a prefix before what it is a prefix of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytewise;

// ANCHOR: bytewise
impl Compare for Bytewise {
    #[inline]
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        a.cmp(b)
    }

    /// The first eight bytes, the first one weighing most; what a short key lacks counts as zeros.
    #[inline]
    fn abbreviate(&self, key: &[u8]) -> u64 {
        match key.first_chunk() {
            Some(first) => u64::from_be_bytes(*first),
            None => key
                .iter()
                .rfold(0, |low, byte| low >> 8 | u64::from(*byte) << 56),
        }
    }
}
// ANCHOR_END: bytewise
