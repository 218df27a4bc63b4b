//! Several limits on one request, against the crate's limiters asked one by one.

use std::num::NonZeroU32;
use std::time::Duration;

use clock::{ManualClock, Nanos};
use rate_limiter::{Gcra, Quota};

#[cfg_attr(feature = "yours", path = "../rate-limiter/layers.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/layers.rs")]
mod exercise;

use exercise::{Denied, Layers, Limit};

const NANO: Duration = Duration::from_nanos(1);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Ten a second, and twenty a minute.
fn two() -> Layers {
    let second = Limit {
        interval: ms(100),
        burst: 10,
    };
    let minute = Limit {
        interval: ms(3_000),
        burst: 20,
    };
    Layers::new(vec![second, minute])
}

#[test]
fn the_stricter_one_decides_whichever_it_is() {
    let mut layers = two();
    assert_eq!(layers.check(ms(0), 10), Ok(()));
    assert_eq!(
        layers.check(ms(0), 1),
        Err(Denied::RetryAfter(ms(100))),
        "the second"
    );
    assert_eq!(layers.check(ms(1_000), 10), Ok(()));
    assert_eq!(
        layers.check(ms(2_000), 1),
        Err(Denied::RetryAfter(ms(1_000))),
        "the minute"
    );
    assert_eq!(layers.check(ms(3_000), 1), Ok(()));
}

#[test]
fn what_is_denied_takes_nothing_anywhere() {
    let mut layers = two();
    assert_eq!(layers.check(ms(0), 10), Ok(()));
    assert_eq!(layers.check(ms(1_000), 10), Ok(()));
    // The minute is used up. Who asks all the same must not lose his second by it.
    for now in 1_001..10_000 {
        let _ = layers.check(ms(now), 10);
    }
    assert_eq!(layers.check(ms(31_000), 10), Ok(()));
}

#[test]
fn never_is_never_even_if_the_other_only_has_to_wait() {
    let mut layers = two();
    assert_eq!(layers.check(ms(0), 11), Err(Denied::Never));
    assert_eq!(layers.check(ms(0), 10), Ok(()), "and it has taken nothing");
    assert_eq!(layers.check(ms(0), 21), Err(Denied::Never));
    assert_eq!(
        Layers::new(Vec::new()).check(ms(0), 1_000),
        Ok(()),
        "no limit limits nothing"
    );
}

#[test]
fn they_are_what_the_crates_limiters_would_say_together() {
    let mut state = 11_u64;
    let mut random = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..50 {
        let limits: Vec<Limit> = (0..1 + random(4))
            .map(|_| Limit {
                interval: ms(1 + random(200)),
                burst: 1 + random(12) as u32,
            })
            .collect();
        let number = |n| NonZeroU32::new(n).expect("positive");
        let gcras = || -> Vec<Gcra<ManualClock>> {
            let quota = |limit: &Limit| {
                let quota = Quota::new(NonZeroU32::MIN, limit.interval).expect("a quota");
                quota.with_burst(number(limit.burst))
            };
            limits
                .iter()
                .map(|limit| Gcra::with_clock(quota(limit), ManualClock::new()))
                .collect()
        };
        let (mut layers, single) = (Layers::new(limits.clone()), gcras());
        let mut now = ms(0);
        for _ in 0..200 {
            now += ms(random(150));
            let n = 1 + random(4) as u32;
            let nanos = Nanos(now.as_nanos() as u64);
            // To ask for none tells how many there are, and takes nothing.
            let room = |gcra: &Gcra<ManualClock>| {
                gcra.check_at(nanos, 0)
                    .is_ok_and(|admitted| admitted.remaining() >= n)
            };
            let expected = single.iter().all(room);
            let decision = layers.check(now, n);
            assert_eq!(decision.is_ok(), expected, "{n} at {now:?} of {limits:?}");
            if expected {
                single
                    .iter()
                    .for_each(|gcra| assert!(gcra.check_at(nanos, n).is_ok()));
            }
            if let Err(Denied::RetryAfter(wait)) = decision {
                assert!(
                    layers.check(now + wait - NANO, n).is_err(),
                    "early, of {limits:?}"
                );
                assert!(wait > Duration::ZERO);
                let later = Nanos((now + wait).as_nanos() as u64);
                let room =
                    |gcra: &Gcra<ManualClock>| gcra.check_at(later, 0).map(|a| a.remaining());
                assert!(
                    single.iter().all(|gcra| room(gcra).unwrap_or(0) >= n),
                    "late, of {limits:?}"
                );
            }
        }
    }
}
