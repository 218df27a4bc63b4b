//! One point each and many probes: shares, moves, and how many points are looked at.

#[cfg_attr(feature = "yours", path = "../wrr-lb/probes.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/probes.rs")]
mod exercise;

use exercise::{Place, Probes, hash};

fn names(n: usize) -> Vec<String> {
    (0..n).map(|number| format!("10.0.0.{number}:80")).collect()
}

fn probes(names: &[String], probes: u32) -> Probes {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Probes::new(&names, probes)
}

#[test]
fn a_single_endpoint_has_all() {
    let one = probes(&names(1), 21);
    assert!((0..1000).all(|key| one.owner(key) == 0));
}

#[test]
fn shares_are_even() {
    const KEYS: u64 = 60_000;
    let names = names(30);
    let probes = probes(&names, 21);
    let mut counts = [0; 30];
    (0..KEYS).for_each(|key| counts[probes.owner(key)] += 1);
    let fullest = f64::from(*counts.iter().max().unwrap()) / (KEYS as f64 / 30.0);
    assert!(
        fullest < 1.15,
        "the fullest has {fullest:.2} times the mean: {counts:?}"
    );
}

#[test]
fn one_probe_is_the_plain_ring() {
    let names = names(30);
    let probes = probes(&names, 1);
    let mut counts = [0; 30];
    (0..30_000).for_each(|key| counts[probes.owner(key)] += 1);
    assert!(
        *counts.iter().max().unwrap() > 2_000,
        "one point each is uneven: {counts:?}"
    );
}

#[test]
fn when_one_leaves_only_its_keys_move_and_to_all_others() {
    let all = names(20);
    for gone in [0, 7, 19] {
        let before = probes(&all, 21);
        let mut fewer = all.clone();
        fewer.remove(gone);
        let after = probes(&fewer, 21);
        let mut heirs = [0; 20];
        for key in 0..20_000 {
            let (old, new) = (&all[before.owner(key)], &fewer[after.owner(key)]);
            if *old == all[gone] {
                heirs[all.iter().position(|name| name == new).unwrap()] += 1;
            } else {
                assert_eq!(old, new, "key {key}, when {} left", all[gone]);
            }
        }
        let heirs = heirs.iter().filter(|&&keys| keys > 0).count();
        assert!(heirs > 15, "the keys of one go to {heirs} others");
    }
}

#[test]
fn the_shortest_way_wins_also_round_the_ring() {
    for endpoints in [2, 3, 5] {
        let names = names(endpoints);
        let probes = probes(&names, 4);
        for key in 0..3_000_u64 {
            let ways = (1..=4).flat_map(|number| {
                let from = hash(&key.to_le_bytes(), number);
                let way = move |name: &String| hash(name.as_bytes(), 0).wrapping_sub(from);
                names.iter().map(way).enumerate()
            });
            let (nearest, _) = ways.min_by_key(|&(_, way)| way).unwrap();
            assert_eq!(
                probes.owner(key),
                nearest,
                "key {key} of {endpoints} endpoints"
            );
        }
    }
}

#[test]
fn few_points_are_looked_at() {
    let names = names(1 << 12);
    let probes = probes(&names, 21);
    let before = Place::looks();
    (0..100).for_each(|key| {
        probes.owner(key);
    });
    let looks = (Place::looks() - before) / 100;
    assert!(looks > 0, "the places must be asked where they are");
    assert!(
        looks <= 21 * 16,
        "{looks} looks at points for 21 probes among 4096; 12 steps find one"
    );
}
