//! The limiters of the ecosystem.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota as GovernorQuota};

use super::contender::{Direct, HOUR, Key, Keyed, Quota};
use crate::harness::Identity;

fn governor_quota(quota: Quota) -> GovernorQuota {
    let positive = |count| NonZeroU32::new(count).expect("a burst is positive");
    match quota {
        Quota::Plenty => {
            GovernorQuota::per_second(positive(1_000_000_000)).allow_burst(NonZeroU32::MAX)
        }
        Quota::Hourly(burst) => GovernorQuota::with_period(HOUR)
            .expect("an hour is longer than nothing")
            .allow_burst(positive(burst)),
    }
}

/// governor, one state.
pub struct Governor(DefaultDirectRateLimiter);

impl Direct for Governor {
    const WHO: Identity = Identity {
        name: "governor",
        package: "governor",
        what: "GCRA in one atomic word; quanta's clock",
        ours: false,
    };

    fn of(quota: Quota) -> Self {
        Self(DefaultDirectRateLimiter::direct(governor_quota(quota)))
    }

    #[inline(always)]
    fn check(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// governor, a state for each key.
pub struct GovernorKeyed<K: Key>(DefaultKeyedRateLimiter<K>);

impl<K: Key> Keyed<K> for GovernorKeyed<K> {
    const WHO: Identity = Identity {
        name: "governor",
        package: "governor",
        what: "GCRA, an atomic word a key, in a DashMap; quanta's clock",
        ours: false,
    };

    fn of(quota: Quota) -> Self {
        Self(DefaultKeyedRateLimiter::dashmap(governor_quota(quota)))
    }

    #[inline(always)]
    fn check(&self, key: &K) -> bool {
        self.0.check_key(key).is_ok()
    }
}

/// ratelimit.
pub struct Ratelimit(ratelimit::Ratelimiter);

impl Direct for Ratelimit {
    const WHO: Identity = Identity {
        name: "ratelimit",
        package: "ratelimit",
        what: "token bucket in atomic words; the system's clock",
        ours: false,
    };

    fn of(quota: Quota) -> Self {
        let (rate, period, burst) = match quota {
            Quota::Plenty => (1_000_000_000, Duration::from_secs(1), 4_000_000_000),
            Quota::Hourly(burst) => (1, HOUR, burst.into()),
        };
        let builder = ratelimit::Ratelimiter::builder(rate).period(period);
        let builder = builder.max_tokens(burst).initial_available(burst);
        Self(builder.build().expect("the quota is valid"))
    }

    #[inline(always)]
    fn check(&self) -> bool {
        self.0.try_wait().is_ok()
    }
}

/// leaky-bucket.
pub struct LeakyBucket(leaky_bucket::RateLimiter);

impl Direct for LeakyBucket {
    const WHO: Identity = Identity {
        name: "leaky-bucket",
        package: "leaky-bucket",
        what: "token bucket that is refilled in steps, behind a lock; tokio's clock",
        ours: false,
    };

    fn of(quota: Quota) -> Self {
        let (refill, interval, max) = match quota {
            Quota::Plenty => (100_000_000, Duration::from_millis(100), 4_000_000_000),
            Quota::Hourly(burst) => (1, HOUR, burst as usize),
        };
        let builder = leaky_bucket::RateLimiter::builder()
            .refill(refill)
            .interval(interval)
            .max(max)
            .initial(max)
            .build();
        Self(builder)
    }

    #[inline(always)]
    fn check(&self) -> bool {
        self.0.try_acquire(1)
    }
}
