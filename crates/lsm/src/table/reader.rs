//! Reading a table: one key, or all of them in order.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bloom::BlockedBloomFilter;

use super::block::{Block, BlockCursor, BlockSlice, Entry, Sought};
use super::builder::FILTER_SEED;
use super::cache::BlockCache;
use super::cursor::TableCursor;
use super::format::{BlockFile, Handle};
use super::hints::Hints;
use super::properties::Properties;
use super::source::ReadAt;
use crate::codec::Input;
use crate::cursor::Cursor;
use crate::key::{self, Kind, Sequence};
use crate::range_tombstones::{RangeTombstone, RangeTombstones};
use crate::{LsmError, Result};

/// A table that is open for reading, by any number of threads.
pub struct Table {
    file: BlockFile,
    index: Block,
    hints: Hints,
    filter: Option<BlockedBloomFilter>,
    tombstones: Arc<RangeTombstones>,
    properties: Properties,
    cache: Arc<dyn BlockCache>,
}

/// A version of a key that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The number of the write.
    pub sequence: Sequence,
    /// What the write did.
    pub kind: Kind,
    /// What is stored with it.
    pub value: BlockSlice,
}

impl Table {
    /// Opens the table with this number, and reads all but its data blocks.
    ///
    /// The number is the table's name in errors and in the cache, and must be its own for ever.
    ///
    /// # Errors
    ///
    /// [`NotATable`](crate::LsmError::NotATable), [`TableVersion`](crate::LsmError::TableVersion),
    /// [`CorruptTable`](crate::LsmError::CorruptTable), and what the source says.
    pub fn open(source: Arc<dyn ReadAt>, number: u64, cache: Arc<dyn BlockCache>) -> Result<Self> {
        let file = BlockFile::new(source, number)?;
        let footer = file.footer()?;
        let filter = match footer.filter {
            handle if handle.exists() => {
                let filter = BlockedBloomFilter::from_bytes(&file.read(handle)?);
                Some(filter.map_err(|_| file.id(handle).corrupt("it is no filter"))?)
            }
            _ => None,
        };
        let tombstones = match footer.tombstones {
            handle if handle.exists() => read_tombstones(read_block(&file, handle)?)?,
            _ => RangeTombstones::default(),
        };
        let properties =
            Properties::from_bytes(&file.read(footer.properties)?).ok_or_else(|| {
                file.id(footer.properties)
                    .corrupt("these are no properties")
            })?;
        let index = read_block(&file, footer.index)?;
        Ok(Table {
            hints: hints(&index)?,
            index,
            filter,
            tombstones: Arc::new(tombstones),
            properties,
            cache,
            file,
        })
    }

    // ANCHOR: get
    /// The newest version of `user_key` that is not newer than `snapshot`.
    ///
    /// It may be a tombstone. Range tombstones are not looked at.
    ///
    /// # Errors
    ///
    /// [`CorruptTable`](crate::LsmError::CorruptTable), and what the source says.
    pub fn get(&self, user_key: &[u8], snapshot: Sequence) -> Result<Option<Found>> {
        self.get_hashed(user_key, filter_hash(user_key), snapshot)
    }

    /// [`get`](Self::get) for a key that many tables are asked for: its hash, by
    /// [`bloom::hash_bytes`] with seed 0, is computed once.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_hashed(
        &self,
        user_key: &[u8],
        hash: u64,
        snapshot: Sequence,
    ) -> Result<Option<Found>> {
        match self.rules_out(hash) {
            true => Ok(None),
            false => self.get_unfiltered(user_key, snapshot),
        }
    }

    /// [`get`](Self::get), whatever the filter says.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_unfiltered(&self, user_key: &[u8], snapshot: Sequence) -> Result<Option<Found>> {
        let sought = Sought::version(user_key, snapshot);
        let Some(index) = self.index.find(sought, self.narrow(user_key))? else {
            return Ok(None);
        };
        let block = self.data_block(self.index.bytes(index.entry.value))?;
        match block.find(sought, 0..block.restarts())? {
            Some(found) if found.is_version => self.found(block, found.entry).map(Some),
            _ => Ok(None),
        }
    }
    // ANCHOR_END: get

    /// Whether the filter says that `user_key` may be in the table; `true` without a filter.
    pub fn may_contain(&self, user_key: &[u8]) -> bool {
        !self.rules_out(filter_hash(user_key))
    }

    /// Whether there is a filter.
    pub fn has_filter(&self) -> bool {
        self.filter.is_some()
    }

    /// Whether the filter says that no key with this hash is in the table: `false` without one.
    #[inline]
    pub fn rules_out(&self, hash: u64) -> bool {
        let filter = self.filter.as_ref();
        filter.is_some_and(|filter| !filter.contains_hash(hash))
    }

    /// A cursor over all entries, without range tombstones. It stands nowhere yet, and keeps the
    /// table open.
    pub fn cursor(self: &Arc<Self>) -> TableCursor {
        TableCursor::new(Arc::clone(self))
    }

    /// The range tombstones.
    #[inline]
    pub fn range_tombstones(&self) -> &Arc<RangeTombstones> {
        &self.tombstones
    }

    /// Reads every block, and checks that checksums are right, keys ascend, separators separate and
    /// the counts are those of the properties.
    ///
    /// # Errors
    ///
    /// [`CorruptTable`](crate::LsmError::CorruptTable) with the first block that is damaged, and
    /// what the source says. O(n).
    pub fn verify(self: &Arc<Self>) -> Result<()> {
        self.data_blocks().try_for_each(|block| block.map(drop))
    }

    // ANCHOR: damage
    /// As [`verify`](Self::verify), but goes on behind what is damaged: all that is wrong.
    pub fn damage(self: &Arc<Self>) -> Vec<LsmError> {
        self.data_blocks().filter_map(Result::err).collect()
    }
    // ANCHOR_END: damage

    /// What the table says about itself.
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    /// The table's number.
    pub fn number(&self) -> u64 {
        self.file.table()
    }

    /// Bytes of the file.
    pub fn file_len(&self) -> u64 {
        self.file.len()
    }

    /// Bytes of memory that an open table takes, beside its data blocks: index, filter, tombstones.
    pub fn memory_used(&self) -> usize {
        let filter = self.filter.as_ref().map_or(0, |filter| filter.bits() / 8);
        let tombstones = self.tombstones.memory_used();
        let index = self.index.memory_used() + self.hints.memory_used();
        size_of::<Self>() + index + filter + tombstones
    }

    /// An entry of a data block, as a version of its key.
    fn found(&self, block: Block, entry: Entry) -> Result<Found> {
        let (sequence, kind) =
            (entry.version(&block)).ok_or_else(|| block.id().corrupt("a key is of no kind"))?;
        Ok(Found {
            sequence,
            kind,
            value: BlockSlice::new(block, entry.value),
        })
    }

    /// Among which separators the search for a version of `user_key` begins.
    #[inline]
    pub(super) fn narrow(&self, user_key: &[u8]) -> Range<u32> {
        self.hints.narrow(user_key, self.index.restarts())
    }

    pub(super) fn index(&self) -> Block {
        self.index.clone()
    }

    // ANCHOR: data_block
    /// The data block that an entry of the index leads to: from the cache, or else from the file.
    pub(super) fn data_block(&self, handle: &[u8]) -> Result<Block> {
        let handle = self.handle(handle)?;
        let id = self.file.id(handle);
        if let Some(block) = self.cache.get(id) {
            return Ok(block);
        }
        let block = read_block(&self.file, handle)?;
        self.cache.insert(id, block.clone());
        Ok(block)
    }
    // ANCHOR_END: data_block

    /// The data block, from the file in any case.
    pub(super) fn read_block(&self, handle: Handle) -> Result<Block> {
        read_block(&self.file, handle)
    }

    pub(super) fn file(&self) -> &BlockFile {
        &self.file
    }

    /// The place that an entry of the index is.
    pub(super) fn handle(&self, bytes: &[u8]) -> Result<Handle> {
        Handle::read(&mut Input(bytes))
            .ok_or_else(|| self.index.id().corrupt("an entry is no place"))
    }
}

fn read_block(file: &BlockFile, handle: Handle) -> Result<Block> {
    Block::new(file.read(handle)?, file.id(handle))
}

fn read_tombstones(block: Block) -> Result<RangeTombstones> {
    let mut ranges = Vec::new();
    let mut cursor = BlockCursor::new(block);
    cursor.seek_to_first()?;
    while let Some((internal_key, end)) = cursor.current() {
        let start = key::parse(internal_key)
            .filter(|start| start.kind == Kind::DeleteRange)
            .ok_or_else(|| cursor.id().corrupt("a tombstone is none"))?;
        ranges.push(RangeTombstone {
            start: start.user_key.to_vec(),
            end: end.to_vec(),
            sequence: start.sequence,
        });
        cursor.next()?;
    }
    Ok(ranges.into_iter().collect())
}

/// The hash by which filters know a user key.
#[inline]
pub fn filter_hash(user_key: &[u8]) -> u64 {
    bloom::hash_bytes(user_key, FILTER_SEED)
}

/// The hints of an index.
fn hints(index: &Block) -> Result<Hints> {
    let mut keys = Vec::new();
    let mut cursor = BlockCursor::new(index.clone());
    cursor.seek_to_first()?;
    while let Some((key, _)) = cursor.current() {
        keys.push(key.to_vec());
        cursor.next()?;
    }
    Ok(Hints::new(&keys))
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("number", &self.number())
            .field("file_len", &self.file_len())
            .field("properties", &self.properties)
            .finish_non_exhaustive()
    }
}
