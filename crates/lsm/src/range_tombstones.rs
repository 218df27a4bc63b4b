//! Range tombstones: a deletion of all keys from one to another, as one entry.
//!
//! `delete_range("user:17", "user:18")` could write a tombstone for each key that there is. A range
//! tombstone is one entry instead, and the work moves to the reader: who finds a version must ask
//! whether a newer range covers it. Ranges overlap each other at will, so they are cut at all of
//! their ends into *fragments*, which do not; a fragment knows all sequence numbers that cover it:
//!
//! ```text
//!    ranges       a ├──────── 9 ────────┤ m
//!                          f ├────────── 4 ──────────┤ t
//!    fragments    a ├── 9 ──┼─── 9, 4 ──┼──── 4 ─────┤ t
//! ```
//!
//! Then a look-up is a binary search for the fragment, and one for the number.
//!
//! # Invariants
//!
//! - Fragments ascend, are not empty, and do not overlap.
//! - The numbers of a fragment descend strictly, and there is at least one.
//!
//! # Complexity
//!
//! A look-up O(log n + log m) with `n` fragments of `m` numbers. Making them of `r` ranges is
//! O(r log r), and O(1) for each number of each fragment: r² in all if everything overlaps.
//!
//! Source: RocksDB's `db/range_tombstone_fragmenter.cc`.

use std::collections::BTreeSet;

use crate::key::Sequence;

/// Range tombstones of one or several runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeTombstones {
    fragments: Vec<Fragment>,
}

/// A stretch of keys that the same ranges cover.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fragment {
    start: Vec<u8>,
    /// Exclusive.
    end: Vec<u8>,
    sequences: Vec<Sequence>,
}

/// A deletion of all keys from `start` to `end`, exclusive, that are older than `sequence`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RangeTombstone {
    /// The first key, inclusive.
    pub start: Vec<u8>,
    /// The end, exclusive.
    pub end: Vec<u8>,
    /// The number of the write.
    pub sequence: Sequence,
}

impl RangeTombstones {
    // ANCHOR: covering
    /// The newest range tombstone over `user_key` that is not newer than `snapshot`.
    pub fn covering(&self, user_key: &[u8], snapshot: Sequence) -> Option<Sequence> {
        let after = self
            .fragments
            .partition_point(|fragment| *fragment.start <= *user_key);
        let fragment = &self.fragments[after.checked_sub(1)?];
        if *user_key >= *fragment.end {
            return None;
        }
        let sequences = &fragment.sequences;
        let first = sequences.partition_point(|sequence| *sequence > snapshot);
        sequences.get(first).copied()
    }
    // ANCHOR_END: covering

    /// Whether the version `sequence` of `user_key` is deleted, as `snapshot` sees it.
    #[inline]
    pub fn hides(&self, user_key: &[u8], sequence: Sequence, snapshot: Sequence) -> bool {
        !self.is_empty() && self.covering(user_key, snapshot) > Some(sequence)
    }

    /// Those whose numbers `keep` wants.
    pub fn retained(&self, keep: impl Fn(Sequence) -> bool) -> Self {
        let mut fragments = self.fragments.clone();
        for fragment in &mut fragments {
            fragment.sequences.retain(|sequence| keep(*sequence));
        }
        fragments.retain(|fragment| !fragment.sequences.is_empty());
        RangeTombstones { fragments }
    }

    /// What of them lies from `start` to `end`, exclusive, or from `start` on.
    pub fn clipped(&self, start: &[u8], end: Option<&[u8]>) -> Self {
        let mut fragments = self.fragments.clone();
        for fragment in &mut fragments {
            if *fragment.start < *start {
                fragment.start = start.to_vec();
            }
            if let Some(end) = end.filter(|end| **end < *fragment.end) {
                fragment.end = end.to_vec();
            }
        }
        fragments.retain(|fragment| fragment.start < fragment.end);
        RangeTombstones { fragments }
    }

    /// Bytes of memory that they take, about.
    pub fn memory_used(&self) -> usize {
        let bytes = |fragment: &Fragment| {
            let sequences = size_of_val(&*fragment.sequences);
            size_of::<Fragment>() + fragment.start.len() + fragment.end.len() + sequences
        };
        self.fragments.iter().map(bytes).sum()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.fragments.is_empty()
    }

    /// The ranges that these are, cut into fragments: by ascending start, and newest first.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8], Sequence)> {
        self.fragments.iter().flat_map(|fragment| {
            let sequences = fragment.sequences.iter();
            sequences.map(|sequence| (&*fragment.start, &*fragment.end, *sequence))
        })
    }
}

impl FromIterator<RangeTombstone> for RangeTombstones {
    // ANCHOR: fragment
    /// Cuts ranges at all of their ends. Empty ones are left out.
    fn from_iter<I: IntoIterator<Item = RangeTombstone>>(ranges: I) -> Self {
        let ranges: Vec<_> = ranges.into_iter().filter(|r| r.start < r.end).collect();
        // At each key: which numbers begin there, and which end.
        let begins = ranges.iter().map(|r| (&r.start, true, r.sequence));
        let ends = ranges.iter().map(|r| (&r.end, false, r.sequence));
        let mut cuts: Vec<_> = begins.chain(ends).collect();
        cuts.sort_unstable();
        let mut open = Open::default();
        let mut fragments = Vec::new();
        for pair in cuts.windows(2) {
            let (start, begins, sequence) = pair[0];
            open.turn(begins, sequence);
            if start < pair[1].0 && !open.numbers.is_empty() {
                fragments.push(Fragment {
                    start: start.clone(),
                    end: pair[1].0.clone(),
                    sequences: open.newest_first(),
                });
            }
        }
        RangeTombstones { fragments }
    }
    // ANCHOR_END: fragment
}

/// The ranges that a sweep over the keys is inside of. Fragments of a batch share a number, so a
/// number may be open more than once.
#[derive(Default)]
struct Open {
    numbers: BTreeSet<(Sequence, usize)>,
}

impl Open {
    fn depth(&self, sequence: Sequence) -> usize {
        self.numbers
            .range((sequence, 0)..=(sequence, usize::MAX))
            .count()
    }

    fn turn(&mut self, begins: bool, sequence: Sequence) {
        let depth = self.depth(sequence);
        match begins {
            true => self.numbers.insert((sequence, depth)),
            false => self.numbers.remove(&(sequence, depth.saturating_sub(1))),
        };
    }

    fn newest_first(&self) -> Vec<Sequence> {
        let mut numbers: Vec<_> = self
            .numbers
            .iter()
            .rev()
            .map(|(number, _)| *number)
            .collect();
        numbers.dedup();
        numbers
    }
}
