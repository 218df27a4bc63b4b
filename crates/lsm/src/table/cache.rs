//! What was read from tables, for whoever needs it next.
//!
//! A database reads the same blocks over and over: those of the keys that everybody asks for. The
//! operating system keeps files in memory as well, but as they are on disk; a block from this cache
//! is verified and decompressed already, and costs no system call.
//!
//! A table does not know which policy evicts. The seam is two calls wide, so that a test can count
//! them, and all tables of a database share one cache.

use std::num::NonZeroUsize;

use lru::{S3FifoCache, ShardedCache};

use super::block::Block;
use crate::LsmError;

/// Which block: blocks never change, so this is their name for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockId {
    /// Number of the table's file.
    pub table: u64,
    /// Where in the file the block begins, in bytes.
    pub offset: u64,
}

impl BlockId {
    pub(super) fn corrupt(self, what: &'static str) -> LsmError {
        LsmError::CorruptTable {
            table: self.table,
            offset: self.offset,
            what,
        }
    }
}

/// A place for blocks, from which they may vanish at any time.
pub trait BlockCache: Send + Sync {
    /// The block, if it is there.
    fn get(&self, id: BlockId) -> Option<Block>;

    /// Keeps a block, maybe.
    fn insert(&self, id: BlockId, block: Block);
}

/// A cache that keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

impl BlockCache for NoCache {
    fn get(&self, _: BlockId) -> Option<Block> {
        None
    }

    fn insert(&self, _: BlockId, _: Block) {}
}

// ANCHOR: cache
/// A cache for threads: when the bytes are used up, blocks leave that nobody asked for again.
///
/// The policy is S3-FIFO. A hit writes one byte; in LRU it would relink three entries, which are
/// three more waits for memory, as much as the search in a block. And a scan over the database does
/// not wash out what look-ups need.
#[derive(Debug)]
pub struct SharedBlockCache {
    blocks: ShardedCache<BlockId, Block, S3FifoCache<BlockId, Block>>,
}

impl SharedBlockCache {
    /// A cache for `capacity` bytes of blocks.
    pub fn new(capacity: NonZeroUsize) -> Self {
        let weigh = |_: &BlockId, block: &Block| block.memory_used();
        let blocks = ShardedCache::new(capacity, |share| S3FifoCache::weighted(share, weigh));
        SharedBlockCache { blocks }
    }

    /// Hits, misses, evictions.
    pub fn stats(&self) -> lru::Stats {
        self.blocks.stats()
    }
}

impl BlockCache for SharedBlockCache {
    fn get(&self, id: BlockId) -> Option<Block> {
        self.blocks.get(&id)
    }

    fn insert(&self, id: BlockId, block: Block) {
        self.blocks.put(id, block);
    }
}
// ANCHOR_END: cache
