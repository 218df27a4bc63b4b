//! The open tables: each file is opened when it is first needed, and shared by all who read it.
//!
//! A database has thousands of tables, and a version of it names them all. To open one means to
//! read its index and filter, so nobody opens them in advance; and a damaged table is in the way
//! only of those who need it. What a [`State`](super::state::State) has of a table is therefore a
//! *handle*: it opens the table once, and from then on is no more than a pointer to it.
//!
//! ```text
//!   state, old  ──▶ handle 5 ──▶ table      handle 7      handle 8
//!   state, new  ────────────────────────────────┴─────────────┘
//!                      ▲
//!                      └ retired: the file is removed with the last state that has it
//! ```
//!
//! # Invariants
//!
//! - There is at most one handle of a number: who asks for a table that another one has gets the
//!   same.
//! - A file has its name as long as a handle lives. Only that of a retired table is ever removed.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use vfs::{File, FileSystem};

use super::counters::ReadCounters;
use crate::table::{BlockCache, ReadAt, Table};
use crate::{LsmError, Result};

/// Where tables are, and which of them are in use.
pub(crate) struct Tables {
    place: Arc<Place>,
    handles: Mutex<HashMap<u64, Weak<TableHandle>>>,
    /// What look-ups do.
    pub counters: ReadCounters,
}

/// What it takes to open a table.
struct Place {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    cache: Arc<dyn BlockCache>,
}

impl Tables {
    /// The tables of a directory.
    pub fn new(fs: Arc<dyn FileSystem>, dir: PathBuf, cache: Arc<dyn BlockCache>) -> Self {
        Tables {
            place: Arc::new(Place { fs, dir, cache }),
            handles: Mutex::default(),
            counters: ReadCounters::default(),
        }
    }

    /// The name of a table's file.
    pub fn path(dir: &Path, number: u64) -> PathBuf {
        dir.join(format!("{number:06}.sst"))
    }

    /// The table with this number, opened.
    pub fn get(&self, number: u64) -> Result<Arc<Table>> {
        let handle = self.handle(number);
        Ok(Arc::clone(handle.table()?))
    }

    /// The handle of a table, which is there as long as anybody keeps it.
    pub fn handle(&self, number: u64) -> Arc<TableHandle> {
        let mut handles = self.lock();
        if let Some(handle) = handles.get(&number).and_then(Weak::upgrade) {
            return handle;
        }
        let handle = Arc::new(TableHandle {
            number,
            place: Arc::clone(&self.place),
            table: OnceLock::new(),
            is_retired: AtomicBool::new(false),
        });
        handles.insert(number, Arc::downgrade(&handle));
        handle
    }

    // ANCHOR: retire
    /// Tells that these tables are in no current version any more: each file is removed as soon as
    /// no state has it. What a crash leaves is removed when the database is opened.
    pub fn retire(&self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            let handle = self.handle(number);
            // Relaxed: the last drop of the handle comes after all others.
            handle.is_retired.store(true, Ordering::Relaxed);
            self.lock().remove(&number);
        }
    }
    // ANCHOR_END: retire

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Weak<TableHandle>>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("dir", &self.place.dir)
            .finish_non_exhaustive()
    }
}

/// A table that may not be open yet.
pub(crate) struct TableHandle {
    number: u64,
    place: Arc<Place>,
    table: OnceLock<Arc<Table>>,
    is_retired: AtomicBool,
}

impl TableHandle {
    // ANCHOR: table
    /// The table. Whoever comes first opens it; an error is not remembered.
    #[inline]
    pub fn table(&self) -> Result<&Arc<Table>> {
        match self.table.get() {
            Some(table) => Ok(table),
            None => self.open(),
        }
    }

    /// Two threads may both come first. Then both open it, and one of the two is dropped.
    #[cold]
    fn open(&self) -> Result<&Arc<Table>> {
        let Place { fs, dir, cache } = &*self.place;
        let table = self.number;
        let file = fs.open(&Tables::path(dir, table)).map_err(|error| {
            let is_missing = error.kind() == io::ErrorKind::NotFound;
            if is_missing {
                LsmError::MissingTable { table }
            } else {
                error.into()
            }
        })?;
        let table = Table::open(Arc::new(Source(file)), table, Arc::clone(cache))?;
        Ok(self.table.get_or_init(|| Arc::new(table)))
    }
    // ANCHOR_END: table
}

impl Drop for TableHandle {
    fn drop(&mut self) {
        if *self.is_retired.get_mut() {
            let Place { fs, dir, .. } = &*self.place;
            // An error leaves a file that nobody needs: the next open removes it.
            let _ = fs.remove(&Tables::path(dir, self.number));
        }
    }
}

impl fmt::Debug for TableHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableHandle")
            .field("number", &self.number)
            .field("is_open", &self.table.get().is_some())
            .finish_non_exhaustive()
    }
}

/// A file of the file system's, as tables read it.
struct Source(Arc<dyn File>);

impl ReadAt for Source {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(offset, buf)
    }
}
