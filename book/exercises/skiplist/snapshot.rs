use skiplist::{ArenaError, ArenaSkipList};

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
/// Every write has a sequence number, greater than those of all writes before. Whoever reads names
/// the number up to which writes count for him, his *snapshot*, and sees what was then, whatever is
/// written meanwhile. Nothing is overwritten or removed: a deletion is a version as well, a
/// *tombstone*.
///
/// The list holds byte strings in order, so an entry's key here is made of the user's key and the
/// sequence number, in such a way that one search leads to the version wanted.
pub struct Memtable {
    list: ArenaSkipList,
}

impl Memtable {
    /// An empty memtable of `capacity` bytes.
    pub fn new(capacity: usize) -> Result<Self, ArenaError> {
        Ok(Memtable {
            list: ArenaSkipList::with_capacity(capacity)?,
        })
    }

    /// Write number `sequence`: `key` has this value from now on.
    pub fn put(&self, key: &[u8], sequence: u64, value: &[u8]) -> Result<(), ArenaError> {
        todo!("which of two versions of a key must come first, so that a search meets it first?")
    }

    /// Write number `sequence`: there is no `key` from now on.
    pub fn delete(&self, key: &[u8], sequence: u64) -> Result<(), ArenaError> {
        todo!("how does a tombstone differ from an empty value?")
    }

    /// What the newest write up to and including number `snapshot` says about `key`.
    ///
    /// One search: whoever walks through a key's versions is slow exactly where the load is.
    pub fn get(&self, key: &[u8], snapshot: u64) -> Answer<'_> {
        todo!("what the search leads to may be a version of another key")
    }

    /// The keys that exist as of `snapshot` with their values, in the keys' order.
    pub fn scan(&self, snapshot: u64) -> Vec<(&[u8], &[u8])> {
        todo!("the first version of each key that is not too new decides; are the keys in order?")
    }
}
