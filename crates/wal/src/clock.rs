//! Where the time comes from: outside, so that a test can turn it by hand.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A monotonic clock, for [`SyncPolicy::Interval`](crate::SyncPolicy::Interval).
pub trait Clock: fmt::Debug + Send + Sync {
    /// Time since this clock's zero. Never less than it was before.
    fn now(&self) -> Duration;
}

/// The operating system's monotonic clock. Its zero is when it was made.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A clock that stands still until it is told to advance. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// A clock at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves this clock, and its clones, on by `time`, in whole nanoseconds.
    pub fn advance(&self, time: Duration) {
        // Relaxed: the number is all that there is to see.
        self.0.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}
