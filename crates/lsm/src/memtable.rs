//! The memtable: the newest entries, in order, in memory.
//!
//! All writes go here first (and to the log, from which a crash is recovered). When it is full it
//! is sealed, written to a table, and dropped as a whole. The list below it is made for this: our
//! [`skiplist`] crate's [`ArenaSkipList`], in the order of internal keys.
//!
//! Range tombstones lie beside the list: whoever finds a version must know all ranges over its key,
//! and they may begin anywhere before it.
//!
//! # Invariants
//!
//! - Every entry is there for ever, and readers need no lock: what has a number not greater than
//!   the one that was published is complete.
//!
//! # Complexity
//!
//! `get` and `add` O(log n). A range tombstone is O(r²) with `r` others that overlap: they are cut
//! anew for every one, since ranges are deleted rarely, and looked up often.

use std::fmt;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use skiplist::ArenaSkipList;
use skiplist::arena::{self, ArenaError};

use crate::batch::{Operation, WriteBatch};
use crate::cursor::Cursor;
use crate::key::{self, InternalOrder, Kind, ParsedKey, Sequence};
use crate::range_tombstones::{RangeTombstone, RangeTombstones};
use crate::{LsmError, Result};

/// What an entry's tower of links can take at most beyond the smallest one.
const MAX_TOWER: usize = 128;

/// Range tombstones after which a memtable is full: each costs as much as there are others.
const MAX_RANGES: usize = 512;

/// What an empty list takes at most.
const EMPTY: usize = 1024;

/// Entries in memory, of which there is one table to come.
///
/// ```
/// use lsm::key::Kind;
/// use lsm::memtable::Memtable;
///
/// let memtable = Memtable::new(1 << 16)?;
/// memtable.add(1, Kind::Put, b"apple", b"3")?;
/// memtable.add(2, Kind::Delete, b"apple", b"")?;
/// assert_eq!(memtable.get(b"apple", 1).unwrap().1, b"3");
/// assert_eq!(memtable.get(b"apple", 2).unwrap().0.kind, Kind::Delete);
/// # Ok::<(), lsm::LsmError>(())
/// ```
pub struct Memtable {
    /// Shared with cursors, which may outlive the memtable.
    entries: Arc<ArenaSkipList<InternalOrder>>,
    /// Whether `tombstones` has any: most memtables have none, and then no reader takes the lock.
    has_tombstones: AtomicBool,
    tombstones: RwLock<Tombstones>,
}

/// Ranges as they came, and the same, cut into fragments for look-ups.
#[derive(Default)]
struct Tombstones {
    ranges: Vec<RangeTombstone>,
    fragments: Arc<RangeTombstones>,
}

impl Memtable {
    /// An empty memtable of `capacity` bytes.
    ///
    /// # Errors
    ///
    /// [`LsmError::MemtableFull`] if no list can have this capacity: it is below 64 bytes, above
    /// 4 GiB, or there is no memory.
    pub fn new(capacity: usize) -> Result<Self> {
        let entries = ArenaSkipList::with_comparator(capacity, InternalOrder);
        Ok(Memtable {
            entries: Arc::new(entries.map_err(|_| LsmError::MemtableFull)?),
            has_tombstones: AtomicBool::new(false),
            tombstones: RwLock::default(),
        })
    }

    /// Adds a version. For [`Kind::DeleteRange`], `user_key` is the start and `value` the end.
    ///
    /// # Errors
    ///
    /// [`LsmError::MemtableFull`], and [`LsmError::NotSorted`] if this very version is there
    /// already.
    pub fn add(&self, sequence: Sequence, kind: Kind, user_key: &[u8], value: &[u8]) -> Result<()> {
        if kind == Kind::DeleteRange {
            self.add_range_tombstone(RangeTombstone {
                start: user_key.to_vec(),
                end: value.to_vec(),
                sequence,
            });
            return Ok(());
        }
        let mut internal_key = Vec::with_capacity(user_key.len() + key::TRAILER);
        key::encode(&mut internal_key, user_key, sequence, kind);
        self.insert(&internal_key, value)
    }

    #[inline]
    fn insert(&self, internal_key: &[u8], value: &[u8]) -> Result<()> {
        let inserted = self.entries.insert(internal_key, value);
        inserted.map_err(|error| match error {
            ArenaError::Exists => LsmError::NotSorted,
            _ => LsmError::MemtableFull,
        })
    }

    fn add_range_tombstone(&self, range: RangeTombstone) {
        let mut tombstones = self
            .tombstones
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        tombstones.ranges.push(range);
        tombstones.fragments = Arc::new(tombstones.ranges.iter().cloned().collect());
        // Release: who reads `true` takes the lock, and finds them.
        self.has_tombstones.store(true, Ordering::Release);
    }

    // ANCHOR: apply
    /// Adds all operations of a batch, the first with the batch's sequence number.
    ///
    /// Whoever reads at a snapshot below that number sees none of them: a batch becomes visible
    /// when the number of its last operation is published.
    ///
    /// # Errors
    ///
    /// [`LsmError::MemtableFull`] if there may not be room for all: then none was added.
    pub fn apply(&self, batch: &WriteBatch) -> Result<()> {
        if !self.has_room_for(batch) {
            return Err(LsmError::MemtableFull);
        }
        self.apply_with(batch, &mut Vec::new())
    }
    // ANCHOR_END: apply

    /// [`apply`](Self::apply) for a batch that fits, with memory for its keys.
    pub(crate) fn apply_with(&self, batch: &WriteBatch, internal_key: &mut Vec<u8>) -> Result<()> {
        for (sequence, operation) in (batch.sequence()..).zip(batch.iter()) {
            let Operation { kind, key, value } = operation;
            if kind == Kind::DeleteRange {
                self.add(sequence, kind, key, value)?;
            } else {
                internal_key.clear();
                key::encode(internal_key, key, sequence, kind);
                self.insert(internal_key, value)?;
            }
        }
        Ok(())
    }

    /// Whether all operations of a batch certainly fit.
    pub fn has_room_for(&self, batch: &WriteBatch) -> bool {
        // What the batch itself takes is less than its entries: most that do not fit end here.
        self.ranges() < MAX_RANGES
            && batch.as_bytes().len() <= self.entries.remaining()
            && entry_bytes(batch) <= self.entries.remaining()
    }

    /// The capacity of a memtable in which a batch certainly fits, if it is the first.
    pub fn bytes_for(batch: &WriteBatch) -> usize {
        entry_bytes(batch) + EMPTY
    }

    // ANCHOR: get
    /// The newest version of `user_key` that is not newer than `snapshot`, and what is stored with
    /// it. It may be a tombstone; range tombstones are not looked at.
    pub fn get(&self, user_key: &[u8], snapshot: Sequence) -> Option<(ParsedKey<'_>, &[u8])> {
        let (internal_key, value) = key::with_seek_key(user_key, snapshot, |sought| {
            self.entries.lower_bound(Bound::Included(sought))
        })?;
        let version = key::parse(internal_key)?;
        (version.user_key == user_key).then_some((version, value))
    }
    // ANCHOR_END: get

    /// Whether there are range tombstones.
    #[inline]
    pub fn has_range_tombstones(&self) -> bool {
        // Acquire: pairs with the release in `add_range_tombstone`.
        self.has_tombstones.load(Ordering::Acquire)
    }

    /// The range tombstones so far.
    pub fn range_tombstones(&self) -> Arc<RangeTombstones> {
        if !self.has_range_tombstones() {
            return Arc::default();
        }
        let tombstones = self
            .tombstones
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&tombstones.fragments)
    }

    /// How many ranges were deleted.
    fn ranges(&self) -> usize {
        // Acquire: as in `range_tombstones`.
        if !self.has_tombstones.load(Ordering::Acquire) {
            return 0;
        }
        let tombstones = self.tombstones.read();
        tombstones
            .unwrap_or_else(PoisonError::into_inner)
            .ranges
            .len()
    }

    /// The newest range tombstone over `user_key` that is not newer than `snapshot`.
    #[inline]
    pub fn covering(&self, user_key: &[u8], snapshot: Sequence) -> Option<Sequence> {
        if !self.has_range_tombstones() {
            return None;
        }
        self.range_tombstones().covering(user_key, snapshot)
    }

    /// A cursor over all versions, without range tombstones. It keeps them alive.
    pub fn cursor(&self) -> MemtableCursor {
        MemtableCursor {
            cursor: arena::OwnedCursor::new(Arc::clone(&self.entries)),
        }
    }

    /// How many versions there are, without range tombstones.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && !self.has_tombstones.load(Ordering::Acquire)
    }

    /// Bytes that are in use.
    pub fn allocated(&self) -> usize {
        self.entries.allocated()
    }
}

/// Bytes that a batch takes at most.
fn entry_bytes(batch: &WriteBatch) -> usize {
    let bytes = |operation: Operation<'_>| {
        let key = operation.key.len() + key::TRAILER;
        ArenaSkipList::entry_bytes(key, operation.value.len()) + MAX_TOWER
    };
    batch.iter().map(bytes).sum()
}

impl fmt::Debug for Memtable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memtable")
            .field("len", &self.len())
            .field("allocated", &self.allocated())
            .finish_non_exhaustive()
    }
}

/// A cursor over a memtable. What is added meanwhile is met from the next move on.
#[derive(Clone, Debug)]
pub struct MemtableCursor {
    cursor: arena::OwnedCursor<InternalOrder>,
}

impl Cursor for MemtableCursor {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.cursor.current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.cursor.seek_to_first();
        Ok(())
    }

    fn seek_to_last(&mut self) -> Result<()> {
        self.cursor.seek_to_last();
        Ok(())
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.cursor.seek(key);
        Ok(())
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        // The last one not greater may be `key` itself.
        if let Some((found, _)) = self.cursor.seek_for_prev(key)
            && key::compare(found, key).is_eq()
        {
            self.cursor.move_prev();
        }
        Ok(())
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        self.cursor.move_next();
        Ok(())
    }

    fn prev(&mut self) -> Result<()> {
        self.cursor.move_prev();
        Ok(())
    }
}
