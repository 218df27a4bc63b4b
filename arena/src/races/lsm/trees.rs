//! The ecosystem's B-trees: the contrast.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Instant,
};

use redb::{Durability, ReadableDatabase, TableDefinition};

use super::{
    engine::{CACHE, Engine, Sync, number},
    peer,
    records::{Key, Value},
};
use crate::harness::Identity;

/// Writes after which a store that commits without waiting makes a commit durable.
///
/// Without it, neither redb nor the book's tree could use a page again that it has copied.
pub const DURABLE_AFTER: u32 = 100_000;

/// Whether a durable commit is due with `writes` more writes; `left` is how many are left until
/// then.
pub fn is_due(left: &AtomicU32, writes: usize) -> bool {
    // Writers take turns, so that nobody counts at the same time.
    let writes = u32::try_from(writes).expect("a batch is not that large");
    let after = left.load(Relaxed).saturating_sub(writes);
    left.store(if after == 0 { DURABLE_AFTER } else { after }, Relaxed);
    after == 0
}

/// redb.
pub struct Redb {
    database: redb::Database,
    sync: Sync,
    writes: AtomicU32,
}

/// Keys are slices, as they are for the other engines, since not all that are asked for have the
/// same length.
const TABLE: TableDefinition<&[u8], &Value> = TableDefinition::new("records");

impl Redb {
    /// Commits what `change` does to the table.
    fn commit(
        &self,
        writes: usize,
        change: impl FnOnce(&mut redb::Table<&[u8], &Value>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut tx = self.database.begin_write()?;
        if self.sync == Sync::Later && !is_due(&self.writes, writes) {
            tx.set_durability(Durability::None)?;
        }
        change(&mut tx.open_table(TABLE)?)?;
        Ok(tx.commit()?)
    }
}

impl Engine for Redb {
    const WHO: Identity = peer(
        "redb",
        "redb",
        "copy-on-write B+ tree, a cache of its own; no compression",
    );
    const FEWER: bool = true;

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let database = redb::Builder::new()
            .set_cache_size(CACHE)
            .create(folder.join("redb"))?;
        let redb = Self {
            database,
            sync: Sync::EveryWrite,
            writes: AtomicU32::new(DURABLE_AFTER),
        };
        // A table that is not there cannot be read.
        redb.commit(0, |_| Ok(()))?;
        Ok(Self { sync, ..redb })
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        self.commit(1, |table| {
            table.insert(key.as_slice(), value)?;
            Ok(())
        })
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        self.commit(entries.len(), |table| {
            for (key, value) in entries {
                table.insert(key.as_slice(), value)?;
            }
            Ok(())
        })
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        self.commit(1, |table| {
            table.remove(key.as_slice())?;
            Ok(())
        })
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        let table = self.database.begin_read()?.open_table(TABLE)?;
        Ok(table.get(key)?.map(|value| number(value.value())))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let table = self.database.begin_read()?.open_table(TABLE)?;
        let (mut count, mut sum) = (0, 0_u64);
        for entry in table.range(start.as_slice()..)?.take(limit) {
            (count, sum) = (count + 1, sum.wrapping_add(number(entry?.1.value())));
        }
        Ok((count, sum))
    }

    fn settle(&self) -> anyhow::Result<Instant> {
        self.writes.store(1, Relaxed);
        self.commit(1, |_| Ok(()))?;
        Ok(Instant::now())
    }
}

/// sled.
pub struct Sled {
    database: sled::Db,
    sync: Sync,
}

impl Sled {
    fn written(&self) -> anyhow::Result<()> {
        if self.sync == Sync::EveryWrite {
            self.database.flush()?;
        }
        Ok(())
    }
}

impl Engine for Sled {
    const WHO: Identity = peer(
        "sled",
        "sled",
        "Bw-tree over a log, a cache of its own; no compression",
    );
    const FEWER: bool = true;

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let config = sled::Config::new()
            .path(folder.join("sled"))
            .cache_capacity(CACHE as u64)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None);
        let database = config.open()?;
        Ok(Self { database, sync })
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        self.database.insert(key, value.as_slice())?;
        self.written()
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in entries {
            batch.insert(key, value.as_slice());
        }
        self.database.apply_batch(batch)?;
        self.written()
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        self.database.remove(key)?;
        self.written()
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        Ok(self.database.get(key)?.map(|value| number(&value)))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let (mut count, mut sum) = (0, 0_u64);
        for entry in self.database.range::<Key, _>(*start..).take(limit) {
            (count, sum) = (count + 1, sum.wrapping_add(number(&entry?.1)));
        }
        Ok((count, sum))
    }

    fn settle(&self) -> anyhow::Result<Instant> {
        self.database.flush()?;
        Ok(Instant::now())
    }
}
