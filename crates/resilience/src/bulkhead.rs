//! A limit on how many calls are under way, so that one slow server cannot use up everything.
//!
//! The bulkheads of a ship keep the water of one leak out of the other compartments. Here the water
//! is waiting calls: with 200 threads and no limit, one server that hangs soon holds all 200, and
//! calls to the healthy ones find none left. With a bulkhead of 20 around it, it holds 20.
//!
//! ```text
//!   calls ──▶ [ queue: max_waiting, at most max_wait ] ──▶ [ under way: max_concurrent ]
//!      │            │ waited too long                              │ permit dropped:
//!      ▼ full       ▼                                              ▼ the first in line goes in
//!    Full         Waited
//! ```
//!
//! # Invariants
//!
//! - Never more than `max_concurrent` permits; never more than `max_waiting` callers in line.
//! - First come, first served: a newcomer does not overtake those who wait, and a permit that is
//!   released goes to the first of them.
//! - A permit is returned however its holder ends: by success, error, panic or cancellation.
//!
//! # Complexity
//!
//! [`try_acquire`](Bulkhead::try_acquire) is one compare-and-swap on the semaphore and two
//! counters; waiting takes a lock.
//!
//! The name is Michael Nygard's (*Release It!*, 2007). The line is tokio's semaphore, which is fair
//! and needs no runtime.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ConfigError;
use crate::race::before;

/// How many calls a [`Bulkhead`] lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct BulkheadConfig {
    /// Calls under way at a time. At least 1. 25.
    pub max_concurrent: u32,
    /// Calls that may wait for one of those to end. Zero: none. 0.
    pub max_waiting: u32,
    /// How long each of them waits. 100 ms.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_wait: Duration,
}

impl Default for BulkheadConfig {
    fn default() -> Self {
        BulkheadConfig {
            max_concurrent: 25,
            max_waiting: 0,
            max_wait: Duration::from_millis(100),
        }
    }
}

impl BulkheadConfig {
    /// Whether the fields make sense.
    ///
    /// # Errors
    ///
    /// `max_concurrent` of zero, or more than tokio's semaphore can count.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let most = Semaphore::MAX_PERMITS;
        if !(1..=most).contains(&(self.max_concurrent as usize)) {
            let problem = format!("{} is not between 1 and {most}", self.max_concurrent);
            return Err(ConfigError::new("max_concurrent", problem));
        }
        Ok(())
    }
}

/// Why there was no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejected {
    /// As many calls as may are under way, and as many as may are waiting.
    Full,
    /// It waited this long, and its turn did not come.
    Waited(Duration),
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejected::Full => f.write_str("the bulkhead and its queue are full"),
            Rejected::Waited(limit) => write!(f, "no place in the bulkhead within {limit:?}"),
        }
    }
}

impl Error for Rejected {}

/// Lets a limited number of calls in. Clones are the same bulkhead.
///
/// ```
/// use resilience::{Bulkhead, BulkheadConfig, Rejected};
///
/// let bulkhead = Bulkhead::new(BulkheadConfig { max_concurrent: 1, ..Default::default() })?;
/// let permit = bulkhead.try_acquire().unwrap();
/// assert_eq!(bulkhead.try_acquire().unwrap_err(), Rejected::Full);
/// drop(permit); // the call is over
/// assert!(bulkhead.try_acquire().is_ok());
/// # Ok::<(), resilience::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bulkhead {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: BulkheadConfig,
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    admitted: AtomicU64,
    full: AtomicU64,
    waited: AtomicU64,
}

/// A place in a [`Bulkhead`], until it is dropped.
#[must_use = "the place is given back when the permit is dropped"]
#[derive(Debug)]
pub struct BulkheadPermit {
    _place: OwnedSemaphorePermit,
}

/// What a [`Bulkhead`] is doing, and has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BulkheadStats {
    /// Calls under way.
    pub active: u64,
    /// Calls in line.
    pub waiting: u64,
    /// Calls let in.
    pub admitted: u64,
    /// Calls turned away at once.
    pub full: u64,
    /// Calls that waited in vain.
    pub waited: u64,
}

impl Bulkhead {
    /// An empty one.
    ///
    /// # Errors
    ///
    /// Those of [`BulkheadConfig::validate`].
    pub fn new(config: BulkheadConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let shared = Arc::new(Shared {
            config,
            places: Arc::new(Semaphore::new(config.max_concurrent as usize)),
            waiting: AtomicUsize::new(0),
            admitted: AtomicU64::new(0),
            full: AtomicU64::new(0),
            waited: AtomicU64::new(0),
        });
        Ok(Bulkhead { shared })
    }

    /// A permit, without waiting.
    ///
    /// # Errors
    ///
    /// [`Rejected::Full`] when there is no place, or others wait for one.
    pub fn try_acquire(&self) -> Result<BulkheadPermit, Rejected> {
        let place = self.shared.places.clone().try_acquire_owned();
        match place {
            Ok(place) => Ok(self.admit(place)),
            Err(_) => Err(self.reject(Rejected::Full)),
        }
    }

    /// A permit, for which the thread waits in line if it must.
    ///
    /// # Errors
    ///
    /// [`Rejected::Full`] at once, or [`Rejected::Waited`] after `max_wait`.
    pub fn acquire(&self) -> Result<BulkheadPermit, Rejected> {
        let shared = &*self.shared;
        if let Ok(place) = shared.places.clone().try_acquire_owned() {
            return Ok(self.admit(place));
        }
        let _in_line = self.line_up()?;
        let place = shared.places.clone().acquire_owned();
        match block_on(place, shared.config.max_wait) {
            Some(Ok(place)) => Ok(self.admit(place)),
            _ => Err(self.reject(Rejected::Waited(shared.config.max_wait))),
        }
    }

    // ANCHOR: acquire
    /// A permit, for which the task waits in line if it must. `sleep` makes the timer:
    /// `tokio::time::sleep`, or what your runtime has. Dropping the future leaves the line.
    ///
    /// # Errors
    ///
    /// [`Rejected::Full`] at once, or [`Rejected::Waited`] after `max_wait`.
    pub async fn acquire_async<S: Future<Output = ()>>(
        &self,
        sleep: impl FnOnce(Duration) -> S,
    ) -> Result<BulkheadPermit, Rejected> {
        let shared = &*self.shared;
        if let Ok(place) = shared.places.clone().try_acquire_owned() {
            return Ok(self.admit(place));
        }
        let _in_line = self.line_up()?;
        let place = shared.places.clone().acquire_owned();
        match before(sleep(shared.config.max_wait), place).await {
            Some(Ok(place)) => Ok(self.admit(place)),
            _ => Err(self.reject(Rejected::Waited(shared.config.max_wait))),
        }
    }

    /// Takes a place in line, if there is one, until the result is dropped.
    fn line_up(&self) -> Result<InLine<'_>, Rejected> {
        let waiting = &self.shared.waiting;
        // Counts itself first and looks then, so that two cannot both be the last to fit.
        let ahead = waiting.fetch_add(1, Ordering::Relaxed);
        let in_line = InLine(waiting);
        if ahead >= self.shared.config.max_waiting as usize {
            return Err(self.reject(Rejected::Full));
        }
        Ok(in_line)
    }
    // ANCHOR_END: acquire

    /// Runs `f` inside.
    ///
    /// # Errors
    ///
    /// [`Rejected`], without having run it.
    pub fn call<T>(&self, f: impl FnOnce() -> T) -> Result<T, Rejected> {
        let _permit = self.acquire()?;
        Ok(f())
    }

    fn admit(&self, place: OwnedSemaphorePermit) -> BulkheadPermit {
        self.shared.admitted.fetch_add(1, Ordering::Relaxed);
        BulkheadPermit { _place: place }
    }

    fn reject(&self, why: Rejected) -> Rejected {
        let counter = match why {
            Rejected::Full => &self.shared.full,
            Rejected::Waited(_) => &self.shared.waited,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        why
    }

    /// The counters.
    pub fn stats(&self) -> BulkheadStats {
        let Shared { config, places, .. } = &*self.shared;
        BulkheadStats {
            active: u64::from(config.max_concurrent) - places.available_permits() as u64,
            waiting: self.shared.waiting.load(Ordering::Relaxed) as u64,
            admitted: self.shared.admitted.load(Ordering::Relaxed),
            full: self.shared.full.load(Ordering::Relaxed),
            waited: self.shared.waited.load(Ordering::Relaxed),
        }
    }
}

/// One of those who wait, until dropped: also when its future is cancelled.
struct InLine<'a>(&'a AtomicUsize);

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Polls `future` in this thread for at most so long.
fn block_on<T>(future: impl Future<Output = T>, limit: Duration) -> Option<T> {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let start = Instant::now();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(answer);
        }
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}
