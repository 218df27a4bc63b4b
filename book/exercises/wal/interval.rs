use std::time::Duration;

/// Says when a log is to be synced, so that no record is at risk for long.
///
/// A record is *at risk* from when it was written until a sync has ended that began after that. A
/// sync that begins makes nothing safe, and one that has ended makes safe what was written before
/// it began, not before it ended. Nothing here waits, or looks at a clock: whoever owns the log
/// tells what happens, in the order in which it does, and asks when to sync.
pub struct Interval {
    every: Duration,
    // What must be known about the records, of which there may be millions?
}

impl Interval {
    /// A sync is to begin when a record has been at risk for so long, unless one has begun since
    /// it was written.
    pub fn new(every: Duration) -> Self {
        todo!()
    }

    /// A record was written. A sync may be under way.
    pub fn written(&mut self, now: Duration) {
        todo!("does it change when the next sync is due?")
    }

    /// A sync begins. There is one at a time.
    pub fn sync_begins(&mut self) {
        todo!("which records will it make safe?")
    }

    /// The sync ends. If it has failed, nothing is safe that was not before, and never will be:
    /// then nothing is due any more, whatever is written.
    pub fn sync_ends(&mut self, succeeded: bool) {
        todo!()
    }

    /// When the next sync is to begin: perhaps in the past, if it is late. `None` while no sync is
    /// needed, as all records are safe or the sync that is under way will make them so.
    pub fn due(&self) -> Option<Duration> {
        todo!("a log to which nobody appends any more must be synced, too")
    }

    /// Since when the oldest record is at risk that is so now.
    pub fn at_risk_since(&self) -> Option<Duration> {
        todo!()
    }
}
