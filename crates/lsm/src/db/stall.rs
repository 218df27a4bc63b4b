//! Slowing down writes that flushes and compactions cannot keep up with.
//!
//! If writes go on as fast as the log takes them, tables pile up at level 0, every read asks all of
//! them, and the disk fills with what is dead. To stop writes when it is too much would be worse:
//! a program that is fast for a minute and then hangs for ten. So delays grow with the backlog, from
//! nothing on:
//!
//! ```text
//!   pressure  0 ───────────── 20 runs ─────────────── 36 runs at level 0
//!   writes    as they like    at most 32 MiB/s …  1 MiB/s   one a second
//! ```
//!
//! The same with a memtable that fills while the one before it is being flushed: from half full on,
//! writes get slower, and when it is full they wait for the flush.
//!
//! A delay is a wait for a job to end, with a limit; delays of microseconds are gathered until they
//! are worth a wait.
//!
//! Source: RocksDB's *Write Stalls*, and its delayed write rate.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::background::Queue;
use super::core::Core;
use super::write::Writer;
use crate::version::Version;

/// Sealed memtables that there may be: with one more, a write has to wait for a flush.
pub(crate) const MAX_SEALED: usize = 1;

/// How full the memtable is, behind so many sealed ones, when writes are slowed down, and stop.
const FULL: (f64, f64) = (0.5, 1.0);

/// Runs of the backlog from which on writes are slowed down, and at which they stop.
const RUNS: (f64, f64) = (20.0, 36.0);

/// The same for the bytes that wait to be compacted.
const BYTES: (f64, f64) = ((64_u64 << 30) as f64, (256_u64 << 30) as f64);

/// Bytes a second that are written under the least pressure, and under the most.
const RATES: (f64, f64) = ((32 << 20) as f64, (1 << 20) as f64);

/// What is not worth a wait yet.
const MIN_WAIT: Duration = Duration::from_millis(1);

/// How long a write waits at most.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// How far flushes and compactions are behind: 0 if they are not, 1 if writes are to stop. It is
/// measured when the state changes, and read by every write.
#[derive(Debug, Default)]
pub(crate) struct Pressure(AtomicU64);

/// Where `value` lies between two thresholds: 0 at the first, 1 at the second.
fn share(value: f64, (slow, stop): (f64, f64)) -> f64 {
    ((value - slow) / (stop - slow)).clamp(0.0, 1.0)
}

impl Pressure {
    // ANCHOR: pressure
    pub fn measure(&self, core: &Core, version: &Version) {
        let now_ms = core.options.clock.now_ms();
        let backlog = core.options.strategy.backlog(version, now_ms);
        let runs = share(backlog.runs as f64, RUNS);
        let bytes = share(backlog.bytes as f64, BYTES);
        // Relaxed: the number is all that there is to see.
        self.0.store(runs.max(bytes).to_bits(), Relaxed);
    }
    // ANCHOR_END: pressure

    pub fn now(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }
}

impl Core {
    /// How far compactions are behind, or the flush that is to make room for the next memtable.
    fn pressure(&self, writer: &Writer, sealed: usize) -> f64 {
        let compactions = self.pressure.now();
        if sealed < MAX_SEALED {
            return compactions;
        }
        let full = writer.memtable.allocated() as f64 / self.options.memtable_size as f64;
        // Whether writes stop is not decided here: a small one may still fit.
        compactions.max(share(full, FULL).min(0.99))
    }

    // ANCHOR: slow_down
    /// Delays a write of so many bytes, if compactions or flushes are behind.
    pub fn slow_down(&self, writer: &mut Writer, bytes: usize) {
        let pressure = self.pressure(writer, self.jobs.sealed());
        if pressure == 0.0 || self.options.threads == 0 {
            return;
        }
        if pressure < 1.0 {
            let rate = RATES.0 + (RATES.1 - RATES.0) * pressure;
            writer.owed += Duration::from_secs_f64(bytes as f64 / rate);
            if writer.owed < MIN_WAIT {
                return;
            }
            self.counters.slowed_writes.fetch_add(1, Relaxed);
        } else {
            writer.owed = MAX_WAIT;
            self.counters.stopped_writes.fetch_add(1, Relaxed);
        }
        let begin = Instant::now();
        let limit = writer.owed.min(MAX_WAIT);
        // If it is being closed, the write will find out.
        let is_less = |queue: &mut Queue| self.pressure(writer, queue.sealed.len()) < pressure;
        let _ = self.jobs.wait_until(Some(limit), is_less);
        self.counters.add_stalled(begin.elapsed());
        writer.owed = Duration::ZERO;
    }
    // ANCHOR_END: slow_down
}
