//! Where time comes from: outside.
//!
//! What limits rates, opens circuits and ejects sick servers is nothing but arithmetic on time.
//! Code that asks the operating system for it can only be tested by waiting, and a test that waits
//! is slow when it passes and flaky when the machine is busy. So it asks a [`Clock`]: the system's
//! in production, one that stands still until it is told to advance in a test.
//!
//! ```text
//!   limiter ──now()──▶ Clock ◀── SystemClock   the operating system's monotonic clock
//!   breaker ──now()──▶       ◀── FastClock     the processor's counter (feature `fast`)
//!   cluster ──now()──▶       ◀── ManualClock   a number, moved by advance()
//! ```
//!
//! A point in time is a number of nanoseconds since the clock's own zero, [`Nanos`]: it fits an
//! atomic, so that time can be part of a state that many threads change without a lock, and unlike
//! [`Instant`] it can be made up.
//!
//! # Invariants
//!
//! - A clock never goes backwards for a thread. The time of day does, when it is set: it is no
//!   clock for this.
//! - [`Nanos`] saturates: at zero below, and above at the 584 years that 64 bits hold.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::ops::{Add, Sub};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A point in time, in nanoseconds since its clock's zero. Do not compare the times of different
/// clocks.
///
/// ```
/// use std::time::Duration;
/// use clock::Nanos;
///
/// let start = Nanos(1_000);
/// let end = start + Duration::from_nanos(500);
/// assert_eq!(end - start, Duration::from_nanos(500));
/// assert_eq!(start - end, Duration::ZERO); // saturates
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The clock's zero.
    pub const ZERO: Nanos = Nanos(0);
    /// A time that never comes.
    pub const MAX: Nanos = Nanos(u64::MAX);

    /// The time since the clock's zero.
    pub const fn since_zero(self) -> Duration {
        Duration::from_nanos(self.0)
    }
}

impl Add<Duration> for Nanos {
    type Output = Nanos;

    #[inline]
    fn add(self, by: Duration) -> Nanos {
        Nanos(self.0.saturating_add(nanos(by)))
    }
}

impl Sub<Duration> for Nanos {
    type Output = Nanos;

    #[inline]
    fn sub(self, by: Duration) -> Nanos {
        Nanos(self.0.saturating_sub(nanos(by)))
    }
}

/// How long after `earlier`; zero if it was not after.
impl Sub for Nanos {
    type Output = Duration;

    #[inline]
    fn sub(self, earlier: Nanos) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// A duration as nanoseconds in 64 bits: 584 years, or else the most that there is.
#[inline]
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

// ANCHOR: clock
/// A monotonic clock.
pub trait Clock {
    /// The time since this clock's zero. Never less than it was before.
    fn now(&self) -> Nanos;
}
// ANCHOR_END: clock

/// The operating system's monotonic clock. Its zero is when it was made, and copies share it.
///
/// Reading it costs 20 to 40 ns on most machines. Whether it goes on while the machine sleeps
/// depends on the system: on Linux, it does not.
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
    fn now(&self) -> Nanos {
        Nanos(nanos(self.zero.elapsed()))
    }
}

/// The processor's own counter, calibrated against the system's clock when the first one is made
/// (which takes up to some 200 ms, once a process). Its zero is when it was made, and clones share
/// it.
///
/// It costs less than half of [`SystemClock`]. Where the counter cannot be trusted (it stops, or
/// its rate changes) this is the system's clock.
#[cfg(feature = "fast")]
#[derive(Clone, Debug)]
pub struct FastClock {
    clock: quanta::Clock,
    zero: u64,
}

#[cfg(feature = "fast")]
impl FastClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        let clock = quanta::Clock::new();
        let zero = clock.raw();
        FastClock { clock, zero }
    }
}

#[cfg(feature = "fast")]
impl Default for FastClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "fast")]
impl Clock for FastClock {
    #[inline]
    fn now(&self) -> Nanos {
        Nanos(self.clock.delta_as_nanos(self.zero, self.clock.raw()))
    }
}

// ANCHOR: manual
/// A clock that stands still until it is told to advance. Clones are the same clock, in any thread.
///
/// ```
/// use std::time::Duration;
/// use clock::{Clock, ManualClock, Nanos};
///
/// let clock = ManualClock::new();
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(same.now(), Nanos::ZERO + Duration::from_secs(3600));
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
        // Relaxed, because the time publishes nothing but itself.
        self.nanos
            .update(Ordering::Relaxed, Ordering::Relaxed, |now| {
                now.saturating_add(nanos(by))
            });
    }
}

impl Clock for ManualClock {
    #[inline]
    fn now(&self) -> Nanos {
        Nanos(self.nanos.load(Ordering::Relaxed))
    }
}
// ANCHOR_END: manual

impl<C: Clock + ?Sized> Clock for &C {
    #[inline]
    fn now(&self) -> Nanos {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    #[inline]
    fn now(&self) -> Nanos {
        (**self).now()
    }
}
