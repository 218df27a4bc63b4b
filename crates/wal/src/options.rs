//! How a log is to be kept.

use std::sync::Arc;
use std::time::Duration;

use crate::{Clock, Error, SystemClock};

// ANCHOR: policy
/// When what was appended is made durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncPolicy {
    /// Before `append` returns. Threads that append at the same time share a sync.
    #[default]
    EveryWrite,
    /// By the first append that comes so long after the last sync, or later. A crash loses about so
    /// much time; but a log to which no one appends is not synced until [`sync`](crate::Wal::sync).
    Interval(Duration),
    /// When the operating system likes, on [`sync`](crate::Wal::sync), and when a segment is full.
    /// A killed process loses nothing; a crash of the machine loses some 30 seconds.
    Os,
}
// ANCHOR_END: policy

/// How a log is to be kept. Any of this may change from one opening to the next.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) segment_size: u64,
    pub(crate) sync: SyncPolicy,
    pub(crate) spares: usize,
    pub(crate) sync_zeros: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Segments of 16 MiB, two of them kept for reuse; every write is synced.
    pub fn new() -> Self {
        Self {
            segment_size: 16 << 20,
            sync: SyncPolicy::EveryWrite,
            spares: 2,
            sync_zeros: true,
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// How long a new segment's file is made, in bytes: from 128 to 1 GiB.
    pub fn segment_size(mut self, bytes: u64) -> Self {
        self.segment_size = bytes;
        self
    }

    /// When what was appended is made durable.
    pub fn sync(mut self, policy: SyncPolicy) -> Self {
        self.sync = policy;
        self
    }

    /// Whether a new segment's file, which is full of zeros, is durable before it is used. It makes
    /// syncs quicker, and everything is written twice. For a log that is hardly ever synced, `false`
    /// is better: most zeros are overwritten before the system writes them.
    pub fn sync_zeros(mut self, yes: bool) -> Self {
        self.sync_zeros = yes;
        self
    }

    /// How many files of segments that are no longer needed are kept for reuse.
    pub fn spares(mut self, files: usize) -> Self {
        self.spares = files;
        self
    }

    /// The clock for [`SyncPolicy::Interval`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if (128..=1 << 30).contains(&self.segment_size) {
            return Ok(());
        }
        Err(Error::SegmentSize {
            bytes: self.segment_size,
        })
    }
}
