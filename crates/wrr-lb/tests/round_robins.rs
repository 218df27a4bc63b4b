//! The weighted round robins: known sequences, fairness, and what threads see of them.

use proptest::prelude::*;
use wrr_lb::{Cycle, Edf, Interleaved, Picker, Request, RoundRobin, SmoothWeighted};

fn numbers(list: &str) -> Vec<i64> {
    list.split(',')
        .map(|number| number.parse().unwrap())
        .collect()
}

#[test]
fn smooth_is_as_in_nginx() {
    let vectors = include_str!("data/swrr.tsv").lines().skip(2);
    let mut seen = 0;
    for line in vectors {
        let [weights, picks, savings] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let weights: Vec<u32> = numbers(weights)
            .into_iter()
            .map(|weight| weight as u32)
            .collect();
        let mut turns = SmoothWeighted::new(&weights);
        for (pick, savings) in picks.split(',').zip(savings.split(';')) {
            let endpoint = turns.next().unwrap() as u8;
            assert_eq!((endpoint + b'a') as char, pick.chars().next().unwrap());
            assert_eq!(turns.savings(), numbers(savings));
            seen += 1;
        }
    }
    assert_eq!(seen, 7);
}

#[test]
fn a_cycle_that_starts_elsewhere_goes_the_same_way_round() {
    for offset in [0, 3, 7, 12, u64::MAX] {
        let cycle = Cycle::smooth(&[5, 1, 1]).starting_at(offset);
        let walked: Vec<_> = (0..20)
            .map(|_| cycle.pick(Request::default()).unwrap())
            .collect();
        let from = (offset % 7) as usize;
        let period = as_numbers(cycle.picks()).repeat(5);
        assert_eq!(walked, period[from..from + 20]);
        let turns = RoundRobin::new(&[1, 0, 1, 1]).starting_at(offset);
        let second = turns
            .pick(Request::default())
            .and(turns.pick(Request::default()));
        assert_eq!(second, Some([0, 2, 3][((offset % 3 + 1) % 3) as usize]));
    }
    assert_eq!(
        Cycle::smooth(&[]).starting_at(3).pick(Request::default()),
        None
    );
    assert_eq!(
        RoundRobin::new(&[0])
            .starting_at(3)
            .pick(Request::default()),
        None
    );
}

#[test]
fn interleaved_is_as_in_lvs() {
    // The example of the LVS documentation: weights 4, 3, 2 give A A B A B C A B C.
    let picks: Vec<_> = Interleaved::new(&[4, 3, 2]).take(18).collect();
    assert_eq!(picks, [0, 0, 1, 0, 1, 2, 0, 1, 2].repeat(2));
}

#[test]
fn edf_lets_nobody_run_ahead() {
    let mut weights = vec![1; 1_000];
    weights[0] = 1_000;
    let picks: Vec<_> = Edf::new(&weights).take(100).collect();
    assert_eq!(picks.iter().filter(|&&pick| pick == 0).count(), 50);
}

fn small_weights() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![2 => 0..8u32, 1 => 0..120u32], 0..12)
}

/// The greatest common divisor of all.
fn divisor(weights: &[u32]) -> u32 {
    fn gcd(a: u32, b: u32) -> u32 {
        if b == 0 { a } else { gcd(b, a % b) }
    }
    weights.iter().copied().fold(0, gcd).max(1)
}

fn as_numbers(picks: &[u32]) -> Vec<usize> {
    picks.iter().map(|&pick| pick as usize).collect()
}

fn counts(picks: impl IntoIterator<Item = usize>, n: usize) -> Vec<u32> {
    let mut counts = vec![0; n];
    for pick in picks {
        counts[pick] += 1;
    }
    counts
}

proptest! {
    #[test]
    fn cycles_are_a_period_of_their_algorithms(weights in small_weights()) {
        let period = weights.iter().sum::<u32>() / divisor(&weights);
        let twice = 2 * period as usize;
        let smooth: Vec<_> = SmoothWeighted::new(&weights).take(twice).collect();
        let edf = Edf::new(&weights).take(twice).collect();
        let interleaved = Interleaved::new(&weights).take(twice).collect();
        for (cycle, picks) in [
            (Cycle::smooth(&weights), smooth),
            (Cycle::edf(&weights), edf),
            (Cycle::interleaved(&weights), interleaved),
        ] {
            prop_assert_eq!(cycle.picks().len() as u32, period);
            prop_assert_eq!(picks, as_numbers(cycle.picks()).repeat(2));
        }
    }

    #[test]
    fn a_period_has_each_by_its_weight(weights in small_weights()) {
        let divisor = divisor(&weights);
        let ideal: Vec<u32> = weights.iter().map(|weight| weight / divisor).collect();
        for cycle in [Cycle::smooth(&weights), Cycle::edf(&weights), Cycle::interleaved(&weights)] {
            prop_assert_eq!(&counts(as_numbers(cycle.picks()), weights.len()), &ideal);
        }
    }

    #[test]
    fn edf_is_always_within_a_pick_of_ideal(
        weights in prop::collection::vec(0..1_000u32, 1..20),
        length in 1..3_000u64,
    ) {
        let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let mut had = vec![0u64; weights.len()];
        for (picks, endpoint) in (1..=length).zip(Edf::new(&weights)) {
            had[endpoint] += 1;
            for (had, &weight) in had.iter().zip(&weights) {
                // |had − picks·weight/sum| < 1, in whole numbers
                let (had, ideal) = (had * sum, picks * u64::from(weight));
                prop_assert!(had.abs_diff(ideal) < sum, "{had} {ideal} {sum}");
            }
        }
    }

}

proptest! {
    // Each case computes three periods of 64 Ki picks.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn long_periods_are_shortened_within_a_place(
        weights in prop::collection::vec(prop_oneof![0..10u32, 1..=u32::MAX], 1..300),
    ) {
        let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        let cycle = Cycle::edf(&weights);
        let places = cycle.picks().len();
        prop_assert!(places <= Cycle::LONGEST + weights.len());
        let counts = counts(as_numbers(cycle.picks()), weights.len());
        for (&weight, &count) in weights.iter().zip(&counts) {
            prop_assert_eq!(weight == 0, count == 0);
            if places >= Cycle::LONGEST {
                let ideal = (u128::from(weight) * Cycle::LONGEST as u128) as f64 / sum as f64;
                prop_assert!((f64::from(count) - ideal).abs() <= 1.0, "{} {}", count, ideal);
            }
        }
        prop_assert_eq!(Cycle::smooth(&weights).picks().len(), places);
        prop_assert_eq!(Cycle::interleaved(&weights).picks().len(), places);
    }

}

proptest! {
    #[test]
    fn smooth_is_within_its_logarithm_of_ideal(weights in prop::collection::vec(1..200u32, 1..12)) {
        let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let mut turns = SmoothWeighted::new(&weights);
        let bound = 1.0 + (weights.len() as f64).ln();
        for _ in 0..sum {
            turns.next();
            for &savings in turns.savings() {
                prop_assert!((savings as f64 / sum as f64).abs() < bound);
            }
        }
    }
}

#[test]
fn threads_together_walk_the_sequence() {
    let weights = [5, 1, 1];
    let cycle = Cycle::smooth(&weights);
    let round_robin = RoundRobin::new(&weights);
    for (picker, ideal) in [
        (&cycle as &dyn Picker, [50_000, 10_000, 10_000]),
        (&round_robin, [23_334, 23_333, 23_333]),
    ] {
        let picks = std::thread::scope(|scope| {
            let pick = || {
                let picks = (0..17_500).map(|_| picker.pick(Request::default()).unwrap());
                picks.collect::<Vec<_>>()
            };
            let threads = [(); 4].map(|()| scope.spawn(pick));
            threads.map(|thread| thread.join().unwrap()).concat()
        });
        assert_eq!(counts(picks, 3), ideal);
    }
}
