//! All algorithms as functions from a time and a number to a decision, and random arrivals.

use std::num::NonZeroU32;
use std::time::Duration;

use clock::{ManualClock, Nanos};
use proptest::prelude::*;
use rate_limiter::sliding_log::Log;
use rate_limiter::{Decision, FixedWindow, Gcra, LeakyMeter, Quota, SlidingWindow, TokenBucket};

pub struct Subject {
    pub name: &'static str,
    pub at: Box<dyn FnMut(Nanos, u32) -> Decision>,
    /// How many may pass in any interval of this length, with both ends.
    pub bound: Box<dyn Fn(u64) -> u64>,
    /// Up to what length that can be reached.
    pub tight: u64,
}

fn subject(
    name: &'static str,
    at: impl FnMut(Nanos, u32) -> Decision + 'static,
    bound: impl Fn(u64) -> u64 + 'static,
) -> Subject {
    let (at, bound) = (Box::new(at), Box::new(bound));
    let tight = u64::MAX;
    Subject {
        name,
        at,
        bound,
        tight,
    }
}

/// Each algorithm, with the bound that its documentation states.
pub fn subjects(quota: Quota) -> Vec<Subject> {
    let nanos = |duration: Duration| duration.as_nanos() as u64;
    let (per, interval) = (nanos(quota.per()), nanos(quota.interval()));
    let (count, burst) = (
        u64::from(quota.count().get()),
        u64::from(quota.burst().get()),
    );
    let bucket = move |t: u64| burst + t / interval;
    let (mut token, mut meter) = (TokenBucket::new(quota), LeakyMeter::new(quota));
    let mut log = Log::new(quota).unwrap();
    let gcra = Gcra::with_clock(quota, ManualClock::new());
    let fixed = FixedWindow::with_clock(quota, ManualClock::new()).unwrap();
    let sliding = SlidingWindow::with_clock(quota, ManualClock::new()).unwrap();
    let mut subjects = vec![
        subject("gcra", move |now, n| gcra.check_at(now, n), bucket),
        subject("token bucket", move |now, n| token.at(now, n), bucket),
        subject("leaky meter", move |now, n| meter.at(now, n), bucket),
        subject(
            "fixed window",
            move |now, n| fixed.check_at(now, n),
            move |t| count * (1 + t.div_ceil(per)),
        ),
        subject(
            "sliding window",
            move |now, n| sliding.check_at(now, n),
            move |t| count + (count * t.saturating_sub(1)) / per,
        ),
        subject(
            "sliding log",
            move |now, n| log.at(now, n),
            move |t| count * (1 + t / per),
        ),
    ];
    subjects[4].tight = per;
    subjects
}

pub fn quota(count: u32, per: u64, burst: u32) -> Quota {
    let number = |n| NonZeroU32::new(n).unwrap();
    let quota = Quota::new(number(count), Duration::from_nanos(per)).unwrap();
    quota.with_burst(number(burst))
}

/// Small enough for times to coincide, and for rates that do not divide.
pub fn any_quota() -> impl Strategy<Value = Quota> {
    (1..8_u32, 8..60_u64, 1..8_u32).prop_map(|(count, per, burst)| quota(count, per, burst))
}

/// Gaps between requests, many of them none, and how many are asked for at once.
pub fn arrivals() -> impl Strategy<Value = Vec<(u64, u32)>> {
    let gap = prop_oneof![3 => Just(0), 3 => 1..4_u64, 2 => 0..20_u64, 1 => 0..150_u64];
    prop::collection::vec((gap, 0..5_u32), 1..120)
}

/// What failed is printed, and goes into a test of its own; no file remembers it.
pub fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
