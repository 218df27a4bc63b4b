//! Giving room back.
//!
//! A store's file does not shrink: free pages are used again, wherever they are. To give them back
//! to the file system, the tables are copied, in order, into a new file whose pages are all full.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::StoreError;
use super::store::{Durability, Options, Store, sync_directory_of};

impl Store {
    /// Copies the newest commit into a new store at `path`, without free pages. Blocks nobody.
    ///
    /// # Errors
    ///
    /// [`Io`](StoreError::Io) when there is a file at `path`; those of reading here, and of writing
    /// there. What was written there is removed.
    pub fn compact_to(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        fs::File::create_new(path)?;
        let result = self.copy_to(path);
        if result.is_err() {
            // The first error is the one to report.
            let _ = fs::remove_file(path);
        }
        result
    }

    fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let to = Options::new()
            .page_size(self.inner.page_size as u32)
            .open(path)?;
        let from = self.read();
        let mut tx = to.write()?;
        for name in from.tables()? {
            let mut error = None;
            let entries = from.table(&name)?.iter()?;
            let entries = entries.map_while(|entry| entry.map_err(|e| error = Some(e)).ok());
            tx.table(&name)?.bulk_load(entries)?;
            error.map_or(Ok(()), Err)?;
        }
        tx.commit_with(Durability::Durable)?;
        to.close()?;
        Ok(sync_directory_of(path)?)
    }

    /// Replaces the store in the file at `path` by a compact copy. The copy, `PATH.compact`, takes
    /// the file's name when it is whole and durable, so that a crash leaves one or the other.
    ///
    /// # Errors
    ///
    /// Those of [`Options::open`] and [`compact_to`](Self::compact_to); the file is as it was.
    pub fn compact(path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        let store = Store::open(path)?;
        let mut copy = OsString::from(path);
        copy.push(".compact");
        store.compact_to(&copy)?;
        fs::rename(&copy, path)?;
        Ok(sync_directory_of(path)?)
    }
}
