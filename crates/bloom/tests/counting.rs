//! Counting Bloom filters: no false negatives as long as only what is in is removed.

mod chance;

use std::collections::HashMap;

use bloom::{BloomError, CountingBloomFilter};
use chance::{assert_rate, strangers};
use proptest::prelude::*;

fn filter(items: usize, rate: f64) -> CountingBloomFilter {
    CountingBloomFilter::with_false_positive_rate(items, rate).unwrap()
}

#[derive(Clone, Debug)]
enum Op {
    Insert(u64),
    Remove(u64),
    Clear,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        60 => (0..300_u64).prop_map(Op::Insert),
        50 => (0..300_u64).prop_map(Op::Remove),
        1 => Just(Op::Clear),
    ];
    prop::collection::vec(op, 0..400)
}

proptest! {
    /// The filter is far too small, so that counters are shared by many and some are full.
    #[test]
    fn keys_that_are_in_are_found_and_counted(ops in ops(), items in 1..60_usize) {
        let mut filter = filter(items, 0.1);
        let mut model: HashMap<u64, usize> = HashMap::new();
        for op in ops {
            match op {
                Op::Insert(key) => {
                    filter.insert(&key);
                    *model.entry(key).or_default() += 1;
                }
                Op::Remove(key) => if let Some(times) = model.get_mut(&key) {
                    *times -= 1;
                    if *times == 0 {
                        model.remove(&key);
                    }
                    prop_assert!(filter.remove(&key));
                },
                Op::Clear => {
                    filter.clear();
                    model.clear();
                }
            }
            for (key, &times) in &model {
                prop_assert!(filter.contains(key));
                prop_assert!(filter.count(key) >= times.min(15));
            }
        }
    }

    /// Where no counter gets full, the filter is a sum: what came and went leaves no trace.
    #[test]
    fn removing_everything_leaves_an_empty_filter(
        keys in prop::collection::vec(any::<u64>(), 0..200),
    ) {
        let mut filter = filter(400, 0.01);
        let empty = filter.clone();
        for key in &keys {
            filter.insert(key);
        }
        for key in &keys {
            prop_assert!(filter.remove(key));
        }
        prop_assert_eq!(filter, empty);
    }

    #[test]
    fn the_plain_filter_answers_the_same(keys in prop::collection::vec(0..5_000_u64, 0..300)) {
        let mut filter = filter(200, 0.05).with_seed(3);
        for key in &keys {
            filter.insert(key);
        }
        let plain = filter.to_bloom();
        for key in 0..5_000_u64 {
            prop_assert_eq!(plain.contains(&key), filter.contains(&key));
        }
        prop_assert_eq!(plain.estimated_len(), filter.estimated_len());
    }
}

#[test]
fn removing_a_key_that_was_never_inserted_takes_others_away() {
    let mut filter = filter(100, 0.1);
    for key in 0..100_u64 {
        filter.insert(&key);
    }
    let impostor = strangers(1_000).find(|key| filter.contains(key)).unwrap();
    assert!(filter.remove(&impostor), "the filter cannot know");
    let lost = (0..100_u64).filter(|key| !filter.contains(key)).count();
    assert!(lost > 0, "a false negative");
}

#[test]
fn a_key_that_is_known_not_to_be_in_is_refused_and_changes_nothing() {
    let mut filter = filter(100, 0.1);
    filter.extend(0..100_u64);
    let before = filter.clone();
    for key in strangers(1_000).filter(|key| !before.contains(key)) {
        assert!(!filter.remove(&key));
    }
    assert!(filter == before);
}

#[test]
fn a_full_counter_is_never_counted_down() {
    let mut filter = filter(100, 0.01);
    for _ in 0..20 {
        filter.insert("often");
    }
    assert_eq!(filter.count("often"), 15, "fifteen or more");
    for _ in 0..30 {
        assert!(filter.remove("often"));
    }
    assert!(filter.contains("often"), "kept for ever");
    assert_eq!(filter.count("often"), 15);
}

#[test]
fn a_key_can_be_counted_to_fourteen_and_back() {
    let mut filter = filter(100, 0.01);
    for times in 1..=14 {
        filter.insert("key");
        assert_eq!(filter.count("key"), times);
    }
    for times in (0..14).rev() {
        assert!(filter.remove("key"));
        assert_eq!(filter.count("key"), times);
    }
    assert!(!filter.remove("key"));
}

#[test]
fn the_rate_is_what_was_asked_for() {
    for (items, rate) in [(1_000, 0.1), (10_000, 0.01), (100_000, 0.01)] {
        assert_asked_rate(items, rate);
    }
}

#[test]
#[ignore = "a minute without optimisation"]
fn the_rate_is_what_was_asked_for_with_ten_million_keys() {
    for rate in [0.1, 0.01, 0.001, 0.0001] {
        assert_asked_rate(10_000_000, rate);
    }
}

/// After as many keys as were expected, and as many others that were removed again.
fn assert_asked_rate(items: u64, rate: f64) {
    let mut filter = filter(items as usize, rate);
    for key in 0..items {
        filter.insert(&key);
        filter.insert(&(key + items));
    }
    for key in items..2 * items {
        assert!(filter.remove(&key));
    }
    assert!((0..items).all(|key| filter.contains(&key)));
    let estimate = filter.estimated_len();
    assert!(
        (estimate as f64 / items as f64 - 1.0).abs() < 0.05,
        "{estimate}"
    );
    // Standard deviation of k · ln(share of bits set) at half of them set.
    let spread = 0.554 * f64::from(filter.hashes()) / (filter.counters() as f64).sqrt();
    let lookups = (2_000.0 / rate) as u64;
    assert_rate(lookups, filter.false_positive_rate(), spread, |key| {
        filter.contains(&key)
    });
}

#[test]
fn rates_that_are_none_are_refused() {
    for rate in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
        let error = CountingBloomFilter::with_false_positive_rate(10, rate).unwrap_err();
        assert!(matches!(error, BloomError::InvalidRate { .. }));
    }
}

// ── bytes ──

fn small() -> CountingBloomFilter {
    let mut filter = CountingBloomFilter::with_false_positive_rate(10, 0.1)
        .unwrap()
        .with_seed(7);
    for key in 0..10_u32 {
        filter.insert(&key);
    }
    filter
}

#[test]
fn the_filter_that_is_read_is_the_filter_that_was_written() {
    let read = CountingBloomFilter::from_bytes(&small().to_bytes()).unwrap();
    assert_eq!(read, small());
    assert_eq!(read.seed(), 7);
}

#[test]
fn bytes_with_any_bit_flipped_or_of_any_other_length_are_refused() {
    let mut bytes = small().to_bytes();
    for bit in 0..8 * bytes.len() {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(
            CountingBloomFilter::from_bytes(&bytes).is_err(),
            "bit {bit}"
        );
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    for length in 0..bytes.len() {
        assert!(CountingBloomFilter::from_bytes(&bytes[..length]).is_err());
    }
    bytes.push(0);
    assert!(CountingBloomFilter::from_bytes(&bytes).is_err());
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(CountingBloomFilter::from_bytes(&bytes).is_err());
    }

    #[test]
    fn forged_bytes_are_refused_or_answer(
        changes in prop::collection::vec((12..200_usize, any::<u8>()), 1..4),
    ) {
        let mut bytes = small().to_bytes();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..8]), &bytes[12..]);
        bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(mut filter) = CountingBloomFilter::from_bytes(&bytes) {
            for key in 0..100_u32 {
                filter.insert(&key);
                prop_assert!(filter.contains(&key));
                prop_assert!(filter.remove(&key));
            }
            let plain = filter.to_bloom();
            for key in 0..200_u32 {
                prop_assert_eq!(plain.contains(&key), filter.contains(&key));
            }
        }
    }
}
