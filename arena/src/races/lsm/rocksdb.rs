//! RocksDB.

use std::{path::Path, time::Instant};

use rocksdb::{
    BlockBasedOptions, Cache, DB, DBCompressionType, FlushOptions, Options, WaitForCompactOptions,
    WriteBatch, WriteOptions,
};

use super::{
    engine::{CACHE, Engine, MEMTABLE, Sync, number},
    peer,
    records::{Key, Value},
};
use crate::harness::Identity;

/// RocksDB.
pub struct RocksDb {
    database: DB,
    write: WriteOptions,
}

fn options() -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(&Cache::new_lru_cache(CACHE));
    blocks.set_bloom_filter(10.0, false);
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_block_based_table_factory(&blocks);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_write_buffer_size(MEMTABLE);
    options.increase_parallelism(2);
    options
}

impl Engine for RocksDb {
    const WHO: Identity = peer("rocksdb", "rocksdb", "LSM tree: leveled compaction, LZ4");

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let mut write = WriteOptions::default();
        write.set_sync(sync == Sync::EveryWrite);
        let database = DB::open(&options(), folder.join("rocksdb"))?;
        Ok(Self { database, write })
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        Ok(self.database.put_opt(key, value, &self.write)?)
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        let mut batch = WriteBatch::default();
        for (key, value) in entries {
            batch.put(key, value);
        }
        Ok(self.database.write_opt(batch, &self.write)?)
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        Ok(self.database.delete_opt(key, &self.write)?)
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        Ok(self.database.get_pinned(key)?.map(|value| number(&value)))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let mut records = self.database.raw_iterator();
        records.seek(start);
        let (mut count, mut sum) = (0, 0_u64);
        while count < limit
            && let Some(value) = records.value()
        {
            (count, sum) = (count + 1, sum.wrapping_add(number(value)));
            records.next();
        }
        records.status()?;
        Ok((count, sum))
    }

    fn settle(&self) -> anyhow::Result<Instant> {
        self.database.flush_opt(&FlushOptions::default())?;
        self.database
            .wait_for_compact(&WaitForCompactOptions::default())?;
        Ok(Instant::now())
    }
}
