//! A log-structured merge tree: the storage engine that never writes in place.
//!
//! A B+ tree changes the page that a key lives on. Ten thousand writes to ten thousand places are
//! ten thousand pages, each written for the sake of a hundred bytes. An LSM tree turns them into
//! one long write: it gathers entries in memory, in order, and when there are enough it writes them
//! side by side as a sorted, immutable file, a *table*. What is in the way of reading then is that
//! a key may be in many tables; merging tables (*compaction*) keeps their number small, filters say
//! which to skip.
//!
//! ```text
//!   put ──▶ log (wal) ──▶ memtable ── flush ──▶ level 0  ▭ ▭ ▭      newest, overlapping
//!                                                  │ compaction
//!                                                  ▼
//!                                               level 1  ▭▭▭▭▭▭     sorted, disjoint
//!                                               level 2  ▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭
//! ```
//!
//! From the bottom up:
//!
//! | module | idea |
//! |---|---|
//! | [`key`] | a version of a key: user key, sequence number, kind; newest first |
//! | [`table`] | sorted immutable files: blocks, index, filter, footer |
//! | [`iter`] | merging sorted runs, and what a snapshot sees of them |
//! | [`memtable`] | the newest entries, in a skip list |
//! | [`range_tombstones`] | deleting a range of keys by one entry |
//! | [`batch`] | writes that happen all or not at all |
//! | [`version`] | which tables there are: levels, and the manifest's edits |
//! | [`compaction`] | which tables to merge next: leveled, size-tiered, first in first out |
//! | [`inspect`] | the files of a database that is not open, as they lie there |
//! | [`Db`] | the database: the log, recovery, jobs in the background, snapshots |
//!
//! # Sources
//!
//! O'Neil, Cheng, Gawlick and O'Neil 1996, *The log-structured merge-tree*; Chang et al. 2006,
//! *Bigtable*; LevelDB, whose shapes and names most engines have kept, and RocksDB.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod batch;
mod codec;
pub mod compaction;
mod cursor;
mod db;
mod error;
pub mod inspect;
pub mod iter;
pub mod key;
pub mod memtable;
pub mod range_tombstones;
pub mod table;
pub mod version;

pub use batch::WriteBatch;
pub use cursor::Cursor;
pub use db::{
    Clock, Db, DbCursor, LevelStats, ManualClock, Options, Range, Snapshot, Stats, SystemClock,
    VerifyProgress,
};
pub use error::LsmError;
pub use table::Compression;
pub use wal::SyncPolicy;

/// What an operation of this crate gives back.
pub type Result<T, E = LsmError> = std::result::Result<T, E>;
