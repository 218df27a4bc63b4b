//! One key is more than one server.

#[cfg_attr(feature = "yours", path = "../capacity/hot.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/capacity/hot.rs")]
mod exercise;

/// The load of each server when `copied` keys are on all of them, the next on the first alone, and
/// all the others spread evenly.
fn loads(load: f64, servers: u32, keys: u32, s: f64, copied: u32) -> Vec<f64> {
    let weights: Vec<f64> = (1..=keys).map(|rank| f64::from(rank).powf(-s)).collect();
    let all: f64 = weights.iter().sum();
    let total = load * f64::from(servers);
    let mut loads = vec![0.0; servers as usize];
    for (place, weight) in weights.iter().enumerate() {
        let requests = total * weight / all;
        if place == copied as usize {
            loads[0] += requests;
        } else {
            loads
                .iter_mut()
                .for_each(|load| *load += requests / f64::from(servers));
        }
    }
    loads
}

fn busiest(load: f64, servers: u32, keys: u32, s: f64, copied: u32) -> f64 {
    loads(load, servers, keys, s, copied)
        .into_iter()
        .fold(0.0, f64::max)
}

#[test]
fn shares_add_up_and_fall_as_zipf_says() {
    let sum: f64 = (1..=50).map(|rank| exercise::share(rank, 50, 1.0)).sum();
    assert!((sum - 1.0).abs() < 1e-9, "the shares of all keys are {sum}");
    let ratio = exercise::share(1, 50, 1.0) / exercise::share(10, 50, 1.0);
    assert!((ratio - 10.0).abs() < 1e-9);
    assert!(
        (exercise::share(7, 50, 0.0) - 0.02).abs() < 1e-9,
        "with s = 0 all are alike"
    );
}

#[test]
fn the_server_with_the_hottest_key_is_the_busiest() {
    for (load, servers, keys, s) in [
        (0.4, 10, 1_000, 1.0),
        (0.4, 200, 10_000, 0.9),
        (0.6, 3, 100, 0.0),
    ] {
        let said = exercise::hottest(load, servers, keys, s);
        let counted = busiest(load, servers, keys, s, 0);
        assert!(
            (said / counted - 1.0).abs() < 1e-6,
            "of {servers} servers the busiest has {counted:.3}, not {said:.3}"
        );
    }
}

#[test]
fn the_fewest_copies_that_are_enough() {
    for (load, most, servers, keys, s) in [
        (0.4, 0.6, 10, 10_000, 1.0),
        (0.4, 0.6, 200, 10_000, 1.0),
        (0.4, 0.9, 200, 10_000, 1.0),
        (0.4, 0.6, 200, 1_000, 1.3),
    ] {
        let copied = exercise::copies_needed(load, most, servers, keys, s).expect("copies help");
        assert!(
            busiest(load, servers, keys, s, copied) <= most * (1.0 + 1e-9),
            "{copied} copied keys are not enough for {servers} servers"
        );
        if copied > 0 {
            assert!(
                busiest(load, servers, keys, s, copied - 1) > most,
                "{} would have been enough",
                copied - 1
            );
        }
    }
}

#[test]
fn no_copies_help_if_all_servers_have_too_much() {
    assert_eq!(exercise::copies_needed(0.7, 0.6, 10, 100, 1.0), None);
    assert_eq!(exercise::copies_needed(0.4, 0.6, 10, 10_000, 0.0), Some(0));
}
