//! How full leaves are, behind ascending keys and behind random ones.

use std::collections::BTreeSet;

#[cfg_attr(feature = "yours", path = "../bplustree/append.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/append.rs")]
mod exercise;

use exercise::{Chain, ORDER};

/// Inserts the keys, checks that they are all there, and returns how full leaves are, from 0 to 1.
fn fill(keys: &[u64]) -> f64 {
    let mut chain = Chain::new();
    for key in keys {
        chain.insert(*key);
    }
    let found: Vec<u64> = chain.leaves().flatten().copied().collect();
    let expected: BTreeSet<u64> = keys.iter().copied().collect();
    assert_eq!(found.len(), expected.len(), "keys were lost or doubled");
    assert!(
        found.iter().eq(&expected),
        "the leaves' keys are not the ones inserted, in order"
    );
    for leaf in chain.leaves() {
        assert!(
            (1..=ORDER).contains(&leaf.len()),
            "a leaf has 1 to {ORDER} keys, not {leaf:?}"
        );
    }
    expected.len() as f64 / (chain.leaves().count() * ORDER) as f64
}

/// Random numbers (SplitMix64).
fn random(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).map(|n| {
        let mut bits = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    })
}

fn assert_full(what: &str, keys: &[u64], least: f64) {
    let fill = fill(keys);
    assert!(
        fill >= least,
        "{what}: leaves are full to {:.0} %, not to {:.0} % at least",
        100.0 * fill,
        100.0 * least
    );
}

#[test]
fn behind_ascending_keys_leaves_are_full() {
    let keys: Vec<u64> = (0..8_000).collect();
    assert_full("ascending keys", &keys, 0.99);
}

#[test]
fn a_key_inserted_twice_is_there_once() {
    let keys: Vec<u64> = (0..1_000).flat_map(|key| [key, key]).collect();
    assert_full("ascending keys, each twice", &keys, 0.97);
}

#[test]
fn behind_keys_in_random_order_leaves_are_as_full_as_ever() {
    let keys: Vec<u64> = random(8_000).collect();
    assert_full("random keys, of which halves make 69 %", &keys, 0.66);
}

#[test]
fn behind_many_streams_side_by_side_leaves_are_full() {
    for streams in [2, 8, 40] {
        let keys: Vec<u64> = (0..400)
            .flat_map(|number| (0..streams).map(move |stream| stream << 32 | number))
            .collect();
        assert_full(
            &format!("{streams} streams that ascend side by side"),
            &keys,
            0.9,
        );
    }
}

#[test]
fn behind_streams_that_take_random_turns_leaves_are_full() {
    let mut next = [0; 12];
    let keys: Vec<u64> = random(6_000)
        .map(|random| {
            let stream = random % 12;
            let number = &mut next[stream as usize];
            *number += 1;
            stream << 32 | *number
        })
        .collect();
    assert_full("12 streams, any of which has the next key", &keys, 0.88);
}

#[test]
fn after_ascending_keys_random_ones_are_as_good_as_ever() {
    let keys: Vec<u64> = (0..4_000)
        .map(|key| key << 40)
        .chain(random(12_000).map(|key| key % (4_000 << 40)))
        .collect();
    assert_full("first ascending, then random keys", &keys, 0.64);
}

#[test]
fn behind_descending_keys_leaves_are_half_full_at_least() {
    let keys: Vec<u64> = (0..8_000).rev().collect();
    assert_full("descending keys", &keys, 0.49);
}
