//! How much is allowed: so many in such a time, and so many at once.
//!
//! ```text
//!   100 per second, burst 20        a request each 10 ms for ever,
//!        │               │          and after a pause up to 20 together
//!        │               └ burst
//!        └ count / per = 1 / interval
//! ```
//!
//! Buckets and GCRA take the rate and the burst apart. Windows know no burst of their own: they
//! allow `count` in each `per`, however close together.
//!
//! # Invariants
//!
//! - `count`, `per` and `burst` are at least one.
//! - The interval is `per / count` in whole nanoseconds, **rounded up**: a limit of three a second
//!   admits one each 333 333 334 ns. So the rate is never more than what was asked for, and less
//!   by at most one nanosecond for each request: below a thousandth up to a million a second.
//! - `burst` intervals are at most 2⁶² ns, which is 146 years, so that sums of times do not
//!   overflow. A larger burst is cut to what fits.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use crate::error::ConfigError;

/// The longest that a burst may take to come back.
const LONGEST: u64 = 1 << 62;

/// So many in such a time, and so many at once.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use rate_limiter::Quota;
///
/// let quota = Quota::per_second(NonZeroU32::new(100).unwrap())
///     .with_burst(NonZeroU32::new(20).unwrap());
/// assert_eq!(quota.interval(), Duration::from_millis(10));
/// assert_eq!(quota.to_string(), "100/s burst 20");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    count: NonZeroU32,
    per: NonZeroU64,
    interval: NonZeroU64,
    burst: NonZeroU32,
}

impl Quota {
    /// `count` in a second, all of them at once if they like. The same as a burst of `count`.
    pub fn per_second(count: NonZeroU32) -> Self {
        Self::in_nanos(
            count,
            NonZeroU64::new(1_000_000_000).expect("a second is not 0"),
        )
    }

    /// `count` in a minute, all of them at once if they like.
    pub fn per_minute(count: NonZeroU32) -> Self {
        Self::in_nanos(
            count,
            NonZeroU64::new(60_000_000_000).expect("a minute is not 0"),
        )
    }

    /// `count` in an hour, all of them at once if they like.
    pub fn per_hour(count: NonZeroU32) -> Self {
        Self::in_nanos(
            count,
            NonZeroU64::new(3_600_000_000_000).expect("an hour is not 0"),
        )
    }

    /// `count` in each `per`, all of them at once if they like.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Per`] if `per` is zero, or more than 146 years for each request.
    pub fn new(count: NonZeroU32, per: Duration) -> Result<Self, ConfigError> {
        let nanos = u64::try_from(per.as_nanos()).ok().and_then(NonZeroU64::new);
        let quota = nanos.map(|nanos| Self::in_nanos(count, nanos));
        quota
            .filter(|quota| quota.interval.get() <= LONGEST)
            .ok_or(ConfigError::Per { per })
    }

    fn in_nanos(count: NonZeroU32, per: NonZeroU64) -> Self {
        let interval = per.get().div_ceil(count.get().into());
        let quota = Quota {
            count,
            per,
            interval: NonZeroU64::new(interval).unwrap_or(NonZeroU64::MIN),
            burst: NonZeroU32::MIN,
        };
        quota.with_burst(count)
    }

    /// The same rate, but `burst` at once. Cut to what comes back within 146 years.
    #[must_use]
    pub fn with_burst(self, burst: NonZeroU32) -> Self {
        let most = u32::try_from(LONGEST / self.interval).unwrap_or(u32::MAX);
        let burst = burst.min(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN));
        Quota { burst, ..self }
    }

    /// How many in each [`per`](Self::per).
    pub fn count(&self) -> NonZeroU32 {
        self.count
    }

    /// The time in which [`count`](Self::count) are allowed.
    pub fn per(&self) -> Duration {
        Duration::from_nanos(self.per.get())
    }

    /// How many a second.
    pub fn rate(&self) -> f64 {
        f64::from(self.count.get()) / self.per().as_secs_f64()
    }

    /// How many at once, after a pause.
    pub fn burst(&self) -> NonZeroU32 {
        self.burst
    }

    /// The time from one request to the next at the full rate, in whole nanoseconds, rounded up.
    pub fn interval(&self) -> Duration {
        Duration::from_nanos(self.interval.get())
    }

    /// How long until a whole burst is there again.
    pub fn refill(&self) -> Duration {
        Duration::from_nanos(self.refill_nanos())
    }

    pub(crate) fn interval_nanos(&self) -> NonZeroU64 {
        self.interval
    }

    pub(crate) fn per_nanos(&self) -> NonZeroU64 {
        self.per
    }

    pub(crate) fn refill_nanos(&self) -> u64 {
        self.interval.get() * u64::from(self.burst.get())
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.count)?;
        match self.per.get() {
            1_000_000_000 => write!(f, "s")?,
            60_000_000_000 => write!(f, "min")?,
            3_600_000_000_000 => write!(f, "h")?,
            per => write!(f, "{}", in_units(per))?,
        }
        if self.burst != self.count {
            write!(f, " burst {}", self.burst)?;
        }
        Ok(())
    }
}

/// The largest unit that divides it, so that what is written can be read again.
fn in_units(nanos: u64) -> String {
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    let unit = units.iter().find(|(unit, _)| nanos.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or(&(1, "ns"));
    format!("{}{name}", nanos / unit)
}
