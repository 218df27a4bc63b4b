//! How a database is to be kept.

use std::fmt;
use std::sync::Arc;

use wal::SyncPolicy;

use super::clock::{Clock, SystemClock};
use crate::compaction::{Leveled, Strategy};
use crate::table::{Compression, TableOptions};

/// How a database is to be kept. Any of this may change from one opening to the next.
///
/// ```
/// use lsm::{Options, SyncPolicy, compaction::SizeTiered};
///
/// let options = Options::new()
///     .memtable_size(16 << 20)
///     .sync(SyncPolicy::Os)
///     .compaction(SizeTiered::default());
/// ```
#[derive(Clone)]
pub struct Options {
    pub(crate) memtable_size: usize,
    pub(crate) table_size: Option<u64>,
    pub(crate) table: TableOptions,
    pub(crate) block_cache: usize,
    pub(crate) sync: SyncPolicy,
    pub(crate) strategy: Arc<dyn Strategy>,
    pub(crate) threads: usize,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) create_if_missing: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// A memtable and a block cache of 64 MiB each, every write synced, leveled compaction, two
    /// threads.
    pub fn new() -> Self {
        Options {
            memtable_size: 64 << 20,
            table_size: None,
            table: TableOptions::default(),
            block_cache: 64 << 20,
            sync: SyncPolicy::EveryWrite,
            strategy: Arc::new(Leveled::default()),
            threads: 2,
            clock: Arc::new(SystemClock),
            create_if_missing: true,
        }
    }

    /// Bytes of a memtable, from 4 KiB to 1 GiB. There are two in memory while one is flushed. A
    /// batch may be about half as long, and nearly 64 KiB in any case.
    pub fn memtable_size(mut self, bytes: usize) -> Self {
        self.memtable_size = bytes.clamp(4 << 10, 1 << 30);
        self
    }

    /// Bytes of the tables that compaction writes, whatever the strategy says.
    pub fn table_size(mut self, bytes: u64) -> Self {
        self.table_size = Some(bytes);
        self
    }

    /// Bytes of a data block, before compression: what a look-up reads. 4 KiB by default.
    pub fn block_size(mut self, bytes: usize) -> Self {
        self.table.block_size = bytes;
        self
    }

    /// Compression of data blocks: LZ4 by default.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.table.compression = compression;
        self
    }

    /// Bits of a table's filter for each key, 10 by default; 0 writes none.
    pub fn bits_per_key(mut self, bits: u32) -> Self {
        self.table.filter_bits_per_key = bits;
        self
    }

    /// Bytes of the cache for blocks; 0 for none.
    pub fn block_cache(mut self, bytes: usize) -> Self {
        self.block_cache = bytes;
        self
    }

    /// When writes are made durable.
    pub fn sync(mut self, policy: SyncPolicy) -> Self {
        self.sync = policy;
        self
    }

    /// Which tables are merged when.
    pub fn compaction(mut self, strategy: impl Strategy + 'static) -> Self {
        self.strategy = Arc::new(strategy);
        self
    }

    /// Background threads. With two, one flushes and one compacts; more than two are two. With
    /// none, jobs are done inside the call that makes them necessary: then what happens depends on
    /// nothing but the calls.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// The clock for expiries, and the ages of tables.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether to make a database where there is none; `true` by default.
    pub fn create_if_missing(mut self, create: bool) -> Self {
        self.create_if_missing = create;
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("memtable_size", &self.memtable_size)
            .field("table_size", &self.table_size)
            .field("table", &self.table)
            .field("block_cache", &self.block_cache)
            .field("sync", &self.sync)
            .field("threads", &self.threads)
            .field("create_if_missing", &self.create_if_missing)
            .finish_non_exhaustive()
    }
}
