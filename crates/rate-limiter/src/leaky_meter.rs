//! The leaky bucket as a meter: what has come in leaks out, and who would overflow it is denied.
//!
//! It is the token bucket upside down: there tokens run out, here the bucket fills up. Where there
//! are `burst − k` tokens in the one, there are `k` requests in the other. So it admits the same,
//! and books that praise one of them over the other compare it with the other leaky bucket, the
//! [queue](crate::LeakyQueue).
//!
//! ```text
//!     │     │ ◀─ burst: would overflow                each request pours one in
//!     │~~~~~│ ◀─ level
//!     │~~~~~│
//!     └──╲╱─┘
//!        ╲╱ one each interval
//! ```
//!
//! The one word that stands for level and time is the time **when the bucket will be empty**: once
//! more GCRA's theoretical arrival time, which ITU-T I.371 says too, where this is called the
//! *continuous-state leaky bucket algorithm*, and the equal of virtual scheduling.
//!
//! # Bound
//!
//! In any interval of length `t`, both ends included, at most `burst + ⌊t / interval⌋` pass; who
//! fills the bucket and then keeps it full reaches it.
//!
//! # Complexity
//!
//! Sixteen bytes of state and a few instructions; eight, and one swap, when it is shared.

use clock::Nanos;

use crate::{Admitted, Decision, DefaultClock, Denied, Gcra, Quota};

/// A leaky bucket that measures, for one thread.
///
/// ```
/// use std::num::NonZeroU32;
/// use clock::Nanos;
/// use rate_limiter::{LeakyMeter, Quota};
///
/// let mut bucket = LeakyMeter::new(Quota::per_second(NonZeroU32::new(2).unwrap()));
/// assert!(bucket.at(Nanos(0), 2).is_ok());
/// assert!(bucket.at(Nanos(499_999_999), 1).is_err());
/// assert!(bucket.at(Nanos(500_000_000), 1).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct LeakyMeter {
    /// What is in it, in nanoseconds: an interval is a request.
    level: u64,
    last: Nanos,
    quota: Quota,
}

impl LeakyMeter {
    /// An empty bucket.
    pub fn new(quota: Quota) -> Self {
        LeakyMeter {
            level: 0,
            last: Nanos::ZERO,
            quota,
        }
    }

    // ANCHOR: at
    /// Pours in `n` at `now`, if it does not overflow.
    ///
    /// # Errors
    ///
    /// [`Denied`] if it would; nothing is poured in then.
    pub fn at(&mut self, now: Nanos, n: u32) -> Decision {
        let (interval, brim) = (self.quota.interval_nanos(), self.quota.refill_nanos());
        if n > self.quota.burst().get() {
            return Err(Denied::never(n, self.quota.burst()));
        }
        let leaked = clock::nanos(now - self.last);
        self.level = self.level.saturating_sub(leaked);
        self.last = self.last.max(now);
        let filled = self.level + u64::from(n) * interval.get();
        if filled > brim {
            return Err(Denied::after(filled - brim + clock::nanos(self.last - now)));
        }
        self.level = filled;
        Ok(Admitted::from_room(brim - filled, interval, filled))
    }
    // ANCHOR_END: at

    /// What is allowed.
    pub fn quota(&self) -> Quota {
        self.quota
    }
}

/// A leaky bucket that threads share: its state is the time when it will be empty.
pub type SharedLeakyMeter<C = DefaultClock> = Gcra<C>;
