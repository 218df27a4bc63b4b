//! GCRA: a rate limit whose whole memory is one point in time.
//!
//! A token bucket has to be filled, by a timer or by arithmetic on two numbers. The *generic cell
//! rate algorithm* of ATM networks asks another question: if requests came exactly at the rate,
//! when would the next one come? That is the theoretical arrival time, TAT. Each request moves it
//! on by one interval; who comes no more than a burst before it is welcome.
//!
//! ```text
//!                 burst × interval
//!            ├──────────────────────────┤
//!   ────────now──────────────TAT───────────▶ time      admitted: TAT + interval is still inside
//!                             ├─interval─┤
//!
//!   ────────now─────────────────────TAT────▶ time      denied: it would stick out by what one
//!            ├──────────────────────────┤              has to wait
//!                                    ├─interval─┤
//! ```
//!
//! A TAT that has passed says the same as none at all. That is why a state can be dropped then, and
//! why [`Keyed`](crate::Keyed) can forget.
//!
//! # Bound
//!
//! In any interval of length `t`, both ends included, at most `burst + ⌊t / interval⌋` pass. Who
//! takes a burst at its start and one at each interval reaches it.
//!
//! # Invariants
//!
//! - The TAT never goes back.
//! - Right after an admission the TAT is at most `burst × interval` ahead of that request's time.
//!
//! # Complexity
//!
//! Eight bytes of state; two subtractions, two comparisons and two additions to decide.
//!
//! Source: ITU-T I.371, "Traffic control and congestion control in B-ISDN", annex A (virtual
//! scheduling); <https://brandur.org/rate-limiting> brought it to web services.

use std::num::NonZeroU64;

use clock::{Clock, Nanos};

use crate::{Admitted, DefaultClock, Denied, Quota, Rule, Shared};

/// GCRA as arithmetic on a theoretical arrival time.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use clock::Nanos;
/// use rate_limiter::{Denied, Quota, gcra::GcraRule};
///
/// let rule = GcraRule::new(Quota::per_second(NonZeroU32::MIN));
/// let (tat, _) = rule.decide(Nanos::ZERO, Nanos(5), 1).unwrap();
/// assert_eq!(tat, Nanos(1_000_000_005));
/// let wait = Duration::from_nanos(999_999_998);
/// assert_eq!(rule.decide(tat, Nanos(7), 1), Err(Denied::RetryAfter(wait)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GcraRule {
    interval: NonZeroU64,
    /// `burst` intervals.
    tolerance: u64,
    quota: Quota,
}

impl GcraRule {
    /// The rule for a quota.
    pub fn new(quota: Quota) -> Self {
        GcraRule {
            interval: quota.interval_nanos(),
            tolerance: quota.refill_nanos(),
            quota,
        }
    }

    // ANCHOR: decide
    /// Whether `n` may pass at `now`, when the next is expected at `tat`; if so, when the next is
    /// expected then.
    ///
    /// # Errors
    ///
    /// [`Denied`] if they may not.
    // Inlined up to the caller, with all that calls it: what of the answer nobody looks at, such as
    // the tokens that remain, is then not computed.
    #[inline(always)]
    pub fn decide(&self, tat: Nanos, now: Nanos, n: u32) -> Result<(Nanos, Admitted), Denied> {
        if n > self.quota.burst().get() {
            return Err(Denied::never(n, self.quota.burst()));
        }
        let ahead = tat.0.saturating_sub(now.0); // what has been taken and has not come back
        let take = u64::from(n) * self.interval.get();
        let room = self.tolerance - take;
        if ahead > room {
            return Err(Denied::after(ahead - room));
        }
        let ahead = ahead + take;
        let admitted = Admitted::from_room(self.tolerance - ahead, self.interval, ahead);
        Ok((Nanos(now.0.saturating_add(ahead)), admitted))
    }
    // ANCHOR_END: decide

    /// What is allowed.
    pub fn quota(&self) -> Quota {
        self.quota
    }
}

/// The state is the TAT.
impl Rule for GcraRule {
    fn quota(&self) -> Quota {
        self.quota
    }

    #[inline(always)]
    fn decide(&self, state: u64, now: Nanos, n: u32) -> Result<(u64, Admitted), Denied> {
        let (tat, admitted) = self.decide(Nanos(state), now, n)?;
        Ok((tat.0, admitted))
    }
}

/// A GCRA limiter that threads share.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use clock::ManualClock;
/// use rate_limiter::{Denied, Gcra, Quota};
///
/// let clock = ManualClock::new();
/// let two = NonZeroU32::new(2).unwrap();
/// let limiter = Gcra::with_clock(Quota::per_second(two), clock.clone());
/// assert!(limiter.check().is_ok() && limiter.check().is_ok());
/// let wait = Duration::from_millis(500);
/// assert_eq!(limiter.check(), Err(Denied::RetryAfter(wait)));
/// clock.advance(wait);
/// assert!(limiter.check().is_ok());
/// ```
pub type Gcra<C = DefaultClock> = Shared<GcraRule, C>;

impl Gcra {
    /// A limiter that nobody has asked yet.
    pub fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> Gcra<C> {
    /// The same, by another clock.
    pub fn with_clock(quota: Quota, clock: C) -> Self {
        Shared::with_rule(GcraRule::new(quota), clock)
    }
}
