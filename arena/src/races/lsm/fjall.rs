//! fjall.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode,
    config::{BloomConstructionPolicy, CompressionPolicy, FilterPolicy, FilterPolicyEntry},
};

use super::{
    engine::{CACHE, Engine, MEMTABLE, Sync, number},
    peer,
    records::{Key, Value},
};
use crate::harness::Identity;

/// fjall.
pub struct Fjall {
    database: Database,
    records: Keyspace,
    sync: Sync,
}

fn options() -> KeyspaceCreateOptions {
    let filter = FilterPolicyEntry::Bloom(BloomConstructionPolicy::BitsPerKey(10.0));
    KeyspaceCreateOptions::default()
        .max_memtable_size(MEMTABLE as u64)
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
        .filter_policy(FilterPolicy::all(filter))
}

impl Fjall {
    fn written(&self) -> anyhow::Result<()> {
        if self.sync == Sync::EveryWrite {
            self.database.persist(PersistMode::SyncData)?;
        }
        Ok(())
    }

    /// Whether it is at work in the background, or about to be.
    fn is_busy(&self) -> bool {
        self.database.outstanding_flushes() > 0
            || self.database.active_compactions() > 0
            || self.records.sealed_memtable_count() > 0
    }
}

impl Engine for Fjall {
    const WHO: Identity = peer("fjall", "fjall", "LSM tree: leveled compaction, LZ4");

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let database = Database::builder(folder.join("fjall"))
            .cache_size(CACHE as u64)
            .worker_threads(2)
            .open()?;
        let records = database.keyspace("records", options)?;
        Ok(Self {
            database,
            records,
            sync,
        })
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        self.records.insert(key, value)?;
        self.written()
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        let mut batch = self.database.batch();
        for (key, value) in entries {
            batch.insert(&self.records, key, value);
        }
        batch.commit()?;
        self.written()
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        self.records.remove(key)?;
        self.written()
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        Ok(self.records.get(key)?.map(|value| number(&value)))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let (mut count, mut sum) = (0, 0_u64);
        for entry in self.records.range(*start..).take(limit) {
            let (_, value) = entry.into_inner()?;
            (count, sum) = (count + 1, sum.wrapping_add(number(&value)));
        }
        Ok((count, sum))
    }

    /// It does not tell when it is done, so it is watched until it has done nothing for a while.
    fn settle(&self) -> anyhow::Result<Instant> {
        const QUIET: Duration = Duration::from_millis(60);
        self.records.rotate_memtable_and_wait()?;
        let mut busy = Instant::now();
        let mut tables = self.records.table_count();
        while busy.elapsed() < QUIET {
            thread::sleep(Duration::from_millis(1));
            let now = self.records.table_count();
            if self.is_busy() || now != tables {
                (busy, tables) = (Instant::now(), now);
            }
        }
        Ok(busy)
    }
}
