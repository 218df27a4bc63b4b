//! Looking into a database that is not open, and maybe damaged: nothing is changed.
//!
//! To open a database is to write: a torn log is cut, files that nobody needs are removed, and if
//! the manifest is damaged, it does not open at all. Who wants to know what has happened to it must
//! do none of this. So here its files are read as they lie there, through a file system that knows
//! no other calls. What is damaged is an item of the results, and what can still be read follows.
//!
//! ```text
//!   manifest/  ──▶ edits()        how it came to the tables that there are
//!                  versions()     which tables there were after each of them
//!   log/       ──▶ batches()      writes that are not in tables yet, and maybe some that are
//!   *.sst      ──▶ open_table()   and then Table::parts, Table::data_blocks
//! ```
//!
//! A database that is open has its logs locked: [`LsmError::Locked`].

mod read_only;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wal::{Lsn, Salvaged, Wal};

use crate::batch::WriteBatch;
use crate::table::{NoCache, Table};
use crate::version::{Version, VersionEdit};
use crate::{LsmError, Result};
use read_only::{ReadOnly, ReadOnlyFile};

/// The file of the table with this number in the database in `dir`.
pub fn table_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:06}.sst"))
}

/// Opens a table's file. Its number in errors is that of the file's name, or 0.
///
/// # Errors
///
/// Those of [`Table::open`].
pub fn open_table(path: &Path) -> Result<Arc<Table>> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let number = stem.and_then(|stem| stem.parse().ok()).unwrap_or(0);
    let file = ReadOnlyFile::open(path)?;
    Ok(Arc::new(Table::open(
        Arc::new(file),
        number,
        Arc::new(NoCache),
    )?))
}

/// The manifest's edits, each with its number in the manifest, as far as it reaches back.
///
/// After an error it goes on with what can still be read.
///
/// # Errors
///
/// [`LsmError::Missing`], [`LsmError::Locked`] and [`LsmError::Log`].
pub fn edits(dir: &Path) -> Result<impl Iterator<Item = Result<(Lsn, VersionEdit)>> + use<>> {
    Ok(records(dir, "manifest")?.map(|record| {
        let (lsn, bytes) = record?;
        Ok((lsn, VersionEdit::from_bytes(&bytes, lsn.0)?))
    }))
}

/// The batches in the log. Some of the first may be in tables already.
///
/// After an error it goes on with what can still be read.
///
/// # Errors
///
/// As [`edits`].
pub fn batches(dir: &Path) -> Result<impl Iterator<Item = Result<(Lsn, WriteBatch)>> + use<>> {
    Ok(records(dir, "log")?.map(|record| {
        let (lsn, bytes) = record?;
        Ok((lsn, WriteBatch::from_bytes(&bytes)?))
    }))
}

// ANCHOR: versions
/// The versions that the manifest leads through, the current one last. What is before the first
/// edit that resets may have lost its beginning, and is passed over.
///
/// After an error it goes on as if that edit had not been.
///
/// # Errors
///
/// As [`edits`].
pub fn versions(dir: &Path) -> Result<impl Iterator<Item = Result<Version>> + use<>> {
    let mut version = None;
    Ok(edits(dir)?.filter_map(move |edit| {
        let next = edit.and_then(|(lsn, edit)| {
            let before = version.take().or(edit.reset.then(Version::default));
            version = before.clone();
            before.map(|before| before.apply(&edit, lsn.0)).transpose()
        });
        if let Ok(Some(next)) = &next {
            version = Some(next.clone());
        }
        next.transpose()
    }))
}
// ANCHOR_END: versions

/// All that is left of one of the two logs.
fn records(
    dir: &Path,
    log: &'static str,
) -> Result<impl Iterator<Item = Result<(Lsn, Vec<u8>)>> + use<>> {
    let place = dir.join(log);
    if !place.is_dir() {
        return Err(LsmError::Missing);
    }
    let failed = LsmError::from_log(log);
    let salvage = Wal::salvage_in(Arc::new(ReadOnly), &place).map_err(&failed)?;
    Ok(salvage.map(move |found| match found {
        Ok(Salvaged::Record(lsn, bytes)) => Ok((lsn, bytes)),
        Ok(Salvaged::Damage {
            segment, offset, ..
        }) => Err(LsmError::CorruptLog {
            log,
            segment,
            offset,
            what: "there are no records where there should be",
        }),
        Err(error) => Err(failed(error)),
    }))
}
