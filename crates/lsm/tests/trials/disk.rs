//! Databases on the simulated file system, and what is in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsm::{Db, LsmError, Options, Range, Result, WriteBatch};
use vfs::{FileSystem, SimFs};

use crate::model::{Change, Pair};

pub const DIR: &str = "/db";

pub fn dir() -> &'static Path {
    Path::new(DIR)
}

pub fn open(fs: &SimFs, options: Options) -> Result<Db> {
    Db::open_in(Arc::new(fs.clone()), DIR, options)
}

/// All pairs, forwards, and the same backwards.
pub fn pairs(range: Range, back: Range) -> Result<Vec<Pair>> {
    let pairs: Vec<Pair> = range.collect::<Result<_>>()?;
    let mut backwards: Vec<Pair> = back.rev().collect::<Result<_>>()?;
    backwards.reverse();
    assert!(
        pairs == backwards,
        "forwards {}\nbackwards {}",
        crate::model::show(&pairs),
        crate::model::show(&backwards)
    );
    Ok(pairs)
}

pub fn contents(db: &Db) -> Result<Vec<Pair>> {
    pairs(db.iter(), db.iter())
}

pub fn batch(changes: &[Change]) -> Result<WriteBatch> {
    let mut batch = WriteBatch::new();
    for change in changes {
        match change {
            Change::Put(key, value) => batch.put(key, value)?,
            Change::PutUntil(key, value, expiry_ms) => batch.put_until(key, value, *expiry_ms)?,
            Change::Delete(key) => batch.delete(key)?,
            Change::DeleteRange(start, end) => batch.delete_range(start, end)?,
        }
    }
    Ok(batch)
}

/// What `verify` complains of.
pub fn complaints(db: &Db) -> Vec<LsmError> {
    db.verify(|_| ()).unwrap()
}

/// The files of a database whose names end so, in order.
pub fn files(fs: &SimFs, under: &str, suffix: &str) -> Vec<PathBuf> {
    let dir = dir().join(under);
    let names = fs.list(&dir).unwrap().into_iter();
    names
        .filter(|name| name.ends_with(suffix))
        .map(|name| dir.join(name))
        .collect()
}

pub fn tables(fs: &SimFs) -> Vec<PathBuf> {
    files(fs, "", ".sst")
}

/// The number in a table's name.
pub fn number(table: &Path) -> u64 {
    table
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// Bytes of all files.
pub fn used(fs: &SimFs) -> u64 {
    let mut bytes = 0;
    let mut dirs = vec![PathBuf::from("/")];
    while let Some(dir) = dirs.pop() {
        for name in fs.list(&dir).unwrap() {
            let path = dir.join(name);
            match fs.contents(&path) {
                Some(contents) => bytes += contents.len() as u64,
                None => dirs.push(path),
            }
        }
    }
    bytes
}

pub fn is_full(error: &LsmError) -> bool {
    matches!(error, LsmError::DiskFull)
}
