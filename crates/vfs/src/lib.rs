//! A seam to a file system, for programs that must survive its failures.
//!
//! A storage engine is correct if it is correct on every file system that keeps its promises. To
//! test that, the engine must not call the operating system: it calls a [`FileSystem`].
//!
//! ```text
//!   the engine ──▶ FileSystem ◀── StdFs   the operating system's files
//!                             ◀── SimFs   the worst that the contract allows, by a seed
//! ```
//!
//! # The contract
//!
//! It promises as little as POSIX does:
//!
//! - **Bytes.** What was written is seen by every reader at once, and is durable only after a
//!   [`File::sync_data`] that succeeded. Until then a crash may keep any of it, in any order, and
//!   tear it between sectors. So it is with a file's length.
//! - **Names.** A name that was made, changed or removed is durable only after a
//!   [`FileSystem::sync_dir`] of its directory that succeeded. Until then a crash may keep any of
//!   these changes, in any order. A rename is kept as a whole or not at all. To sync a file does
//!   not sync its name: a file whose every byte is durable may be nowhere to be found.
//! - **Errors.** A call that failed may have done a part of its work. After a sync that failed,
//!   nothing is known of what it was to make durable, and another sync that succeeds says nothing
//!   about it.
//!
//! # Left out
//!
//! What engines like ours do not need: permissions, links, times, directories that are renamed or
//! removed; and memory maps, which cannot be told to fail.
//!
//! ```
//! use std::path::Path;
//! use vfs::{File, FileSystem, SimFs};
//!
//! let fs = SimFs::new(7);
//! let dir = Path::new("/db");
//! fs.create_dir_all(dir)?;
//! let file = fs.create_new(&dir.join("log"))?;
//! file.write_at(0, b"hello")?;
//! file.sync_data()?;
//! fs.sync_dir(dir)?; // without it, the file might be gone
//!
//! let found = fs.crash();
//! assert_eq!(found.list(dir)?, ["log"]);
//! assert_eq!(found.contents(&dir.join("log")), Some(b"hello".to_vec()));
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod sim;
mod std_fs;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use sim::{Plan, SECTOR, SimFs};
pub use std_fs::StdFs;

// ANCHOR: file_system
/// Names, and the files behind them. See the [crate](crate#the-contract) for what is durable when.
///
/// All errors are those of the calls of the same name in [`std::fs`].
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// Opens the file at `path`, which exists, for reading and writing.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>>;

    /// Makes an empty file at `path`; one that is there is cut to nothing.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>>;

    /// Makes an empty file at `path`, where nothing may be:
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists).
    fn create_new(&self, path: &Path) -> io::Result<Arc<dyn File>>;

    /// Gives a file another name in the same directory. A file that has this name loses it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Takes a file's name away. The file lives on while it is open or has another name.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Gives the file at `from` a second name, where nothing may be.
    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// The names in a directory, sorted; those that are not UTF-8 are left out.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// Makes a directory, and those above it that are missing. They are durable on return.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;

    /// Returns when all changes of names in `dir` that were made before are durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Makes the file at `path` if it is missing, and holds a lock on it until the [`Lock`] is
    /// dropped or the process ends. Never waits: [`WouldBlock`](io::ErrorKind::WouldBlock) when
    /// another handle, of any process, has it.
    fn lock(&self, path: &Path) -> io::Result<Lock>;

    /// Whether there is a file or directory at `path`.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// How many bytes the file at `path` has.
    fn len(&self, path: &Path) -> io::Result<u64> {
        self.open(path)?.len()
    }
}
// ANCHOR_END: file_system

// ANCHOR: file
/// An open file: an array of bytes that grows. All calls may be made from many threads at once.
pub trait File: fmt::Debug + Send + Sync {
    /// How many bytes there are.
    fn len(&self) -> io::Result<u64>;

    /// Reads from `offset` on, and returns how many bytes it read: fewer than `buf` holds only at
    /// the end of the file.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// Writes `bytes` at `offset`, all of them or an error. What lies between the end of the file
    /// and `offset` becomes zeros.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Grows, with zeros, or shrinks to `len` bytes. No room is set aside.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Grows to `len` bytes, with zeros for which there is room on the disk: a later write among
    /// them does not fail for want of it. Does nothing to a file that is as long.
    fn allocate(&self, len: u64) -> io::Result<()>;

    /// Returns when all bytes that were written before, and the length, are durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Fills `buf` from `offset` on, or fails with
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        if self.read_at(offset, buf)? < buf.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Whether there are no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}
// ANCHOR_END: file

/// A lock on a name, held until this is dropped. See [`FileSystem::lock`].
pub struct Lock {
    _held: Box<dyn Send + Sync>,
}

impl Lock {
    /// A lock that dropping `held` releases: for those who write a [`FileSystem`].
    pub fn new(held: impl Send + Sync + 'static) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}

/// The directory that holds the last name of `path`.
fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// A rename between directories would change two of them, which no single sync makes durable.
fn check_rename(from: &Path, to: &Path) -> io::Result<()> {
    if parent(from) == parent(to) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "a file is renamed within its directory only",
    ))
}
