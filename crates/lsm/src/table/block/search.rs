//! Finding a key in a block, without putting any other key together.
//!
//! A binary search among the restart points, and then a walk. In the walk each key is written as
//! what it does not share with the one before, so it seems that all of them must be assembled, one
//! from another. But they ascend, and all that counts is where they first differ from the key that
//! is sought. Say the key before has `matched` bytes in common with it, and is less:
//!
//! ```text
//!   sought            user:1009:web          matched
//!   before            user:1007:tel          8          differs at 7
//!   shares 10         ··········web          8          the 7 is still there: less
//!   shares 7          ·······8:mail          8          differs at 8
//!   shares 7          ·······9:fax           10         differs at f
//! ```
//!
//! An entry that shares more than `matched` has the same byte there, and is less as well: its key
//! is not even looked at. One that shares no more is compared from where it differs. When the walk
//! ends, the bytes that the last one shares are those of the key that is sought.

use std::cmp::Ordering;
use std::ops::Range;

use super::{Block, Entry};
use crate::Result;
use crate::key::{self, Sequence};

/// An internal key that is sought, taken apart.
#[derive(Clone, Copy)]
pub(in crate::table) struct Sought<'k> {
    pub user_key: &'k [u8],
    trailer: u64,
}

/// An entry that was found.
pub(in crate::table) struct FoundEntry {
    pub offset: u32,
    pub entry: Entry,
    /// Whether its user key is the one that was sought.
    pub is_version: bool,
}

impl<'k> Sought<'k> {
    /// The version of a key that a snapshot sees.
    #[inline]
    pub fn version(user_key: &'k [u8], snapshot: Sequence) -> Self {
        let trailer = key::seek_trailer(snapshot);
        Sought { user_key, trailer }
    }

    /// An internal key; what is too short to be one counts as a user key, before all its versions.
    #[inline]
    pub fn internal(key: &'k [u8]) -> Self {
        let (user_key, trailer) = key::split(key);
        Sought { user_key, trailer }
    }

    /// Whether an internal key is less.
    #[inline]
    fn is_behind(self, key: &[u8]) -> bool {
        let (user_key, trailer) = key::split(key);
        (user_key.cmp(self.user_key))
            .then(trailer.cmp(&self.trailer))
            .is_lt()
    }
}

impl Block {
    // ANCHOR: search
    /// The last restart point of a range whose key is less than the one sought, or else the first.
    fn restart_before(&self, sought: Sought<'_>, range: Range<u32>) -> Result<u32> {
        let (mut low, mut high) = (range.start, range.end);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match sought.is_behind(self.restart_key(middle)?) {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(low)
    }
    // ANCHOR_END: search

    // ANCHOR: find
    /// The first entry whose key is not less than the one sought, from the last restart point in
    /// `range` whose key is less, or else the first, on.
    pub(in crate::table) fn find(
        &self,
        sought: Sought<'_>,
        range: Range<u32>,
    ) -> Result<Option<FoundEntry>> {
        if range.is_empty() {
            return Ok(None);
        }
        let mut offset = self.restart(self.restart_before(sought, range)?)?;
        // What the key before has in common with the one sought.
        let mut matched = 0;
        while offset < self.entries {
            let entry = self.entry(offset)?;
            if entry.shared <= matched {
                let (user_key, trailer) = key::split(&self.bytes[entry.key.clone()]);
                let rest = &sought.user_key[entry.shared..];
                let common = shared_prefix(user_key, rest);
                let order = user_key[common..].first().cmp(&rest[common..].first());
                if order.then(trailer.cmp(&sought.trailer)).is_ge() {
                    return Ok(Some(FoundEntry {
                        offset,
                        entry,
                        is_version: order == Ordering::Equal,
                    }));
                }
                matched = entry.shared + common;
            }
            offset = entry.value.end as u32;
        }
        Ok(None)
    }
    // ANCHOR_END: find
}

/// How many bytes `a` and `b` have in common at their beginnings.
#[inline]
pub(in crate::table) fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    let (a_words, b_words) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    let mut shared = 0;
    for (a, b) in a_words.iter().zip(b_words) {
        let differences = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differences != 0 {
            return shared + differences.trailing_zeros() as usize / 8;
        }
        shared += 8;
    }
    let rest = a[shared..].iter().zip(&b[shared..]);
    shared + rest.take_while(|(a, b)| a == b).count()
}
