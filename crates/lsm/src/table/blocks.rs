//! A table block by block, for those who look into its file or verify it.
//!
//! Readers want entries, and stop at the first block that is damaged. Who looks for damage wants
//! to know of all of it: here a block that is damaged is an item, and the next one follows.

use std::fmt;
use std::sync::Arc;

use super::block::{Block, BlockCursor};
use super::format::{BLOCK_TRAILER, FOOTER};
use super::reader::Table;
use crate::Result;
use crate::cursor::Cursor;
use crate::key;

/// A stretch of a table's file that is not data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// `filter`, `tombstones`, `properties`, `index` or `footer`.
    pub name: &'static str,
    /// Where it begins, in bytes.
    pub offset: u64,
    /// How many bytes it takes, its checksum among them.
    pub file_len: u64,
}

/// A data block that was found sound.
pub struct DataBlock {
    /// Where in the file it begins, in bytes.
    pub offset: u64,
    /// How many bytes of the file it takes, its checksum among them.
    pub file_len: u64,
    /// The key in the index: not less than any in the block, and less than those of the next.
    pub separator: Vec<u8>,
    block: Block,
}

impl DataBlock {
    /// Calls `visit` with each internal key and its value, in order.
    pub fn for_each(&self, mut visit: impl FnMut(&[u8], &[u8])) {
        let mut cursor = BlockCursor::new(self.block.clone());
        // Whoever has a block has walked through all of it without an error.
        let mut step = cursor.seek_to_first();
        while let (Ok(()), Some((key, value))) = (&step, cursor.current()) {
            visit(key, value);
            step = cursor.next();
        }
    }

    /// Bytes of the block in memory, decompressed.
    pub fn memory_used(&self) -> usize {
        self.block.memory_used()
    }
}

impl fmt::Debug for DataBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataBlock")
            .field("offset", &self.offset)
            .field("file_len", &self.file_len)
            .field("separator", &self.separator)
            .finish_non_exhaustive()
    }
}

/// The data blocks of a table, in order. Made by [`Table::data_blocks`].
pub struct DataBlocks {
    table: Arc<Table>,
    index: BlockCursor,
    /// The greatest key so far; empty before the first.
    last: Vec<u8>,
    entries: u64,
    /// Whether a block was damaged, so that the count says nothing.
    is_damaged: bool,
    is_over: bool,
}

impl Table {
    /// Where in the file all is that is not data, in order.
    ///
    /// # Errors
    ///
    /// What the source says.
    pub fn parts(&self) -> Result<Vec<Part>> {
        let footer = self.file().footer()?;
        let handles = [
            ("filter", footer.filter),
            ("tombstones", footer.tombstones),
            ("properties", footer.properties),
            ("index", footer.index),
        ];
        let handles = handles.into_iter().filter(|(_, handle)| handle.exists());
        let mut parts: Vec<Part> = handles
            .map(|(name, handle)| Part {
                name,
                offset: handle.offset,
                file_len: u64::from(handle.len) + BLOCK_TRAILER as u64,
            })
            .collect();
        parts.push(Part {
            name: "footer",
            offset: self.file_len() - FOOTER as u64,
            file_len: FOOTER as u64,
        });
        parts.sort_by_key(|part| part.offset);
        Ok(parts)
    }

    /// Reads every data block from the file, and checks that checksums are right, keys ascend and
    /// are in the filter, separators separate, and there are as many entries as the properties say.
    /// A block that is damaged is an error, and the next block follows.
    pub fn data_blocks(self: &Arc<Self>) -> DataBlocks {
        DataBlocks {
            index: BlockCursor::new(self.index()),
            table: Arc::clone(self),
            last: Vec::new(),
            entries: 0,
            is_damaged: false,
            is_over: false,
        }
    }
}

impl DataBlocks {
    fn step(&mut self) -> Result<Option<DataBlock>> {
        // From nowhere, this is to the first.
        if let Err(error) = self.index.next() {
            self.is_over = true;
            return Err(error);
        }
        let Some((separator, handle)) = self.index.current() else {
            self.is_over = true;
            return self.check_count().map(|()| None);
        };
        let separator = separator.to_vec();
        let handle = self.table.handle(handle)?;
        let block = DataBlock {
            offset: handle.offset,
            file_len: u64::from(handle.len) + BLOCK_TRAILER as u64,
            block: self.table.read_block(handle)?,
            separator,
        };
        self.check(&block)?;
        Ok(Some(block))
    }

    // ANCHOR: check
    fn check(&mut self, block: &DataBlock) -> Result<()> {
        let mut data = BlockCursor::new(block.block.clone());
        data.seek_to_first()?;
        while let Some((key, _)) = data.current() {
            if !self.last.is_empty() && key::compare(&self.last, key).is_ge() {
                return Err(data.id().corrupt("its keys do not ascend"));
            }
            if key::parse(key).is_none() || !self.table.may_contain(key::user_key(key)) {
                return Err(data.id().corrupt("it has a key that the table cannot have"));
            }
            self.last.clear();
            self.last.extend_from_slice(key);
            self.entries += 1;
            data.next()?;
        }
        if key::compare(&self.last, &block.separator).is_gt() {
            return Err(self
                .index
                .id()
                .corrupt("a separator is less than its block"));
        }
        self.last.clone_from(&block.separator);
        Ok(())
    }
    // ANCHOR_END: check

    fn check_count(&self) -> Result<()> {
        if self.is_damaged || self.entries == self.table.properties().entries {
            return Ok(());
        }
        let what = "it leads to fewer or more entries than there are";
        Err(self.index.id().corrupt(what))
    }
}

impl fmt::Debug for DataBlocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataBlocks")
            .field("table", &self.table.number())
            .finish_non_exhaustive()
    }
}

impl Iterator for DataBlocks {
    type Item = Result<DataBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let item = self.step().transpose();
        self.is_damaged |= matches!(item, Some(Err(_)));
        item
    }
}
