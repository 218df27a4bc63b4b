//! What the tests share: small segments on a simulated file system.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{FileSystem, SimFs};
use wal::{Error, Lsn, Options, SyncPolicy, Wal};

pub const DIR: &str = "/log";

pub fn dir() -> &'static Path {
    Path::new(DIR)
}

/// The file of a segment.
pub fn segment(number: u64) -> PathBuf {
    dir().join(format!("{number:020}.wal"))
}

/// Segments that some six short records fill.
pub fn small() -> Options {
    Options::new().segment_size(256)
}

pub fn open(fs: &SimFs, options: Options) -> Result<Wal, Error> {
    Wal::open_in(Arc::new(fs.clone()), DIR, options)
}

/// A log that syncs only when told.
pub fn open_os(fs: &SimFs) -> Wal {
    open(fs, small().sync(SyncPolicy::Os)).unwrap()
}

/// All records, which must be numbered without gaps from the first on.
pub fn records(wal: &Wal) -> Result<Vec<Vec<u8>>, Error> {
    let mut records = Vec::new();
    for item in wal.iter_from(Lsn(0))? {
        let (lsn, record) = item?;
        assert_eq!(lsn.0, wal.first_lsn().0 + records.len() as u64);
        records.push(record);
    }
    assert_eq!(
        wal.first_lsn().0 + records.len() as u64,
        wal.last_lsn().0 + 1
    );
    Ok(records)
}

/// Record number `n`: its length varies, and it says who it is.
pub fn record(n: u64) -> Vec<u8> {
    format!("record {n} {}", "x".repeat((n * 7 % 23) as usize)).into_bytes()
}

pub fn wal_files(fs: &SimFs) -> Vec<String> {
    let mut names = fs.list(dir()).unwrap();
    names.retain(|name| name.ends_with(".wal"));
    names
}

/// Appends the records of these numbers.
pub fn fill(wal: &Wal, numbers: std::ops::Range<u64>) {
    for n in numbers {
        wal.append(&record(n)).unwrap();
    }
}
