//! What happens while Redis is away: when to try it again, and what to decide meanwhile.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Clock, Nanos};
use redis::{ErrorKind, RedisError};

use super::config::{OnUnavailable, RedisConfig};
use crate::{Admitted, ConfigError, Decision, Denied, Keyed, Quota};

/// What a limiter over Redis has counted since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Decisions that Redis made.
    pub decided: u64,
    /// Decisions made without it: it failed, or was being left alone.
    pub fallbacks: u64,
    /// Of these, how often it was asked and failed.
    pub failures: u64,
    /// It is being left alone now.
    pub away: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Redis could not be reached, or did not answer in time: leave it alone.
    Lost,
    /// Redis answered, with an error: the next question may fare better.
    Refused,
}

impl Trouble {
    pub(super) fn of(error: &RedisError) -> Self {
        match error.kind() {
            ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType => {
                Trouble::Refused
            }
            _ => Trouble::Lost,
        }
    }
}

/// The state of the connection to Redis as a whole, and what stands in for it.
pub(super) struct Away<C> {
    quota: Quota,
    clock: C,
    back_off: Duration,
    /// Until when Redis is left alone; 0 when it is not.
    until: AtomicU64,
    stand_in: StandIn<C>,
    decided: AtomicU64,
    fallbacks: AtomicU64,
    failures: AtomicU64,
}

enum StandIn<C> {
    Open,
    Closed,
    Local(Box<Keyed<str, C>>),
}

impl<C: Clock + Clone> Away<C> {
    pub(super) fn new(config: &RedisConfig, quota: Quota, clock: C) -> Result<Self, ConfigError> {
        let stand_in = match config.on_unavailable {
            OnUnavailable::Open => StandIn::Open,
            OnUnavailable::Closed => StandIn::Closed,
            OnUnavailable::Local { machines } => {
                let share = share(quota, machines)?;
                StandIn::Local(Box::new(Keyed::with_clock(share, clock.clone())))
            }
        };
        Ok(Away {
            quota,
            clock,
            back_off: config.back_off,
            until: AtomicU64::new(0),
            stand_in,
            decided: AtomicU64::new(0),
            fallbacks: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }
}

impl<C: Clock> Away<C> {
    // ANCHOR: back_off
    /// May this request ask Redis? While it is left alone, no; after that, one may try, and for the
    /// others it is left alone for another back-off, unless the one finds it well before.
    pub(super) fn may_ask(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        if until == 0 {
            return true;
        }
        let now = self.clock.now();
        now >= Nanos(until)
            && self
                .until
                .compare_exchange(until, self.later(now), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// How it went.
    pub(super) fn hear<T>(&self, answer: &Result<T, Trouble>) {
        match answer {
            // Only read while all is well, so that threads share the cache line.
            Ok(_) if self.until.load(Ordering::Relaxed) == 0 => count(&self.decided),
            Ok(_) => {
                self.until.store(0, Ordering::Relaxed);
                count(&self.decided);
            }
            Err(Trouble::Refused) => count(&self.failures),
            Err(Trouble::Lost) => {
                let until = self.later(self.clock.now());
                self.until.store(until, Ordering::Relaxed);
                count(&self.failures);
            }
        }
    }
    // ANCHOR_END: back_off

    // ANCHOR: fallback
    /// Decides without Redis.
    pub(super) fn decide(&self, key: &str, n: u32) -> Decision {
        count(&self.fallbacks);
        match &self.stand_in {
            StandIn::Open => Ok(Admitted::new(self.quota.burst().get() - n, Duration::ZERO)),
            StandIn::Closed => Err(Denied::RetryAfter(self.back_off_left())),
            StandIn::Local(limiter) => limiter.check_key_n(key, n),
        }
    }
    // ANCHOR_END: fallback

    pub(super) fn stats(&self) -> Stats {
        Stats {
            decided: self.decided.load(Ordering::Relaxed),
            fallbacks: self.fallbacks.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            away: self.until.load(Ordering::Relaxed) != 0,
        }
    }

    /// Sooner than this nothing can change.
    fn back_off_left(&self) -> Duration {
        let until = Nanos(self.until.load(Ordering::Relaxed));
        let left = until - self.clock.now();
        if left.is_zero() { self.back_off } else { left }
    }

    /// The end of a back-off that begins now; never 0, which means that there is none.
    fn later(&self, now: Nanos) -> u64 {
        (now + self.back_off).0.max(1)
    }
}

/// One of `machines` equal parts of a quota, and at least one at once.
fn share(quota: Quota, machines: NonZeroU32) -> Result<Quota, ConfigError> {
    let burst = NonZeroU32::new(quota.burst().get() / machines).unwrap_or(NonZeroU32::MIN);
    let per = quota.per().saturating_mul(machines.get());
    Ok(Quota::new(quota.count(), per)?.with_burst(burst))
}

/// One more, of what nothing else depends on: Relaxed.
fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
