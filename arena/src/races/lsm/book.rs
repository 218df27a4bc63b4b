//! The book's engines.

use std::{path::Path, sync::atomic::AtomicU32, time::Instant};

use bplustree::disk::{Durability, Store};
use lsm::{Db, Options, SyncPolicy, WriteBatch};

use super::{
    engine::{CACHE, Engine, MEMTABLE, Sync, number},
    records::{Key, Value},
    trees::{DURABLE_AFTER, is_due},
};
use crate::harness::Identity;

/// The book's LSM tree.
pub struct Lsm(Db);

impl Engine for Lsm {
    const WHO: Identity = Identity {
        name: "book::Db",
        package: "lsm",
        what: "LSM tree: leveled compaction, LZ4; no unsafe",
        ours: true,
    };

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let policy = match sync {
            Sync::EveryWrite => SyncPolicy::EveryWrite,
            Sync::Later => SyncPolicy::Os,
        };
        let options = Options::new()
            .memtable_size(MEMTABLE)
            .block_cache(CACHE)
            .bits_per_key(10)
            .threads(2)
            .sync(policy);
        Ok(Self(Db::open(folder.join("lsm"), options)?))
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        Ok(self.0.put(key, value)?)
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        let mut batch = WriteBatch::new();
        for (key, value) in entries {
            batch.put(key, value)?;
        }
        Ok(self.0.write(batch)?)
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        Ok(self.0.delete(key)?)
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        Ok(self.0.get(key)?.map(|value| number(&value)))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let mut records = self.0.cursor()?;
        records.seek(start)?;
        let (mut count, mut sum) = (0, 0_u64);
        while count < limit
            && let Some((_, value)) = records.current()
        {
            (count, sum) = (count + 1, sum.wrapping_add(number(value)));
            records.move_next()?;
        }
        Ok((count, sum))
    }

    fn settle(&self) -> anyhow::Result<Instant> {
        self.0.flush()?;
        self.0.wait_for_compactions()?;
        Ok(Instant::now())
    }
}

/// The book's B+ tree on disk, for the contrast.
pub struct BPlusTree {
    store: Store,
    sync: Sync,
    writes: AtomicU32,
}

const TABLE: &str = "records";

impl BPlusTree {
    /// Commits what `change` does to the table.
    fn commit(
        &self,
        writes: usize,
        change: impl FnOnce(&mut bplustree::disk::TableMut<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut tx = self.store.write()?;
        change(&mut tx.table(TABLE)?)?;
        let durable = self.sync == Sync::EveryWrite || is_due(&self.writes, writes);
        let durability = if durable {
            Durability::Durable
        } else {
            Durability::Deferred
        };
        Ok(tx.commit_with(durability)?)
    }
}

impl Engine for BPlusTree {
    const WHO: Identity = Identity {
        name: "book::disk::Store",
        package: "bplustree",
        what: "copy-on-write B+ tree, memory-mapped; no compression",
        ours: true,
    };
    const FEWER: bool = true;

    fn open(folder: &Path, sync: Sync) -> anyhow::Result<Self> {
        let store = Store::open(folder.join("store"))?;
        let mut tx = store.write()?;
        tx.table(TABLE)?;
        tx.commit()?;
        let writes = AtomicU32::new(DURABLE_AFTER);
        Ok(Self {
            store,
            sync,
            writes,
        })
    }

    fn put(&self, key: &Key, value: &Value) -> anyhow::Result<()> {
        self.commit(1, |table| {
            table.insert(key, value)?;
            Ok(())
        })
    }

    fn batch(&self, entries: &[(Key, Value)]) -> anyhow::Result<()> {
        self.commit(entries.len(), |table| {
            for (key, value) in entries {
                table.insert(key, value)?;
            }
            Ok(())
        })
    }

    fn delete(&self, key: &Key) -> anyhow::Result<()> {
        self.commit(1, |table| {
            table.remove(key)?;
            Ok(())
        })
    }

    fn get(&self, key: &[u8]) -> anyhow::Result<Option<u64>> {
        let tx = self.store.read();
        Ok(tx.table(TABLE)?.get(key)?.map(number))
    }

    fn scan(&self, start: &Key, limit: usize) -> anyhow::Result<(usize, u64)> {
        let tx = self.store.read();
        let (mut count, mut sum) = (0, 0_u64);
        for entry in tx.table(TABLE)?.range::<Key, _>(*start..)?.take(limit) {
            (count, sum) = (count + 1, sum.wrapping_add(number(entry?.1)));
        }
        Ok((count, sum))
    }

    fn settle(&self) -> anyhow::Result<Instant> {
        self.store.sync()?;
        Ok(Instant::now())
    }
}
