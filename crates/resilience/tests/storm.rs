//! Which clients let the server recover, and which keep it down.

use std::time::Duration;

use resilience::storm::{Policy, Sample, Storm};

const SECOND: Duration = Duration::from_secs(1);

fn run(storm: Storm, policy: Policy) -> Vec<Sample> {
    storm.run(policy).unwrap()
}

fn storm(seed: u64) -> Storm {
    Storm {
        seed,
        ..Storm::default()
    }
}

/// The share of the calls begun after `from` seconds and up to `to` that were answered, in percent.
fn percent_answered(samples: &[Sample], from: u32, to: u32) -> u64 {
    let within = from * SECOND..to * SECOND;
    let samples = || samples.iter().filter(|sample| sample.at > within.start);
    let sum = |of: fn(&Sample) -> u64| {
        samples()
            .filter(|sample| sample.at <= within.end)
            .map(of)
            .sum::<u64>()
    };
    sum(|sample| sample.goodput) * 100 / sum(|sample| sample.offered)
}

/// How many seconds after the hiccup it takes until nine calls in ten are answered, for good.
fn recovers_after(samples: &[Sample]) -> Option<u32> {
    let well = |second: &u32| percent_answered(samples, *second, *second + 1) >= 90;
    let sick = (20..60).rev().find(|second| !well(second));
    match sick {
        None => Some(0),
        Some(59) => None,
        Some(last) => Some(last + 1 - 20),
    }
}

#[test]
fn before_the_hiccup_all_policies_are_alike_and_answer_all_calls() {
    let reference = run(storm(1), Policy::NoRetry);
    let before = 20; // samples of half a second
    assert!((98..=102).contains(&percent_answered(&reference, 2, 10)));
    for policy in Policy::ALL {
        let samples = run(storm(1), policy);
        assert_eq!(samples[..before], reference[..before], "{policy:?}");
        let offered = |samples: &[Sample]| samples.iter().map(|s| s.offered).collect::<Vec<_>>();
        assert_eq!(
            offered(&samples),
            offered(&reference),
            "{policy:?} has another load"
        );
    }
}

#[test]
fn retries_without_a_budget_keep_the_server_down_long_after_the_cause_is_gone() {
    for seed in 1..4 {
        for policy in [Policy::Naive, Policy::Backoff, Policy::Jitter] {
            let samples = run(storm(seed), policy);
            let answered = percent_answered(&samples, 20, 60);
            assert!(answered < 5, "{policy:?}, seed {seed}: {answered} %");
            // The server is as busy as it can be, for nobody.
            let wasted: u64 = samples[80..].iter().map(|sample| sample.wasted).sum();
            assert!(
                wasted > 20 * 200 * 95 / 100,
                "{policy:?}, seed {seed}: {wasted}"
            );
            // Every call now costs its four attempts, though the load is what it always was.
            let sum = |of: fn(&Sample) -> u64| samples[80..].iter().map(of).sum::<u64>();
            let (attempts, offered) = (sum(|s| s.attempts), sum(|s| s.offered));
            assert!(
                attempts > offered * 38 / 10,
                "{policy:?}: {attempts} for {offered}"
            );
        }
    }
}

#[test]
fn without_retries_or_with_a_budget_the_queue_drains_within_seconds() {
    for seed in 1..4 {
        let recovers = |policy| recovers_after(&run(storm(seed), policy)).unwrap();
        let (none, budget) = (recovers(Policy::NoRetry), recovers(Policy::Budget));
        assert!((1..=6).contains(&none), "seed {seed}: {none} s");
        assert!((2..=8).contains(&budget), "seed {seed}: {budget} s");
    }
}

#[test]
fn with_a_breaker_the_server_answers_again_within_two_seconds_and_all_within_five() {
    for seed in 1..4 {
        let samples = run(storm(seed), Policy::Breaker);
        let first = percent_answered(&samples, 20, 22);
        assert!(first > 10, "seed {seed}: {first} %");
        let recovered = recovers_after(&samples).unwrap();
        assert!(recovered <= 5, "seed {seed}: {recovered} s");
        let open = samples[20..40].iter().map(|sample| sample.open).max();
        assert_eq!(open, Some(10), "seed {seed}: not all breakers opened");
        assert!(
            samples[60..].iter().all(|sample| sample.open == 0),
            "seed {seed}"
        );
        // While it was open, the server was left to work off what it had.
        let attempts: u64 = samples[26..40].iter().map(|sample| sample.attempts).sum();
        let offered: u64 = samples[26..40].iter().map(|sample| sample.offered).sum();
        assert!(
            attempts < offered / 4,
            "seed {seed}: {attempts} of {offered}"
        );
    }
}

#[test]
fn the_budget_holds_retries_to_a_tenth_of_the_calls() {
    let samples = run(storm(1), Policy::Budget);
    let sum = |of: fn(&Sample) -> u64| samples.iter().map(of).sum::<u64>();
    let (attempts, offered) = (sum(|s| s.attempts), sum(|s| s.offered));
    assert!(
        attempts > offered && attempts - offered <= offered / 10,
        "{attempts}, {offered}"
    );
}

#[test]
fn without_a_hiccup_nothing_happens() {
    for policy in Policy::ALL {
        let storm = Storm {
            slowdown: 1,
            ..storm(1)
        };
        let samples = run(storm, policy);
        assert!(
            (98..=100).contains(&percent_answered(&samples, 0, 60)),
            "{policy:?}"
        );
        assert!(
            samples
                .iter()
                .all(|s| s.attempts == s.offered && s.open == 0),
            "{policy:?}"
        );
    }
}

#[test]
fn equal_storms_give_equal_samples() {
    let storm = Storm {
        length: 25 * SECOND,
        ..storm(7)
    };
    for policy in Policy::ALL {
        assert_eq!(run(storm, policy), run(storm, policy), "{policy:?}");
    }
}

#[test]
fn a_storm_with_nobody_in_it_is_refused_by_name() {
    let refused = |storm: Storm| storm.run(Policy::Naive).unwrap_err().field();
    assert_eq!(
        refused(Storm {
            clients: 0,
            ..storm(1)
        }),
        "clients"
    );
    assert_eq!(
        refused(Storm {
            tick: Duration::ZERO,
            ..storm(1)
        }),
        "tick"
    );
    assert_eq!(
        refused(Storm {
            slowdown: 0,
            ..storm(1)
        }),
        "slowdown"
    );
}
