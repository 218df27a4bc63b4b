//! The cursor of a database: what a snapshot sees of all runs merged.
//!
//! Everything it is made of is elsewhere: [`VisibleCursor`] over [`MergingCursor`] over one cursor
//! for each run. What is left to do is to take the right runs, and to know which ranges were
//! deleted before the first move.

use std::fmt;
use std::sync::Arc;

use super::run::{self, Run, RunCursor};
use super::state::State;
use crate::Result;
use crate::cursor::Cursor;
use crate::iter::{MergingCursor, View, VisibleCursor};
use crate::key::Sequence;
use crate::memtable::{Memtable, MemtableCursor};
use crate::range_tombstones::{RangeTombstone, RangeTombstones};

/// A cursor over the keys and values of a database, as they were when it was made.
///
/// It stands on an entry, or nowhere: at first, and when a move found none or failed. From nowhere,
/// [`move_next`](Self::move_next) goes to the first key and [`move_prev`](Self::move_prev) to the
/// last. What is written meanwhile is not seen, and files that it reads are kept until it is
/// dropped.
pub struct DbCursor {
    cursor: VisibleCursor<MergingCursor<Source>>,
    /// Keeps the files.
    _state: Arc<State>,
}

impl DbCursor {
    /// The key and the value it stands on.
    #[inline]
    pub fn current(&self) -> Option<(&[u8], &[u8])> {
        self.cursor.current()
    }

    /// To the first key.
    ///
    /// # Errors
    ///
    /// What the disk says, and [`CorruptTable`](crate::LsmError::CorruptTable); so with all moves.
    pub fn seek_to_first(&mut self) -> Result<()> {
        self.cursor.seek_to_first()
    }

    /// To the last key.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek_to_last(&mut self) -> Result<()> {
        self.cursor.seek_to_last()
    }

    /// To the first key that is not less than `key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.cursor.seek(key)
    }

    /// To the last key that is less than `key`.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        self.cursor.seek_before(key)
    }

    /// To the next key; from nowhere, to the first.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    #[inline]
    pub fn move_next(&mut self) -> Result<()> {
        self.cursor.move_next()
    }

    /// To the key before; from nowhere, to the last.
    ///
    /// # Errors
    ///
    /// As [`seek_to_first`](Self::seek_to_first).
    pub fn move_prev(&mut self) -> Result<()> {
        self.cursor.move_prev()
    }
}

impl fmt::Debug for DbCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbCursor")
            .field("current", &self.current())
            .finish()
    }
}

impl State {
    /// A cursor over all keys.
    ///
    /// # Errors
    ///
    /// None yet: what cannot be read is found out by the moves.
    pub fn cursor(self: &Arc<Self>, snapshot: Sequence, now_ms: u64) -> Result<DbCursor> {
        Ok(self.cursor_within(snapshot, now_ms, b"", None))
    }

    /// A cursor that is good for keys from `start` to `end`, exclusive, or from `start` on.
    // ANCHOR: cursor
    pub(super) fn cursor_within(
        self: &Arc<Self>,
        snapshot: Sequence,
        now_ms: u64,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> DbCursor {
        let memtables = self.memtables();
        let mut sources: Vec<_> = memtables.map(|m| Source::Memtable(m.cursor())).collect();
        let (tombstones, unread) = self.tombstones_within(start, end);
        for run in &self.files.runs {
            let tables = run::within(run, start, end);
            if !tables.is_empty() {
                let run = RunCursor::new(Run::clone(run), tables, unread.clone());
                sources.push(Source::Run(Box::new(run)));
            }
        }
        let view = View {
            snapshot,
            now_ms,
            tombstones,
        };
        DbCursor {
            cursor: VisibleCursor::new(MergingCursor::new(sources), view),
            _state: Arc::clone(self),
        }
    }
    // ANCHOR_END: cursor

    /// The range tombstones of memtables, and of the tables that reach into a range; and the
    /// numbers of those that could not be asked.
    fn tombstones_within(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> (Arc<RangeTombstones>, Vec<u64>) {
        let mut unread = Vec::new();
        let in_memory = self.memtables().filter(|m| m.has_range_tombstones());
        let mut all: Vec<_> = in_memory.map(Memtable::range_tombstones).collect();
        let is_whole = start.is_empty() && end.is_none();
        match self.files.tombstones.get() {
            Some(tombstones) if is_whole => all.push(Arc::clone(tombstones)),
            _ => {
                let of_tables = self.tombstones_of_tables(start, end, &mut unread);
                if is_whole && unread.is_empty() {
                    // Another thread may have done the same, with the same outcome.
                    let _ = self.files.tombstones.set(Arc::clone(&of_tables));
                }
                all.push(of_tables);
            }
        }
        (joined(all), unread)
    }

    fn tombstones_of_tables(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        unread: &mut Vec<u64>,
    ) -> Arc<RangeTombstones> {
        let mut all = Vec::new();
        for run in &self.files.runs {
            let tables = &run[run::within(run, start, end)];
            // Most tables have neither tombstones nor ranges, and need not be opened to know that.
            for file in tables.iter().filter(|file| file.meta.tombstones > 0) {
                match file.handle.table() {
                    Ok(table) => all.push(Arc::clone(table.range_tombstones())),
                    Err(_) => unread.push(file.meta.number),
                }
            }
        }
        joined(all)
    }
}

/// A run of any kind.
enum Source {
    Memtable(MemtableCursor),
    Run(Box<RunCursor>),
}

impl Cursor for Source {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        match self {
            Source::Memtable(cursor) => cursor.current(),
            Source::Run(cursor) => cursor.current(),
        }
    }

    fn seek_to_first(&mut self) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.seek_to_first(),
            Source::Run(cursor) => cursor.seek_to_first(),
        }
    }

    fn seek_to_last(&mut self) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.seek_to_last(),
            Source::Run(cursor) => cursor.seek_to_last(),
        }
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.seek(key),
            Source::Run(cursor) => cursor.seek(key),
        }
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.seek_before(key),
            Source::Run(cursor) => cursor.seek_before(key),
        }
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.next(),
            Source::Run(cursor) => cursor.next(),
        }
    }

    fn prev(&mut self) -> Result<()> {
        match self {
            Source::Memtable(cursor) => cursor.prev(),
            Source::Run(cursor) => cursor.prev(),
        }
    }
}

/// All of several sets of range tombstones.
fn joined(mut all: Vec<Arc<RangeTombstones>>) -> Arc<RangeTombstones> {
    all.retain(|tombstones| !tombstones.is_empty());
    if all.len() < 2 {
        return all.pop().unwrap_or_default();
    }
    let ranges = all.iter().flat_map(|tombstones| tombstones.iter());
    let owned = ranges.map(|(start, end, sequence)| RangeTombstone {
        start: start.to_vec(),
        end: end.to_vec(),
        sequence,
    });
    Arc::new(owned.collect())
}
