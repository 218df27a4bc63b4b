//! Filters against what is known of them for certain: sets.

use std::collections::HashSet;

use bloom::{BlockedBloomFilter, BlockedBloomRef, BloomError, BloomFilter, BloomRef, hash_key};
use proptest::{collection::vec, prelude::*};

/// A classic filter of any shape, also absurd ones.
fn classic() -> impl Strategy<Value = BloomFilter> {
    (1..3_000_usize, 1..=20_u32, any::<u64>()).prop_map(|(bits, hashes, seed)| {
        let filter = BloomFilter::with_bits_and_hashes(bits, hashes).unwrap();
        filter.with_seed(seed)
    })
}

fn blocked() -> impl Strategy<Value = BlockedBloomFilter> {
    (1..6_000_usize, any::<u64>())
        .prop_map(|(bits, seed)| BlockedBloomFilter::with_bits(bits).unwrap().with_seed(seed))
}

proptest! {
    #[test]
    fn a_classic_filter_never_denies_a_key_that_is_in(
        mut filter in classic(), keys in vec(any::<u64>(), 0..200), others in vec(any::<u64>(), 0..200)
    ) {
        for key in &keys {
            let seen = filter.contains(key);
            let before = filter.clone();
            prop_assert_eq!(filter.insert(key), !seen, "it is fresh just if it was not seen");
            prop_assert_eq!(filter == before, seen);
            prop_assert!(filter.contains(key));
        }
        prop_assert!(keys.iter().all(|key| filter.contains(key)));
        let bytes = filter.to_bytes();
        let borrowed = BloomRef::from_bytes(&bytes).unwrap();
        for key in keys.iter().chain(&others) {
            prop_assert_eq!(borrowed.contains(key), filter.contains(key));
            let hash = hash_key(key, filter.seed());
            prop_assert_eq!(borrowed.contains_hash(hash), filter.contains(key));
        }
        prop_assert_eq!(&BloomFilter::from_bytes(&bytes).unwrap(), &filter);
        prop_assert_eq!(borrowed.to_owned().to_bytes(), bytes);
        filter.clear();
        prop_assert!(filter.is_empty() && keys.iter().all(|key| !filter.contains(key)));
    }

    #[test]
    fn a_blocked_filter_never_denies_a_key_that_is_in(
        mut filter in blocked(), keys in vec(".{0,40}", 0..200), others in vec(".{0,40}", 0..200)
    ) {
        for key in &keys {
            let seen = filter.contains(key);
            prop_assert_eq!(filter.insert(key), !seen, "it is fresh just if it was not seen");
        }
        prop_assert!(keys.iter().all(|key| filter.contains(key)));
        let bytes = filter.to_bytes();
        let borrowed = BlockedBloomRef::from_bytes(&bytes).unwrap();
        for key in keys.iter().chain(&others) {
            prop_assert_eq!(borrowed.contains(key), filter.contains(key));
        }
        prop_assert_eq!(&BlockedBloomFilter::from_bytes(&bytes).unwrap(), &filter);
        prop_assert_eq!(borrowed.to_owned().to_bytes(), bytes);
        filter.clear();
        prop_assert!(filter.is_empty() && keys.iter().all(|key| !filter.contains(key)));
    }

    #[test]
    fn bytes_are_read_wherever_they_begin(
        mut filter in classic(), keys in vec(any::<u64>(), 0..100), offset in 0..64_usize
    ) {
        filter.extend(&keys);
        let mut bytes = vec![0; offset];
        bytes.extend(filter.to_bytes());
        let borrowed = BloomRef::from_bytes(&bytes[offset..]).unwrap();
        prop_assert_eq!(borrowed.to_owned(), filter);
    }

    #[test]
    fn a_union_is_the_filter_of_all_keys_and_an_intersection_has_the_common_ones(
        filter in classic(), left in vec(0..500_u64, 0..100), right in vec(0..500_u64, 0..100)
    ) {
        let filled = |keys: &[u64]| {
            let mut filter = filter.clone();
            filter.extend(keys);
            filter
        };
        let (mut union, mut both) = (filled(&left), filled(&left));
        union.union(&filled(&right)).unwrap();
        prop_assert_eq!(&union, &filled(&[left.clone(), right.clone()].concat()));
        both.intersect(&filled(&right)).unwrap();
        let right_keys: HashSet<u64> = right.iter().copied().collect();
        prop_assert!(left.iter().filter(|key| right_keys.contains(key)).all(|key| both.contains(key)));
        let either = |key: &u64| filled(&left).contains(key) && filled(&right).contains(key);
        prop_assert!((0..500).filter(|key| both.contains(key)).all(|key| either(&key)));
    }

    #[test]
    fn blocked_filters_unite_and_intersect_likewise(
        filter in blocked(), left in vec(0..500_u64, 0..100), right in vec(0..500_u64, 0..100)
    ) {
        let filled = |keys: &[u64]| {
            let mut filter = filter.clone();
            filter.extend(keys);
            filter
        };
        let (mut union, mut both) = (filled(&left), filled(&left));
        union.union(&filled(&right)).unwrap();
        prop_assert_eq!(&union, &filled(&[left.clone(), right.clone()].concat()));
        both.intersect(&filled(&right)).unwrap();
        let right_keys: HashSet<u64> = right.iter().copied().collect();
        prop_assert!(left.iter().filter(|key| right_keys.contains(key)).all(|key| both.contains(key)));
    }
}

#[test]
fn filters_that_map_keys_differently_do_not_combine() {
    let filter = |bits, hashes, seed| {
        let filter = BloomFilter::with_bits_and_hashes(bits, hashes).unwrap();
        filter.with_seed(seed)
    };
    for (other, property) in [
        (filter(129, 3, 1), "number of bits"),
        (filter(128, 4, 1), "number of hashes"),
        (filter(128, 3, 2), "seed"),
    ] {
        let mut mine = filter(128, 3, 1);
        mine.insert("a");
        let before = mine.clone();
        assert_eq!(
            mine.union(&other),
            Err(BloomError::Incompatible { property })
        );
        assert_eq!(
            mine.intersect(&other),
            Err(BloomError::Incompatible { property })
        );
        assert_eq!(mine, before);
    }
    let mut blocked = BlockedBloomFilter::with_bits(512).unwrap();
    let larger = BlockedBloomFilter::with_bits(513).unwrap();
    assert!(blocked.union(&larger).is_err());
    assert!(blocked.union(&blocked.clone().with_seed(1)).is_err());
}

#[test]
fn a_configuration_that_cannot_be_is_refused() {
    for rate in [0.0, 1.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
        let refused = BloomFilter::with_false_positive_rate(10, rate);
        assert!(
            matches!(refused, Err(BloomError::InvalidRate { .. })),
            "{rate}"
        );
        let refused = BlockedBloomFilter::with_false_positive_rate(10, rate);
        assert!(
            matches!(refused, Err(BloomError::InvalidRate { .. })),
            "{rate}"
        );
    }
    assert_eq!(
        BloomFilter::with_bits_and_hashes(0, 1),
        Err(BloomError::NoBits)
    );
    assert_eq!(BlockedBloomFilter::with_bits(0), Err(BloomError::NoBits));
    for hashes in [0, 65, u32::MAX] {
        let refused = BloomFilter::with_bits_and_hashes(64, hashes);
        assert_eq!(refused, Err(BloomError::InvalidHashes { hashes, max: 64 }));
    }
    let refused = BlockedBloomFilter::with_false_positive_rate(1, f64::MIN_POSITIVE);
    assert!(matches!(refused, Err(BloomError::TooManyBits { .. })));
    let refused = BloomFilter::with_false_positive_rate(usize::MAX, 0.01);
    assert!(matches!(refused, Err(BloomError::TooManyBits { .. })));
    let refused = BlockedBloomFilter::with_false_positive_rate(usize::MAX, 0.01);
    assert!(matches!(refused, Err(BloomError::TooManyBits { .. })));
}

#[test]
fn the_extremes_that_can_be_work() {
    for rate in [1e-18, 1e-9, 1.0 - f64::EPSILON] {
        let mut filter = BloomFilter::with_false_positive_rate(0, rate).unwrap();
        let mut blocked = BlockedBloomFilter::with_false_positive_rate(0, rate).unwrap();
        assert!(!filter.contains("a") && !blocked.contains("a"));
        assert!(filter.insert("a") && blocked.insert("a"));
        assert!(filter.contains("a") && blocked.contains("a"));
    }
}

#[test]
fn a_full_filter_says_yes_to_everything_and_does_not_know_how_many_it_has() {
    let mut filter = BloomFilter::with_bits_and_hashes(64, 1).unwrap();
    filter.extend(0..10_000);
    assert!((0..20_000).all(|key| filter.contains(&key)));
    assert_eq!((filter.fill(), filter.false_positive_rate()), (1.0, 1.0));
    assert_eq!(filter.estimated_len(), usize::MAX);
}

#[test]
fn the_number_of_keys_is_estimated_from_the_bits() {
    for items in [0_usize, 1, 10, 1_000, 10_000] {
        let mut filter = BloomFilter::with_false_positive_rate(10_000, 0.01).unwrap();
        let mut blocked = BlockedBloomFilter::with_false_positive_rate(10_000, 0.01).unwrap();
        filter.extend((0..items).chain(0..items));
        blocked.extend((0..items).chain(0..items));
        for estimate in [filter.estimated_len(), blocked.estimated_len()] {
            let error = estimate.abs_diff(items) as f64;
            assert!(
                error <= 0.01 * items as f64 + 0.5,
                "{estimate} instead of {items}"
            );
        }
    }
}
