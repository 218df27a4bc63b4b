//! The feature `serde`.
#![cfg(feature = "serde")]

use bloom::{
    BinaryFuse8, BinaryFuse16, BlockedBloomFilter, BloomFilter, CountingBloomFilter,
    ScalableBloomFilter,
};

#[test]
fn a_filter_comes_back_from_json() {
    let mut filter = BloomFilter::with_false_positive_rate(100, 0.01).unwrap();
    filter.extend(0..100);
    let json = serde_json::to_string(&filter).unwrap();
    assert_eq!(serde_json::from_str::<BloomFilter>(&json).unwrap(), filter);

    let mut filter = BlockedBloomFilter::with_false_positive_rate(100, 0.01).unwrap();
    filter.extend(0..100);
    let json = serde_json::to_string(&filter).unwrap();
    assert_eq!(
        serde_json::from_str::<BlockedBloomFilter>(&json).unwrap(),
        filter
    );
}

#[test]
fn the_other_kinds_come_back_from_json_too() {
    macro_rules! comes_back {
        ($kind:ty, $filter:expr) => {
            let json = serde_json::to_string(&$filter).unwrap();
            assert_eq!(serde_json::from_str::<$kind>(&json).unwrap(), $filter);
        };
    }
    let mut counting = CountingBloomFilter::with_false_positive_rate(100, 0.01).unwrap();
    counting.extend(0..100);
    comes_back!(CountingBloomFilter, counting);
    let mut scalable = ScalableBloomFilter::with_false_positive_rate(10, 0.01).unwrap();
    scalable.extend(0..100);
    comes_back!(ScalableBloomFilter, scalable);
    comes_back!(BinaryFuse8, BinaryFuse8::try_from_keys(0..100).unwrap());
    comes_back!(BinaryFuse16, BinaryFuse16::try_from_keys(0..100).unwrap());
}

#[test]
fn what_is_no_filter_is_an_error_that_says_why() {
    let error = |json: &str| {
        serde_json::from_str::<BloomFilter>(json)
            .unwrap_err()
            .to_string()
    };
    assert!(
        error("[1, 2, 3]").contains("not a filter"),
        "{}",
        error("[1, 2, 3]")
    );
    assert!(
        error("7").contains("the bytes of a filter"),
        "{}",
        error("7")
    );
    assert!(error("[300]").contains("300"), "{}", error("[300]"));
    let filter = BlockedBloomFilter::with_bits(1).unwrap();
    let json = serde_json::to_string(&filter).unwrap();
    assert!(
        error(&json).contains("kind 2 instead of 1"),
        "{}",
        error(&json)
    );
}
