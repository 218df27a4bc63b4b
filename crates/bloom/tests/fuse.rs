//! Binary fuse filters: every key is in, few others are, and bytes are checked.

mod chance;

use std::collections::HashSet;

use bloom::{BinaryFuse, BinaryFuse8, BinaryFuse16, BinaryFuseRef, BloomError, Fingerprint};
use chance::assert_rate;
use proptest::prelude::*;

fn assert_holds<F: Fingerprint>(keys: u64, lookups: u64) {
    let filter = BinaryFuse::<F>::try_from_keys(0..keys).unwrap();
    assert_eq!(filter.len(), keys as usize);
    assert!((0..keys).all(|key| filter.contains(&key)));
    let rate = filter.false_positive_rate();
    assert_rate(lookups, rate, 0.0, |key| filter.contains(&key));
}

#[test]
fn every_key_is_in_whatever_their_number() {
    for keys in (0..=10_u64).chain([33, 100, 999, 10_000]) {
        let filter = BinaryFuse8::try_from_keys(0..keys).unwrap();
        assert_eq!(filter.len(), keys as usize);
        assert_eq!(filter.is_empty(), keys == 0);
        assert!((0..keys).all(|key| filter.contains(&key)), "{keys} keys");
    }
}

#[test]
fn other_keys_are_in_at_the_rate_of_chance() {
    for keys in [0, 1_000, 10_000, 100_000] {
        assert_holds::<u8>(keys, 200_000);
    }
    assert_holds::<u16>(1_000, 2_000_000);
}

#[test]
#[ignore = "a minute without optimisation"]
fn ten_million_keys_are_in_at_nine_bits_each() {
    for keys in [1_000_000, 10_000_000] {
        assert_holds::<u8>(keys, 10_000_000);
        assert_holds::<u16>(keys, 100_000_000);
    }
    let filter = BinaryFuse8::try_from_keys(0..10_000_000_u64).unwrap();
    assert!(filter.bits_per_key() < 9.03);
}

#[test]
fn hashes_in_a_row_are_told_apart_as_well_as_random_ones() {
    let hashes: Vec<u64> = (0..10_000).collect();
    let filter = BinaryFuse8::from_hashes(&hashes, 0).unwrap();
    assert!(hashes.iter().all(|&hash| filter.contains_hash(hash)));
    assert_rate(200_000, 1.0 / 256.0, 0.0, |hash| filter.contains_hash(hash));
}

#[test]
fn keys_may_repeat() {
    let keys = || (0..50_000_u32).map(|key| key % 20_000);
    let filter = BinaryFuse16::try_from_keys(keys()).unwrap();
    assert_eq!(filter.len(), 20_000);
    assert!(keys().all(|key| filter.contains(&key)));
    let once = BinaryFuse8::try_from_keys(["same"; 1_000]).unwrap();
    assert_eq!((once.len(), once.contains("same")), (1, true));
}

#[test]
fn a_large_set_takes_about_nine_bits_a_key() {
    let filter = BinaryFuse8::try_from_keys(0..400_000_u64).unwrap();
    let bits = filter.bits_per_key();
    assert!((9.0..9.6).contains(&bits), "{bits}");
    let wide = BinaryFuse16::try_from_keys(0..400_000_u64).unwrap();
    assert_eq!(wide.bits_per_key(), 2.0 * bits);
}

#[test]
fn another_seed_gives_other_false_positives() {
    let errors = |seed| -> HashSet<u32> {
        let filter = BinaryFuse8::try_from_keys_with_seed(0..1_000_u32, seed).unwrap();
        assert_eq!(filter.seed(), seed);
        (1_000..20_000).filter(|key| filter.contains(key)).collect()
    };
    let (one, other) = (errors(1), errors(2));
    assert!(one.intersection(&other).count() < one.len() / 10);
}

proptest! {
    #[test]
    fn keys_that_were_given_are_in(keys in prop::collection::vec(0..5_000_u64, 0..2_000)) {
        let distinct: HashSet<u64> = keys.iter().copied().collect();
        let narrow = BinaryFuse8::try_from_keys(&keys).unwrap();
        let wide = BinaryFuse16::try_from_keys(&keys).unwrap();
        prop_assert_eq!(narrow.len(), distinct.len());
        prop_assert_eq!(wide.len(), distinct.len());
        for key in &keys {
            prop_assert!(narrow.contains(key) && wide.contains(key));
        }
    }
}

// ── bytes ──

fn small() -> BinaryFuse8 {
    BinaryFuse8::try_from_keys(0..20_u32).unwrap()
}

#[test]
fn the_filter_that_is_read_is_the_filter_that_was_written() {
    for keys in [0, 1, 2, 1_000_u32] {
        let narrow = BinaryFuse8::try_from_keys_with_seed(0..keys, 5).unwrap();
        let wide = BinaryFuse16::try_from_keys_with_seed(0..keys, 5).unwrap();
        assert_eq!(BinaryFuse8::from_bytes(&narrow.to_bytes()), Ok(narrow));
        assert_eq!(BinaryFuse16::from_bytes(&wide.to_bytes()), Ok(wide));
    }
}

#[test]
fn a_filter_in_borrowed_bytes_answers_as_the_one_in_memory() {
    let filter = BinaryFuse16::try_from_keys_with_seed(0..5_000_u32, 9).unwrap();
    let bytes = filter.to_bytes();
    let borrowed = BinaryFuseRef::<u16>::from_bytes(&bytes).unwrap();
    assert!((0..200_000_u32).all(|key| borrowed.contains(&key) == filter.contains(&key)));
    assert_eq!(borrowed.len(), filter.len());
    assert_eq!(borrowed.bits_per_key(), filter.bits_per_key());
    assert_eq!(borrowed.seed(), 9);
    assert!(!borrowed.is_empty());
}

#[test]
fn the_bytes_are_what_they_have_always_been() {
    let bytes = small().to_bytes();
    assert_eq!((bytes.len(), crc32c::crc32c(&bytes[12..])), GOLDEN);
}

const GOLDEN: (usize, u32) = (112, 465_753_960);

#[test]
fn a_filter_of_another_width_is_refused() {
    let error = BinaryFuse16::from_bytes(&small().to_bytes()).unwrap_err();
    let name = "fingerprint width";
    assert_eq!(error, BloomError::InvalidParameter { name, value: 8 });
}

#[test]
fn bytes_with_any_bit_flipped_are_refused() {
    let mut bytes = small().to_bytes();
    for bit in 0..8 * bytes.len() {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(
            BinaryFuseRef::<u8>::from_bytes(&bytes).is_err(),
            "bit {bit}"
        );
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(BinaryFuse8::from_bytes(&bytes), Ok(small()));
}

#[test]
fn bytes_of_any_other_length_are_refused() {
    let mut bytes = small().to_bytes();
    for length in 0..bytes.len() {
        assert!(BinaryFuse8::from_bytes(&bytes[..length]).is_err());
    }
    bytes.push(0);
    assert!(BinaryFuse8::from_bytes(&bytes).is_err());
}

/// The bytes with a checksum that fits, as somebody who means harm would write them.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..8]), &bytes[12..]);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(BinaryFuse8::from_bytes(&bytes).is_err());
        prop_assert!(BinaryFuse16::from_bytes(&bytes).is_err());
    }

    #[test]
    fn forged_bytes_are_refused_or_answer(
        changes in prop::collection::vec((12..200_usize, any::<u8>()), 1..4),
        cut in 0..60_usize,
    ) {
        let mut bytes = small().to_bytes();
        bytes.truncate(bytes.len() - cut.saturating_sub(30));
        let body = (bytes.len() - 64) as u64;
        bytes[24..32].copy_from_slice(&body.to_le_bytes());
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let bytes = resealed(bytes);
        if let Ok(filter) = BinaryFuseRef::<u8>::from_bytes(&bytes) {
            for key in 0..1_000_u32 {
                filter.contains(&key);
            }
        }
        if let Ok(filter) = BinaryFuseRef::<u16>::from_bytes(&bytes) {
            for key in 0..1_000_u32 {
                filter.contains(&key);
            }
        }
    }
}

#[test]
fn forged_parameters_are_refused_by_name() {
    let forged = |offset: usize, value: u64| {
        let mut bytes = small().to_bytes();
        bytes[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
        BinaryFuse8::from_bytes(&resealed(bytes)).unwrap_err()
    };
    let invalid = |name, value| BloomError::InvalidParameter { name, value };
    assert_eq!(forged(32, 1_000), invalid("number of keys", 1_000));
    assert_eq!(forged(48, 0), invalid("segment length", 0));
    assert_eq!(forged(48, u64::MAX), invalid("segment length", u64::MAX));
    assert_eq!(forged(48, 3), invalid("segment length", 3));
    assert_eq!(forged(56, 9), invalid("fingerprint width", 9));
}
