//! The write path: the log, then the memtable, then everybody may see it.
//!
//! ```text
//!   put ─▶ room? ─▶ number ─▶ log ─▶ memtable ─┬▶ ······ sync, shared ······▶ publish
//!          └──────── the write lock ───────────┘
//! ```
//!
//! A sync takes a thousand times as long as all the rest. So a write that must be durable lets go
//! of the lock before it: others go on to write to the log and the memtable, and then share the
//! next sync ([`Wal::enqueue`](wal::Wal::enqueue)). Nobody sees the write before it is durable,
//! though it is in the memtable: it has a greater number than the one that is *published*, and to
//! publish a number is what comes last.
//!
//! # Invariants
//!
//! - Numbers ascend in the order of the log, without gaps.
//! - What is published is in the memtables, and durable if the policy says so.
//! - What was appended to the log is in the memtable: whether it fits is known before.
//!
//! # Complexity
//!
//! A write is a copy to the log's buffer, a system call, and O(log n) comparisons; a sync's share.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use wal::SyncPolicy;

use super::background::{Job, Sealed};
use super::core::{Core, lock};
use super::stall::MAX_SEALED;
use crate::batch::WriteBatch;
use crate::key::Sequence;
use crate::memtable::Memtable;
use crate::{LsmError, Result};

/// What the write lock guards.
pub(crate) struct WriteLock {
    pub writer: Writer,
    /// Memory for batches of one.
    scratch: WriteBatch,
}

/// Where the next write goes.
pub(crate) struct Writer {
    pub memtable: Arc<Memtable>,
    pub next_sequence: Sequence,
    /// LSN of the log's next record.
    pub next_lsn: u64,
    /// Memory for internal keys.
    pub internal_key: Vec<u8>,
    /// For how long the writes so far should have been delayed, and were not yet.
    pub owed: Duration,
}

/// Of batches, at most so many bytes of memory are kept.
const MAX_SCRATCH: usize = 1 << 20;

impl WriteLock {
    pub fn new(writer: Writer) -> Self {
        WriteLock {
            writer,
            scratch: WriteBatch::new(),
        }
    }
}

impl Core {
    /// Does what `fill` puts in a batch.
    pub fn write_one(&self, fill: impl FnOnce(&mut WriteBatch) -> Result<()>) -> Result<()> {
        let mut guard = lock(&self.writer);
        let WriteLock { writer, scratch } = &mut *guard;
        scratch.clear();
        fill(scratch)?;
        let last = self.log_and_apply(writer, scratch)?;
        if scratch.as_bytes().len() > MAX_SCRATCH {
            *scratch = WriteBatch::new();
        }
        self.finish_write(guard, last)
    }

    /// Does all operations of a batch, or none.
    pub fn write_batch(&self, mut batch: WriteBatch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut guard = lock(&self.writer);
        let last = self.log_and_apply(&mut guard.writer, &mut batch)?;
        self.finish_write(guard, last)
    }

    // ANCHOR: write
    /// Appends a batch to the log, and adds it to the memtable. Returns its last sequence number.
    fn log_and_apply(&self, writer: &mut Writer, batch: &mut WriteBatch) -> Result<Sequence> {
        self.make_room(writer, batch)?;
        batch.set_sequence(writer.next_sequence)?;
        let lsn = match self.options.sync {
            SyncPolicy::EveryWrite => self.log.enqueue(batch.as_bytes()),
            SyncPolicy::Interval(_) | SyncPolicy::Os => self.log.append(batch.as_bytes()),
        };
        writer.next_lsn = lsn.map_err(LsmError::from_log("log"))?.0 + 1;
        writer
            .memtable
            .apply_with(batch, &mut writer.internal_key)?;
        writer.next_sequence += batch.len() as u64;
        self.counters.count_batch(batch);
        Ok(writer.next_sequence - 1)
    }

    /// Makes the writes up to `last` durable, if the policy says so, and then visible.
    fn finish_write<G>(&self, write_lock: G, last: Sequence) -> Result<()> {
        if self.options.sync == SyncPolicy::EveryWrite {
            drop(write_lock);
            self.sync()?;
        }
        // What was appended before is durable as well: it is visible with this, if not yet.
        self.publish(last);
        Ok(())
    }
    // ANCHOR_END: write

    /// Makes all that was written durable.
    pub fn sync(&self) -> Result<()> {
        self.log.sync().map_err(LsmError::from_log("log"))
    }

    // ANCHOR: make_room
    /// Waits, if it must, until the memtable has room for a batch; begins another one, if need be.
    fn make_room(&self, writer: &mut Writer, batch: &WriteBatch) -> Result<()> {
        self.retry_failed_jobs()?;
        self.slow_down(writer, batch.as_bytes().len());
        while !writer.memtable.has_room_for(batch) {
            if self.jobs.sealed() >= MAX_SEALED {
                self.wait_for_flush()?;
            } else {
                self.seal(writer, Memtable::bytes_for(batch))?;
                self.work_if_alone()?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: make_room

    // ANCHOR: seal
    /// Begins a memtable with room for `bytes` at least. The old one is to be flushed.
    pub fn seal(&self, writer: &mut Writer, bytes: usize) -> Result<()> {
        let capacity = self.options.memtable_size.max(bytes);
        let next = Arc::new(Memtable::new(capacity)?);
        let full = std::mem::replace(&mut writer.memtable, Arc::clone(&next));
        let is_empty = full.is_empty();
        self.replace_state(|state| {
            let full = (!is_empty).then(|| Arc::clone(&full));
            let sealed = full.into_iter().chain(state.sealed.iter().cloned());
            state.with_memtables(next, sealed.collect())
        });
        if !is_empty {
            self.jobs.add_sealed(Sealed {
                memtable: full,
                last_sequence: writer.next_sequence - 1,
                next_lsn: writer.next_lsn,
            });
        }
        Ok(())
    }
    // ANCHOR_END: seal

    /// Without background threads, does what there is to do.
    pub fn work_if_alone(&self) -> Result<()> {
        if self.options.threads == 0 {
            while self.run(Job::Flush)? {}
            while self.run(Job::Compact)? {}
        }
        Ok(())
    }

    /// Waits until there are fewer sealed memtables, or it is known why there will not be.
    fn wait_for_flush(&self) -> Result<()> {
        if self.options.threads == 0 {
            return self.work_if_alone();
        }
        self.counters.stopped_writes.fetch_add(1, Relaxed);
        let begin = std::time::Instant::now();
        let outcome = self.jobs.wait_until(None, |jobs| {
            jobs.sealed.len() < MAX_SEALED || jobs.rests(Job::Flush)
        });
        self.counters.add_stalled(begin.elapsed());
        outcome?;
        self.retry_failed_jobs()
    }
}
