//! Consistent hashing: how even the shares are, and how many keys move when an endpoint comes or
//! goes. With 100 endpoints, of which a hundredth of the keys is each one's due.

use wrr_lb::{Maglev, Picker, Rendezvous, Request, Ring};

const KEYS: u64 = 100_000;

type Build = fn(&[(&str, u32)]) -> Box<dyn Picker>;

const RING: Build = |endpoints| Box::new(Ring::new(endpoints, 150).unwrap());
const MAGLEV: Build = |endpoints| Box::new(Maglev::new(endpoints, 65_537).unwrap());
const RENDEZVOUS: Build = |endpoints| Box::new(Rendezvous::new(endpoints));

/// The owner of each key, by name, with endpoints of these numbers.
fn owners(build: Build, numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let numbers: Vec<usize> = numbers.collect();
    let names: Vec<String> = numbers
        .iter()
        .map(|number| format!("10.0.0.{number}:80"))
        .collect();
    let endpoints: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let picker = build(&endpoints);
    let owner = |key| numbers[picker.pick(Request::keyed(&key)).unwrap()];
    (0..KEYS).map(owner).collect()
}

/// The standard deviation of the shares, as a part of the mean share.
fn deviation(owners: &[usize]) -> f64 {
    let mut shares = vec![0.0; 100];
    for &owner in owners {
        shares[owner] += 100.0 / KEYS as f64;
    }
    let variance = shares
        .iter()
        .map(|share: &f64| (share - 1.0).powi(2))
        .sum::<f64>()
        / 100.0;
    variance.sqrt()
}

/// Keys that were moved, and of these those that neither were the endpoint's `who` nor are.
fn moved(before: &[usize], after: &[usize], who: usize) -> (usize, usize) {
    let moves = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after);
    let needless = moves
        .clone()
        .filter(|&(&before, &after)| before != who && after != who);
    (moves.count(), needless.count())
}

#[test]
fn shares_are_as_even_as_they_say() {
    // Of 100 000 random keys, a hundredth is off by 3 % of it anyway.
    for (build, from, to) in [
        // 1/√150 = 8.2 %
        (RING, 0.05, 0.11),
        // The table's own shares differ by one entry in 655.
        (MAGLEV, 0.0, 0.04),
        (RENDEZVOUS, 0.0, 0.04),
    ] {
        let deviation = deviation(&owners(build, 0..100));
        assert!((from..to).contains(&deviation), "{deviation}");
    }
}

#[test]
fn about_one_in_a_hundred_keys_moves_when_an_endpoint_leaves_or_joins() {
    for (build, moves, most_needless) in [
        (RING, 700..1_300, 0),
        (MAGLEV, 900..4_000, 3_000),
        (RENDEZVOUS, 900..1_100, 0),
    ] {
        let all = owners(build, 0..100);
        let without = owners(build, (0..100).filter(|&number| number != 42));
        // Joining is leaving backwards.
        let (moved, needless) = moved(&all, &without, 42);
        assert!(moves.contains(&moved), "{moved}");
        assert!(needless <= most_needless, "{needless}");
    }
}

#[test]
fn keys_move_only_to_or_from_whose_weight_changes() {
    let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    let weighted = |weight| {
        let weight = |number| if number == 7 { weight } else { 10 };
        let endpoints = names
            .iter()
            .enumerate()
            .map(|(number, name)| (name.as_str(), weight(number)));
        let picker = Rendezvous::new(&endpoints.collect::<Vec<_>>());
        (0..KEYS)
            .map(|key| picker.pick(Request::keyed(&key)).unwrap())
            .collect::<Vec<_>>()
    };
    let (moves, needless) = moved(&weighted(5), &weighted(20), 7);
    // From 5 of 195 to 20 of 210.
    let ideal = (20.0 / 210.0 - 5.0 / 195.0) * KEYS as f64;
    assert!((moves as f64 / ideal - 1.0).abs() < 0.05, "{moves} {ideal}");
    assert_eq!(needless, 0);
}

#[test]
fn the_hash_of_a_key_stays_what_it_was() {
    // Balancers of different versions have to agree.
    let hashes = [
        Request::keyed("").key,
        Request::keyed("customer 17").key,
        Request::keyed(&17u64).key,
        Request::keyed(&("tenant", 3u32)).key,
    ];
    let known = [
        5_045_360_144_832_058_859,
        13_725_983_593_172_952_123,
        881_208_250_346_225_122,
        12_082_001_545_348_602_048,
    ];
    assert_eq!(hashes.map(Option::unwrap), known);
}

#[test]
fn the_points_of_a_ring_stay_where_they_were() {
    let ring = Ring::new(&[("a", 1), ("b", 2)], 2).unwrap();
    let points: Vec<_> = ring.points().collect();
    assert_eq!(
        points,
        [(2_622_434_766, 1), (3_038_899_946, 0), (3_360_146_351, 1)]
    );
}

#[test]
fn a_large_ring_has_all_points_in_order() {
    // More than are put into one heap, and an odd number for each.
    let names: Vec<String> = (0..700).map(|number| number.to_string()).collect();
    let endpoints: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let ring = Ring::new(&endpoints, 101).unwrap();
    let points: Vec<_> = ring.points().collect();
    assert!(points.is_sorted());
    assert_eq!(points.len(), 70_700);
    for (n, name) in names.iter().enumerate().step_by(50) {
        let alone = Ring::new(&[(name, 1)], 101).unwrap();
        let own = points.iter().filter(|&&(_, owner)| owner == n);
        assert!(
            own.map(|&(point, _)| point)
                .eq(alone.points().map(|(point, _)| point))
        );
    }
    for hash in (0..100_000u32).map(|i| i.wrapping_mul(0x9e37_79b1)) {
        let next = points.partition_point(|&(point, _)| point < hash);
        assert_eq!(
            ring.owner(hash),
            Some(points[next % points.len()].1),
            "{hash}"
        );
    }
}

#[test]
fn maglev_refuses_what_is_no_prime_or_too_small() {
    for size in [0, 1, 2, 9, 65_536, 16_777_259] {
        let error = Maglev::new(&[("a", 1)], size).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("table_size: {size} is not a prime")),
            "{error}"
        );
    }
    let four = [("a", 1), ("b", 1), ("c", 1), ("d", 1)];
    let error = Maglev::new(&four, 3).unwrap_err().to_string();
    assert!(error.starts_with("4 endpoints are more than 3"), "{error}");
}

#[test]
fn maglev_shares_are_within_two_entries() {
    for weights in [
        [1, 1, 1, 1],
        [1, 2, 3, 4],
        [1, 1_000, 1_000, 7],
        [u32::MAX, 1, 1, 1],
    ] {
        let endpoints = ["a", "b", "c", "d"]
            .into_iter()
            .zip(weights)
            .collect::<Vec<_>>();
        let maglev = Maglev::new(&endpoints, 4_093).unwrap();
        let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        for (endpoint, &weight) in (0..).zip(&weights) {
            let entries = maglev
                .table()
                .iter()
                .filter(|&&owner| owner == endpoint)
                .count();
            let ideal = f64::from(weight) / sum * 4_093.0;
            assert!(
                entries > 0 && (entries as f64 - ideal).abs() < 3.0,
                "{entries} {ideal}"
            );
        }
    }
}
