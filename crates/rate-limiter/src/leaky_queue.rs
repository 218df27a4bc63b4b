//! The leaky bucket as a queue: nobody is turned away while there is room, but all leave in step.
//!
//! A bucket that measures lets a burst through as a burst, and whoever stands behind gets it all at
//! once. A queue makes it wait and lets one out each interval: traffic is *shaped*, not only
//! *policed*. The price is delay, up to the length of the queue.
//!
//! ```text
//!   in    ●●●●          ●          ●●
//!   out   ●  ●  ●  ●    ●          ●  ●          one each interval at most
//! ```
//!
//! There is no queue in here. Who is admitted is told when to go, and waits by whatever means there
//! is to wait; all that has to be known is when the next one may leave.
//!
//! # Bound
//!
//! Of those that wait as told, at most `1 + ⌊t / interval⌋` leave in any interval of length `t`,
//! both ends included; who keeps the queue filled reaches it. (`n` that were asked for together
//! leave together, when the last of them may, so they count as a burst of `n`.) At most `burst`
//! wait or are just leaving, so nobody waits longer than `(burst − 1) × interval`.
//!
//! # Complexity
//!
//! Eight bytes of state, one swap.

use std::time::Duration;

use clock::{Clock, Nanos};

use crate::gcra::GcraRule;
use crate::{DefaultClock, Denied, Quota, Shared};

/// When somebody who was admitted may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// How long to wait.
    pub after: Duration,
    /// The time by the limiter's clock that it will be then.
    pub at: Nanos,
}

/// A leaky bucket that is a queue, and that threads share.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use clock::ManualClock;
/// use rate_limiter::{Denied, LeakyQueue, Quota};
///
/// let quota = Quota::per_second(NonZeroU32::new(10).unwrap());
/// let queue = LeakyQueue::with_clock(quota.with_burst(NonZeroU32::new(3).unwrap()), ManualClock::new());
/// let waits: Vec<u128> = (0..3).map(|_| queue.enqueue().unwrap().after.as_millis()).collect();
/// assert_eq!(waits, [0, 100, 200]);
/// assert_eq!(queue.enqueue(), Err(Denied::RetryAfter(Duration::from_millis(100))));
/// ```
#[derive(Debug)]
pub struct LeakyQueue<C = DefaultClock> {
    /// Its state is when the queue will have run empty, and one more interval has passed.
    meter: Shared<GcraRule, C>,
}

impl LeakyQueue {
    /// An empty queue. The quota's burst is its length.
    pub fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> LeakyQueue<C> {
    /// The same, by another clock.
    pub fn with_clock(quota: Quota, clock: C) -> Self {
        LeakyQueue {
            meter: Shared::with_rule(GcraRule::new(quota), clock),
        }
    }

    /// Puts one in the queue. Who is told to wait has taken his place, whether he waits or not.
    ///
    /// # Errors
    ///
    /// [`Denied`] if the queue is full.
    pub fn enqueue(&self) -> Result<Departure, Denied> {
        self.enqueue_n(1)
    }

    // ANCHOR: enqueue
    /// Puts `n` in the queue, which leave together, when the last of them may.
    ///
    /// # Errors
    ///
    /// [`Denied`] if there is no room for all of them.
    pub fn enqueue_n(&self, n: u32) -> Result<Departure, Denied> {
        let now = self.meter.clock().now();
        let admitted = self.meter.check_at(now, n)?;
        // The meter is empty one interval after the last one has left.
        let after = admitted
            .reset_after()
            .saturating_sub(self.quota().interval());
        let at = now + after;
        Ok(Departure { after, at })
    }
    // ANCHOR_END: enqueue

    /// What is allowed: the rate of those who leave, and how many wait.
    pub fn quota(&self) -> Quota {
        self.meter.quota()
    }
}
