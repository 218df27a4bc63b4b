//! Jump consistent hashing: shares and moves, for few buckets and for billions.

#[cfg_attr(feature = "yours", path = "../wrr-lb/jump.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/jump.rs")]
mod exercise;

use exercise::jump;

const KEYS: u64 = 50_000;

/// Keys that are not in a row, nor the states of a generator.
fn keys() -> impl Iterator<Item = u64> {
    (1..=KEYS).map(|key| key.wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(31))
}

#[test]
fn a_single_bucket_has_all() {
    assert!(keys().all(|key| jump(key, 1) == 0));
}

#[test]
fn shares_are_even() {
    for buckets in [2, 3, 10, 97] {
        let mut counts = vec![0.0; buckets as usize];
        keys().for_each(|key| counts[jump(key, buckets) as usize] += 1.0);
        let due = KEYS as f64 / f64::from(buckets);
        for (bucket, count) in counts.iter().enumerate() {
            assert!(
                (count - due).abs() < 5.0 * due.sqrt(),
                "bucket {bucket} of {buckets} has {count} keys instead of about {due:.0}"
            );
        }
    }
}

#[test]
fn with_one_more_keys_stay_or_go_to_it() {
    for buckets in (1..=40).chain([1_000, 65_535, 1 << 20]) {
        let mut moved = 0.0;
        for key in keys().take(5_000) {
            let (before, after) = (jump(key, buckets), jump(key, buckets + 1));
            assert!(
                before == after || after == buckets,
                "key {key} moved from {before} to {after} when {buckets} were there"
            );
            moved += f64::from(u8::from(before != after));
        }
        let due = 5_000.0 / f64::from(buckets + 1);
        assert!(
            (moved - due).abs() <= 5.0 * due.sqrt() + 3.0,
            "{moved} of 5000 keys moved to bucket {buckets}, {due:.0} should"
        );
    }
}

#[test]
fn billions_of_buckets_are_no_trouble() {
    let mut sum = 0.0;
    for key in keys() {
        let bucket = jump(key, u32::MAX);
        assert!(bucket < u32::MAX);
        sum += f64::from(bucket) / f64::from(u32::MAX);
    }
    let mean = sum / KEYS as f64;
    assert!(
        (mean - 0.5).abs() < 0.01,
        "they lie at {mean:.3} on average"
    );
}
