//! A cursor over a table: one in the index, and one in the data block that it leads to.
//!
//! ```text
//!   index   ┄┄ fig ┄┄ melon ┄┄ zucchini          seek "kiwi": the first separator not less
//!                       │
//!   data    grape · kiwi · lemon                 and then within its block
//! ```
//!
//! A separator may be greater than all of its block, and what is sought between the two: then the
//! block has nothing, and the answer is the first entry of the next one.

use std::fmt;
use std::sync::Arc;

use super::block::{BlockCursor, BlockSlice, Sought};
use super::reader::Table;
use crate::Result;
use crate::cursor::Cursor;

/// A cursor over the entries of a table.
///
/// # Invariants
///
/// - `data` stands on an entry if the cursor does, and `index` on the entry of that block.
#[derive(Clone)]
pub struct TableCursor {
    table: Arc<Table>,
    index: BlockCursor,
    data: Option<BlockCursor>,
}

impl TableCursor {
    pub(super) fn new(table: Arc<Table>) -> Self {
        let index = BlockCursor::new(table.index());
        TableCursor {
            table,
            index,
            data: None,
        }
    }

    /// The value it stands on, for longer than the cursor does.
    pub fn value_slice(&self) -> Option<BlockSlice> {
        let data = self.data.as_ref().filter(|data| data.is_valid())?;
        Some(data.value_slice())
    }

    fn seek_index(&mut self, key: &[u8]) -> Result<()> {
        let sought = Sought::internal(key);
        self.index
            .seek_within(sought, self.table.narrow(sought.user_key))
    }

    /// Enters the block that the index stands on; `None` if it stands nowhere.
    fn enter(&mut self) -> Result<Option<&mut BlockCursor>> {
        let Some((_, handle)) = self.index.current() else {
            self.data = None;
            return Ok(None);
        };
        let block = match self.table.data_block(handle) {
            Ok(block) => block,
            Err(error) => {
                self.data = None;
                return Err(error);
            }
        };
        match &mut self.data {
            Some(data) => data.enter(block),
            None => self.data = Some(BlockCursor::new(block)),
        }
        Ok(self.data.as_mut())
    }

    fn is_valid(&self) -> bool {
        self.data.as_ref().is_some_and(BlockCursor::is_valid)
    }

    // ANCHOR: skip
    /// If the block has no more entries, on to the first one of a block that has.
    fn skip_forward(&mut self) -> Result<()> {
        while !self.is_valid() && self.index.is_valid() {
            self.index.next()?;
            if let Some(data) = self.enter()? {
                data.seek_to_first()?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: skip

    /// If the block has no more entries, back to the last one of a block that has.
    fn skip_back(&mut self) -> Result<()> {
        while !self.is_valid() && self.index.is_valid() {
            self.index.prev()?;
            if let Some(data) = self.enter()? {
                data.seek_to_last()?;
            }
        }
        Ok(())
    }
}

impl Cursor for TableCursor {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.data.as_ref()?.current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.index.seek_to_first()?;
        if let Some(data) = self.enter()? {
            data.seek_to_first()?;
        }
        self.skip_forward()
    }

    fn seek_to_last(&mut self) -> Result<()> {
        self.index.seek_to_last()?;
        if let Some(data) = self.enter()? {
            data.seek_to_last()?;
        }
        self.skip_back()
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.seek_index(key)?;
        if let Some(data) = self.enter()? {
            data.seek(key)?;
        }
        self.skip_forward()
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        self.seek_index(key)?;
        if !self.index.is_valid() {
            return self.seek_to_last();
        }
        if let Some(data) = self.enter()? {
            data.seek_before(key)?;
        }
        self.skip_back()
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        match &mut self.data {
            Some(data) if data.is_valid() => data.next()?,
            _ => return self.seek_to_first(),
        }
        self.skip_forward()
    }

    fn prev(&mut self) -> Result<()> {
        match &mut self.data {
            Some(data) if data.is_valid() => data.prev()?,
            _ => return self.seek_to_last(),
        }
        self.skip_back()
    }
}

impl fmt::Debug for TableCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableCursor")
            .field("table", &self.table.number())
            .field("current", &self.current())
            .finish()
    }
}
