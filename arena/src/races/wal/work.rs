//! What the logs are put through.

use super::{
    LogWork,
    contender::{Durable, Log, append_all, check},
    folder,
};
use crate::harness::Turn;

/// Threads that append as fast as they can.
#[derive(Clone, Copy)]
pub struct Append {
    /// How many.
    pub threads: u32,
    /// Records of each of them; of those of a log whose threads do not share a sync, if they wait
    /// for one. A tenth in a smoke test.
    pub each: (u32, u32),
    /// Bytes of a record.
    pub bytes: usize,
    /// When a record is durable.
    pub durable: Durable,
}

impl LogWork for Append {
    fn run<C: Log>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<C>()?;
        let Self {
            threads,
            bytes,
            durable,
            ..
        } = self;
        let waits_alone = !C::SHARES && durable == Durable::OnReturn;
        let each = if waits_alone {
            self.each.1
        } else {
            self.each.0
        };
        let each = (each / if turn.quick() { 10 } else { 1 }).max(1);
        let records = f64::from(each * threads);
        let folder = folder();
        let log = C::create(folder.path(), durable, threads)?;
        // The first segment is made.
        append_all(&log, threads, 1, bytes)?;
        let before = log.syncs();
        turn.once((each * threads).into(), || {
            append_all(&log, threads, each, bytes)
        })?;
        if let (Some(before), Some(after)) = (before, log.syncs()) {
            turn.record("fsyncs_per_append", (after - before) as f64 / records);
        }
        log.close()
    }
}
