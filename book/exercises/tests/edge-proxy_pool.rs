//! Pools of all sizes, against one that is simulated a microsecond at a time.

#[cfg_attr(feature = "yours", path = "../edge-proxy/pool.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/pool.rs")]
mod exercise;

use exercise::{Call, in_use, smallest, waits};

/// Numbers that look random: xorshift.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

fn calls(seed: u64, count: usize, apart: u64, takes: u64) -> Vec<Call> {
    let (mut next, mut at) = (numbers(seed), 0);
    let mut call = || {
        at += next(2 * apart);
        Call {
            at,
            takes: next(2 * takes),
        }
    };
    (0..count).map(|_| call()).collect()
}

/// The simplest thing that is right: a queue, and a clock that goes one by one.
fn simulated(calls: &[Call], size: usize) -> Vec<u64> {
    let mut waits = Vec::new();
    let mut busy_until: Vec<u64> = Vec::new();
    let mut now = 0;
    while let Some(call) = calls.get(waits.len()) {
        busy_until.retain(|until| *until > now);
        if call.at <= now && busy_until.len() < size {
            busy_until.push(now + call.takes);
            waits.push(now - call.at);
        } else {
            now += 1;
        }
    }
    waits
}

#[test]
fn calls_in_use_are_rate_times_time() {
    for (rate, seconds, expected) in [(1000.0, 0.02, 20.0), (50.0, 30.0, 1500.0), (0.0, 1.0, 0.0)] {
        assert!((in_use(rate, seconds) - expected).abs() < 1e-9);
    }
}

#[test]
fn a_wait_lasts_until_the_first_connection_is_given_back() {
    let calls = [(0, 10), (1, 3), (2, 5), (3, 1), (20, 4)].map(|(at, takes)| Call { at, takes });
    assert_eq!(waits(&calls, 1), [0, 9, 11, 15, 0]);
    assert_eq!(waits(&calls, 2), [0, 0, 2, 6, 0]);
    assert_eq!(waits(&calls, 3), [0, 0, 0, 1, 0]);
    assert_eq!(waits(&calls, 4), [0; 5]);
}

#[test]
fn pools_of_all_sizes_do_what_the_simulated_one_does() {
    for seed in 1..30 {
        let calls = calls(seed, 40, 4, 12);
        for size in 1..8 {
            assert_eq!(
                waits(&calls, size),
                simulated(&calls, size),
                "seed {seed}, size {size}"
            );
        }
    }
}

#[test]
fn the_smallest_pool_is_enough_and_one_less_is_not() {
    for seed in 1..30 {
        let calls = calls(seed, 60, 4, 20);
        for most in [0, 1, 5, 30, 1_000_000] {
            let is_enough = |size| simulated(&calls, size).iter().all(|wait| *wait <= most);
            let size = smallest(&calls, most);
            assert!(is_enough(size), "seed {seed}: {size} for waits of {most}");
            assert!(
                size == 1 || !is_enough(size - 1),
                "seed {seed}: less than {size} is enough"
            );
        }
    }
}

#[test]
fn a_pool_of_the_mean_is_not_enough_and_a_little_more_is() {
    // A thousand calls a second that take 20 ms: twenty connections are in use on average.
    let calls = calls(7, 20_000, 1000, 20_000);
    let mean = in_use(1000.0, 0.020).round() as usize;
    let longest = |size| waits(&calls, size).into_iter().max().unwrap();
    assert!(
        longest(mean) > 100_000,
        "with the mean alone a queue grows: {}",
        longest(mean)
    );
    let enough = smallest(&calls, 5000);
    assert!(
        (mean + 1..=2 * mean).contains(&enough),
        "{enough} for waits of 5 ms"
    );
}

#[test]
fn a_day_of_calls_takes_no_day() {
    let calls = calls(3, 50_000, 100, 20_000);
    let begun = std::time::Instant::now();
    let size = smallest(&calls, 0);
    assert!((200..400).contains(&size), "{size}");
    assert!(
        begun.elapsed().as_secs() < 20,
        "it took {:?}",
        begun.elapsed()
    );
}
