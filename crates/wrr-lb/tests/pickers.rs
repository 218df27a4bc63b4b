//! What holds of every picker: who can be picked, and how often.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use wrr_lb::{Algorithm, Load, Member, Picker, Request};

const ALL: [fn() -> Algorithm; 13] = [
    || Algorithm::RoundRobin,
    || Algorithm::SmoothWeighted,
    || Algorithm::Edf,
    || Algorithm::Interleaved,
    || Algorithm::WeightedRandom,
    || Algorithm::LeastConnections,
    || Algorithm::PowerOfTwo,
    Algorithm::peak_ewma,
    Algorithm::ring,
    Algorithm::ketama,
    Algorithm::bounded_load,
    || Algorithm::Maglev { table_size: 4_093 },
    || Algorithm::Rendezvous,
];

/// A picker over endpoints of these weights that have nothing to do.
fn build(algorithm: Algorithm, weights: &[u32]) -> Box<dyn Picker> {
    let endpoints: Vec<(String, u32, Arc<Load>)> = (0..)
        .zip(weights)
        .map(|(number, &weight): (u32, _)| (format!("endpoint {number}"), weight, Arc::default()))
        .collect();
    let members: Vec<_> = endpoints
        .iter()
        .map(|(name, weight, load)| Member {
            name,
            weight: *weight,
            load,
        })
        .collect();
    algorithm.build(&members, 42).unwrap()
}

/// Of how many picks each had which part.
fn shares(picker: &dyn Picker, n: usize, picks: u32) -> Vec<f64> {
    let mut shares = vec![0.0; n];
    for key in 0..picks {
        shares[picker.pick(Request::keyed(&key)).unwrap()] += 1.0 / f64::from(picks);
    }
    shares
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn picks_are_in_range_and_never_of_weight_zero(
        weights in prop::collection::vec(prop_oneof![Just(0), 1..10u32, 1..=u32::MAX], 0..20),
        keys in prop::collection::vec(any::<Option<u64>>(), 1..50),
    ) {
        let nobody = weights.iter().all(|&weight| weight == 0);
        for algorithm in ALL {
            let picker = build(algorithm(), &weights);
            for &key in &keys {
                let pick = picker.pick(Request { key, ..Request::default() });
                prop_assert_eq!(pick.is_none(), nobody, "{:?}", algorithm());
                prop_assert!(pick.is_none_or(|pick| weights[pick] > 0), "{:?}", algorithm());
            }
        }
    }

    #[test]
    fn shares_are_those_of_the_weights(weights in prop::collection::vec(1..=10u32, 1..8)) {
        let sum: u32 = weights.iter().sum();
        for algorithm in &ALL[1..] {
            let picker = build(algorithm(), &weights);
            let shares = shares(&*picker, weights.len(), 10_000);
            // What 10 000 random picks are off by is a hundredth of one's own share's root; a
            // ring's arcs, with 160 points for a mean one, by a twelfth of it and more of a small
            // one's.
            let sigmas = match algorithm() {
                Algorithm::Ring { .. } | Algorithm::Ketama { .. } | Algorithm::BoundedLoad { .. } => {
                    (1.0 / (160.0 * weights.len() as f64)).sqrt() + 0.01
                }
                _ => 0.01,
            };
            for (share, &weight) in shares.iter().zip(&weights) {
                let ideal = f64::from(weight) / f64::from(sum);
                let bound = 5.0 * sigmas * ideal.sqrt() + 0.001;
                prop_assert!((share - ideal).abs() < bound, "{:?} {share} {ideal}", algorithm());
            }
        }
    }
}

#[test]
fn nobody_is_favoured_by_being_built_anew_again_and_again() {
    let loads = [(); 10].map(|()| Arc::default());
    let members = loads.each_ref().map(|load| Member {
        name: "",
        weight: 1,
        load,
    });
    for algorithm in &ALL[..5] {
        let mut counts = [0u32; 10];
        for seed in 0..10_000 {
            let picker = algorithm().build(&members, seed).unwrap();
            counts[picker.pick(Request::default()).unwrap()] += 1;
        }
        let fair = |&count: &u32| (850..1_150).contains(&count); // five standard deviations
        assert!(counts.iter().all(fair), "{:?} {counts:?}", algorithm());
    }
}

#[test]
fn equal_seeds_give_equal_picks() {
    for algorithm in ALL {
        let [one, same] = [(); 2].map(|()| build(algorithm(), &[1, 2, 3, 4]));
        for _ in 0..100 {
            assert_eq!(one.pick(Request::default()), same.pick(Request::default()));
        }
    }
}

#[test]
fn requests_without_a_key_are_spread() {
    for algorithm in ALL {
        let picker = build(algorithm(), &[1; 4]);
        let mut counts = [0; 4];
        for _ in 0..1_000 {
            counts[picker.pick(Request::default()).unwrap()] += 1;
        }
        assert!(
            counts.iter().all(|count| (150..350).contains(count)),
            "{:?}: {counts:?}",
            algorithm()
        );
    }
}

#[test]
fn requests_with_a_key_stay() {
    for algorithm in &ALL[8..] {
        let picker = build(algorithm(), &[1; 10]);
        let home = picker.pick(Request::keyed("customer"));
        assert!((0..100).all(|_| picker.pick(Request::keyed("customer")) == home));
    }
}

/// Eight endpoints, one of them ten times as slow as the others, which take 1 ms. Every 50 µs a
/// request comes. How many each has got of 20 000.
fn with_one_slow(algorithm: Algorithm) -> Vec<u32> {
    use clock::Nanos;
    let loads = [(); 8].map(|()| Arc::new(Load::new()));
    let members: Vec<_> = loads
        .iter()
        .map(|load| Member {
            name: "",
            weight: 1,
            load,
        })
        .collect();
    let picker = algorithm.build(&members, 42).unwrap();
    let mut counts = vec![0; 8];
    let mut under_way: Vec<(Nanos, usize, Duration)> = Vec::new();
    for request in 1..=20_000 {
        let now = Nanos(request * 50_000);
        for (_, endpoint, latency) in under_way.extract_if(.., |(end, ..)| *end <= now) {
            loads[endpoint].finish(latency, now);
        }
        let pick = picker.pick(Request::default().at(now)).unwrap();
        let latency = Duration::from_millis(if pick == 0 { 10 } else { 1 });
        loads[pick].start();
        under_way.push((now + latency, pick, latency));
        counts[pick] += 1;
    }
    counts
}

#[test]
fn who_is_slow_gets_less_from_those_that_look() {
    assert_eq!(with_one_slow(Algorithm::RoundRobin)[0], 2_500);
    // Ten times as slow: a tenth of the others' share would be 274.
    for (algorithm, most) in [
        (Algorithm::LeastConnections, 1_000),
        (Algorithm::PowerOfTwo, 1_000),
        (Algorithm::peak_ewma(), 300),
    ] {
        let slow = with_one_slow(algorithm)[0];
        assert!(slow < most, "{algorithm:?}: {slow}");
    }
}

#[test]
fn an_endpoint_that_was_slow_once_is_tried_again() {
    use clock::Nanos;
    let loads = [(); 2].map(|()| Arc::new(Load::new()));
    let members: Vec<_> = loads
        .iter()
        .map(|load| Member {
            name: "",
            weight: 1,
            load,
        })
        .collect();
    let picker = Algorithm::PeakEwma {
        decay: Duration::from_secs(1),
    }
    .build(&members, 42)
    .unwrap();
    loads[0].start();
    loads[0].finish(Duration::from_secs(5), Nanos(0));
    let answer = |millis: u64| {
        let now = Nanos(millis * 1_000_000);
        let pick = picker.pick(Request::default().at(now)).unwrap();
        loads[pick].start();
        loads[pick].finish(Duration::from_millis(10), now);
        pick
    };
    let first = (1..60_000).find(|&millis| answer(millis) == 0);
    // 5 s fall to 10 ms in ln 500 = 6.2 decays.
    assert!(
        first.is_some_and(|millis| (6_000..6_500).contains(&millis)),
        "{first:?}"
    );
}

#[test]
fn peak_ewma_has_no_memory_without_decay() {
    let error = Algorithm::PeakEwma {
        decay: Duration::ZERO,
    }
    .validate()
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("decay: 0s is not more than zero")
    );
}
