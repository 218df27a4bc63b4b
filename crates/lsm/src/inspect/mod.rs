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
//!   *.sst      ──▶ table()        and then Table::parts, Table::data_blocks
//! ```
//!
//! ```
//! use lsm::{Db, Options, inspect::Inspector};
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path();
//! let db = Db::open(dir, Options::new())?;
//! db.put(b"apple", b"red")?;
//! db.close()?;
//!
//! let inspector = Inspector::open(dir)?;
//! let batches: Result<Vec<_>, _> = inspector.batches()?.collect();
//! assert_eq!(batches?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read_only;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{FileSystem, Lock};
use wal::{Lsn, Salvaged, Wal};

use crate::batch::WriteBatch;
use crate::table::{NoCache, Table};
use crate::version::{Version, VersionEdit};
use crate::{LsmError, Result};
use read_only::{ReadOnly, ReadOnlyFile};

/// The directory of the manifest.
const MANIFEST: &str = "manifest";

/// The files of a database that is not open.
///
/// As long as this is there, the database cannot be opened; other inspectors can.
#[derive(Debug)]
pub struct Inspector {
    dir: PathBuf,
    _lock: Lock,
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

impl Inspector {
    /// Looks into the database in `dir`.
    ///
    /// # Errors
    ///
    /// [`LsmError::Missing`] if there is none, [`LsmError::Locked`] if it is open.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_path_buf();
        if !dir.join(MANIFEST).is_dir() {
            return Err(LsmError::Missing);
        }
        let lock = ReadOnly.lock(&dir.join("LOCK"));
        let lock = lock.map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => LsmError::Locked,
            _ => error.into(),
        })?;
        Ok(Inspector { dir, _lock: lock })
    }

    /// The file of the table with this number.
    pub fn table_path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:06}.sst"))
    }

    /// The table with this number.
    ///
    /// # Errors
    ///
    /// Those of [`Table::open`].
    pub fn table(&self, number: u64) -> Result<Arc<Table>> {
        open_table(&self.table_path(number))
    }

    /// The manifest's edits, each with its number in the manifest, as far as it reaches back.
    ///
    /// After an error it goes on with what can still be read.
    ///
    /// # Errors
    ///
    /// [`LsmError::Log`].
    pub fn edits(&self) -> Result<impl Iterator<Item = Result<(Lsn, VersionEdit)>>> {
        Ok(self.records(MANIFEST)?.map(|record| {
            let (lsn, bytes) = record?;
            Ok((lsn, VersionEdit::from_bytes(&bytes, lsn.0)?))
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
    /// As [`edits`](Self::edits).
    pub fn versions(&self) -> Result<impl Iterator<Item = Result<Version>>> {
        let mut version: Option<Version> = None;
        Ok(self.edits()?.filter_map(move |edit| {
            let next = edit.and_then(|(lsn, edit)| {
                let before = version.clone().or(edit.reset.then(Version::default));
                before.map(|before| before.apply(&edit, lsn.0)).transpose()
            });
            if let Ok(Some(next)) = &next {
                version = Some(next.clone());
            }
            next.transpose()
        }))
    }
    // ANCHOR_END: versions

    /// The batches in the log. Some of the first may be in tables already.
    ///
    /// After an error it goes on with what can still be read.
    ///
    /// # Errors
    ///
    /// As [`edits`](Self::edits).
    pub fn batches(&self) -> Result<impl Iterator<Item = Result<(Lsn, WriteBatch)>>> {
        Ok(self.records("log")?.map(|record| {
            let (lsn, bytes) = record?;
            Ok((lsn, WriteBatch::from_bytes(&bytes)?))
        }))
    }

    /// All that is left of one of the two logs; nothing, if a crash came before there was one.
    fn records(
        &self,
        log: &'static str,
    ) -> Result<impl Iterator<Item = Result<(Lsn, Vec<u8>)>> + use<>> {
        let dir = self.dir.join(log);
        let failed = LsmError::from_log(log);
        let salvage = match dir.is_dir() {
            true => Some(Wal::salvage_in(Arc::new(ReadOnly), &dir).map_err(&failed)?),
            false => None,
        };
        Ok(salvage.into_iter().flatten().map(move |found| match found {
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
}
