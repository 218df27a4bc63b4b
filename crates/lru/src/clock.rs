//! Where a cache's time comes from: outside.
//!
//! A cache that asks the operating system for the time can only be tested by waiting, and a test
//! that waits is slow when it passes and flaky when the machine is busy. So the time is asked of a
//! [`Clock`]: the system's in production, one that stands still until it is told to advance in a
//! test.
//!
//! ```text
//!   TtlCache ──now()──▶ Clock ◀── SystemClock   the operating system's monotonic clock
//!                             ◀── ManualClock   a number, moved by advance()
//! ```
//!
//! A point in time is the [`Duration`] since the clock's own zero. That is all that one needs to
//! compare and to add, and unlike [`Instant`] it can be made up. The zero means nothing, so do not
//! compare the times of different clocks: a clock's clones are the same clock.
//!
//! # Invariants
//!
//! - A clock never goes backwards, for any thread. The time of day does, when it is set: it is no
//!   clock for this.
//!
//! # Complexity
//!
//! Reading [`SystemClock`] costs some 20 to 40 ns, as much as a look-up in a small cache. That is
//! why entries that live forever are served without asking.
//!
//! # Left out
//!
//! A coarse clock, which a thread of its own updates every few milliseconds and others read for a
//! nanosecond (as in nginx and Redis), is a [`Clock`] that you can add.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

// ANCHOR: clock
/// A monotonic clock.
pub trait Clock {
    /// Time since this clock's zero. Never less than it was before.
    fn now(&self) -> Duration;
}
// ANCHOR_END: clock

/// The operating system's monotonic clock. Its zero is when it was made, and copies share it.
///
/// Whether it goes on while the machine sleeps depends on the system: on Linux, it does not.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    zero: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        SystemClock {
            zero: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[inline]
    fn now(&self) -> Duration {
        self.zero.elapsed()
    }
}

// ANCHOR: manual
/// A clock that stands still until it is told to advance. Clones are the same clock, in any thread.
///
/// ```
/// use std::time::Duration;
/// use lru::{Clock, ManualClock};
///
/// let clock = ManualClock::new();
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(same.now(), Duration::from_secs(3600));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    nanos: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock that shows zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock forward. After 584 years it stays where it is.
    pub fn advance(&self, by: Duration) {
        let add = |nanos: u64| Some(nanos.saturating_add(saturating_nanos(by)));
        // Relaxed, because the time publishes nothing but itself.
        let _ = self
            .nanos
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Clock for ManualClock {
    #[inline]
    fn now(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }
}
// ANCHOR_END: manual

impl<T: Clock + ?Sized> Clock for &T {
    #[inline]
    fn now(&self) -> Duration {
        (**self).now()
    }
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    #[inline]
    fn now(&self) -> Duration {
        (**self).now()
    }
}

/// Nanoseconds in 64 bits: 584 years, or else the most that there is.
#[inline]
pub(crate) fn saturating_nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
