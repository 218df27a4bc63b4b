//! A block: entries in order, each without what its key has in common with the one before.
//!
//! Sorted keys look alike. `user:1001:name` after `user:1001:mail` is 10 bytes that one need not
//! write again. The price is that a key can only be read after the one before it, all the way from
//! the beginning; so every sixteenth key is written out in full, a *restart point*, and an array at
//! the end of the block says where these are. A search is a binary search among the restart points,
//! and then a walk over at most fifteen entries.
//!
//! ```text
//!   user:1001:mail  10│name  10│tel  5│2:mail …  user:1009:tel  10│web …   │ 0, 310 │ 2 │
//!   ▲ restart                                    ▲ restart                   restarts  how many
//! ```
//!
//! # Bytes
//!
// ANCHOR: layout
//! An entry:
//!
//! | bytes | |
//! |---|---|
//! | varint | *shared*: bytes at the beginning of the key that are those of the key before |
//! | varint | *rest*: further bytes of the key |
//! | varint | bytes of the value |
//! | rest | the rest of the key |
//! | … | the value |
//!
//! and behind all entries: the offset of each restart point, 4 bytes little-endian; their number,
//! 4.
// ANCHOR_END: layout
//!
//! # Invariants
//!
//! - Internal keys strictly ascend, and have at least eight bytes.
//! - An entry that a restart point leads to shares nothing.
//! - The first restart point is at 0. A block without entries has no restart point.
//!
//! Not all of this is checked when a block is opened, for that would be a pass over the block. What
//! is read is checked when it is read: whatever the bytes, nothing panics and every walk ends.
//!
//! # Complexity
//!
//! With `r` restart points and an interval of `i`, `seek` is O(log r + i), `next` O(1), and `prev`
//! O(i): it walks from the restart point before. Nothing is allocated but one key.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::cache::BlockId;
use crate::codec::{Input, put_varint};
use crate::cursor::Cursor;
use crate::{LsmError, Result, key};

/// Writes a block.
#[derive(Debug)]
pub(super) struct BlockBuilder {
    bytes: Vec<u8>,
    restarts: Vec<u32>,
    /// Entries from one restart point to the next.
    interval: usize,
    /// Entries since the last restart point.
    since: usize,
    last_key: Vec<u8>,
}

impl BlockBuilder {
    pub fn new(interval: usize) -> Self {
        BlockBuilder {
            bytes: Vec::new(),
            restarts: Vec::new(),
            interval,
            since: 0,
            last_key: Vec::new(),
        }
    }

    // ANCHOR: add
    /// Adds an entry whose key is greater than all before.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        let mut shared = 0;
        if self.restarts.is_empty() || self.since == self.interval {
            self.restarts.push(self.bytes.len() as u32);
            self.since = 0;
        } else {
            shared = shared_prefix(&self.last_key, key);
        }
        put_varint(&mut self.bytes, shared as u64);
        put_varint(&mut self.bytes, (key.len() - shared) as u64);
        put_varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend_from_slice(&key[shared..]);
        self.bytes.extend_from_slice(value);
        self.last_key.truncate(shared);
        self.last_key.extend_from_slice(&key[shared..]);
        self.since += 1;
    }
    // ANCHOR_END: add

    pub fn is_empty(&self) -> bool {
        self.restarts.is_empty()
    }

    /// Bytes that the block has so far, before compression.
    pub fn len(&self) -> usize {
        self.bytes.len() + 4 * (self.restarts.len() + 1)
    }

    /// The block's bytes. The next entry begins another block.
    pub fn finish(&mut self) -> &[u8] {
        for restart in &self.restarts {
            self.bytes.extend_from_slice(&restart.to_le_bytes());
        }
        let restarts = self.restarts.len() as u32;
        self.bytes.extend_from_slice(&restarts.to_le_bytes());
        &self.bytes
    }

    /// Empties it, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.restarts.clear();
        self.last_key.clear();
        self.since = 0;
    }
}

/// How many bytes `a` and `b` have in common at their beginnings.
fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// A block in memory: verified, decompressed, and shared by all who read it.
#[derive(Clone)]
pub struct Block {
    bytes: Arc<Vec<u8>>,
    /// Bytes of the entries; the restart points begin here.
    entries: u32,
    restarts: u32,
    id: BlockId,
}

impl Block {
    /// The block that has these bytes.
    pub(super) fn new(bytes: Vec<u8>, id: BlockId) -> Result<Self> {
        let shape = || {
            let (rest, restarts) = bytes.split_last_chunk()?;
            let restarts = u32::from_le_bytes(*restarts);
            let tail = usize::try_from(restarts).ok()?.checked_mul(4)?;
            let entries = u32::try_from(rest.len().checked_sub(tail)?).ok()?;
            let first = Input(&bytes[entries as usize..]).u32()?;
            // The first restart point, or their number, if there are none: 0 in either case.
            (first == 0 && (restarts == 0) == (entries == 0)).then_some((entries, restarts))
        };
        let (entries, restarts) =
            shape().ok_or_else(|| id.corrupt("its restart points do not fit into it"))?;
        Ok(Block {
            bytes: Arc::new(bytes),
            entries,
            restarts,
            id,
        })
    }

    /// Bytes of memory that it takes, about.
    pub fn memory_used(&self) -> usize {
        self.bytes.capacity() + size_of::<Vec<u8>>() + size_of::<Self>()
    }

    /// How many restart points there are.
    pub(super) fn restarts(&self) -> u32 {
        self.restarts
    }

    fn entries(&self) -> &[u8] {
        &self.bytes[..self.entries as usize]
    }

    /// Where the entry of a restart point begins.
    fn restart(&self, number: u32) -> Result<u32> {
        let at = self.entries as usize + 4 * number as usize;
        let mut bytes = Input(&self.bytes[at..]);
        bytes
            .u32()
            .filter(|restart| *restart < self.entries)
            .ok_or_else(|| self.id.corrupt("a restart point is outside"))
    }

    // ANCHOR: entry
    /// The entry at `offset`.
    #[inline]
    fn entry(&self, offset: u32) -> Result<Entry> {
        let entries = self.entries();
        let mut input = Input(&entries[offset as usize..]);
        let parse = |input: &mut Input<'_>| {
            let (shared, rest, value) = (input.length()?, input.length()?, input.length()?);
            let key_start = entries.len() - input.0.len();
            input.bytes(rest)?;
            let value_start = entries.len() - input.0.len();
            input.bytes(value)?;
            Some(Entry {
                shared,
                key: key_start..value_start,
                value: value_start..value_start + value,
            })
        };
        parse(&mut input).ok_or_else(|| self.id.corrupt("an entry does not fit into it"))
    }
    // ANCHOR_END: entry

    /// The key in full that a restart point leads to.
    fn restart_key(&self, number: u32) -> Result<&[u8]> {
        let entry = self.entry(self.restart(number)?)?;
        if entry.shared != 0 || entry.key.len() < key::TRAILER {
            return Err(self.id.corrupt("a restart point leads to half a key"));
        }
        Ok(&self.bytes[entry.key])
    }

    // ANCHOR: search
    /// The last restart point of a range whose key is less than `key`, or else the first one.
    fn restart_before(&self, key: &[u8], range: Range<u32>) -> Result<u32> {
        let (mut low, mut high) = (range.start, range.end);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match key::compare(self.restart_key(middle)?, key).is_lt() {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(low)
    }
    // ANCHOR_END: search

    /// The last restart point whose entry is before `offset`.
    fn restart_before_offset(&self, offset: u32) -> Result<u32> {
        let (mut low, mut high) = (0, self.restarts);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.restart(middle)? < offset {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(low)
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block")
            .field("id", &self.id)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Where in the block an entry's parts are.
struct Entry {
    shared: usize,
    key: Range<usize>,
    value: Range<usize>,
}

/// Some bytes of a block, which stays in memory as long as they do.
#[derive(Clone)]
pub struct BlockSlice {
    block: Block,
    range: Range<usize>,
}

impl Deref for BlockSlice {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.block.bytes[self.range.clone()]
    }
}

impl fmt::Debug for BlockSlice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A cursor over the entries of a block.
///
/// # Invariants
///
/// - `key` is the whole key of the entry it stands on, at `offset`; `next` is where the entry
///   behind it begins, and `value` where its value is.
/// - It stands nowhere when `offset` is the end of the entries.
#[derive(Clone)]
pub(super) struct BlockCursor {
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
        if entry.shared > self.key.len() || entry.shared + entry.key.len() < key::TRAILER {
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
    pub fn seek_within(&mut self, key: &[u8], range: Range<u32>) -> Result<()> {
        let outcome = self.try_seek(key, range);
        self.checked(outcome)
    }

    fn try_seek(&mut self, key: &[u8], range: Range<u32>) -> Result<()> {
        if self.block.entries == 0 {
            return Ok(());
        }
        let restart = self.block.restart_before(key, range)?;
        self.stand_on_restart(restart)?;
        while self.is_valid() && key::compare(&self.key, key).is_lt() {
            self.step_to(self.next)?;
        }
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
        self.seek_within(key, 0..self.block.restarts)
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
