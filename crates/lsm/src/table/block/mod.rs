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
//! | varint | *shared*: bytes at the beginning of the user key that are those of the one before |
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
//! - Internal keys strictly ascend. What is written of each has the eight bytes behind the user key.
//! - An entry that a restart point leads to shares nothing.
//! - The first restart point is at 0. A block without entries has no restart point.
//!
//! Not all of this is checked when a block is opened, for that would be a pass over the block. What
//! is read is checked when it is read: whatever the bytes, nothing panics and every walk ends.
//!
//! # Complexity
//!
//! With `r` restart points and an interval of `i`, `seek` is O(log r + i), `next` O(1), and `prev`
//! O(i): it walks from the restart point before. Nothing is allocated but a cursor's key.
//!
//! `builder.rs` writes blocks, `search.rs` finds a key in one, `cursor.rs` goes through it.

mod builder;
mod cursor;
mod search;

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::cache::BlockId;
use crate::Result;
use crate::codec::Input;
use crate::key::{self, Kind, Sequence};

pub(super) use builder::BlockBuilder;
pub(super) use cursor::BlockCursor;
pub(super) use search::Sought;

/// A block in memory: verified, decompressed, and shared by all who read it.
#[derive(Clone)]
pub struct Block {
    bytes: Arc<[u8]>,
    /// Bytes of the entries; the restart points begin here.
    entries: u32,
    restarts: u32,
    id: BlockId,
}

impl Block {
    /// The block that has these bytes.
    pub(super) fn new(bytes: Arc<[u8]>, id: BlockId) -> Result<Self> {
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
            bytes,
            entries,
            restarts,
            id,
        })
    }

    /// Bytes of memory that it takes, about.
    pub fn memory_used(&self) -> usize {
        self.bytes.len() + size_of::<[usize; 2]>() + size_of::<Self>()
    }

    /// The block's name.
    pub(super) fn id(&self) -> BlockId {
        self.id
    }

    /// The bytes of a part of an entry.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
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
    /// The entry at `offset`, which is before the end.
    #[inline]
    fn entry(&self, offset: u32) -> Result<Entry> {
        let entries = self.entries();
        let parse = |input: &mut Input<'_>| {
            let [shared, rest, value] = input.three_lengths()?;
            let key_start = entries.len() - input.0.len();
            // What is written has a trailer at least: only user keys share anything.
            let value_start = key_start + rest;
            let is_key = rest >= key::TRAILER && rest <= input.0.len();
            (is_key && value <= input.0.len() - rest).then(|| Entry {
                shared,
                key: key_start..value_start,
                value: value_start..value_start + value,
            })
        };
        let mut input = Input(&entries[offset as usize..]);
        parse(&mut input).ok_or_else(|| self.id.corrupt("an entry does not fit into it"))
    }
    // ANCHOR_END: entry

    /// The key in full that a restart point leads to.
    fn restart_key(&self, number: u32) -> Result<&[u8]> {
        let entry = self.entry(self.restart(number)?)?;
        if entry.shared != 0 {
            return Err(self.id.corrupt("a restart point leads to half a key"));
        }
        Ok(&self.bytes[entry.key])
    }

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
pub(super) struct Entry {
    /// Bytes of the user key that are those of the entry before.
    shared: usize,
    key: Range<usize>,
    pub value: Range<usize>,
}

impl Entry {
    /// Number and kind of the version that it is, if there is such a kind.
    #[inline]
    pub fn version(&self, block: &Block) -> Option<(Sequence, Kind)> {
        let (_, trailer) = key::split(block.bytes(self.key.clone()));
        key::version(trailer)
    }
}

/// Some bytes of a block, which stays in memory as long as they do.
#[derive(Clone)]
pub struct BlockSlice {
    block: Block,
    range: Range<usize>,
}

impl BlockSlice {
    pub(super) fn new(block: Block, range: Range<usize>) -> Self {
        BlockSlice { block, range }
    }
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
