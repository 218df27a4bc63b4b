//! A skip list in an arena: what a storage engine keeps its newest entries in.
//!
//! An engine that writes sorted files (LevelDB, RocksDB, Cassandra, Bigtable) gathers entries in
//! memory, in order, until there are enough of them for a file: the *memtable*. What it asks of one
//! is little, and peculiar:
//!
//! - Entries are byte strings, and are never changed or removed. A newer value is a new entry whose
//!   key ends in a greater sequence number; a deletion is an entry as well.
//! - Readers must not wait for writers. While a full memtable is written to its file, it is read.
//! - It must be known at every moment how much memory it takes: that says when to begin the next.
//! - It is dropped as a whole.
//!
//! So this list takes one piece of memory when it is made, the *arena*, and lays entry behind entry.
//! To allocate is to move a mark. To free is not needed, and that makes everything else simple: in a
//! list from which nodes vanish, most of the work is to know when a removed one has no readers left.
//! Here a reader follows links, and that is all; it writes nothing, not even a counter.
//!
//! ```text
//!            ┌──────────────────── level 1 ───────────────────┐
//!            │                                                ▼
//!         ┌──┴───┬────────────────┬───────────────┬────────────────────┬─ ─ ─ ─ ─ ─ ─ ─┐
//!         │ head │ "pear" → "5"   │ "fig" → "1"   │ "apple" → "3"      │      free     │
//!         └──┬───┴────────────────┴───┬───────────┴───┬────────────────┴─ ─ ─ ─ ─ ─ ─ ─┘
//!            │        ▲               │   ▲           │   ▲            ▲               ▲
//!            │        └─── level 0 ───┘   └─ level 0 ─┘   │            allocated()     capacity()
//!            └──────────────────── level 0 ───────────────┘
//! ```
//!
//! (Really, high towers are laid at the arena's other end; `region.rs` says why.)
//!
//! From the bottom up: `memory.rs` has the bytes, `region.rs` the nodes in them and how links are
//! read and swapped (all `unsafe` is in these two, but for what `owned.rs` promises to one of them),
//! `search.rs` the way down, `path.rs` where it led, `insert.rs` how writers link in, `iter.rs` and
//! `cursor.rs` how readers go on, and `owned.rs` how they keep the list.
//!
//! # Invariants
//!
//! - The lowest level has every entry, in strictly ascending order.
//! - The nodes of a level are, in the same order, on the level below it; they are linked in there
//!   first.
//! - An entry that was found once is found as long as the list lives, and with the same value.
//! - `allocated()` ≤ `capacity()`, and every byte of it belongs to the head, to an entry, or to one
//!   that lost a race for its key.
//!
//! # Complexity
//!
//! `n` entries: `insert`, `get`, the bounds, `last` and every step backwards are O(log n) expected;
//! `first` and every step forwards O(1). Nobody waits for anybody: readers take as many steps as if
//! they were alone, and of several writers that want the same link one succeeds.
//!
//! An entry takes its key, its value, 8 bytes for their lengths, 4 for each link (on average 8) and
//! padding to a multiple of 4: 32 bytes with a key and a value of 8. The head takes 96 bytes.
//!
//! # Left out
//!
//! Links back (pebble has them: twice the links, for steps backwards without a search); growing
//! (LevelDB chains small blocks: no limit, but offsets become pointers, twice the size); removal and
//! overwriting, which an engine expresses by entries.
//!
//! Sources: LevelDB's `db/skiplist.h` and `util/arena.h` (one writer); RocksDB's
//! `memtable/inlineskiplist.h` (many writers; links below the node; the path that is kept, there
//! called splice); pebble's `internal/arenaskl` and badger's `skl` (offsets instead of pointers).

mod compare;
mod cursor;
mod error;
mod insert;
mod iter;
mod owned;
mod path;
mod region;
mod search;

use std::fmt;
use std::ops::{Bound, RangeBounds};

pub use compare::{Bytewise, Compare};
pub use cursor::Cursor;
pub use error::ArenaError;
pub use insert::Inserter;
pub use iter::{Iter, Range};
pub use owned::OwnedCursor;

use crate::height::DEFAULT_SEED;
use crate::memory::{AtomicUsize, Ordering};
use path::Path;
use region::{HEAD, Node, Region, node_bytes};
use search::{Sought, check_levels, descend, find};

/// An ordered map from byte strings to byte strings, to which one can only add, in one piece of
/// memory of a fixed size.
///
/// Any number of threads read and write it at the same time, by shared reference; none of them ever
/// waits. What is read is borrowed from the list.
///
/// ```
/// use skiplist::arena::{ArenaError, ArenaSkipList};
///
/// let memtable = ArenaSkipList::with_capacity(1 << 20)?;
/// std::thread::scope(|threads| {
///     threads.spawn(|| memtable.insert(b"pear", b"5"));
///     threads.spawn(|| memtable.insert(b"apple", b"3"));
/// });
/// assert_eq!(memtable.get(b"apple"), Some(b"3".as_slice()));
/// assert_eq!(memtable.insert(b"apple", b"4"), Err(ArenaError::Exists));
///
/// let keys: Vec<&[u8]> = memtable.iter().map(|(key, _)| key).collect();
/// assert_eq!(keys, [b"apple".as_slice(), b"pear"]);
/// # Ok::<(), ArenaError>(())
/// ```
pub struct ArenaSkipList<C = Bytewise> {
    region: Region,
    compare: C,
    /// Entries on the lowest level; those that are just being linked in may not be counted yet.
    len: AtomicUsize,
}

/// A key and its value.
pub type Entry<'a> = (&'a [u8], &'a [u8]);

impl ArenaSkipList {
    /// An empty list of `capacity` bytes, all it will ever take, ordered byte by byte. What is over
    /// a multiple of four is not used.
    ///
    /// The system sets the memory aside page by page, when it is first written to.
    ///
    /// # Errors
    ///
    /// [`ArenaError::Capacity`] below [`MIN_CAPACITY`](Self::MIN_CAPACITY) and above
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY), and [`ArenaError::OutOfMemory`].
    pub fn with_capacity(capacity: usize) -> Result<Self, ArenaError> {
        Self::with_comparator(capacity, Bytewise)
    }

    /// Bytes that an empty list takes.
    pub const MIN_CAPACITY: usize = HEAD as usize;

    /// Bytes that a list can have: 4 GiB less one, as links are numbers of 32 bits.
    pub const MAX_CAPACITY: usize = u32::MAX as usize;

    /// Bytes that an entry takes at least, with lengths given in bytes; `usize::MAX` when there are
    /// more. It fits if [`remaining`](Self::remaining) is as much.
    ///
    /// An average tower has a third of a link more, 4 bytes each.
    pub const fn entry_bytes(key_len: usize, value_len: usize) -> usize {
        node_bytes(key_len, value_len, 1)
    }
}

impl<C: Compare> ArenaSkipList<C> {
    /// An empty list of `capacity` bytes, in the order of `compare`.
    ///
    /// # Errors
    ///
    /// As [`ArenaSkipList::with_capacity`].
    pub fn with_comparator(capacity: usize, compare: C) -> Result<Self, ArenaError> {
        Self::with_seed(capacity, compare, DEFAULT_SEED)
    }

    /// As [`with_comparator`](Self::with_comparator), with the seed that towers are drawn with: the
    /// same insertions in the same order make the same list, byte for byte.
    ///
    /// Who knows the seed and chooses the lengths of entries can make a slow list.
    ///
    /// # Errors
    ///
    /// As [`ArenaSkipList::with_capacity`].
    pub fn with_seed(capacity: usize, compare: C, seed: u64) -> Result<Self, ArenaError> {
        let (least, most) = (ArenaSkipList::MIN_CAPACITY, ArenaSkipList::MAX_CAPACITY);
        let asked = capacity;
        let capacity = u32::try_from(capacity)
            .ok()
            .filter(|capacity| *capacity >= HEAD)
            .ok_or(ArenaError::Capacity { asked, least, most })?;
        let region = Region::new(capacity, seed).ok_or(ArenaError::OutOfMemory { asked })?;
        Ok(ArenaSkipList {
            region,
            compare,
            len: AtomicUsize::new(0),
        })
    }

    /// Adds an entry, a copy of `key` and `value`.
    ///
    /// When this returns, every thread that learns of it finds the entry.
    ///
    /// # Errors
    ///
    /// [`ArenaError::Exists`] if the key is there: it keeps the value that it has. When several
    /// threads insert a key at once, one of them succeeds. [`ArenaError::Full`] and
    /// [`ArenaError::EntryTooLarge`] if there is no room; a smaller entry may still fit.
    ///
    /// The list is then as it was, but for this: who finds another one to be first only when it has
    /// already allocated loses the room of its entry.
    pub fn insert(&self, key: &[u8], value: &[u8]) -> Result<(), ArenaError> {
        self.insert_with(key, value.len(), |bytes| bytes.copy_from_slice(value))
    }

    /// Adds an entry whose value `fill` writes into the arena itself, over `value_len` zeros.
    ///
    /// ```
    /// # use skiplist::arena::ArenaSkipList;
    /// let list = ArenaSkipList::with_capacity(1 << 16)?;
    /// list.insert_with(b"block", 4_096, |bytes| bytes[..5].copy_from_slice(b"hello"))?;
    /// assert_eq!(list.get(b"block").unwrap().len(), 4_096);
    /// # Ok::<(), skiplist::arena::ArenaError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert). `fill` is not called if the key is found or there is no room; it
    /// is called in vain if another thread inserts the key meanwhile.
    ///
    /// If `fill` panics, nothing is inserted, and the room is lost.
    pub fn insert_with(
        &self,
        key: &[u8],
        value_len: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<(), ArenaError> {
        let sought = self.sought(key);
        let mut path = Path::find(self.region.head(), &sought);
        self.insert_at(&mut path, &sought, value_len, fill)
    }

    /// Something that inserts keys quickly that come in order, or nearly so.
    pub fn inserter(&self) -> Inserter<'_, C> {
        Inserter::new(self)
    }

    // ANCHOR: get
    /// The value of `key`.
    #[inline]
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let sought = self.sought(key);
        let found = find(self.region.head(), |node| sought.order_of(node))?;
        Some(found.value())
    }
    // ANCHOR_END: get

    /// Whether `key` is there.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// The entry with the least key.
    pub fn first(&self) -> Option<Entry<'_>> {
        self.first_within(Bound::Unbounded).map(entry)
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<Entry<'_>> {
        self.last_within(Bound::Unbounded).map(entry)
    }

    /// The first entry above the bound: the least key that is not less (`Included`), or greater
    /// (`Excluded`).
    pub fn lower_bound(&self, bound: Bound<&[u8]>) -> Option<Entry<'_>> {
        self.first_within(bound.map(|key| self.sought(key)).as_ref())
            .map(entry)
    }

    /// The last entry below the bound: the greatest key that is not greater (`Included`), or less
    /// (`Excluded`).
    pub fn upper_bound(&self, bound: Bound<&[u8]>) -> Option<Entry<'_>> {
        self.last_within(bound.map(|key| self.sought(key)).as_ref())
            .map(entry)
    }

    /// The entries in ascending order; from the back, in descending order.
    ///
    /// An entry that was there when the iterator was made is not skipped, and none comes twice.
    /// What is inserted meanwhile comes or does not come.
    pub fn iter(&self) -> Iter<'_, C> {
        Iter::new(self)
    }

    /// The entries whose keys are within `range`, as [`iter`](Self::iter) gives them. A range that
    /// ends before it starts has none.
    ///
    /// ```
    /// # use skiplist::arena::ArenaSkipList;
    /// let list = ArenaSkipList::with_capacity(1 << 16)?;
    /// for key in [b"apple", b"grape", b"lemon"] {
    ///     list.insert(key, b"")?;
    /// }
    /// let from_b = list.range(b"b".as_slice()..);
    /// assert_eq!(from_b.map(|(key, _)| key).collect::<Vec<_>>(), [b"grape", b"lemon"]);
    /// # Ok::<(), skiplist::arena::ArenaError>(())
    /// ```
    pub fn range<'k>(&self, range: impl RangeBounds<&'k [u8]>) -> Range<'_, 'k, C> {
        Range::new(
            self,
            range.start_bound().cloned(),
            range.end_bound().cloned(),
        )
    }

    /// A cursor that goes both ways and can seek. It stands nowhere yet.
    pub fn cursor(&self) -> Cursor<'_, C> {
        Cursor::new(self)
    }

    /// How many entries there are; those that are being inserted at the moment may be missing.
    pub fn len(&self) -> usize {
        // Relaxed: a number for its own sake.
        self.len.load(Ordering::Relaxed)
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// Bytes of the arena.
    pub fn capacity(&self) -> usize {
        self.region.capacity() as usize
    }

    /// Bytes of the arena that are in use: the head's, and those of entries.
    pub fn allocated(&self) -> usize {
        self.capacity() - self.remaining()
    }

    /// Bytes of the arena that are free.
    pub fn remaining(&self) -> usize {
        self.region.free().len()
    }

    /// Bytes that the list takes: the arena, whether in use or not, and the list itself.
    pub fn memory_used(&self) -> usize {
        self.capacity() + size_of::<Self>()
    }

    /// Panics when an invariant is broken. Nobody may write meanwhile. O(n log n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        check_levels(self.region.head(), &self.compare);
        assert_eq!(self.iter().count(), self.len(), "the count is wrong");
    }

    fn count_one(&self) {
        // Relaxed: a number for its own sake.
        self.len.fetch_add(1, Ordering::Relaxed);
    }

    fn sought<'k>(&self, key: &'k [u8]) -> Sought<'k, '_, C> {
        Sought::new(key, &self.compare)
    }

    /// The first node above a bound.
    fn first_within(&self, bound: Bound<&Sought<'_, '_, C>>) -> Option<Node<'_>> {
        let head = self.region.head();
        let (_, next) = match bound {
            Bound::Unbounded => return self.region.foot().next().map(|(node, _)| node),
            Bound::Included(key) => descend(head, |node| key.order_of(node).is_lt(), |_, _| ()),
            Bound::Excluded(key) => descend(head, |node| key.order_of(node).is_le(), |_, _| ()),
        };
        next
    }

    /// The last node below a bound.
    fn last_within(&self, bound: Bound<&Sought<'_, '_, C>>) -> Option<Node<'_>> {
        let head = self.region.head();
        let (place, _) = match bound {
            Bound::Unbounded => descend(head, |_| true, |_, _| ()),
            Bound::Included(key) => descend(head, |node| key.order_of(node).is_le(), |_, _| ()),
            Bound::Excluded(key) => descend(head, |node| key.order_of(node).is_lt(), |_, _| ()),
        };
        place.node()
    }

    /// The node before another one.
    fn node_before(&self, node: Node<'_>) -> Option<Node<'_>> {
        self.last_within(Bound::Excluded(&self.sought(node.key())))
    }
}

/// What a node holds.
fn entry(node: Node<'_>) -> Entry<'_> {
    (node.key(), node.value())
}

impl<C: Compare> fmt::Debug for ArenaSkipList<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
