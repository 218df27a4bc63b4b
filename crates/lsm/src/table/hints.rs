//! Where to begin in an index: the separators in eight bytes each, side by side.
//!
//! A binary search in an index of ten thousand separators jumps through half a megabyte, and waits
//! for memory twice a jump: for the restart point, and for the key that it leads to. All separators
//! of a table begin alike; so the table, when it is opened, notes the eight bytes of each that come
//! behind what they all share. The search among these numbers stays in a few cache lines, and
//! leaves a handful of keys to look at, often one.
//!
//! ```text
//!   separators   user:0017…   user:0412…   user:0413…   user:0970…
//!   prefix       user:0
//!   numbers            017…         412…         413…         970…
//! ```
//!
//! # Invariants
//!
//! - The numbers ascend, one for each separator: where two differ, the separators compare alike.

use std::ops::Range;

use skiplist::arena::{Bytewise, Compare};

use crate::key;

/// The separators of an index, abbreviated.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// What all user keys in the index begin with.
    prefix: Vec<u8>,
    numbers: Vec<u64>,
}

impl Hints {
    /// The hints of an index with these internal keys, which ascend.
    pub fn new(keys: &[Vec<u8>]) -> Self {
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
            return Hints::default();
        };
        let (first, last) = (key::user_key(first), key::user_key(last));
        // What the first and the last have in common, all between them have as well.
        let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        let number = |key: &Vec<u8>| {
            let rest = key::user_key(key).get(shared..).unwrap_or_default();
            Bytewise.abbreviate(rest)
        };
        let numbers: Vec<u64> = keys.iter().map(number).collect();
        if !numbers.is_sorted() {
            return Hints::default(); // damaged: the search will find out
        }
        Hints {
            prefix: first[..shared].to_vec(),
            numbers,
        }
    }

    // ANCHOR: narrow
    /// Among which of `len` separators is the last one that is less than any version of `user_key`,
    /// or else the first of all.
    pub fn narrow(&self, user_key: &[u8], len: u32) -> Range<u32> {
        let Some(rest) = user_key.strip_prefix(&*self.prefix) else {
            return 0..len;
        };
        if self.numbers.len() != len as usize || len == 0 {
            return 0..len;
        }
        let number = Bytewise.abbreviate(rest);
        let low = self.numbers.partition_point(|other| *other < number);
        let equal = match self.numbers.get(low) {
            Some(other) if *other == number => {
                self.numbers[low..].partition_point(|other| *other == number)
            }
            _ => 0,
        };
        low.saturating_sub(1) as u32..(low + equal).max(1) as u32
    }
    // ANCHOR_END: narrow

    /// Bytes of memory that they take.
    pub fn memory_used(&self) -> usize {
        self.prefix.capacity() + 8 * self.numbers.capacity()
    }
}
