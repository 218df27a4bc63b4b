//! The database: what ties log, memtables, tables and their versions together.
//!
//! | file | idea |
//! |---|---|
//! | `open.rs` | recovery: the manifest, and the log beyond it |
//! | `write.rs`, `stall.rs` | the write path, and what slows it down |
//! | `state.rs`, `tables.rs`, `run.rs` | what a reader reads |
//! | `read.rs`, `cursor.rs`, `range.rs` | a look-up, a scan |
//! | `flush.rs`, `compact.rs`, `output.rs` | jobs |
//! | `background.rs` | who does them, and when |
//! | `manifest.rs`, `core.rs` | how what they have done becomes true |

mod background;
mod checkpoint;
mod clock;
mod compact;
mod core;
mod counters;
mod cursor;
mod flush;
mod manifest;
mod open;
mod options;
mod output;
mod range;
mod read;
mod reading;
mod run;
mod snapshot;
mod stall;
mod state;
mod stats;
mod tables;
#[cfg(test)]
mod tests;
mod verify;
mod write;

use std::fmt;
use std::ops::RangeBounds;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use vfs::{FileSystem, StdFs};

pub use clock::{Clock, ManualClock, SystemClock};
pub use cursor::DbCursor;
pub use options::Options;
pub use range::Range;
pub use reading::Snapshot;
pub use stats::{LevelStats, Stats};
pub use verify::VerifyProgress;

use self::core::{Core, lock};
use crate::Result;
use crate::batch::WriteBatch;
use crate::error::LsmError;
use reading::View;

/// A database: keys and values in a directory. Clones are the same one; the last one dropped closes
/// it.
///
/// All methods may be called from many threads at once. Readers wait for nobody.
///
/// ```
/// use lsm::{Db, Options};
///
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path();
/// let db = Db::open(dir, Options::new().memtable_size(1 << 20))?;
/// db.put(b"apple", b"3")?;
/// db.put(b"pear", b"5")?;
/// db.delete(b"apple")?;
/// assert_eq!(db.get(b"pear")?, Some(b"5".to_vec()));
/// assert_eq!(db.iter().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Every write may return
///
/// - [`DiskFull`](LsmError::DiskFull): nothing was written; reads go on, and the next write tries
///   again;
/// - [`Background`](LsmError::Background): a flush or a compaction has failed; nothing was written,
///   nor will be until the database is opened again; reads go on;
/// - [`Log`](LsmError::Log): the same, but this write may be there when it is opened again, or not.
#[derive(Clone)]
pub struct Db {
    open: Arc<Open>,
}

/// Closes the database with the last handle.
struct Open {
    core: Arc<Core>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Db {
    /// Opens the database in the directory `path`.
    ///
    /// # Errors
    ///
    /// [`LsmError::Locked`], [`LsmError::Missing`], [`LsmError::CorruptLog`],
    /// [`LsmError::CorruptManifest`], and what the disk says. A table that is damaged does not
    /// matter yet.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Db> {
        Self::open_in(Arc::new(StdFs), path, options)
    }

    /// Opens the database in the directory `path` of a file system.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_in(
        fs: Arc<dyn FileSystem>,
        path: impl AsRef<Path>,
        options: Options,
    ) -> Result<Db> {
        let core = Core::open(fs, path.as_ref(), options)?;
        // What fails is said by the next write: reads may go on.
        let _ = core.work_if_alone();
        let threads = Mutex::new(core.start()?);
        let open = Arc::new(Open { core, threads });
        Ok(Db { open })
    }

    fn core(&self) -> &Arc<Core> {
        &self.open.core
    }

    /// Maps `key` to `value`.
    ///
    /// # Errors
    ///
    /// [`LsmError::KeyTooLarge`], [`LsmError::ValueTooLarge`], [`LsmError::BatchTooLarge`], and
    /// those of [all writes](Db#errors).
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.core().write_one(|batch| batch.put(key, value))
    }

    /// Maps `key` to `value` for so long a time.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn put_with_ttl(&self, key: &[u8], value: &[u8], ttl: Duration) -> Result<()> {
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        let expiry_ms = self.core().options.clock.now_ms().saturating_add(ttl_ms);
        self.core()
            .write_one(|batch| batch.put_until(key, value, expiry_ms))
    }

    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptTable`], and what the disk says.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.core().get_at(key, None)
    }

    /// Removes `key`, whether or not it is there.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&self, key: &[u8]) -> Result<()> {
        self.core().write_one(|batch| batch.delete(key))
    }

    /// Removes all keys from `start` to `end`, exclusive.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete_range(&self, start: &[u8], end: &[u8]) -> Result<()> {
        self.core()
            .write_one(|batch| batch.delete_range(start, end))
    }

    /// Does all operations of a batch, or none, and all at once.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn write(&self, batch: WriteBatch) -> Result<()> {
        self.core().write_batch(batch)
    }

    /// Returns when all that was written before is durable.
    ///
    /// # Errors
    ///
    /// [`LsmError::Log`].
    pub fn sync(&self) -> Result<()> {
        self.core().sync()
    }

    /// What there is now, to be read later.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(Arc::clone(self.core()))
    }

    /// A cursor over all keys there are now.
    ///
    /// # Errors
    ///
    /// [`LsmError::CorruptTable`], and what the disk says.
    pub fn cursor(&self) -> Result<DbCursor> {
        View::now(self.core()).cursor()
    }

    /// All keys there are now, and their values, in order.
    pub fn iter(&self) -> Range {
        View::now(self.core()).range::<&[u8]>(..)
    }

    /// The keys of a range, and their values, in order.
    pub fn range<K: AsRef<[u8]>>(&self, range: impl RangeBounds<K>) -> Range {
        View::now(self.core()).range(range)
    }

    /// The keys that begin with `prefix`, and their values, in order.
    pub fn prefix(&self, prefix: &[u8]) -> Range {
        View::now(self.core()).prefix(prefix)
    }

    /// Makes tables of all that is in memory, and returns when it is done.
    ///
    /// # Errors
    ///
    /// Those of [all writes](Db#errors).
    pub fn flush(&self) -> Result<()> {
        self.core().flush()
    }

    /// Merges all tables that have keys of a range to the last level, and returns when it is done.
    /// What is dead is given back, but for what snapshots see.
    ///
    /// # Errors
    ///
    /// Those of [all writes](Db#errors).
    pub fn compact_range<K: AsRef<[u8]>>(&self, range: impl RangeBounds<K>) -> Result<()> {
        let (start, end) = range::ends(&range);
        self.core().compact_range(&start, end.as_deref())
    }

    /// Compacts until the strategy is content, and returns when it is done.
    ///
    /// # Errors
    ///
    /// Those of [all writes](Db#errors).
    pub fn wait_for_compactions(&self) -> Result<()> {
        self.core().wait_for_compactions()
    }

    /// Makes a consistent copy of all that was written before in the directory `dir`, which is
    /// empty, or not there. The copy shares the tables' files by hard links, so it must be on the
    /// same file system.
    ///
    /// # Errors
    ///
    /// [`LsmError::NotEmpty`], and those of [all writes](Db#errors). What is in `dir` is then no
    /// copy.
    pub fn checkpoint(&self, dir: impl AsRef<Path>) -> Result<()> {
        self.core().checkpoint(dir.as_ref())
    }

    /// Reads every block of every table, and the log, and returns what is damaged; `progress` is
    /// told after each table.
    ///
    /// # Errors
    ///
    /// None yet: what cannot be read is in what is returned.
    pub fn verify(&self, progress: impl FnMut(VerifyProgress)) -> Result<Vec<LsmError>> {
        self.core().verify(progress)
    }

    /// What was done since the database was opened, and what there is now.
    pub fn stats(&self) -> Stats {
        self.core().stats()
    }

    /// Closes the database, if this is the last handle, and makes durable what was written.
    ///
    /// # Errors
    ///
    /// [`LsmError::Log`]. It is closed in any case.
    pub fn close(self) -> Result<()> {
        self.sync()
    }
}

impl Drop for Open {
    /// A compaction that is running is given up: it has changed nothing yet.
    fn drop(&mut self) {
        self.core.jobs.stop();
        for thread in lock(&self.threads).drain(..) {
            // A thread that has panicked has nothing to say here.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("dir", &self.core().dir)
            .field("options", &self.core().options)
            .finish_non_exhaustive()
    }
}
