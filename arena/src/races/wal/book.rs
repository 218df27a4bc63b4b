//! The book's log.

use std::path::Path;

use wal::{Lsn, Options, SyncPolicy, Wal};

use super::contender::{Durable, Log, SEGMENT};
use crate::harness::Identity;

/// The book's log, with the options that it has by default.
pub struct Book(Wal);

impl Log for Book {
    const WHO: Identity = Identity {
        name: "book::Wal",
        package: "wal",
        what: "group commit by whoever comes first; segments of zeros, recycled; CRC-32C",
        ours: true,
    };

    fn create(folder: &Path, durable: Durable, _: u32) -> anyhow::Result<Self> {
        let policy = match durable {
            Durable::OnReturn => SyncPolicy::EveryWrite,
            Durable::Later => SyncPolicy::Os,
        };
        let options = Options::new().segment_size(SEGMENT).sync(policy);
        Ok(Self(Wal::open(folder, options)?))
    }

    fn append(&self, _: u32, record: &[u8]) -> anyhow::Result<()> {
        self.0.append(record)?;
        Ok(())
    }

    fn syncs(&self) -> Option<u64> {
        Some(self.0.stats().syncs)
    }

    fn read(folder: &Path, _: u32) -> anyhow::Result<Vec<Vec<u8>>> {
        let wal = Wal::open(folder, Options::new())?;
        let records = wal.iter_from(Lsn(1))?.map(|item| Ok(item?.1));
        records.collect()
    }
}
