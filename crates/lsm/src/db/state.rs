//! What a reader reads: memtables and tables, as they were at one moment.
//!
//! Writers change what makes up the database all the time: a memtable is sealed, becomes a table,
//! tables are merged. A reader must not see it change under its hands, nor wait for a lock. So all
//! of it is one immutable value, that is replaced as a whole; whoever has the old one goes on with
//! it, and what it refers to stays until it is dropped:
//!
//! ```text
//!   state    ┌ memtable ─ sealed ─ sealed ┐      in memory
//!            │ level 0    ▭ ▭ ▭           │
//!            │ level 1    ▭▭▭▭▭           │      files
//!            └ level 2    ▭▭▭▭▭▭▭▭▭▭▭▭▭▭▭ ┘
//! ```
//!
//! # Invariants
//!
//! - The memtable is the only part that still changes, and only by entries whose numbers are
//!   greater than those published when it is read: a snapshot does not see them.
//! - From first to last, memtable, sealed memtables and runs of tables get older: all versions of a
//!   key in one of them are newer than those in the next.
//! - A reader takes the state first, and what was last published then. The other way round, a
//!   compaction in between might have dropped what it wants to see.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::run::{self, Run};
use super::tables::Tables;
use crate::memtable::Memtable;
use crate::range_tombstones::RangeTombstones;
use crate::version::Version;

/// All that there is to read, at one moment.
pub(crate) struct State {
    /// The memtable that is written to.
    pub memtable: Arc<Memtable>,
    /// Those that are being flushed, the newest first.
    pub sealed: Vec<Arc<Memtable>>,
    /// Which tables there are.
    pub version: Arc<Version>,
    /// How to read them.
    pub tables: Arc<Tables>,
    pub(super) files: Arc<Files>,
}

/// The tables of a version.
pub(super) struct Files {
    /// The newest first.
    pub runs: Vec<Run>,
    /// The range tombstones of all tables, once a cursor over all of them was made.
    pub tombstones: OnceLock<Arc<RangeTombstones>>,
}

impl State {
    /// A state of these parts. O(n) for `n` tables.
    pub fn new(
        memtable: Arc<Memtable>,
        sealed: Vec<Arc<Memtable>>,
        version: Arc<Version>,
        tables: Arc<Tables>,
    ) -> Self {
        let files = Files {
            runs: run::runs(&version, &tables),
            tombstones: OnceLock::new(),
        };
        State {
            memtable,
            sealed,
            version,
            tables,
            files: Arc::new(files),
        }
    }

    /// The same tables, with other memtables. O(1), but for these.
    pub fn with_memtables(&self, memtable: Arc<Memtable>, sealed: Vec<Arc<Memtable>>) -> Self {
        State {
            memtable,
            sealed,
            version: Arc::clone(&self.version),
            tables: Arc::clone(&self.tables),
            files: Arc::clone(&self.files),
        }
    }

    /// The memtables, the newest first.
    pub(super) fn memtables(&self) -> impl Iterator<Item = &Memtable> {
        let sealed = self.sealed.iter();
        std::iter::once(&self.memtable)
            .chain(sealed)
            .map(|memtable| &**memtable)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("memtable", &self.memtable)
            .field("sealed", &self.sealed)
            .field("runs", &self.files.runs.len())
            .finish_non_exhaustive()
    }
}
