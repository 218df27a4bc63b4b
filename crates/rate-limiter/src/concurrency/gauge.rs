//! How many are in flight, and how many may be: two numbers that every request touches.
//!
//! The algorithms of this module think about the limit; here it is only kept. To get in costs one
//! load and one compare-and-swap, to leave one subtraction; nobody ever waits for anybody.
//!
//! # Invariants
//!
//! - An `enter` that succeeds made the count at most a limit that was in force during the call. A
//!   limit that shrinks throws nobody out: the count falls below it as those inside leave.
//! - What was done by one who left is seen by whoever enters in their place, as with a semaphore.

use super::atomic::{AtomicU32, Ordering};

/// A count with a ceiling that moves.
#[derive(Debug)]
pub(crate) struct Gauge {
    inflight: AtomicU32,
    limit: AtomicU32,
}

impl Gauge {
    pub(crate) fn new(limit: u32) -> Self {
        Gauge {
            inflight: AtomicU32::new(0),
            limit: AtomicU32::new(limit),
        }
    }

    // ANCHOR: enter
    /// Counts one more, unless that is more than the limit. How many there are then, this one
    /// included.
    pub(crate) fn enter(&self) -> Option<u32> {
        let mut inflight = self.inflight.load(Ordering::Relaxed);
        loop {
            // Relaxed: the limit publishes nothing but itself, and an old one is as good as a new.
            if inflight >= self.limit.load(Ordering::Relaxed) {
                return None;
            }
            // Acquire pairs with the release in `leave`.
            match self.inflight.compare_exchange_weak(
                inflight,
                inflight + 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(inflight + 1),
                Err(now) => inflight = now,
            }
        }
    }
    // ANCHOR_END: enter

    /// One who entered is gone.
    pub(crate) fn leave(&self) {
        // Release pairs with the acquire in `enter`.
        self.inflight.fetch_sub(1, Ordering::Release);
    }

    pub(crate) fn inflight(&self) -> u32 {
        self.inflight.load(Ordering::Relaxed)
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit.load(Ordering::Relaxed)
    }

    pub(crate) fn set_limit(&self, limit: u32) {
        self.limit.store(limit, Ordering::Relaxed);
    }
}
