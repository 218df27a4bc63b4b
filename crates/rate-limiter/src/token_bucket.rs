//! The token bucket: save up what is not used, but no more than a bucketful.
//!
//! Tokens drip into a bucket at the rate, and what does not fit is lost. Each request takes one,
//! and is denied when there is none. A full bucket is the burst.
//!
//! ```text
//!        │ one each interval
//!        ▼
//!     │     │ ◀─ burst
//!     │● ● ●│
//!     │● ● ●│
//!     └──┬──┘
//!        ▼ one each request
//! ```
//!
//! Nothing drips in a computer. [`TokenBucket`] does what a person would do: when somebody asks, it
//! works out what has dripped since the last time. Tokens are counted in nanoseconds, a token
//! being an interval's worth, so that a part of one is not lost in rounding.
//!
//! Two numbers, the level and when it was so, do not fit one word. But they say no more than one:
//! the time **when the bucket will be full**. That is GCRA's theoretical arrival time, so
//! [`SharedTokenBucket`] is a [`Gcra`], and a test shows that the decisions are the
//! same.
//!
//! # Bound
//!
//! In any interval of length `t`, both ends included, at most `burst + ⌊t / interval⌋` pass. Who
//! empties the bucket and then takes each token as it falls reaches it.
//!
//! # Complexity
//!
//! Sixteen bytes of state and a few instructions; eight, and one swap, when it is shared.

use clock::Nanos;

use crate::{Admitted, Decision, DefaultClock, Denied, Gcra, Quota};

/// A token bucket for one thread, as in textbooks. The time of its first request is its zero.
///
/// ```
/// use std::num::NonZeroU32;
/// use clock::Nanos;
/// use rate_limiter::{Quota, TokenBucket};
///
/// let mut bucket = TokenBucket::new(Quota::per_second(NonZeroU32::new(2).unwrap()));
/// assert_eq!(bucket.at(Nanos(0), 1).unwrap().remaining(), 1);
/// assert_eq!(bucket.at(Nanos(0), 1).unwrap().remaining(), 0);
/// assert!(bucket.at(Nanos(499_999_999), 1).is_err());
/// assert!(bucket.at(Nanos(500_000_000), 1).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct TokenBucket {
    /// What is in it, in nanoseconds: an interval is a token.
    level: u64,
    last: Nanos,
    quota: Quota,
}

impl TokenBucket {
    /// A full bucket.
    pub fn new(quota: Quota) -> Self {
        TokenBucket {
            level: quota.refill_nanos(),
            last: Nanos::ZERO,
            quota,
        }
    }

    // ANCHOR: at
    /// Takes `n` tokens at `now`, if they are there.
    ///
    /// # Errors
    ///
    /// [`Denied`] if they are not; none is taken then.
    pub fn at(&mut self, now: Nanos, n: u32) -> Decision {
        let (interval, full) = (self.quota.interval_nanos(), self.quota.refill_nanos());
        if n > self.quota.burst().get() {
            return Err(Denied::never(n, self.quota.burst()));
        }
        let dripped = clock::nanos(now - self.last);
        self.level = self.level.saturating_add(dripped).min(full);
        self.last = self.last.max(now);
        let price = u64::from(n) * interval.get();
        if self.level < price {
            return Err(Denied::after(
                price - self.level + clock::nanos(self.last - now),
            ));
        }
        self.level -= price;
        Ok(Admitted::from_room(self.level, interval, full - self.level))
    }
    // ANCHOR_END: at

    /// What is allowed.
    pub fn quota(&self) -> Quota {
        self.quota
    }
}

/// A token bucket that threads share: its state is the time when it will be full.
pub type SharedTokenBucket<C = DefaultClock> = Gcra<C>;
