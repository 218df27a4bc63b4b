//! When to ask a second time, against all pairs of requests.

#[cfg_attr(feature = "yours", path = "../breaker/hedge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/hedge.rs")]
mod exercise;

use exercise::{best_delay, extra, hedged, percentile};

/// 95 of a hundred take 10 ms, and 5 take a second.
fn tail() -> Vec<u64> {
    (0..100)
        .map(|n| if n % 20 == 7 { 1000 } else { 10 })
        .collect()
}

#[test]
fn a_percentile_is_the_time_within_which_so_many_are() {
    let latencies = [30, 10, 20, 40];
    for (percent, time) in [
        (1, 10),
        (25, 10),
        (26, 20),
        (50, 20),
        (75, 30),
        (76, 40),
        (100, 40),
    ] {
        assert_eq!(percentile(&latencies, percent), time, "{percent} %");
    }
    assert_eq!(percentile(&[7], 99), 7);
}

#[test]
fn one_that_is_answered_in_time_is_not_sent_again() {
    assert_eq!(extra(&tail(), 10), 0.05);
    assert_eq!(extra(&tail(), 9), 1.0);
    assert_eq!(extra(&tail(), 1000), 0.0);
}

#[test]
fn a_hedge_cuts_the_tail_off() {
    let tail = tail();
    assert_eq!(percentile(&tail, 99), 1000);
    assert_eq!(
        hedged(&tail, 10, 99),
        20,
        "sent after 10 ms, answered after 10 more"
    );
    assert_eq!(hedged(&tail, 500, 99), 510);
    assert_eq!(hedged(&tail, 1000, 99), 1000, "too late to be of use");
    assert_eq!(best_delay(&tail, 99, 0.05), 10);
    assert_eq!(
        best_delay(&tail, 99, 0.04),
        1000,
        "that is not enough for any hedge"
    );
    assert_eq!(
        best_delay(&tail, 99, 1.0),
        0,
        "both at once, if one can afford it"
    );
    assert_eq!(best_delay(&tail, 50, 1.0), 1000, "the median needs no help");
}

#[test]
fn where_all_are_equally_slow_it_is_no_use() {
    let slow = vec![700; 50];
    assert_eq!(hedged(&slow, 0, 99), 700);
    assert_eq!(
        best_delay(&slow, 99, 1.0),
        700,
        "it costs, and gains nothing"
    );
}

/// All pairs.
fn tried(latencies: &[u64], delay: u64, percent: u32) -> u64 {
    let mut calls = Vec::new();
    for first in latencies {
        for second in latencies {
            calls.push(match *first <= delay {
                true => *first,
                false => (*first).min(delay + second),
            });
        }
    }
    percentile(&calls, percent)
}

fn some_latencies(seed: u64, count: usize, most: u64) -> Vec<u64> {
    let mut state = seed;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    // Many short ones, a few long ones.
    (0..count)
        .map(|_| (random().powi(6) * most as f64) as u64)
        .collect()
}

#[test]
fn it_is_what_happens_with_all_pairs() {
    for seed in 1..200 {
        let latencies = some_latencies(seed, 1 + seed as usize % 30, 40 + seed);
        for percent in [50, 90, 99, 100] {
            for delay in [0, 1, 3, seed % 40] {
                assert_eq!(
                    hedged(&latencies, delay, percent),
                    tried(&latencies, delay, percent),
                    "{percent} % of {latencies:?}, hedged after {delay}"
                );
            }
        }
    }
}

#[test]
fn there_is_no_better_delay() {
    for seed in 1..60 {
        let latencies = some_latencies(seed, 1 + seed as usize % 25, 60);
        for most_extra in [0.02, 0.1, 0.5] {
            let mut delays = latencies.clone();
            delays.push(0);
            delays.retain(|delay| extra(&latencies, *delay) <= most_extra);
            let cost = |delay: u64| (tried(&latencies, delay, 95), extra(&latencies, delay));
            let best = delays.iter().map(|delay| cost(*delay));
            let best = best.min_by(|a, b| a.partial_cmp(b).expect("no cost is NaN"));
            let found = best_delay(&latencies, 95, most_extra);
            assert!(delays.contains(&found), "{found} for {latencies:?}");
            assert_eq!(
                Some(cost(found)),
                best,
                "(the 95th percentile, requests more) with {found} for {latencies:?}"
            );
        }
    }
}

#[test]
fn thousands_of_latencies_take_no_time() {
    let latencies = some_latencies(3, 4_000, 1_000_000);
    let delay = best_delay(&latencies, 99, 0.05);
    assert!(extra(&latencies, delay) <= 0.05);
    let (before, after) = (percentile(&latencies, 99), hedged(&latencies, delay, 99));
    assert!(after < before, "{before}, hedged {after}");
}
