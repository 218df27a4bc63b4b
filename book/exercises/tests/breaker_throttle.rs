//! gRPC's retry throttle, by its rules and in whole thousandths.

#[cfg_attr(feature = "yours", path = "../breaker/throttle.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/throttle.rs")]
mod exercise;

use exercise::Throttle;

#[test]
fn retries_stop_at_half_of_the_tokens() {
    let mut throttle = Throttle::new(10, 0.1);
    for failures in 0..5 {
        assert!(throttle.may_retry(), "after {failures} failures");
        throttle.failed();
    }
    assert!(!throttle.may_retry(), "half is not more than half");
    throttle.succeeded();
    assert!(throttle.may_retry(), "a tenth above half");
}

#[test]
fn there_are_never_more_than_all_nor_fewer_than_none() {
    let mut throttle = Throttle::new(4, 1.0);
    (0..100).for_each(|_| throttle.succeeded());
    throttle.failed();
    throttle.failed();
    assert!(
        !throttle.may_retry(),
        "successes of long ago are not saved up"
    );
    (0..100).for_each(|_| throttle.failed());
    (0..2).for_each(|_| throttle.succeeded());
    assert!(!throttle.may_retry());
    throttle.succeeded();
    assert!(
        throttle.may_retry(),
        "failures of long ago are not held against it"
    );
}

#[test]
fn a_tenth_is_a_tenth() {
    for (ratio, thousandths) in [
        (0.1, 100),
        (0.029, 29),
        (0.0019, 1),
        (0.3, 300),
        (1.5, 1500),
    ] {
        let mut throttle = Throttle::new(10, ratio);
        let mut tokens = 10_000_i64;
        let mut state = thousandths as u64;
        for step in 0..100_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            // About as many tokens are paid back as are taken.
            if (state >> 33) % 1_000 < 1_000_000 / (1_000 + thousandths as u64) {
                throttle.succeeded();
                tokens = (tokens + thousandths).min(10_000);
            } else {
                throttle.failed();
                tokens = (tokens - 1_000).max(0);
            }
            assert_eq!(
                throttle.may_retry(),
                tokens > 5_000,
                "{tokens} thousandths of 10 tokens, in step {step}, at a ratio of {ratio}"
            );
        }
    }
}

/// The attempts that so many calls make of which all fail.
fn attempts(throttle: &mut Throttle, calls: u32) -> u32 {
    let mut attempts = 0;
    for _ in 0..calls {
        let succeeded = throttle.call(4, || {
            attempts += 1;
            false
        });
        assert!(!succeeded);
    }
    attempts
}

#[test]
fn when_all_fails_retries_soon_end() {
    let mut throttle = Throttle::new(10, 0.1);
    // Four attempts leave six tokens; the fifth leaves five, and may not be followed by another.
    assert_eq!(attempts(&mut throttle, 1), 4);
    assert_eq!(attempts(&mut throttle, 1), 1);
    assert_eq!(attempts(&mut throttle, 998), 998);
}

#[test]
fn when_little_fails_every_call_is_retried() {
    let mut throttle = Throttle::new(10, 0.1);
    for call in 0..1_000 {
        let mut attempt = 0;
        let succeeded = throttle.call(4, || {
            attempt += 1;
            call % 20 > 0 || attempt > 1
        });
        assert!(succeeded, "call {call} was lost");
        assert!(attempt <= 2, "a call that has succeeded is not made again");
    }
}

#[test]
fn the_last_attempt_is_the_last() {
    let mut throttle = Throttle::new(1_000, 0.1);
    assert_eq!(attempts(&mut throttle, 10), 40);
    let mut made = 0;
    assert!(throttle.call(4, || {
        made += 1;
        made == 4
    }));
    assert_eq!(made, 4);
}
