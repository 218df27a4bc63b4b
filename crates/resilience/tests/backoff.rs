//! How long, how scattered, and how sound after a thousand failures.

use std::time::Duration;

use proptest::prelude::*;
use resilience::{Backoff, Jitter};

const JITTERS: [Jitter; 4] = [
    Jitter::None,
    Jitter::Full,
    Jitter::Equal,
    Jitter::Decorrelated,
];

fn backoff(initial: u64, factor: f64, max: u64, jitter: Jitter) -> Backoff {
    Backoff {
        initial: Duration::from_nanos(initial),
        factor,
        max: Duration::from_nanos(max),
        jitter,
    }
}

/// The mean of the `n`th delay over many seeds, in units of `unit`.
fn mean(backoff: Backoff, n: usize, unit: Duration) -> f64 {
    let nth = |seed| backoff.delays_seeded(seed).nth(n).unwrap().as_secs_f64();
    (0..20_000).map(nth).sum::<f64>() / 20_000.0 / unit.as_secs_f64()
}

#[test]
fn delays_double_up_to_the_limit_and_stay_there() {
    let delays = backoff(100, 2.0, 1000, Jitter::None).delays();
    let nanos: Vec<_> = delays.take(6).map(|delay| delay.as_nanos()).collect();
    assert_eq!(nanos, [100, 200, 400, 800, 1000, 1000]);
}

#[test]
fn the_mean_of_full_jitter_is_half_and_of_equal_jitter_three_quarters() {
    let unit = Duration::from_secs(1);
    for n in 0..4 {
        let ceiling = f64::from(1 << n);
        let full = mean(backoff(1_000_000_000, 2.0, u64::MAX, Jitter::Full), n, unit);
        assert!((full / ceiling - 0.5).abs() < 0.01, "{full} of {ceiling}");
        let equal = mean(
            backoff(1_000_000_000, 2.0, u64::MAX, Jitter::Equal),
            n,
            unit,
        );
        assert!(
            (equal / ceiling - 0.75).abs() < 0.01,
            "{equal} of {ceiling}"
        );
    }
}

#[test]
fn decorrelated_jitter_doubles_on_average_from_a_mean_of_two() {
    // Each delay is uniform from 1 to 3 times the last: means 2, 3.5, 5.75.
    let unit = Duration::from_secs(1);
    let mean = |n| {
        mean(
            backoff(1_000_000_000, 2.0, u64::MAX, Jitter::Decorrelated),
            n,
            unit,
        )
    };
    for (n, expected) in [(0, 2.0), (1, 3.5), (2, 5.75)] {
        let mean = mean(n);
        assert!(
            (mean / expected - 1.0).abs() < 0.03,
            "{mean}, not {expected}"
        );
    }
}

#[test]
fn full_jitter_is_uniform() {
    let backoff = backoff(1_000_000, 1.0, 1_000_000, Jitter::Full);
    let mut tenths = [0; 10];
    for delay in backoff.delays_seeded(7).take(100_000) {
        tenths[(delay.as_nanos() as usize / 100_000).min(9)] += 1;
    }
    // Ten standard deviations of a binomial distribution are 950.
    assert!(
        tenths.iter().all(|count| (9_050..10_950).contains(count)),
        "{tenths:?}"
    );
}

#[test]
fn nonsense_is_refused_by_name() {
    let refused = |backoff: Backoff| backoff.validate().unwrap_err().field();
    assert_eq!(refused(backoff(1, 0.5, 2, Jitter::Full)), "backoff.factor");
    assert_eq!(
        refused(backoff(1, f64::NAN, 2, Jitter::Full)),
        "backoff.factor"
    );
    assert_eq!(
        refused(backoff(1, f64::INFINITY, 2, Jitter::Full)),
        "backoff.factor"
    );
    assert_eq!(refused(backoff(3, 2.0, 2, Jitter::Full)), "backoff.max");
}

proptest! {
    #[test]
    fn every_delay_is_within_the_bounds_of_its_jitter(
        initial: u64, factor in 1.0..100.0, above: u64, seed: u64, jitter in 0..4usize,
    ) {
        let max = initial.saturating_add(above);
        let ceilings = backoff(initial, factor, max, Jitter::None).delays();
        let delays = backoff(initial, factor, max, JITTERS[jitter]).delays_seeded(seed);
        let mut last = Duration::from_nanos(initial);
        for (delay, ceiling) in delays.zip(ceilings).take(200) {
            let (low, high) = match JITTERS[jitter] {
                Jitter::None => (ceiling, ceiling),
                Jitter::Full => (Duration::ZERO, ceiling),
                Jitter::Equal => (ceiling / 2, ceiling),
                Jitter::Decorrelated => {
                    (Duration::from_nanos(initial), last.saturating_mul(3))
                }
            };
            prop_assert!(low <= delay && delay <= high, "{low:?} {delay:?} {high:?}");
            prop_assert!(delay <= Duration::from_nanos(max));
            last = delay;
        }
    }

    #[test]
    fn equal_seeds_give_equal_delays(seed: u64, other: u64) {
        prop_assume!(seed != other);
        let backoff = Backoff::default();
        let delays = |seed| backoff.delays_seeded(seed).take(8).collect::<Vec<_>>();
        prop_assert_eq!(delays(seed), delays(seed));
        prop_assert_ne!(delays(seed), delays(other));
    }

    #[test]
    fn even_a_configuration_that_nobody_validated_does_not_panic(
        initial: u64, factor: f64, max: u64, jitter in 0..4usize,
    ) {
        let delays = backoff(initial, factor, max, JITTERS[jitter]).delays();
        prop_assert!(delays.take(100).all(|delay| delay <= Duration::from_nanos(max)));
    }
}
