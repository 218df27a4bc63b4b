//! Going through a block, entry by entry.

use std::ops::Range;

use super::search::Sought;
use super::{Block, BlockSlice};
use crate::cursor::Cursor;
use crate::table::cache::BlockId;
use crate::{LsmError, Result, key};

/// A cursor over the entries of a block.
///
/// # Invariants
///
/// - `key` is the whole key of the entry it stands on, at `offset`; `next` is where the entry
///   behind it begins, and `value` where its value is.
/// - It stands nowhere when `offset` is the end of the entries.
#[derive(Clone)]
pub(in crate::table) struct BlockCursor {
    block: Block,
    offset: u32,
    next: u32,
    key: Vec<u8>,
    value: Range<usize>,
}

impl BlockCursor {
    pub fn new(block: Block) -> Self {
        let end = block.entries;
        BlockCursor {
            block,
            offset: end,
            next: end,
            key: Vec::new(),
            value: 0..0,
        }
    }

    /// Leaves the block for another one, and stands nowhere in it. Keeps the memory of the key.
    pub fn enter(&mut self, block: Block) {
        self.block = block;
        self.stand_nowhere();
    }

    fn stand_nowhere(&mut self) {
        self.offset = self.block.entries;
        self.next = self.block.entries;
        self.key.clear();
        self.value = 0..0;
    }

    pub fn is_valid(&self) -> bool {
        self.offset < self.block.entries
    }

    pub fn id(&self) -> BlockId {
        self.block.id
    }

    /// The value it stands on, for longer than the cursor.
    pub fn value_slice(&self) -> BlockSlice {
        BlockSlice {
            block: self.block.clone(),
            range: self.value.clone(),
        }
    }

    /// To the entry at `offset`, of which `self.key` is the key before; nowhere, at the end.
    // ANCHOR: step
    fn step_to(&mut self, offset: u32) -> Result<()> {
        if offset >= self.block.entries {
            self.stand_nowhere();
            return Ok(());
        }
        let entry = self.block.entry(offset)?;
        if entry.shared > key::user_key(&self.key).len() {
            return Err(self.corrupt("a key shares more than there is"));
        }
        self.key.truncate(entry.shared);
        self.key.extend_from_slice(&self.block.bytes[entry.key]);
        self.offset = offset;
        self.next = entry.value.end as u32;
        self.value = entry.value;
        Ok(())
    }
    // ANCHOR_END: step

    fn stand_on_restart(&mut self, number: u32) -> Result<()> {
        let offset = self.block.restart(number)?;
        self.key.clear();
        self.step_to(offset)
    }

    /// From a restart point on, to the last entry that begins before `end`.
    fn walk_until(&mut self, restart: u32, end: u32) -> Result<()> {
        self.stand_on_restart(restart)?;
        while self.next < end {
            self.step_to(self.next)?;
        }
        Ok(())
    }

    fn corrupt(&self, what: &'static str) -> LsmError {
        self.block.id.corrupt(what)
    }

    /// `outcome`; after an error, it stands nowhere.
    fn checked(&mut self, outcome: Result<()>) -> Result<()> {
        if outcome.is_err() {
            self.stand_nowhere();
        }
        outcome
    }

    /// As [`seek`](Cursor::seek), where it is known that the last restart point whose key is less,
    /// or else the first one of all, is in `range`.
    pub fn seek_within(&mut self, sought: Sought<'_>, range: Range<u32>) -> Result<()> {
        let found = match self.block.find(sought, range) {
            Ok(Some(found)) => found,
            outcome => {
                self.stand_nowhere();
                return outcome.map(|_| ());
            }
        };
        // What it shares with the key before, it shares with the one sought.
        self.key.clear();
        let shared = &sought.user_key[..found.entry.shared];
        self.key.reserve(shared.len() + found.entry.key.len());
        self.key.extend_from_slice(shared);
        self.key
            .extend_from_slice(&self.block.bytes[found.entry.key]);
        self.offset = found.offset;
        self.next = found.entry.value.end as u32;
        self.value = found.entry.value;
        Ok(())
    }

    fn try_prev(&mut self) -> Result<()> {
        if self.offset == 0 {
            self.stand_nowhere();
            return Ok(());
        }
        let (end, restart) = (self.offset, self.block.restart_before_offset(self.offset)?);
        self.walk_until(restart, end)
    }
}

impl Cursor for BlockCursor {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.is_valid()
            .then(|| (&*self.key, &self.block.bytes[self.value.clone()]))
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.key.clear();
        let outcome = self.step_to(0);
        self.checked(outcome)
    }

    fn seek_to_last(&mut self) -> Result<()> {
        let Some(last) = self.block.restarts.checked_sub(1) else {
            return Ok(());
        };
        let end = self.block.entries;
        let outcome = self.walk_until(last, end);
        self.checked(outcome)
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.seek_within(Sought::internal(key), 0..self.block.restarts)
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        self.seek(key)?;
        self.prev()
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        if !self.is_valid() {
            return self.seek_to_first();
        }
        let outcome = self.step_to(self.next);
        self.checked(outcome)
    }

    fn prev(&mut self) -> Result<()> {
        if !self.is_valid() {
            return self.seek_to_last();
        }
        let outcome = self.try_prev();
        self.checked(outcome)
    }
}
