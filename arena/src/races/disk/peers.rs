//! The ecosystem's stores, each in its best configuration for this machine's memory, and durable.

use std::{ops::Bound, path::Path};

use anyhow::Context;
use heed::{CommitOrAbort, Env, EnvOpenOptions, PutFlags, types::Bytes};
use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use rusqlite::{Connection, Row};

use super::contender::{Disk, Key, Value, number, value};
use crate::harness::Identity;

/// Bytes that a store with a cache of its own may use for it: more than any race's entries take.
const CACHE: u32 = 1 << 30;

/// redb.
pub struct Redb(redb::Database);

/// Keys and values of fixed width, so that redb need not store where each begins.
const TABLE: TableDefinition<&Key, &Value> = TableDefinition::new("entries");

impl Disk for Redb {
    const WHO: Identity = peer(
        "redb",
        "redb",
        "copy-on-write B+ tree, a cache of its own; checksums on every page",
    );

    fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut builder = redb::Builder::new();
        builder.set_cache_size(CACHE as usize);
        let database = builder.create(folder.join("redb"))?;
        // A table that is not there cannot be read.
        if database.begin_read()?.open_table(TABLE).is_err() {
            let tx = database.begin_write()?;
            tx.open_table(TABLE)?;
            tx.commit()?;
        }
        Ok(Self(database))
    }

    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()> {
        let tx = self.0.begin_write()?;
        let mut table = tx.open_table(TABLE)?;
        for key in keys {
            table.insert(key, &value(key, version))?;
        }
        drop(table);
        Ok(tx.commit()?)
    }

    fn get(&self, keys: &[Key]) -> anyhow::Result<u64> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        let mut sum = 0_u64;
        for key in keys {
            let value = table.get(key)?;
            sum = sum.wrapping_add(value.map_or(0, |value| number(value.value())));
        }
        Ok(sum)
    }

    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        let mut sum = 0_u64;
        for start in starts {
            for entry in table.range::<&Key>(start..)?.take(count) {
                sum = sum.wrapping_add(number(entry?.1.value()));
            }
        }
        Ok(sum)
    }

    fn sum(&self) -> anyhow::Result<(u64, u64)> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        let (mut count, mut sum) = (0, 0_u64);
        for entry in table.iter()? {
            (count, sum) = (count + 1, sum.wrapping_add(number(entry?.1.value())));
        }
        Ok((count, sum))
    }
}

/// LMDB.
pub struct Heed {
    env: Env,
    entries: heed::Database<'static, Bytes, Bytes>,
}

impl Heed {
    fn put_with(&self, keys: &[Key], version: u64, flags: PutFlags) -> anyhow::Result<()> {
        let mut tx = self.env.write_txn()?;
        for key in keys {
            self.entries
                .put_with_flags(&mut tx, flags, key, &value(key, version))?;
        }
        Ok(tx.commit()?)
    }
}

impl Disk for Heed {
    const WHO: Identity = peer(
        "heed (LMDB)",
        "heed",
        "copy-on-write B+ tree, memory-mapped; no checksums",
    );

    fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut options = EnvOpenOptions::new();
        options.map_size(4 << 30);
        // SAFETY: nobody else knows the folder, so that nobody changes the file under the map.
        let env = unsafe { options.open(folder) }?;
        let entries = env.create_databases_and_commit(env.write_txn()?, |opener, tx| {
            opener
                .create_database(tx, None)
                .map(CommitOrAbort::<_, ()>::Commit)
        })?;
        let entries = entries.commit().context("the database is not there")?;
        Ok(Self { env, entries })
    }

    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()> {
        self.put_with(keys, version, PutFlags::empty())
    }

    fn load(&mut self, keys: &[Key]) -> anyhow::Result<()> {
        self.put_with(keys, 0, PutFlags::APPEND)
    }

    fn get(&self, keys: &[Key]) -> anyhow::Result<u64> {
        let tx = self.env.read_txn()?;
        let mut sum = 0_u64;
        for key in keys {
            let value = self.entries.get(&tx, key)?;
            sum = sum.wrapping_add(value.map_or(0, number));
        }
        Ok(sum)
    }

    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64> {
        let tx = self.env.read_txn()?;
        let mut sum = 0_u64;
        for start in starts {
            let range = (Bound::Included(start.as_slice()), Bound::Unbounded);
            for entry in self.entries.range(&tx, &range)?.take(count) {
                sum = sum.wrapping_add(number(entry?.1));
            }
        }
        Ok(sum)
    }

    fn sum(&self) -> anyhow::Result<(u64, u64)> {
        let tx = self.env.read_txn()?;
        let (mut count, mut sum) = (0, 0_u64);
        for entry in self.entries.iter(&tx)? {
            (count, sum) = (count + 1, sum.wrapping_add(number(entry?.1)));
        }
        Ok((count, sum))
    }
}

/// sled.
pub struct Sled(sled::Db);

impl Disk for Sled {
    const WHO: Identity = peer(
        "sled",
        "sled",
        "Bw-tree over a log, a cache of its own; checksums on log entries",
    );

    fn open(folder: &Path) -> anyhow::Result<Self> {
        let config = sled::Config::new()
            .path(folder.join("sled"))
            .cache_capacity(CACHE.into())
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None);
        Ok(Self(config.open()?))
    }

    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()> {
        if let [key] = keys {
            self.0.insert(key, value(key, version).as_slice())?;
        } else {
            let mut batch = sled::Batch::default();
            for key in keys {
                batch.insert(key, value(key, version).as_slice());
            }
            self.0.apply_batch(batch)?;
        }
        self.0.flush()?;
        Ok(())
    }

    fn get(&self, keys: &[Key]) -> anyhow::Result<u64> {
        let mut sum = 0_u64;
        for key in keys {
            let value = self.0.get(key)?;
            sum = sum.wrapping_add(value.map_or(0, |value| number(&value)));
        }
        Ok(sum)
    }

    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64> {
        let mut sum = 0_u64;
        for start in starts {
            for entry in self.0.range::<Key, _>(*start..).take(count) {
                sum = sum.wrapping_add(number(&entry?.1));
            }
        }
        Ok(sum)
    }

    fn sum(&self) -> anyhow::Result<(u64, u64)> {
        let (mut count, mut sum) = (0, 0_u64);
        for entry in self.0.iter() {
            (count, sum) = (count + 1, sum.wrapping_add(number(&entry?.1)));
        }
        Ok((count, sum))
    }
}

/// SQLite.
pub struct Sqlite(Connection);

const PRAGMAS: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -1048576;
    PRAGMA mmap_size = 4294967296;
    CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
";

impl Disk for Sqlite {
    const WHO: Identity = peer(
        "rusqlite (SQLite)",
        "rusqlite",
        "B+ tree changed in place, behind a write-ahead log, under SQL; checksums in the log only",
    );

    fn open(folder: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(folder.join("sqlite"))?;
        connection.execute_batch(PRAGMAS)?;
        Ok(Self(connection))
    }

    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()> {
        let tx = self.0.transaction()?;
        let mut put = tx.prepare_cached("REPLACE INTO entries VALUES (?1, ?2)")?;
        for key in keys {
            put.execute((key, value(key, version)))?;
        }
        drop(put);
        Ok(tx.commit()?)
    }

    fn get(&self, keys: &[Key]) -> anyhow::Result<u64> {
        let tx = self.0.unchecked_transaction()?;
        let mut get = tx.prepare_cached("SELECT value FROM entries WHERE key = ?1")?;
        let mut sum = 0_u64;
        for key in keys {
            sum = sum.wrapping_add(get.query_row([key], first)?);
        }
        Ok(sum)
    }

    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64> {
        let tx = self.0.unchecked_transaction()?;
        let mut from =
            tx.prepare_cached("SELECT value FROM entries WHERE key >= ?1 ORDER BY key LIMIT ?2")?;
        let mut sum = 0_u64;
        for start in starts {
            let mut rows = from.query((start, count as i64))?;
            while let Some(row) = rows.next()? {
                sum = sum.wrapping_add(first(row)?);
            }
        }
        Ok(sum)
    }

    fn sum(&self) -> anyhow::Result<(u64, u64)> {
        let mut all = self
            .0
            .prepare_cached("SELECT value FROM entries ORDER BY key")?;
        let (mut rows, mut count, mut sum) = (all.query(())?, 0, 0_u64);
        while let Some(row) = rows.next()? {
            (count, sum) = (count + 1, sum.wrapping_add(first(row)?));
        }
        Ok((count, sum))
    }

    fn close(self) -> anyhow::Result<()> {
        self.0.close().map_err(|(_, error)| error.into())
    }
}

/// The number in the value that is a row's first column.
fn first(row: &Row) -> rusqlite::Result<u64> {
    Ok(number(row.get_ref(0)?.as_blob()?))
}

const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}
