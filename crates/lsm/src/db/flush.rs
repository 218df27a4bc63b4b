//! Flushing: a sealed memtable becomes a table of level 0.
//!
//! Its entries are in order already. What no snapshot sees is left out: a key that was overwritten
//! a hundred times takes the room of one. When the table is in the manifest, the memtable can go,
//! and so can the records of the log that were there only to bring it back.
//!
//! # Invariants
//!
//! - Memtables are flushed oldest first: what is in a table is older than what is in memory.
//! - What is flushed was published. Nobody may see a write that is not durable, and an older
//!   version that is left out for its sake would be missed meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::background::{Job, Sealed};
use super::core::{Core, lock};
use crate::Result;
use crate::compaction::{Merge, Retention};
use crate::error::LsmError;
use crate::key::Sequence;
use crate::version::{TableMeta, VersionEdit};

impl Core {
    /// Makes tables of all that is in memory now.
    pub fn flush(&self) -> Result<()> {
        {
            let mut guard = lock(&self.writer);
            let writer = &mut guard.writer;
            if !writer.memtable.is_empty() {
                self.seal(writer, 0)?;
            }
        }
        while self.run(Job::Flush)? {}
        Ok(())
    }

    // ANCHOR: flush
    /// Makes a table of the oldest sealed memtable, if there is one; says whether there was.
    pub fn flush_oldest(&self) -> Result<bool> {
        let _turn = lock(&self.jobs.flushing);
        let Some(sealed) = self.jobs.oldest_sealed() else {
            return Ok(false);
        };
        self.publish_durably(sealed.last_sequence)?;
        let table = self.write_memtable(&sealed)?;
        let added = table.iter().map(|table| (0, Arc::clone(table)));
        let edit = VersionEdit {
            log: Some(sealed.next_lsn),
            last_sequence: Some(sealed.last_sequence),
            added: added.collect(),
            ..VersionEdit::default()
        };
        self.install(edit, Some(&sealed.memtable))?;
        self.jobs.remove_oldest_sealed();
        self.log
            .truncate_before(wal::Lsn(sealed.next_lsn))
            .map_err(LsmError::from_log("log"))?;
        Ok(true)
    }
    // ANCHOR_END: flush

    /// Waits until the writes up to `sequence` may be seen: some may be on their way to the disk.
    fn publish_durably(&self, sequence: Sequence) -> Result<()> {
        if self.visible() < sequence {
            self.sync()?;
            self.publish(sequence);
        }
        Ok(())
    }

    fn write_memtable(&self, sealed: &Sealed) -> Result<Vec<Arc<TableMeta>>> {
        let tombstones = sealed.memtable.range_tombstones();
        let merge = Merge {
            options: self.options.table.clone(),
            table_bytes: u64::MAX,
            created_ms: self.options.clock.now_ms(),
            tombstones: Arc::clone(&tombstones),
        };
        let seen = self.seen();
        let retention = Retention::new(seen, tombstones, merge.created_ms, false);
        let tables = self.write_tables(&merge, &mut sealed.memtable.cursor(), retention)?;
        let bytes: u64 = tables.iter().map(|table| table.file_len).sum();
        self.counters.flushes.fetch_add(1, Relaxed);
        self.counters.flushed_bytes.fetch_add(bytes, Relaxed);
        Ok(tables)
    }

    // ANCHOR: seen
    /// The moments that somebody sees, or may see from now on: the snapshots, and what is published
    /// now. Whoever comes later sees something newer.
    pub fn seen(&self) -> Vec<Sequence> {
        let visible = self.visible();
        let mut seen = self.snapshots.sequences();
        seen.push(visible);
        seen
    }
    // ANCHOR_END: seen
}
