//! The book's store.

use std::path::Path;

use bplustree::disk::Store;

use super::contender::{Disk, Key, number, value};
use crate::harness::Identity;

/// The book's store, with the options that it has by default.
pub struct Book(Store);

const TABLE: &str = "entries";

impl Disk for Book {
    const WHO: Identity = Identity {
        name: "book::disk::Store",
        package: "bplustree",
        what: "copy-on-write B+ tree, memory-mapped; checksums on every page; one fsync per commit",
        ours: true,
    };

    fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(Store::open(folder.join("store"))?))
    }

    fn put(&mut self, keys: &[Key], version: u64) -> anyhow::Result<()> {
        let mut tx = self.0.write()?;
        let mut table = tx.table(TABLE)?;
        for key in keys {
            table.insert(key, value(key, version))?;
        }
        Ok(tx.commit()?)
    }

    fn load(&mut self, keys: &[Key]) -> anyhow::Result<()> {
        let mut tx = self.0.write()?;
        tx.table(TABLE)?
            .bulk_load(keys.iter().map(|key| (key, value(key, 0))))?;
        Ok(tx.commit()?)
    }

    fn get(&self, keys: &[Key]) -> anyhow::Result<u64> {
        let tx = self.0.read();
        let table = tx.table(TABLE)?;
        let mut sum = 0_u64;
        for key in keys {
            sum = sum.wrapping_add(number(table.get(key)?.unwrap_or(&[0; 8])));
        }
        Ok(sum)
    }

    fn scan(&self, starts: &[Key], count: usize) -> anyhow::Result<u64> {
        let tx = self.0.read();
        let table = tx.table(TABLE)?;
        let mut sum = 0_u64;
        for start in starts {
            for entry in table.range::<Key, _>(*start..)?.take(count) {
                sum = sum.wrapping_add(number(entry?.1));
            }
        }
        Ok(sum)
    }

    fn sum(&self) -> anyhow::Result<(u64, u64)> {
        let tx = self.0.read();
        let (mut count, mut sum) = (0, 0_u64);
        for entry in tx.table(TABLE)?.iter()? {
            (count, sum) = (count + 1, sum.wrapping_add(number(entry?.1)));
        }
        Ok((count, sum))
    }

    fn syncs(&self) -> Option<u64> {
        Some(self.0.stats().syncs)
    }

    fn close(self) -> anyhow::Result<()> {
        Ok(self.0.close()?)
    }
}
