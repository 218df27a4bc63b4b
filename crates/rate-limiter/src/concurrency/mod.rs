//! How many requests at a time: a limit that finds itself.
//!
//! A rate is the wrong thing to promise for a server whose requests grow more expensive, or which
//! has just lost a disk: what it did a thousand times a second yesterday it does five hundred times
//! today, and the rest queues until every answer comes too late. What can be observed from outside
//! is how many requests are inside and how long they take, and Little's law ties the two to the
//! rate:
//!
//! ```text
//!   in flight = rate × latency
//!
//!   latency │          ╱          more in flight than the server works on at a time:
//!           │         ╱           the rest of them queue, so that latency grows and
//!           │________╱            throughput does not
//!           └────────┴──────▶ in flight
//!                 capacity
//! ```
//!
//! So limit what is in flight, and let an algorithm look for the knee, as TCP looks for the width
//! of a link by sending: a [`Limit`] hears of each request that ended, how long it took and whether
//! it was dropped, and says how many there may be.
//!
//! | [`Limit`]     | looks at         | settles                                             |
//! |---------------|------------------|-----------------------------------------------------|
//! | [`Fixed`]     | nothing          | where it was told to                                |
//! | [`Aimd`]      | drops            | in a sawtooth below where requests start timing out |
//! | [`Vegas`]     | latency, against the least there was | a few requests beyond the knee  |
//! | [`Gradient2`] | latency, against its long average    | beyond the knee, by its tolerance |
//!
//! ```
//! use rate_limiter::concurrency::{Aimd, ConcurrencyLimiter};
//!
//! let limiter = ConcurrencyLimiter::new(Aimd::new(1, 100)?.initial(2));
//! let first = limiter.try_acquire().expect("nothing is in flight");
//! let second = limiter.try_acquire().expect("one is");
//! assert!(limiter.try_acquire().is_none());
//!
//! first.dropped(); // it timed out: the limit falls, and the other one fills it
//! assert_eq!(limiter.limit(), 1);
//! assert!(limiter.try_acquire().is_none());
//! second.success();
//! assert!(limiter.try_acquire().is_some());
//! # Ok::<(), rate_limiter::ConfigError>(())
//! ```
//!
//! # Invariants
//!
//! - A permit is given only when fewer than the limit are in flight. A limit that shrinks throws
//!   nobody out.
//! - A limit is never below its minimum, which is at least 1, nor above its maximum: a limit of
//!   zero would never hear of a request again, and stay.
//!
//! # Complexity
//!
//! To acquire costs reading the clock, one compare-and-swap and a count of the owners; no lock, no
//! allocation. To give a permit back is the same and then the algorithm, a dozen floating-point
//! operations under a lock that is only ever tried: a sample that finds it taken is left out.
//!
//! The algorithms are those of Netflix's [concurrency-limits] and, before it, of TCP: Chiu and
//! Jain, *Analysis of the Increase and Decrease Algorithms for Congestion Avoidance* (1989), for
//! AIMD; Brakmo and Peterson, *TCP Vegas* (1995).
//!
//! [concurrency-limits]: https://github.com/Netflix/concurrency-limits

mod aimd;
mod gauge;
mod gradient2;
mod limiter;
pub mod sim;
mod vegas;
mod windowed;

pub use aimd::Aimd;
pub use gradient2::Gradient2;
pub use limiter::{ConcurrencyLimiter, Outcome, Permit, Stats};
pub use vegas::Vegas;
pub use windowed::Windowed;

use std::time::Duration;

use clock::Nanos;

use crate::ConfigError;

/// Where the gauge has its atomics from; its test under loom has them from loom.
mod atomic {
    pub(crate) use std::sync::atomic::{AtomicU32, Ordering};
}

/// What is known of a request that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it ended.
    pub at: Nanos,
    /// How long it took (the round-trip time).
    pub rtt: Duration,
    /// How many were in flight when it began, itself included.
    pub inflight: u32,
    /// It timed out, or was refused for want of room: a sign of too much load. An answer that says
    /// that the request was wrong is none.
    pub dropped: bool,
}

/// An algorithm that says how many requests there may be at a time.
pub trait Limit: Send {
    /// The limit now: at least 1.
    fn limit(&self) -> u32;

    /// Hears of a request that ended, and returns the limit from now on.
    fn on_sample(&mut self, sample: &Sample) -> u32;
}

impl<L: Limit + ?Sized> Limit for Box<L> {
    fn limit(&self) -> u32 {
        (**self).limit()
    }

    fn on_sample(&mut self, sample: &Sample) -> u32 {
        (**self).on_sample(sample)
    }
}

/// A limit that stays, which makes a [`ConcurrencyLimiter`] a bulkhead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed(u32);

impl Fixed {
    /// A limit of `limit` requests; 0 is taken as 1.
    pub fn new(limit: u32) -> Self {
        Fixed(limit.max(1))
    }
}

impl Limit for Fixed {
    fn limit(&self) -> u32 {
        self.0
    }

    fn on_sample(&mut self, _: &Sample) -> u32 {
        self.0
    }
}

/// The least and the most that an algorithm may say.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    min: u32,
    max: u32,
}

impl Bounds {
    fn new(min: u32, max: u32) -> Result<Self, ConfigError> {
        if min == 0 {
            return Err(ConfigError::new(
                "min_limit",
                "is 0, so that a limit could close for ever; give at least 1",
            ));
        }
        if max < min {
            return Err(ConfigError::new(
                "max_limit",
                format!("{max} is less than min_limit, {min}"),
            ));
        }
        Ok(Bounds { min, max })
    }

    fn clamp(self, limit: f64) -> f64 {
        limit.clamp(f64::from(self.min), f64::from(self.max))
    }
}
