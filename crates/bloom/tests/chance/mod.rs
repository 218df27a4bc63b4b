//! Is a measured rate what chance gives?

/// Keys that no test inserts.
pub fn strangers(count: u64) -> impl Iterator<Item = u64> {
    (1 << 40)..(1 << 40) + count
}

/// Asserts that out of `lookups` keys that are not in a filter, as many are said to be as chance
/// allows at this rate: 5 standard deviations, which one correct filter in two million exceeds.
///
/// `spread` is the standard deviation of the rate itself among filters, relative to it: two filters
/// of different seeds have not quite the same number of bits set.
pub fn assert_rate(lookups: u64, rate: f64, spread: f64, contains: impl Fn(u64) -> bool) {
    let found = strangers(lookups).filter(|&key| contains(key)).count() as f64;
    let expected = rate * lookups as f64;
    let deviation = (expected * (1.0 - rate)).sqrt().hypot(spread * expected);
    assert!(
        (found - expected).abs() <= 5.0 * deviation,
        "{found} of {lookups}, expected {expected} ± {deviation}"
    );
}
