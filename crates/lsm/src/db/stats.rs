//! What a database has done, and what there is of it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::core::Core;
use crate::batch::WriteBatch;
use crate::version::LEVELS;

/// What was done since the database was opened. Relaxed: each is a number of its own.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub user_bytes: AtomicU64,
    pub log_bytes: AtomicU64,
    pub flushed_bytes: AtomicU64,
    pub compaction_read_bytes: AtomicU64,
    pub compaction_written_bytes: AtomicU64,
    pub flushes: AtomicU64,
    pub compactions: AtomicU64,
    pub slowed_writes: AtomicU64,
    pub stopped_writes: AtomicU64,
    pub stalled_nanos: AtomicU64,
}

impl Counters {
    pub fn count_batch(&self, batch: &WriteBatch) {
        let user = batch.iter().map(|op| op.key.len() + op.value.len());
        self.user_bytes
            .fetch_add(user.sum::<usize>() as u64, Relaxed);
        self.log_bytes
            .fetch_add(batch.as_bytes().len() as u64, Relaxed);
    }

    pub fn add_stalled(&self, time: Duration) {
        self.stalled_nanos
            .fetch_add(time.as_nanos() as u64, Relaxed);
    }
}

/// What a database has done since it was opened, and what there is of it now.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Stats {
    /// The levels, from 0 on.
    pub levels: Vec<LevelStats>,
    /// Bytes of the memtable that are in use.
    pub memtable_bytes: u64,
    /// Memtables that wait to be flushed.
    pub sealed_memtables: usize,
    /// Bytes of keys and values that were written by the user.
    pub user_bytes: u64,
    /// Bytes that were written to the log.
    pub log_bytes: u64,
    /// Bytes of tables that flushes wrote.
    pub flushed_bytes: u64,
    /// Bytes of tables that compactions merged.
    pub compaction_read_bytes: u64,
    /// Bytes of tables that compactions wrote.
    pub compaction_written_bytes: u64,
    /// Memtables that were flushed.
    pub flushes: u64,
    /// Compactions.
    pub compactions: u64,
    /// Look-ups.
    pub gets: u64,
    /// Data blocks that look-ups searched.
    pub tables_probed: u64,
    /// Filters that look-ups asked.
    pub filter_checks: u64,
    /// Filters that said no: so many searches were saved.
    pub filter_skips: u64,
    /// Blocks that were found in the cache.
    pub cache_hits: u64,
    /// Blocks that were not.
    pub cache_misses: u64,
    /// Times that writes were slowed down, as compactions were behind.
    pub slowed_writes: u64,
    /// Times that writes had to wait for a flush or a compaction.
    pub stopped_writes: u64,
    /// How long all these waits took.
    pub stalled: Duration,
    /// Bytes that compactions are behind, about.
    pub compaction_debt_bytes: u64,
    /// Live snapshots.
    pub snapshots: usize,
    /// Why a flush or a compaction failed, if one did and has not succeeded since.
    pub background_error: Option<String>,
}

/// A level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LevelStats {
    /// How many tables it has.
    pub tables: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// `a` for each of `b`.
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}

impl Stats {
    // ANCHOR: amplification
    /// Bytes that were written to the disk, log included, for each that the user wrote.
    pub fn write_amplification(&self) -> f64 {
        let written = self.log_bytes + self.flushed_bytes + self.compaction_written_bytes;
        ratio(written, self.user_bytes)
    }

    /// Data blocks that a look-up searches, on average.
    pub fn read_amplification(&self) -> f64 {
        ratio(self.tables_probed, self.gets)
    }

    /// Bytes of all tables for each in the last level that has any: what is dead is above it, or
    /// was not yet met there. 1 if there are no tables.
    pub fn space_amplification(&self) -> f64 {
        let bytes = || self.levels.iter().map(|level| level.bytes);
        match bytes().rfind(|bytes| *bytes > 0) {
            Some(last) => ratio(bytes().sum(), last),
            None => 1.0,
        }
    }
    // ANCHOR_END: amplification
}

impl Core {
    pub fn stats(&self) -> Stats {
        let state = self.state();
        let counters = &self.counters;
        let reads = state.tables.counters.total();
        let cache = self.cache.as_ref().map(|cache| cache.stats());
        let now_ms = self.options.clock.now_ms();
        let backlog = self.options.strategy.backlog(&state.version, now_ms);
        let level = |level| LevelStats {
            tables: state.version.level(level).len(),
            bytes: state.version.level_len(level),
        };
        Stats {
            levels: (0..LEVELS).map(level).collect(),
            memtable_bytes: state.memtable.allocated() as u64,
            sealed_memtables: state.sealed.len(),
            user_bytes: counters.user_bytes.load(Relaxed),
            log_bytes: counters.log_bytes.load(Relaxed),
            flushed_bytes: counters.flushed_bytes.load(Relaxed),
            compaction_read_bytes: counters.compaction_read_bytes.load(Relaxed),
            compaction_written_bytes: counters.compaction_written_bytes.load(Relaxed),
            flushes: counters.flushes.load(Relaxed),
            compactions: counters.compactions.load(Relaxed),
            gets: reads.gets,
            tables_probed: reads.tables_probed,
            filter_checks: reads.filter_checks,
            filter_skips: reads.filter_skips,
            cache_hits: cache.map_or(0, |cache| cache.hits),
            cache_misses: cache.map_or(0, |cache| cache.misses),
            slowed_writes: counters.slowed_writes.load(Relaxed),
            stopped_writes: counters.stopped_writes.load(Relaxed),
            stalled: Duration::from_nanos(counters.stalled_nanos.load(Relaxed)),
            compaction_debt_bytes: backlog.bytes,
            snapshots: self.snapshots.len(),
            background_error: self.jobs.error().map(|error| error.to_string()),
        }
    }
}
