//! What an ordered map must be able to do to take part, and the check that it does.

use std::collections::BTreeMap;

use super::keys::key;
use crate::harness::Identity;

/// An ordered map from u64 to u64 with one owner, in which every key has itself as its value.
///
/// Implementations are `#[inline(always)]`, so that only the contestant's own function is or is not inlined, as its authors and
/// the compiler decide.
pub trait Solo: Sized + 'static {
    /// Who it is.
    const WHO: Identity;

    /// An empty map that will get `entries` entries.
    fn with_room(entries: usize) -> Self;

    /// A map with these keys, of which there are `entries`, made as its authors would make one.
    fn of(entries: usize, keys: impl Iterator<Item = u64>) -> Self {
        let mut map = Self::with_room(entries);
        keys.for_each(|key| map.insert(key));
        map
    }

    /// Adds `key`, which is not there.
    fn insert(&mut self, key: u64);

    /// Looks `key` up, and reads the value.
    fn get(&self, key: u64) -> Option<u64>;

    /// The sum of the first `count` values from `start` on.
    fn scan(&self, start: u64, count: usize) -> u64;

    /// The sum of all values.
    fn sum(&self) -> u64 {
        self.scan(0, usize::MAX)
    }

    /// Number of entries.
    fn len(&self) -> usize;
}

/// An ordered map that threads share.
pub trait Shared: Send + Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// An empty map that will get `entries` entries.
    fn with_room(entries: usize) -> Self;

    /// Adds `key`, which is not there.
    fn insert(&self, key: u64);

    /// Looks `key` up, and reads the value.
    fn get(&self, key: u64) -> Option<u64>;

    /// The sum of the first `count` values from `start` on.
    fn scan(&self, start: u64, count: usize) -> u64;

    /// The sum of all values.
    fn sum(&self) -> u64 {
        self.scan(0, usize::MAX)
    }

    /// Number of entries.
    fn len(&self) -> usize;
}

/// An ordered map from which entries can be removed.
pub trait Removing: Solo {
    /// Removes `key`; returns whether it was there.
    fn remove(&mut self, key: u64) -> bool;
}

/// An ordered map that knows where a key stands in the order.
pub trait Ranked: Solo {
    /// How many keys are less than `key`, which is there.
    fn rank(&self, key: u64) -> usize;

    /// The key before which there are `rank` others.
    fn by_rank(&self, rank: usize) -> u64;
}

/// A map for threads, on one thread.
pub struct Alone<C>(pub C);

impl<C: Shared> Solo for Alone<C> {
    const WHO: Identity = C::WHO;

    fn with_room(entries: usize) -> Self {
        Self(C::with_room(entries))
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert(key);
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(key)
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        self.0.scan(start, count)
    }

    #[inline(always)]
    fn sum(&self) -> u64 {
        self.0.sum()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

const SAMPLE: u64 = 4_096;

/// Makes sure that a `C` holds what was put into it, in order.
///
/// # Panics
///
/// If it does not: then its times would mean nothing.
pub fn check<C: Solo>() {
    let (map, model) = sample::<C>();
    assert_eq!(map.len(), model.len(), "{} cannot count", C::WHO.name);
    for number in 0..2 * SAMPLE {
        let key = key(number);
        let expected = model.get(&key).copied();
        assert_eq!(map.get(key), expected, "{} does not find", C::WHO.name);
        let sum = model
            .range(key..)
            .take(100)
            .map(|(_, value)| *value)
            .fold(0, u64::wrapping_add);
        assert_eq!(map.scan(key, 100), sum, "{} does not scan", C::WHO.name);
    }
    let sum = model.into_values().fold(0, u64::wrapping_add);
    assert_eq!(map.sum(), sum, "{} does not sum", C::WHO.name);
}

/// Makes sure that a `C` removes.
///
/// # Panics
///
/// If it does not.
pub fn check_removal<C: Removing>() {
    let (mut map, model) = sample::<C>();
    let odd = |key: &u64| key % 2 == 1;
    for key in model.keys().copied().filter(odd) {
        assert!(map.remove(key), "{} does not find to remove", C::WHO.name);
        assert!(!map.remove(key), "{} removes twice", C::WHO.name);
    }
    for key in model.into_keys() {
        let expected = (!odd(&key)).then_some(key);
        assert_eq!(map.get(key), expected, "{} does not remove", C::WHO.name);
    }
}

/// Makes sure that a `C` knows ranks.
///
/// # Panics
///
/// If it does not.
pub fn check_ranks<C: Ranked>() {
    let (map, model) = sample::<C>();
    for (rank, key) in model.into_keys().enumerate() {
        assert_eq!(map.rank(key), rank, "{} does not rank", C::WHO.name);
        assert_eq!(
            map.by_rank(rank),
            key,
            "{} does not find by rank",
            C::WHO.name
        );
    }
}

fn sample<C: Solo>() -> (C, BTreeMap<u64, u64>) {
    let model = (0..SAMPLE).map(|number| (key(number), key(number)));
    let map = C::of(SAMPLE as usize, (0..SAMPLE).map(key));
    (map, model.collect())
}
