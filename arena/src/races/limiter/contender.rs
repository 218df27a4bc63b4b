//! What a limiter must be able to do to take part, and the checks that it does.

use std::{hash::Hash, time::Duration};

use crate::harness::Identity;

/// How much may pass.
#[derive(Clone, Copy, Debug)]
pub enum Quota {
    /// 10⁹ a second, and as large a burst as there can be.
    Plenty,
    /// So many an hour, at once if need be.
    Hourly(u32),
}

/// An hour: longer than any turn.
pub const HOUR: Duration = Duration::from_secs(3600);

/// A limiter of all that comes.
pub trait Direct: Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// A limiter of which nothing was asked yet.
    fn of(quota: Quota) -> Self;

    /// Whether one more may pass now.
    fn check(&self) -> bool;
}

/// What a limiter can tell apart.
pub trait Key: Hash + Eq + Clone + Send + Sync + 'static {
    /// The key with this number.
    fn of(number: u64) -> Self;
}

impl Key for u64 {
    fn of(number: u64) -> Self {
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Key for String {
    fn of(number: u64) -> Self {
        let [.., a, b, c] = number.to_be_bytes();
        format!("10.{a}.{b}.{c}")
    }
}

/// A limiter of each key for itself.
pub trait Keyed<K>: Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// A limiter of which nothing was asked yet.
    fn of(quota: Quota) -> Self;

    /// Whether one more may pass now for `key`.
    fn check(&self, key: &K) -> bool;
}

/// Checks that `L` admits what it should and no more.
pub fn check_direct<L: Direct>() {
    let limiter = L::of(Quota::Hourly(3));
    let admitted = (0..10).filter(|_| limiter.check()).count();
    assert_eq!(admitted, 3, "{} with a burst of 3", L::WHO.name);
}

/// Checks that `L` admits what it should and no more, for each key.
pub fn check_keyed<K: Key, L: Keyed<K>>() {
    let limiter = L::of(Quota::Hourly(3));
    for key in (0..100).map(K::of) {
        let admitted = (0..10).filter(|_| limiter.check(&key)).count();
        assert_eq!(admitted, 3, "{} with a burst of 3", L::WHO.name);
    }
}
