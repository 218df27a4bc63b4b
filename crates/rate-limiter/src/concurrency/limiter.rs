//! The limiter that requests meet: a permit to get in, and what came of it on the way out.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use clock::{Clock, Nanos};

use super::gauge::Gauge;
use super::{Limit, Sample};
use crate::DefaultClock;

/// Lets so many requests in at a time as its [`Limit`] says, and lets the limit learn from them.
///
/// Cloning it is cheap, and the clones are one limiter.
///
/// ```
/// use rate_limiter::concurrency::{ConcurrencyLimiter, Fixed};
///
/// let limiter = ConcurrencyLimiter::new(Fixed::new(1));
/// let permit = limiter.try_acquire().unwrap();
/// assert!(limiter.try_acquire().is_none());
/// permit.success();
/// assert!(limiter.try_acquire().is_some());
/// ```
pub struct ConcurrencyLimiter<C = DefaultClock> {
    shared: Arc<Shared<C>>,
}

struct Shared<C> {
    gauge: Gauge,
    clock: C,
    algorithm: Mutex<Box<dyn Limit>>,
    rejected: AtomicU64,
    succeeded: AtomicU64,
    dropped: AtomicU64,
    ignored: AtomicU64,
}

/// What a limiter has counted, and where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How many there may be now.
    pub limit: u32,
    /// How many there are.
    pub inflight: u32,
    /// How many were not let in, so far.
    pub rejected: u64,
    /// How many ended as [`Permit::success`], so far.
    pub succeeded: u64,
    /// How many ended as [`Permit::dropped`], so far.
    pub dropped: u64,
    /// How many ended without saying how, so far.
    pub ignored: u64,
}

impl ConcurrencyLimiter {
    /// A limiter that measures latency on the default clock.
    pub fn new(limit: impl Limit + 'static) -> Self {
        Self::with_clock(limit, DefaultClock::default())
    }
}

impl<C: Clock> ConcurrencyLimiter<C> {
    /// A limiter that measures latency on `clock`.
    pub fn with_clock(limit: impl Limit + 'static, clock: C) -> Self {
        let shared = Shared {
            gauge: Gauge::new(limit.limit().max(1)),
            clock,
            algorithm: Mutex::new(Box::new(limit)),
            rejected: AtomicU64::new(0),
            succeeded: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            ignored: AtomicU64::new(0),
        };
        ConcurrencyLimiter {
            shared: Arc::new(shared),
        }
    }

    // ANCHOR: acquire
    /// Lets one in, or `None` when as many as the limit are in flight. Never waits.
    pub fn try_acquire(&self) -> Option<Permit<C>> {
        let Some(inflight) = self.shared.gauge.enter() else {
            count(&self.shared.rejected);
            return None;
        };
        Some(Permit {
            place: Place(Arc::clone(&self.shared)),
            since: self.shared.clock.now(),
            inflight,
            outcome: Outcome::Ignored,
        })
    }
    // ANCHOR_END: acquire

    /// How many there may be now.
    pub fn limit(&self) -> u32 {
        self.shared.gauge.limit()
    }

    /// How many there are.
    pub fn inflight(&self) -> u32 {
        self.shared.gauge.inflight()
    }

    /// What it has counted. The counts are read one after the other, while requests go on.
    pub fn stats(&self) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            limit: self.limit(),
            inflight: self.inflight(),
            rejected: read(&self.shared.rejected),
            succeeded: read(&self.shared.succeeded),
            dropped: read(&self.shared.dropped),
            ignored: read(&self.shared.ignored),
        }
    }
}

impl<C> Clone for ConcurrencyLimiter<C> {
    fn clone(&self) -> Self {
        ConcurrencyLimiter {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<C: Clock> fmt::Debug for ConcurrencyLimiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConcurrencyLimiter")
            .field(&self.stats())
            .finish()
    }
}

/// The leave for one request to be in flight, until it is dropped or told how the request ended.
///
/// Dropping it gives the place back and says nothing of the request: a panic, or a future that was
/// cancelled, costs no place and teaches the limit nothing.
#[must_use = "a permit that is dropped lets the next one in"]
pub struct Permit<C: Clock = DefaultClock> {
    place: Place<C>,
    since: Nanos,
    inflight: u32,
    outcome: Outcome,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// See [`Permit::success`].
    Success,
    /// See [`Permit::dropped`].
    Dropped,
    /// See [`Permit::ignore`].
    Ignored,
}

impl<C: Clock> Permit<C> {
    /// The request was answered: its latency counts.
    pub fn success(self) {
        self.record(Outcome::Success);
    }

    /// The request timed out, or was refused because the server had no room: the limit is too high.
    pub fn dropped(self) {
        self.record(Outcome::Dropped);
    }

    /// Nothing can be learned from the request: it failed before it reached the server, say, so
    /// fast that its latency would make the server look idle. The same as dropping the permit.
    pub fn ignore(self) {}

    /// The same as one of the three.
    pub fn record(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl<C: Clock> Drop for Permit<C> {
    fn drop(&mut self) {
        let shared = &*self.place.0;
        match self.outcome {
            Outcome::Ignored => count(&shared.ignored),
            Outcome::Success => {
                count(&shared.succeeded);
                shared.learn(self.since, self.inflight, false);
            }
            Outcome::Dropped => {
                count(&shared.dropped);
                shared.learn(self.since, self.inflight, true);
            }
        }
    }
}

/// One of those in flight. It is a field of the permit so that it is given back after the limit has
/// learned, and even if the algorithm panics.
struct Place<C>(Arc<Shared<C>>);

impl<C> Drop for Place<C> {
    fn drop(&mut self) {
        self.0.gauge.leave();
    }
}

impl<C: Clock> fmt::Debug for Permit<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("since", &self.since)
            .field("inflight", &self.inflight)
            .finish_non_exhaustive()
    }
}

impl<C: Clock> Shared<C> {
    // ANCHOR: learn
    /// Lets the algorithm hear of a request that ended.
    fn learn(&self, since: Nanos, inflight: u32, dropped: bool) {
        let at = self.clock.now();
        let sample = Sample {
            at,
            rtt: at - since,
            inflight,
            dropped,
        };
        // An answer more or less makes no difference: nobody waits for the lock to tell of one.
        // A drop is rare, and it is what the limit must not miss.
        let mut algorithm = match self.algorithm.try_lock() {
            Ok(algorithm) => algorithm,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) if !dropped => return,
            Err(TryLockError::WouldBlock) => self
                .algorithm
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        };
        // Stored under the lock, so that an older limit does not overwrite a newer one.
        self.gauge.set_limit(algorithm.on_sample(&sample).max(1));
    }
    // ANCHOR_END: learn
}

/// One more, of what nothing else depends on: Relaxed.
fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
