//! What a filter must be able to do to take part, and the check that it does.

use crate::harness::{Identity, Turn};

/// The rate of every contestant that can choose.
pub const RATE: f64 = 0.01;

/// Bits a key with which a classic filter has this rate: 7 / −ln(1 − 0.01^(1/7)).
pub const CLASSIC_BITS: f64 = 9.593;

/// The hashes a key that go with it.
pub const CLASSIC_HASHES: u32 = 7;

/// Bits a key with which blocks of 256 bits in eight lanes of 32 have this rate, by the formula of Putze, Sanders and Singler.
pub const SPLIT_BLOCK_BITS: f64 = 10.53;

/// The seed of the hash.
pub const SEED: u64 = 42;

/// The key with this number: distinct for distinct numbers.
#[inline]
pub fn key(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The hash of a key, the same for every contestant that takes one.
#[inline]
pub fn hash(key: u64) -> u64 {
    bloom::hash_key(&key, SEED)
}

/// A filter.
pub trait Filter: 'static {
    /// Who it is.
    const WHO: Identity;

    /// The rate that it is to have.
    const RATE: f64 = RATE;

    /// The filter of these keys.
    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self;

    /// Whether the key is probably in.
    fn contains(&self, key: u64) -> bool;

    /// Its size.
    fn bits(&self) -> usize;
}

/// A filter to which keys can be added.
pub trait Growing: Filter {
    /// An empty filter for this many keys.
    fn for_items(items: usize) -> Self;

    /// Adds a key.
    fn insert(&mut self, key: u64);

    /// The filter of these keys.
    fn grown(keys: impl ExactSizeIterator<Item = u64>) -> Self
    where
        Self: Sized,
    {
        let mut filter = Self::for_items(keys.len());
        keys.for_each(|key| filter.insert(key));
        filter
    }
}

/// A filter of the keys with numbers below `items`: has them all, and errs as often as it should. Records how often that is, and
/// what it takes.
pub fn filled<F: Filter>(items: usize, turn: &mut Turn) -> F {
    let filter = F::of((0..items as u32).map(|number| key(number.into())));
    for number in 0..items as u64 {
        assert!(filter.contains(key(number)), "{} denies a key", F::WHO.name);
    }
    const LOOK_UPS: u64 = 1 << 20;
    let strangers = (0..LOOK_UPS).map(|number| key(items as u64 + 1 + number));
    let wrong = strangers.filter(|&key| filter.contains(key)).count();
    let rate = wrong as f64 / LOOK_UPS as f64;
    // Filters of a thousand keys differ by some percent; a rate of 0.4 % is known to within 1.6 % after so many look-ups.
    let tolerance = if items < 10_000 { 0.25 } else { 0.08 };
    assert!(
        (rate / F::RATE - 1.0).abs() < tolerance,
        "{} errs {rate} times, not {}",
        F::WHO.name,
        F::RATE
    );
    turn.record("false_positive_rate", rate);
    turn.record("bits_per_item", filter.bits() as f64 / items as f64);
    filter
}
