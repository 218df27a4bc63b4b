//! Any records of the manifest and the log: an error, or a database that works.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use lsm::{Db, Options, Result};
use vfs::SimFs;
use wal::Wal;

fn append(fs: &SimFs, dir: &str, records: &[u8]) {
    let options = wal::Options::new().segment_size(1 << 16);
    let log = Wal::open_in(Arc::new(fs.clone()), dir, options).unwrap();
    // Each record has its length before it.
    let mut rest = records;
    while let Some((len, behind)) = rest.split_first() {
        let (record, behind) = behind.split_at(usize::from(*len).min(behind.len()));
        log.append(record).unwrap();
        rest = behind;
    }
}

fn use_it(db: &Db) -> Result<()> {
    db.iter().flatten().take(1000).for_each(drop);
    db.iter().rev().flatten().take(1000).for_each(drop);
    db.verify(|_| ())?;
    db.put(b"key", b"value")?;
    db.flush()?;
    db.compact_range::<&[u8]>(..)
}

fuzz_target!(|input: (&[u8], &[u8])| {
    let fs = SimFs::new(1);
    append(&fs, "/db/manifest", input.0);
    append(&fs, "/db/log", input.1);
    let options = Options::new().memtable_size(4 << 10).threads(0);
    if let Ok(db) = Db::open_in(Arc::new(fs), "/db", options) {
        let _ = use_it(&db);
    }
});
