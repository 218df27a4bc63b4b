//! The seam between the store and the disk.
//!
//! Everything that the store asks of a disk is five calls. The store is correct if it is correct
//! for every disk that keeps this contract, and the contract promises little:
//!
//! - What was written may be seen by `map` at once, and is *durable* only after a `sync` that
//!   succeeded. Until then a crash may keep any of it, in any order, and tear it between sectors.
//! - After a `sync` that failed, nothing is known about what was written before it.
//!
//! [`FileStorage`] is a file; [`sim::SimDisk`](super::sim::SimDisk) is the worst disk that the
//! contract allows.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::StoreError;
pub use super::map::Map;

// ANCHOR: storage
/// One growing array of bytes that survives: a file, a device, or a simulation of one.
pub trait Storage: Send + Sync {
    /// How many bytes there are.
    fn len(&self) -> io::Result<u64>;

    /// Grows, with zeros, or shrinks to `len` bytes.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Writes `bytes` at `offset`, all of them or an error.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Returns when all that was written before is durable.
    fn sync(&self) -> io::Result<()>;

    /// The bytes, with all that was written before. What is written later may be seen, or not.
    fn map(&self) -> io::Result<Map>;

    /// Whether there are no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}
// ANCHOR_END: storage

/// A file, mapped into memory for reading and written by system calls.
///
/// It holds an advisory lock (`flock` on Unix) while it lives: exclusive for a writer, shared for a
/// reader. A program that does not ask for locks is not kept out.
#[derive(Debug)]
pub struct FileStorage {
    file: File,
    /// The last map that was given out, good until the file's length changes.
    map: Mutex<Option<Map>>,
}

impl FileStorage {
    /// Opens, or makes, the file at `path` for reading and writing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another handle has it; [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        locked(file.try_lock())?;
        Ok(Self {
            file,
            map: Mutex::new(None),
        })
    }

    /// Opens the file at `path` for reading, beside other readers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when a writer has it; [`StoreError::Io`].
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let file = File::open(path)?;
        locked(file.try_lock_shared())?;
        Ok(Self {
            file,
            map: Mutex::new(None),
        })
    }
}

fn locked(result: Result<(), TryLockError>) -> Result<(), StoreError> {
    result.map_err(|error| match error {
        TryLockError::WouldBlock => StoreError::Locked,
        TryLockError::Error(error) => StoreError::Io(error),
    })
}

impl Storage for FileStorage {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        *self.map.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.file.set_len(len)
    }

    #[cfg(unix)]
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(&self.file, bytes, offset)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            (offset, bytes) = (offset + written as u64, &bytes[written..]);
        }
        Ok(())
    }

    /// `fdatasync` where there is one: it makes a new length durable too, but not the file's times.
    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn map(&self) -> io::Result<Map> {
        let mut last = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(map) = &*last {
            return Ok(map.clone());
        }
        let map = Map::of_file(&self.file)?;
        *last = Some(map.clone());
        Ok(map)
    }
}
