//! The sliding log: remember when each one came, and let the next one in when the oldest is old.
//!
//! It is the only limiter here whose window really slides: never more than `count` in any `per`.
//! It pays with a time for each request that counts.
//!
//! ```text
//!   limit 4          ├──────── per ───────┤
//!        ●     ●   ● │   ●  ●       ●   ● now     the fifth waits until the oldest
//!                        └ oldest                 of the last four is `per` old
//! ```
//!
//! Only the last `count` times matter, so they are a ring: the place where the new time goes is
//! that of the oldest, and to look at that one is all it takes.
//!
//! # Bound
//!
//! In any interval of length `t`, both ends included, at most `count × (1 + ⌊t / per⌋)` pass: at most
//! `count` in anything shorter than `per`. Who takes all at once, whenever he can, reaches it.
//!
//! # Complexity
//!
//! Eight bytes for each of `count`, all of them taken at the start; a request costs one step for
//! each of `n`. [`SlidingLog`] has a lock round the ring, held for some nanoseconds: several words
//! change together, which no processor does at once. A limit of thousands, or a hot path, wants
//! [`Gcra`](crate::Gcra) or [`SlidingWindow`](crate::SlidingWindow).

use std::num::NonZeroU64;
use std::sync::PoisonError;

use clock::{Clock, Nanos};

use crate::sync::Mutex;
use crate::{Admitted, ConfigError, Decision, DefaultClock, Denied, Limiter, Quota};

/// How many times a log holds at most.
const MOST: u32 = 1 << 20;

/// The times of the last requests that were admitted, for one thread.
///
/// ```
/// use std::num::NonZeroU32;
/// use clock::Nanos;
/// use rate_limiter::{Quota, sliding_log::Log};
///
/// let mut log = Log::new(Quota::per_second(NonZeroU32::new(2).unwrap()))?;
/// assert!(log.at(Nanos(300), 1).is_ok() && log.at(Nanos(500), 1).is_ok());
/// assert!(log.at(Nanos(1_000_000_299), 1).is_err());
/// assert!(log.at(Nanos(1_000_000_300), 1).is_ok());
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Log {
    /// When each of the last requests will count no more, in a ring. 0 is nobody.
    until: Box<[u64]>,
    /// The place of the oldest, which is that of the next.
    next: usize,
    quota: Quota,
}

impl Log {
    /// An empty log, with room for the quota's count. Its burst does not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooMany`] if that is more than a million: 8 MiB.
    pub fn new(quota: Quota) -> Result<Self, ConfigError> {
        let (count, per) = (quota.count().get(), quota.per());
        if count > MOST {
            let most = MOST;
            return Err(ConfigError::TooMany { count, most, per });
        }
        Ok(Log {
            until: vec![0; count as usize].into(),
            next: 0,
            quota: quota.with_burst(quota.count()),
        })
    }

    // ANCHOR: at
    /// Writes `n` into the log at `now`, if that many of the old ones count no more.
    ///
    /// # Errors
    ///
    /// [`Denied`] if they still do; nothing is written then.
    pub fn at(&mut self, now: Nanos, n: u32) -> Decision {
        if n > self.quota.count().get() {
            return Err(Denied::never(n, self.quota.count()));
        }
        for step in 0..n as usize {
            let place = self.place(step);
            if self.until[place] > now.0 {
                // The one that is in the way for longest is the last of the n.
                let last = self.until[self.place(n as usize - 1)];
                return Err(Denied::after(last - now.0));
            }
        }
        // A clock that others read later may be behind theirs: the log stays in order.
        let newest = self.until[self.place(self.until.len() - 1)];
        let until = now
            .0
            .saturating_add(self.quota.per_nanos().get())
            .max(newest);
        for _ in 0..n {
            self.until[self.next] = until;
            self.next = self.place(1);
        }
        Ok(self.admitted(now))
    }
    // ANCHOR_END: at

    /// What is allowed.
    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// The place some steps after the oldest.
    fn place(&self, step: usize) -> usize {
        (self.next + step) % self.until.len()
    }

    /// Times are in order from the oldest, so how many are over is found by halving.
    fn admitted(&self, now: Nanos) -> Admitted {
        let (mut over, mut end) = (0, self.until.len());
        while over < end {
            let middle = over.midpoint(end);
            if self.until[self.place(middle)] <= now.0 {
                over = middle + 1;
            } else {
                end = middle;
            }
        }
        let newest = self.until[self.place(self.until.len() - 1)];
        Admitted::from_room(over as u64, NonZeroU64::MIN, newest.saturating_sub(now.0))
    }
}

/// A sliding log that threads share, under a lock.
///
/// ```
/// use std::num::NonZeroU32;
/// use rate_limiter::{Limiter, Quota, SlidingLog};
///
/// let log = SlidingLog::new(Quota::per_minute(NonZeroU32::new(3).unwrap()))?;
/// assert!(log.check_n(3).is_ok());
/// assert!(log.check().is_err());
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct SlidingLog<C = DefaultClock> {
    log: Mutex<Log>,
    quota: Quota,
    clock: C,
}

impl SlidingLog {
    /// A limiter that nobody has asked yet. The quota's burst does not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooMany`] if the quota's count is more than a million.
    pub fn new(quota: Quota) -> Result<Self, ConfigError> {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> SlidingLog<C> {
    /// The same, by another clock.
    ///
    /// # Errors
    ///
    /// As [`new`](SlidingLog::new).
    pub fn with_clock(quota: Quota, clock: C) -> Result<Self, ConfigError> {
        let log = Log::new(quota)?;
        Ok(SlidingLog {
            quota: log.quota(),
            log: Mutex::new(log),
            clock,
        })
    }
}

impl<C: Clock> Limiter for SlidingLog<C> {
    fn check_n(&self, n: u32) -> Decision {
        // A clock that panics leaves the log as it was, so the lock is never really poisoned.
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.at(self.clock.now(), n)
    }

    fn quota(&self) -> Quota {
        self.quota
    }
}
