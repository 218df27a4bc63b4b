//! The book's limiters.

use std::num::NonZeroU32;

use rate_limiter::Quota as BookQuota;

use super::contender::{Direct, HOUR, Key, Keyed as KeyedContender, Quota};
use crate::harness::Identity;

fn book_quota(quota: Quota) -> BookQuota {
    let positive = |count| NonZeroU32::new(count).expect("a burst is positive");
    match quota {
        Quota::Plenty => BookQuota::per_second(positive(1_000_000_000)).with_burst(NonZeroU32::MAX),
        Quota::Hourly(burst) => BookQuota::new(positive(1), HOUR)
            .expect("one an hour is a quota")
            .with_burst(positive(burst)),
    }
}

/// A window's limit is its burst.
fn window_quota(quota: Quota) -> BookQuota {
    match quota {
        Quota::Plenty => BookQuota::per_second(NonZeroU32::MAX),
        Quota::Hourly(limit) => {
            let limit = NonZeroU32::new(limit).expect("a limit is positive");
            BookQuota::new(limit, HOUR).expect("some an hour are a quota")
        }
    }
}

/// GCRA.
pub struct Gcra(rate_limiter::Gcra);

impl Direct for Gcra {
    const WHO: Identity = book(
        "book::Gcra",
        "GCRA in one atomic word; the processor's counter",
    );

    fn of(quota: Quota) -> Self {
        Self(rate_limiter::Gcra::new(book_quota(quota)))
    }

    #[inline(always)]
    fn check(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// A count for each window.
pub struct FixedWindow(rate_limiter::FixedWindow);

impl Direct for FixedWindow {
    const WHO: Identity = book(
        "book::FixedWindow",
        "a count for each window in one atomic word; the processor's counter",
    );

    fn of(quota: Quota) -> Self {
        Self(rate_limiter::FixedWindow::new(window_quota(quota)).expect("the quota is valid"))
    }

    #[inline(always)]
    fn check(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// GCRA for each key.
pub struct Keyed<K: Key>(rate_limiter::Keyed<K>);

impl<K: Key> KeyedContender<K> for Keyed<K> {
    const WHO: Identity = book(
        "book::Keyed",
        "GCRA for each key in a table that forgets idle keys; the processor's counter",
    );

    fn of(quota: Quota) -> Self {
        Self(rate_limiter::Keyed::new(book_quota(quota)))
    }

    #[inline(always)]
    fn check(&self, key: &K) -> bool {
        self.0.check_key(key).is_ok()
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "rate-limiter",
        what,
        ours: true,
    }
}
