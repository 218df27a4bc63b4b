use std::time::Duration;

/// Says when a log is to be synced, so that no record is at risk for long.
///
/// Two times are enough: of the oldest record that no sync has begun for, and of the oldest that
/// the sync under way is for. Who has only one of them either takes the records that were written
/// during a sync for safe, or syncs again for those that already are.
///
/// Redis does so once a second (`appendfsync everysec`), with a thread of its own, as a quiet log
/// has no append that could notice; MySQL calls it `innodb_flush_log_at_trx_commit = 2`. The book's
/// crate has no thread, and says in its documentation what that costs.
pub struct Interval {
    every: Duration,
    /// When the oldest record was written for which no sync has begun.
    waiting: Option<Duration>,
    /// The same, of those for which one is under way.
    syncing: Option<Duration>,
    has_failed: bool,
}

impl Interval {
    /// A sync is to begin when a record has been at risk for so long.
    pub fn new(every: Duration) -> Self {
        Interval {
            every,
            waiting: None,
            syncing: None,
            has_failed: false,
        }
    }

    /// A record was written. A sync may be under way.
    pub fn written(&mut self, now: Duration) {
        self.waiting.get_or_insert(now);
    }

    /// A sync begins. There is one at a time.
    pub fn sync_begins(&mut self) {
        self.syncing = self.waiting.take();
    }

    /// The sync ends. After a failure the records stay at risk.
    pub fn sync_ends(&mut self, succeeded: bool) {
        if succeeded {
            self.syncing = None;
        } else {
            self.has_failed = true;
        }
    }

    /// When the next sync is to begin.
    pub fn due(&self) -> Option<Duration> {
        let waiting = self.waiting.filter(|_| !self.has_failed)?;
        Some(waiting + self.every)
    }

    /// Since when the oldest record is at risk that is so now.
    pub fn at_risk_since(&self) -> Option<Duration> {
        self.syncing.or(self.waiting)
    }
}
