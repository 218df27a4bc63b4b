use std::cmp::Ordering;
use std::ops::Bound;

use skiplist::arena::{ArenaError, ArenaSkipList, Compare};

/// What a memtable knows of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It had this value.
    Value(&'a [u8]),
    /// It had been deleted: no need to look any further.
    Deleted,
    /// Nothing: an older file may have it.
    Unknown,
}

/// The newest entries of a storage engine, all their versions.
///
/// An entry's key is the user's key and, in eight bytes behind it, the sequence number. The order
/// is by user's key, then *descending* by number, so the first entry at or after (key, snapshot) is
/// the newest version that is not too new. LevelDB calls this an internal key (`db/dbformat.h`).
///
/// Comparing the bytes as they are would not do. Numbers stored upside down put the newest first,
/// but then the versions of a long key may come between two of a short one that it begins with.
pub struct Memtable {
    list: ArenaSkipList<NewestFirst>,
}

/// The first byte of a stored value.
const TOMBSTONE: u8 = 0;
const VALUE: u8 = 1;

impl Memtable {
    /// An empty memtable of `capacity` bytes.
    pub fn new(capacity: usize) -> Result<Self, ArenaError> {
        Ok(Memtable {
            list: ArenaSkipList::with_comparator(capacity, NewestFirst)?,
        })
    }

    /// Write number `sequence`: `key` has this value from now on.
    pub fn put(&self, key: &[u8], sequence: u64, value: &[u8]) -> Result<(), ArenaError> {
        let stored = [&[VALUE], value].concat();
        self.list.insert(&internal(key, sequence), &stored)
    }

    /// Write number `sequence`: there is no `key` from now on.
    pub fn delete(&self, key: &[u8], sequence: u64) -> Result<(), ArenaError> {
        self.list.insert(&internal(key, sequence), &[TOMBSTONE])
    }

    /// What the newest write up to and including number `snapshot` says about `key`.
    pub fn get(&self, key: &[u8], snapshot: u64) -> Answer<'_> {
        let sought = internal(key, snapshot);
        match self.list.lower_bound(Bound::Included(&sought)) {
            Some((found, stored)) if split(found).0 == key => answer(stored),
            _ => Answer::Unknown,
        }
    }

    /// The keys that exist as of `snapshot` with their values, in the keys' order.
    pub fn scan(&self, snapshot: u64) -> Vec<(&[u8], &[u8])> {
        let mut decided = None;
        let mut existing = Vec::new();
        for (found, stored) in &self.list {
            let (key, sequence) = split(found);
            if sequence > snapshot || decided == Some(key) {
                continue;
            }
            decided = Some(key);
            if let Answer::Value(value) = answer(stored) {
                existing.push((key, value));
            }
        }
        existing
    }
}

fn internal(key: &[u8], sequence: u64) -> Vec<u8> {
    [key, &sequence.to_be_bytes()].concat()
}

fn split(internal: &[u8]) -> (&[u8], u64) {
    let (key, sequence) = internal
        .split_last_chunk()
        .expect("eight bytes are the number");
    (key, u64::from_be_bytes(*sequence))
}

fn answer(stored: &[u8]) -> Answer<'_> {
    match stored {
        [VALUE, value @ ..] => Answer::Value(value),
        _ => Answer::Deleted,
    }
}

/// By user's key, and the newest version first.
struct NewestFirst;

impl Compare for NewestFirst {
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let ((a_key, a_sequence), (b_key, b_sequence)) = (split(a), split(b));
        a_key.cmp(b_key).then(b_sequence.cmp(&a_sequence))
    }
}
