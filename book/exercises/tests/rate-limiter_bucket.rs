//! A token bucket, asked seldom, often, and late.

use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../rate-limiter/bucket.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/bucket.rs")]
mod exercise;

use exercise::TokenBucket;

const NANO: Duration = Duration::from_nanos(1);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_burst_is_what_was_saved_and_no_more() {
    let mut bucket = TokenBucket::new(10, 3);
    let burst = |bucket: &mut TokenBucket, now| (0..9).filter(|_| bucket.take(now).is_ok()).count();
    assert_eq!(burst(&mut bucket, ms(0)), 3);
    assert_eq!(burst(&mut bucket, ms(99)), 0);
    assert_eq!(burst(&mut bucket, ms(100)), 1);
    assert_eq!(burst(&mut bucket, ms(350)), 2);
    assert_eq!(
        burst(&mut bucket, ms(400)),
        1,
        "the half token of before counts"
    );
    assert_eq!(
        burst(&mut bucket, ms(3_600_000)),
        3,
        "an hour saves a bucketful"
    );
}

#[test]
fn who_asks_often_gets_as_much_as_who_asks_seldom() {
    for rate in [1, 3, 7, 10, 999] {
        for step in [1, 10, 90, 333] {
            let mut bucket = TokenBucket::new(rate, 1_000);
            while bucket.take(ms(0)).is_ok() {}
            let mut got = 0;
            for now in (0..=10_000).step_by(step).map(ms).chain([ms(10_000)]) {
                while bucket.take(now).is_ok() {
                    got += 1;
                }
            }
            assert_eq!(
                got,
                rate * 10,
                "{rate} a second, asked each {step} ms, in ten seconds"
            );
        }
    }
}

#[test]
fn the_wait_is_exact() {
    for rate in [1, 3, 7, 1_000_000] {
        for burst in [1, 5] {
            let mut bucket = TokenBucket::new(rate, burst);
            let mut now = ms(5);
            for _ in 0..50 {
                let Err(wait) = bucket.take(now) else {
                    continue;
                };
                assert!(
                    wait > Duration::ZERO,
                    "a wait of nothing would have been a yes"
                );
                assert!(
                    bucket.take(now + wait - NANO).is_err(),
                    "a nanosecond early, {rate} a second"
                );
                now += wait;
                assert_eq!(
                    bucket.take(now),
                    Ok(()),
                    "after {wait:?} at {rate} a second"
                );
            }
        }
    }
}

#[test]
fn a_late_thread_neither_gains_nor_loses() {
    let mut bucket = TokenBucket::new(10, 1);
    assert!(bucket.take(ms(1_000)).is_ok());
    assert_eq!(
        bucket.take(ms(900)),
        Err(ms(200)),
        "the token drips in at 1100"
    );
    assert_eq!(
        bucket.take(ms(1_099)),
        Err(ms(1)),
        "looking back has not moved the clock back"
    );
    assert!(bucket.take(ms(1_100)).is_ok());
}
