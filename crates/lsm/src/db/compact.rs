//! Compaction: doing what a strategy has chosen.
//!
//! One compaction runs at a time, while flushes go on: they add tables above its inputs, which
//! changes nothing for it. The inputs are read past the block cache. Their blocks are needed once,
//! and would drive out those that readers need often.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::background::{Job, Jobs};
use super::core::{Core, lock};
use super::run::{self, RunCursor};
use super::tables::Tables;
use crate::compaction::{Action, Compaction, Merge, Retention};
use crate::cursor::Cursor;
use crate::iter::MergingCursor;
use crate::range_tombstones::{RangeTombstone, RangeTombstones};
use crate::table::NoCache;
use crate::version::{TableMeta, Version, VersionEdit};
use crate::{LsmError, Result};

impl Core {
    // ANCHOR: compact
    /// Does what the strategy wants most; says whether there was anything.
    pub fn compact_next(&self) -> Result<bool> {
        let _turn = lock(&self.jobs.compacting);
        let version = Arc::clone(&self.state().version);
        let now_ms = self.options.clock.now_ms();
        let Some(compaction) = self.options.strategy.pick(&version, now_ms) else {
            return Ok(false);
        };
        self.compact(&version, &compaction)?;
        Ok(true)
    }

    fn compact(&self, version: &Version, compaction: &Compaction) -> Result<()> {
        compaction
            .check(version)
            .map_err(|what| LsmError::BadCompaction { what })?;
        let outputs = match compaction.action {
            Action::Merge {
                level,
                table_bytes,
                drop_tombstones,
            } => {
                let table_bytes = match level {
                    // A run of level 0 is one table.
                    0 => u64::MAX,
                    _ => self.options.table_size.unwrap_or(table_bytes),
                };
                self.merge(&compaction.inputs, table_bytes, drop_tombstones)?
            }
            Action::Move { .. } | Action::Drop => Vec::new(),
        };
        self.install(compaction.to_edit(outputs), None)?;
        self.counters.compactions.fetch_add(1, Relaxed);
        Ok(())
    }
    // ANCHOR_END: compact

    // ANCHOR: merge
    /// Merges tables into new ones.
    fn merge(
        &self,
        inputs: &[(usize, Arc<TableMeta>)],
        table_bytes: u64,
        drop_tombstones: bool,
    ) -> Result<Vec<Arc<TableMeta>>> {
        let (mut run, tombstones) = self.open_inputs(inputs)?;
        let now_ms = self.options.clock.now_ms();
        let merge = Merge {
            options: self.options.table.clone(),
            table_bytes,
            created_ms: now_ms,
            tombstones: Arc::clone(&tombstones),
        };
        let retention = Retention::new(self.seen(), tombstones, now_ms, drop_tombstones);
        let outputs = self.write_tables(&merge, &mut run, retention)?;
        let bytes = |tables: &mut dyn Iterator<Item = &Arc<TableMeta>>| -> u64 {
            tables.map(|table| table.file_len).sum()
        };
        let read = bytes(&mut inputs.iter().map(|(_, table)| table));
        let written = bytes(&mut outputs.iter());
        self.counters.compaction_read_bytes.fetch_add(read, Relaxed);
        self.counters
            .compaction_written_bytes
            .fetch_add(written, Relaxed);
        Ok(outputs)
    }
    // ANCHOR_END: merge

    /// All entries of some tables in order, and their range tombstones.
    fn open_inputs(
        &self,
        inputs: &[(usize, Arc<TableMeta>)],
    ) -> Result<(
        Interruptible<'_, MergingCursor<RunCursor>>,
        Arc<RangeTombstones>,
    )> {
        let edit = VersionEdit {
            added: inputs.to_vec(),
            ..VersionEdit::default()
        };
        let version = Version::default().apply(&edit, 0)?;
        let tables = Tables::new(Arc::clone(&self.fs), self.dir.clone(), Arc::new(NoCache));
        let runs = run::runs(&version, &tables);
        let mut tombstones = Vec::new();
        for file in runs.iter().flat_map(|run| run.iter()) {
            let ranges = file.handle.table()?.range_tombstones();
            tombstones.extend(ranges.iter().map(|(start, end, sequence)| RangeTombstone {
                start: start.to_vec(),
                end: end.to_vec(),
                sequence,
            }));
        }
        let cursors = runs.into_iter().map(|run| {
            let all = 0..run.len();
            RunCursor::new(run, all, Vec::new())
        });
        let run = Interruptible {
            run: MergingCursor::new(cursors.collect()),
            jobs: &self.jobs,
        };
        Ok((run, Arc::new(tombstones.into_iter().collect())))
    }

    /// Flushes what is sealed, and compacts until the strategy is content.
    pub fn wait_for_compactions(&self) -> Result<()> {
        while self.run(Job::Flush)? {}
        while self.run(Job::Compact)? {}
        Ok(())
    }

    /// Merges all that there is from `start` to `end` into the last level.
    pub fn compact_range(&self, start: &[u8], end: Option<&[u8]>) -> Result<()> {
        self.flush()?;
        let _turn = lock(&self.jobs.compacting);
        let version = Arc::clone(&self.state().version);
        match self.options.strategy.compact_range(&version, start, end) {
            Some(compaction) => self.compact(&version, &compaction),
            None => Ok(()),
        }
    }
}

/// A cursor that fails when the database is being closed.
struct Interruptible<'a, C> {
    run: C,
    jobs: &'a Jobs,
}

impl<C: Cursor> Cursor for Interruptible<'_, C> {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.run.current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.run.seek_to_first()
    }

    fn seek_to_last(&mut self) -> Result<()> {
        self.run.seek_to_last()
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.run.seek(key)
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        self.run.seek_before(key)
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        if self.jobs.is_stopping() {
            return Err(LsmError::Closed);
        }
        self.run.next()
    }

    fn prev(&mut self) -> Result<()> {
        self.run.prev()
    }
}
