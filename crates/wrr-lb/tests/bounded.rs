//! Consistent hashing with bounded loads: nobody is above the bound, and little moves.

use std::sync::Arc;

use proptest::prelude::*;
use wrr_lb::{Algorithm, BoundedLoad, Load, Member, Picker, Request};

fn endpoints(weights: &[u32]) -> Vec<(String, u32, Arc<Load>)> {
    let endpoint = |(number, &weight): (usize, _)| (format!("{number}"), weight, Arc::default());
    weights.iter().enumerate().map(endpoint).collect()
}

fn picker(endpoints: &[(String, u32, Arc<Load>)], factor: f64) -> BoundedLoad {
    let members: Vec<_> = endpoints
        .iter()
        .map(|(name, weight, load)| Member {
            name,
            weight: *weight,
            load,
        })
        .collect();
    BoundedLoad::new(&members, factor, 40).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nobody_gets_above_the_bound(
        weights in prop::collection::vec(0..10u32, 1..64),
        factor in 1.01..3.0f64,
        // Few keys, so that they are hot; and every third request or so ends.
        requests in prop::collection::vec((0..4u64, 0..3u32), 1..400),
    ) {
        prop_assume!(weights.iter().any(|&weight| weight > 0));
        let endpoints = endpoints(&weights);
        let picker = picker(&endpoints, factor);
        let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        let mut under_way = Vec::new();
        for (key, ends) in requests {
            if ends == 0 && let Some(pick) = under_way.pop() {
                let (_, _, load): &(_, _, Arc<Load>) = &endpoints[pick];
                load.release();
            }
            let pick = picker.pick(Request::keyed(&key)).unwrap();
            endpoints[pick].2.start();
            under_way.push(pick);
            let mean = under_way.len() as f64 * f64::from(weights[pick]) / sum;
            let active = f64::from(endpoints[pick].2.active());
            prop_assert!(active <= (factor * mean).ceil(), "{} {}", active, factor * mean);
        }
    }
}

#[test]
fn of_many_the_bound_holds_with_a_mean_of_one_round_ago() {
    let endpoints = endpoints(&[1; 1_000]);
    let picker = picker(&endpoints, 1.25);
    for request in 1..=50_000u64 {
        let pick = picker.pick(Request::keyed(&(request % 10))).unwrap();
        endpoints[pick].2.start();
        let mean = request as f64 / 1_000.0;
        // 16 picks is how long it takes to look at 1 000.
        assert!(f64::from(endpoints[pick].2.active()) <= (1.25 * (mean + 0.017)).ceil());
    }
}

#[test]
fn when_one_leaves_few_keys_move_that_were_not_its_own() {
    // Each of a thousand keys has one request under way.
    let place = |endpoints: &[(String, u32, Arc<Load>)]| {
        let picker = picker(endpoints, 1.5);
        let place = |key: u64| {
            let pick = picker.pick(Request::keyed(&key)).unwrap();
            endpoints[pick].2.start();
            endpoints[pick].0.clone()
        };
        (0..1_000).map(place).collect::<Vec<_>>()
    };
    let before = place(&endpoints(&[1; 50]));
    let mut weights = [1; 50];
    weights[17] = 0;
    let after = place(&endpoints(&weights));
    let moves = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after);
    let (its_own, others): (Vec<_>, Vec<_>) = moves.partition(|(before, _)| *before == "17");
    assert!((1..=30).contains(&its_own.len()), "{}", its_own.len());
    // 1/ε² is 4 for each that has to go.
    assert!(others.len() <= 4 * 30, "{}", others.len());
}

#[test]
fn factors_that_cannot_be_meant_are_refused() {
    for factor in [f64::NAN, f64::INFINITY, 1.0, -2.0] {
        let error = Algorithm::BoundedLoad {
            factor,
            points: 160,
        }
        .validate()
        .unwrap_err();
        assert!(error.to_string().starts_with("factor: "), "{error}");
    }
}
