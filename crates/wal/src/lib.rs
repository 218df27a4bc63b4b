//! A write-ahead log: the file in which a program writes what it is about to do.
//!
//! Records are appended, and numbered. When [`Wal::append`] has returned under
//! [`SyncPolicy::EveryWrite`], the record survives any crash. After a crash the log has a *prefix*
//! of what was appended, with at least all that was durable; what else was being written is cut
//! off. This is all that databases, queues and replicated state machines need of a disk to be
//! reliable; what they do with the records is up to them.
//!
//! ```text
//!   append ──▶ group.rs     who writes and syncs for whom
//!                 │
//!              log.rs       which file: the segment that is written, the full, the spare ones
//!                 │
//!              segment.rs   a file ── frame.rs   a record in it
//!                 │
//!   open   ◀── recovery.rs  what a crash has left;  iter.rs, salvage.rs   reading it
//! ```
//!
//! ```
//! use wal::{Lsn, Options, Wal};
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path();
//! let wal = Wal::open(dir, Options::new())?;
//! wal.append(b"x = 1")?;
//! let lsn = wal.append(b"y = 2")?; // durable
//! assert_eq!(lsn, Lsn(2));
//! drop(wal);
//!
//! let wal = Wal::open(dir, Options::new())?;
//! let records: Result<Vec<_>, _> = wal.iter_from(Lsn(1))?.collect();
//! assert_eq!(records?, [(Lsn(1), b"x = 1".to_vec()), (Lsn(2), b"y = 2".to_vec())]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//!
//! - What is read is a prefix of what was appended, less what was truncated; a batch is in it whole
//!   or not at all.
//! - A record whose `append` returned under `EveryWrite`, or after whose `append` a
//!   [`sync`](Wal::sync) returned, is in it.
//! - After a write or sync that failed, nothing is written to the log. A second sync might succeed
//!   without the data ever reaching the disk, since the system forgets what it failed to write
//!   (PostgreSQL's *fsyncgate*, 2018; Rebello et al., *Can Applications Recover from fsync
//!   Failures?*, USENIX ATC 2020).
//!
//! # Complexity
//!
//! To append costs a checksum, a copy, and a share of a write and a sync. To open reads the last
//! segment, and 36 bytes of each other. To find an LSN reads the segment that has it from its
//! beginning. In memory there are the records that wait to be written, and an open file a segment.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod clock;
mod error;
mod frame;
mod group;
mod iter;
mod log;
mod options;
mod recovery;
mod salvage;
mod scan;
mod segment;
mod sync;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use vfs::{FileSystem, Lock, StdFs};

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use iter::Iter;
pub use options::{Options, SyncPolicy};
pub use recovery::Torn;
pub use salvage::{Salvage, Salvaged};

use group::{Goal, Group};
use log::{Counters, Log, Segments};
use recovery::Found;

/// Log sequence number: the number of a record, counted from 1 without gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lsn(pub u64);

/// What was done since the log was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that wrote records.
    pub writes: u64,
    /// Calls that made them durable: fewer than there were appends, if threads shared them.
    pub syncs: u64,
    /// Segments that were made.
    pub segments_created: u64,
    /// How many of these were made of a spare file.
    pub segments_recycled: u64,
}

/// A write-ahead log. All methods may be called from many threads at once.
///
/// # Errors
///
/// After [`Error::Halted`], every method that writes returns it; those that read go on. So it is
/// when a thread has panicked while it wrote, in a [`FileSystem`] or a [`Clock`].
#[derive(Debug)]
pub struct Wal {
    group: Group<Log>,
    segments: Segments,
    counters: Arc<Counters>,
    policy: SyncPolicy,
    /// The longest frames that fit in a segment, in bytes.
    room: u64,
    torn: Option<Torn>,
    _lock: Lock,
}

impl Wal {
    /// Opens the log in the directory `dir`, which is made if it is missing.
    ///
    /// A tail that a crash has torn is cut off, see [`torn`](Self::torn).
    ///
    /// # Errors
    ///
    /// [`Error::Locked`], [`Error::Corrupt`], [`Error::Missing`], [`Error::Version`],
    /// [`Error::SegmentSize`], [`Error::Full`], [`Error::Io`]. Segments before the last one are
    /// read, and their records checked, only by [`iter_from`](Self::iter_from).
    pub fn open(dir: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        Self::open_in(Arc::new(StdFs), dir, options)
    }

    /// Opens the log in the directory `dir` of a file system.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_in(
        fs: Arc<dyn FileSystem>,
        dir: impl AsRef<Path>,
        options: Options,
    ) -> Result<Self, Error> {
        options.check()?;
        let dir = dir.as_ref().to_path_buf();
        fs.create_dir_all(&dir)?;
        let lock = lock(&*fs, &dir)?;
        let found = Found::list(&*fs, &dir)?;
        let mut all = recovery::open_segments(&*fs, &dir, &found.segments)?;
        recovery::remove_unused(&*fs, &dir, &mut all)?;
        let (next, torn) = match all.last() {
            Some(last) => recovery::recover_last(last)?,
            None => (1, None),
        };
        // A process that was killed may have left names that are not durable.
        fs.sync_dir(&dir)?;
        let segments = Segments::new(std::sync::Mutex::new(all.into()));
        let counters = Arc::new(Counters::default());
        let (policy, room) = (options.sync, log::room(&options));
        let device = Log {
            fs,
            dir,
            segments: segments.clone(),
            spares: found.spares.into_iter().collect(),
            counters: counters.clone(),
            active: None,
            last_sync: options.clock.now(),
            options,
        };
        Ok(Self {
            group: Group::new(device, next),
            segments,
            counters,
            policy,
            room,
            torn,
            _lock: lock,
        })
    }

    /// Reads what is left of the damaged log in `dir`, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] and [`Error::Io`].
    pub fn salvage(dir: impl AsRef<Path>) -> Result<Salvage, Error> {
        Self::salvage_in(Arc::new(StdFs), dir)
    }

    /// Reads what is left of the damaged log in `dir` of a file system, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] and [`Error::Io`].
    pub fn salvage_in(fs: Arc<dyn FileSystem>, dir: impl AsRef<Path>) -> Result<Salvage, Error> {
        let lock = lock(&*fs, dir.as_ref())?;
        Salvage::new(fs, dir.as_ref().to_path_buf(), lock)
    }

    /// Appends a record, and makes it durable if the [`SyncPolicy`] says so. Returns its number.
    ///
    /// The record is in the log when this returns: a killed process leaves it there.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], [`Error::Full`] and [`Error::Halted`].
    pub fn append(&self, record: &[u8]) -> Result<Lsn, Error> {
        self.append_batch(&[record])
    }

    /// Appends records of which a crash leaves all or none. Returns the number of the last one; for
    /// no records, that of the record before.
    ///
    /// # Errors
    ///
    /// Those of [`append`](Self::append). A batch has to fit into one segment.
    pub fn append_batch(&self, records: &[&[u8]]) -> Result<Lsn, Error> {
        let goal = match self.policy {
            SyncPolicy::EveryWrite => Goal::Durable,
            SyncPolicy::Interval(_) | SyncPolicy::Os => Goal::Written,
        };
        self.append_until(goal, records)
    }

    /// Appends a record to those that the next [`append`](Self::append) or [`sync`](Self::sync) of
    /// any thread writes, and returns its number. It waits for no sync that is running.
    ///
    /// This is for those who append under a lock of their own, and sync after they have let go of
    /// it: so the others append meanwhile, and share the next sync. Until then the record is in
    /// memory, and a killed process leaves nothing of it.
    ///
    /// # Errors
    ///
    /// Those of [`append`](Self::append).
    pub fn enqueue(&self, record: &[u8]) -> Result<Lsn, Error> {
        self.append_until(Goal::Enqueued, &[record])
    }

    fn append_until(&self, goal: Goal, records: &[&[u8]]) -> Result<Lsn, Error> {
        let len = records.iter().map(|r| (frame::HEADER + r.len()) as u64);
        let (len, max) = (len.sum(), self.room);
        if len > max {
            return Err(Error::TooLarge { len, max });
        }
        let first = self.group.append(records, goal)?;
        Ok(Lsn(first + records.len() as u64 - 1))
    }

    /// Returns when all that was appended before is durable.
    ///
    /// Threads share the work, as they do under [`SyncPolicy::EveryWrite`]: an engine that appends
    /// under [`SyncPolicy::Os`], does something else, and then syncs has group commit, too.
    ///
    /// # Errors
    ///
    /// [`Error::Halted`].
    pub fn sync(&self) -> Result<(), Error> {
        self.group.sync()
    }

    /// The records from `lsn` on, or from the oldest that there is, to the last that is written now.
    ///
    /// What is appended later is not seen; what [`truncate_before`](Self::truncate_before) drops
    /// later is. After a [`truncate_after`](Self::truncate_after) it may end early, or with an
    /// error.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; and the iterator's items may be [`Error::Corrupt`].
    pub fn iter_from(&self, lsn: Lsn) -> Result<Iter, Error> {
        let (last, _) = self.group.lsns();
        let segments = self.with_segments(|all| all.clone());
        Iter::new(segments, lsn.0, last)
    }

    /// Drops records before `lsn`, in whole segments; the last one always stays. Their files are
    /// kept for reuse, see [`Options::spares`].
    ///
    /// Appends wait meanwhile, for a sync of the directory for each segment.
    ///
    /// # Errors
    ///
    /// [`Error::Halted`].
    pub fn truncate_before(&self, lsn: Lsn) -> Result<(), Error> {
        self.group.exclusively(|log, _| log.truncate_before(lsn.0))
    }

    /// Drops all records after `lsn`, for good when this returns. The next one is `lsn + 1`, or the
    /// oldest that there was, if that is later.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] and [`Error::Io`], and the log is as it was; [`Error::Halted`].
    pub fn truncate_after(&self, lsn: Lsn) -> Result<(), Error> {
        self.group
            .exclusively(|log, place| log.truncate_after(lsn.0, place))
    }

    /// The oldest record that there is, or the next one, if there is none.
    pub fn first_lsn(&self) -> Lsn {
        Lsn(self.with_segments(|all| all.front().map_or(1, |oldest| oldest.first)))
    }

    /// The last record that is written; `Lsn(0)` if there has been none.
    pub fn last_lsn(&self) -> Lsn {
        Lsn(self.group.lsns().0)
    }

    /// The last record that is durable.
    pub fn durable_lsn(&self) -> Lsn {
        Lsn(self.group.lsns().1)
    }

    /// What a crash had torn, and opening the log has cut off.
    pub fn torn(&self) -> Option<Torn> {
        self.torn
    }

    /// What was done since the log was opened.
    pub fn stats(&self) -> Stats {
        Stats {
            writes: self.counters.writes.load(Relaxed),
            syncs: self.counters.syncs.load(Relaxed),
            segments_created: self.counters.created.load(Relaxed),
            segments_recycled: self.counters.recycled.load(Relaxed),
        }
    }

    fn with_segments<R>(
        &self,
        work: impl FnOnce(&std::collections::VecDeque<Arc<segment::Segment>>) -> R,
    ) -> R {
        work(
            &self
                .segments
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }
}

impl Drop for Wal {
    fn drop(&mut self) {
        // A log that has been halted is left as it is; one that could not be trimmed is longer.
        let _ = self.group.exclusively(|log, _| Ok(log.trim()));
    }
}

fn lock(fs: &dyn FileSystem, dir: &Path) -> Result<Lock, Error> {
    fs.lock(&dir.join("LOCK"))
        .map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Error::Locked,
            _ => error.into(),
        })
}
