//! Merging tables into new ones.
//!
//! What a compaction does, after a strategy has chosen: read all versions in order, drop those that
//! nobody sees, and write the others to tables, each of about the same size. It is the only place
//! where anything is ever given back.
//!
//! A table ends only between two user keys, never between two versions of one: a level could not
//! say otherwise which of its tables has the newest. Range tombstones are cut where tables end, so
//! that each table has what deletes its own keys:
//!
//! ```text
//!   tombstone        c ├───────────────────┤ p
//!   tables      a ─────────┤ h ──────────────┤ m ───── z
//!   cut              c ├───┼ h ──────────────┼ m ─┤ p
//! ```
//!
//! # Invariants
//!
//! - The outputs are disjoint, and together show what the inputs showed.
//!
//! # Complexity
//!
//! O(n log k) comparisons for `n` versions in `k` runs; the memory of one block for each run, and
//! of one table's index and hashes.

use std::io::Write;
use std::sync::Arc;

use super::retain::Retention;
use crate::cursor::Cursor;
use crate::range_tombstones::RangeTombstones;
use crate::table::{TableBuilder, TableOptions, Written};
use crate::version::TableMeta;
use crate::{LsmError, Result, key};

/// Writes what a merge keeps to tables.
#[derive(Clone, Debug)]
pub struct Merge {
    /// How tables are written.
    pub options: TableOptions,
    /// Bytes after which a table ends, at the next user key.
    pub table_bytes: u64,
    /// When the tables are made: milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// The range tombstones of all inputs.
    pub tombstones: Arc<RangeTombstones>,
}

impl Merge {
    // ANCHOR: run
    /// Writes what `retention` keeps of `run`, from its first entry on, to tables that `create`
    /// makes, with their numbers; `finish` is given each sink when all is written, and makes it
    /// durable.
    ///
    /// # Errors
    ///
    /// Those of the run, and of the sinks. What was written is then of no use.
    pub fn run<W: Write>(
        &self,
        run: &mut dyn Cursor,
        mut retention: Retention,
        create: impl FnMut() -> Result<(u64, W)>,
        finish: impl FnMut(W) -> Result<()>,
    ) -> Result<Vec<Arc<TableMeta>>> {
        let kept = self
            .tombstones
            .retained(|sequence| retention.keep_range(sequence));
        let mut outputs = Outputs::new(self, kept, create, finish);
        let mut last_key = Vec::new();
        run.seek_to_first()?;
        while let Some((internal_key, value)) = run.current() {
            let version = key::parse(internal_key).ok_or(LsmError::CorruptEntry {
                what: "its key is of no kind",
            })?;
            if retention.keep(version, value) {
                if version.user_key != last_key {
                    outputs.between_keys(version.user_key)?;
                    last_key.clear();
                    last_key.extend_from_slice(version.user_key);
                }
                outputs.add(internal_key, value)?;
            }
            run.next()?;
        }
        outputs.end(None)?;
        Ok(outputs.tables)
    }
    // ANCHOR_END: run
}

/// The tables that a merge writes, one after the other.
struct Outputs<'m, W, C, F> {
    merge: &'m Merge,
    tombstones: RangeTombstones,
    create: C,
    finish: F,
    current: Option<(u64, TableBuilder<W>)>,
    /// The user key from which on nothing is in a table yet.
    start: Vec<u8>,
    tables: Vec<Arc<TableMeta>>,
}

impl<'m, W: Write, C, F> Outputs<'m, W, C, F>
where
    C: FnMut() -> Result<(u64, W)>,
    F: FnMut(W) -> Result<()>,
{
    fn new(merge: &'m Merge, tombstones: RangeTombstones, create: C, finish: F) -> Self {
        Outputs {
            merge,
            tombstones,
            create,
            finish,
            current: None,
            start: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// The table that is being written: a new one, if there is none.
    fn builder(&mut self) -> Result<&mut TableBuilder<W>> {
        if self.current.is_none() {
            let (number, sink) = (self.create)()?;
            let options = self.merge.options.clone();
            self.current = Some((number, TableBuilder::new(options, sink)));
        }
        let current = self.current.as_mut().map(|(_, builder)| builder);
        Ok(current.expect("it was made just now, if there was none"))
    }

    fn add(&mut self, internal_key: &[u8], value: &[u8]) -> Result<()> {
        self.builder()?.add(internal_key, value)
    }

    /// The place between two user keys, of which `next` is the second: here a table may end.
    fn between_keys(&mut self, next: &[u8]) -> Result<()> {
        match &self.current {
            Some((_, builder)) if builder.estimated_len() >= self.merge.table_bytes => {
                self.end(Some(next))
            }
            _ => Ok(()),
        }
    }

    /// Ends the table before the key `end`, or after all keys.
    fn end(&mut self, end: Option<&[u8]>) -> Result<()> {
        let clipped = self.tombstones.clipped(&self.start, end);
        for (start, end, sequence) in clipped.iter() {
            self.builder()?.add_range_tombstone(start, end, sequence);
        }
        if let Some((number, builder)) = self.current.take() {
            let written = builder.finish()?;
            let table = TableMeta::new(number, self.merge.created_ms, &written);
            (self.finish)(written.sink)?;
            self.tables.push(Arc::new(table));
        }
        self.start.clear();
        self.start.extend_from_slice(end.unwrap_or_default());
        Ok(())
    }
}

impl TableMeta {
    /// What is known of a table that was just written.
    pub fn new<W>(number: u64, created_ms: u64, written: &Written<W>) -> Self {
        let properties = &written.properties;
        TableMeta {
            number,
            file_len: written.file_len,
            entries: properties.entries,
            tombstones: properties.deletions + properties.range_deletions,
            min_sequence: properties.min_sequence,
            max_sequence: properties.max_sequence,
            created_ms,
            bounds: crate::version::Bounds {
                smallest: properties.smallest.clone(),
                largest: properties.largest.clone(),
            },
        }
    }
}
