//! The fixed window: count from full minute to full minute.
//!
//! The simplest limiter is a counter that is set to zero when a new window begins. It is what one
//! gets from an `INCR` and an `EXPIRE`, and one can explain it to a customer.
//!
//! It has a hole. Who takes all of one window at its end and all of the next at its beginning has
//! had **twice the limit in an instant**:
//!
//! ```text
//!   limit 4     │           ●●●●│●●●●           │
//!               └── window 0 ───┴─── window 1 ──┘
//!                           └ eight in no time ┘
//! ```
//!
//! # Bound
//!
//! In any interval of length `t`, both ends included, at most `count × (1 + ⌈t / per⌉)` pass: `t` of
//! a nanosecond can touch two windows. Who does as above reaches it.
//!
//! # Invariants
//!
//! The state is one word, so that threads need no lock: the number of the window since the clock's
//! zero above, and below, in as many bits as the limit needs, how many were admitted in it.
//!
//! - The window's number never goes back: a thread that read the clock a little earlier counts in
//!   the window that others have already begun.
//! - The number of the window fits for 9 years of the clock. What leaves no room for that is
//!   refused when it is made: there is room for any count in windows of 0.07 s and more, and for
//!   33 million in one of a millisecond.
//!
//! # Complexity
//!
//! Eight bytes of state, a division and a swap.

use clock::{Clock, Nanos};

use crate::{Admitted, ConfigError, DefaultClock, Denied, Quota, Rule, Shared};

/// How long a clock may run, as a power of two of nanoseconds: 9 years.
const CLOCK_BITS: u32 = 58;

/// How many bits a count of up to `quota.count()` takes, if `counts` of them leave room for the
/// number of a window.
pub(crate) fn bits(quota: &Quota, counts: u32) -> Result<u32, ConfigError> {
    let per = quota.per();
    if quota.per_nanos().ilog2() >= CLOCK_BITS {
        return Err(ConfigError::Per { per });
    }
    let bits = u32::BITS - quota.count().leading_zeros();
    let window = CLOCK_BITS - quota.per_nanos().ilog2();
    let room = ((u64::BITS - window) / counts).min(u32::BITS);
    if bits > room {
        return Err(ConfigError::TooMany {
            count: quota.count().get(),
            most: u32::MAX >> (u32::BITS - room),
            per,
        });
    }
    Ok(bits)
}

/// The fixed window as arithmetic on a word.
#[derive(Clone, Copy, Debug)]
pub struct FixedWindowRule {
    quota: Quota,
    bits: u32,
}

impl FixedWindowRule {
    /// The rule for a quota, whose burst does not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooMany`] if the window's number and the count do not fit a word, or
    /// [`ConfigError::Per`] if the window is longer than 9 years.
    pub fn new(quota: Quota) -> Result<Self, ConfigError> {
        let bits = bits(&quota, 1)?;
        let quota = quota.with_burst(quota.count());
        Ok(FixedWindowRule { quota, bits })
    }
}

impl Rule for FixedWindowRule {
    fn quota(&self) -> Quota {
        self.quota
    }

    // ANCHOR: decide
    fn decide(&self, state: u64, now: Nanos, n: u32) -> Result<(u64, Admitted), Denied> {
        let (limit, per) = (self.quota.count().get(), self.quota.per_nanos());
        if n > limit {
            return Err(Denied::never(n, self.quota.count()));
        }
        let (window, count) = (state >> self.bits, state & ((1 << self.bits) - 1));
        let (window, count) = match now.0 / per {
            later if later > window => (later, 0),
            _ => (window, count),
        };
        let reset = (window + 1).saturating_mul(per.get()).saturating_sub(now.0);
        let count = count + u64::from(n);
        let Some(room) = u64::from(limit).checked_sub(count) else {
            return Err(Denied::after(reset));
        };
        let reset = if count > 0 { reset } else { 0 };
        let admitted = Admitted::from_room(room, std::num::NonZeroU64::MIN, reset);
        Ok((window << self.bits | count, admitted))
    }
    // ANCHOR_END: decide
}

/// A fixed window that threads share.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use clock::ManualClock;
/// use rate_limiter::{Denied, FixedWindow, Quota};
///
/// let clock = ManualClock::new();
/// clock.advance(Duration::from_millis(999));
/// let four = Quota::per_second(NonZeroU32::new(4).unwrap());
/// let window = FixedWindow::with_clock(four, clock.clone())?;
/// assert!(window.check_n(4).is_ok());
/// assert_eq!(window.check(), Err(Denied::RetryAfter(Duration::from_millis(1))));
/// clock.advance(Duration::from_millis(1));
/// assert!(window.check_n(4).is_ok()); // eight within a millisecond
/// # Ok::<(), rate_limiter::ConfigError>(())
/// ```
pub type FixedWindow<C = DefaultClock> = Shared<FixedWindowRule, C>;

impl FixedWindow {
    /// A limiter that nobody has asked yet. The quota's burst does not matter.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TooMany`] if the window's number and the count do not fit a word, or
    /// [`ConfigError::Per`] if the window is longer than 9 years.
    pub fn new(quota: Quota) -> Result<Self, ConfigError> {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> FixedWindow<C> {
    /// The same, by another clock.
    ///
    /// # Errors
    ///
    /// As [`new`](FixedWindow::new).
    pub fn with_clock(quota: Quota, clock: C) -> Result<Self, ConfigError> {
        Ok(Shared::with_rule(FixedWindowRule::new(quota)?, clock))
    }
}
