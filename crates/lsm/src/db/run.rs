//! A sorted run of tables: a table of level 0, or all of a deeper level.
//!
//! The tables of a level are disjoint and ascend, so together they are one run, cut into files. A
//! cursor over it is one in the table where it stands; when that ends, it enters the next, which is
//! opened only now:
//!
//! ```text
//!   level 2     ▭▭▭▭▭▭  ▭▭▭▭▭▭▭  ▭▭▭▭  ▭▭▭▭▭▭▭▭      opened: only where it has been
//!                       ────▲
//! ```
//!
//! # Invariants
//!
//! - If the cursor stands on an entry, it is one of the table `at`, and `table` stands on it.

use std::ops::Range;
use std::sync::Arc;

use super::tables::{TableHandle, Tables};
use crate::cursor::Cursor;
use crate::table::TableCursor;
use crate::version::{LEVELS, TableMeta, Version};
use crate::{LsmError, Result, key};

/// A table of a version, and how to read it.
#[derive(Clone, Debug)]
pub(crate) struct RunTable {
    pub meta: Arc<TableMeta>,
    pub handle: Arc<TableHandle>,
}

/// Tables that are disjoint and ascend.
pub(crate) type Run = Arc<[RunTable]>;

/// The runs of a version, the newest first.
pub(crate) fn runs(version: &Version, tables: &Tables) -> Vec<Run> {
    let open = |meta: &Arc<TableMeta>| RunTable {
        meta: Arc::clone(meta),
        handle: tables.handle(meta.number),
    };
    let top = version.level(0).iter().map(|meta| Run::from([open(meta)]));
    let below = (1..LEVELS).map(|level| version.level(level).iter().map(open).collect());
    top.chain(below.filter(|run: &Run| !run.is_empty()))
        .collect()
}

// ANCHOR: candidate
/// The one table of a run that may have `user_key`.
#[inline]
pub(crate) fn candidate<'a>(run: &'a Run, user_key: &[u8]) -> Option<&'a RunTable> {
    let first = match run.len() {
        1 => 0,
        _ => run.partition_point(|table| table.meta.bounds.ends_before(user_key)),
    };
    run.get(first)
        .filter(|table| table.meta.bounds.contains(user_key))
}
// ANCHOR_END: candidate

/// Which tables of a run may have keys from `start` to `end`, exclusive, or from `start` on.
pub(crate) fn within(run: &Run, start: &[u8], end: Option<&[u8]>) -> Range<usize> {
    let first = run.partition_point(|table| table.meta.bounds.ends_before(start));
    let is_before_end = |table: &RunTable| end.is_none_or(|end| table.meta.bounds.start() < end);
    first..first + run[first..].partition_point(is_before_end)
}

/// A cursor over some tables of a run.
pub(crate) struct RunCursor {
    run: Run,
    tables: Range<usize>,
    /// Tables that could not be opened when range tombstones were gathered.
    unread: Vec<u64>,
    at: usize,
    table: Option<TableCursor>,
}

impl RunCursor {
    /// A cursor over the tables of `run` that have these places. Those in `unread` are not read,
    /// as their range tombstones are not known.
    pub fn new(run: Run, tables: Range<usize>, unread: Vec<u64>) -> Self {
        RunCursor {
            run,
            at: tables.start,
            tables,
            unread,
            table: None,
        }
    }

    fn stands(&self) -> bool {
        let table = self.table.as_ref();
        table.is_some_and(|table| table.current().is_some())
    }

    /// Enters the table at a place, and moves within it; leaves all of them, if it has no such one.
    fn enter(
        &mut self,
        place: Option<usize>,
        step: impl FnOnce(&mut TableCursor) -> Result<()>,
    ) -> Result<()> {
        let Some(place) = place.filter(|place| self.tables.contains(place)) else {
            self.table = None;
            return Ok(());
        };
        // The cursor of the table where it is already keeps its memory, and maybe its block.
        if self.table.is_none() || place != self.at {
            self.table = None;
            self.table = Some(self.open(place)?);
            self.at = place;
        }
        let outcome = self.table.as_mut().map_or(Ok(()), step);
        self.checked(outcome)
    }

    /// `outcome`; after an error, it stands nowhere.
    #[inline]
    fn checked(&mut self, outcome: Result<()>) -> Result<()> {
        if outcome.is_err() {
            self.table = None;
        }
        outcome
    }

    fn open(&self, place: usize) -> Result<TableCursor> {
        let RunTable { meta, handle } = &self.run[place];
        let table = handle.table()?;
        if self.unread.contains(&meta.number) {
            // It can be read by now, but the cursor does not know what its ranges delete.
            return Err(LsmError::Io(std::io::Error::other(
                "a table could not be opened when the cursor was made: make another one",
            )));
        }
        Ok(table.cursor())
    }

    // ANCHOR: skip
    /// If the table has no more entries, on to the first one of a table that has.
    fn skip_forward(&mut self) -> Result<()> {
        while self.table.is_some() && !self.stands() {
            self.enter(Some(self.at + 1), Cursor::seek_to_first)?;
        }
        Ok(())
    }
    // ANCHOR_END: skip

    /// If the table has no more entries, back to the last one of a table that has.
    fn skip_back(&mut self) -> Result<()> {
        while self.table.is_some() && !self.stands() {
            self.enter(self.at.checked_sub(1), Cursor::seek_to_last)?;
        }
        Ok(())
    }

    /// The place of the first table that may have an entry not less than `key`.
    fn place_of(&self, key: &[u8]) -> usize {
        let ends_before = |table: &RunTable| key::compare(&table.meta.bounds.largest, key).is_lt();
        self.tables.start + self.run[self.tables.clone()].partition_point(ends_before)
    }
}

impl Cursor for RunCursor {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.table.as_ref()?.current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.enter(Some(self.tables.start), Cursor::seek_to_first)?;
        self.skip_forward()
    }

    fn seek_to_last(&mut self) -> Result<()> {
        self.enter(self.tables.end.checked_sub(1), Cursor::seek_to_last)?;
        self.skip_back()
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.enter(Some(self.place_of(key)), |table| table.seek(key))?;
        self.skip_forward()
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        match self.place_of(key) {
            place if place < self.tables.end => {
                self.enter(Some(place), |table| table.seek_before(key))?;
                self.skip_back()
            }
            _ => self.seek_to_last(),
        }
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        let Some(table) = &mut self.table else {
            return self.seek_to_first();
        };
        let outcome = table.next();
        self.checked(outcome)?;
        self.skip_forward()
    }

    fn prev(&mut self) -> Result<()> {
        let Some(table) = &mut self.table else {
            return self.seek_to_last();
        };
        let outcome = table.prev();
        self.checked(outcome)?;
        self.skip_back()
    }
}
