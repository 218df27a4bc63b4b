//! What a cache must be able to do to take part, and the check that it does.

use foldhash::fast::FixedState;

use super::keys::key;
use crate::harness::Identity;

/// The hasher of every contestant.
pub type Hasher = FixedState;

/// The seed of every contestant's hasher.
pub const HASH_SEED: u64 = 42;

/// A hasher, the same for everyone.
pub fn hasher() -> Hasher {
    FixedState::with_seed(HASH_SEED)
}

/// What is cached.
pub trait Value: Copy + Send + Sync + 'static {
    /// The value that belongs to `key`, so that an answer can be checked.
    fn of(key: u64) -> Self;

    /// Reads the value; gives `key` back.
    fn read(&self) -> u64;
}

impl Value for u64 {
    fn of(key: u64) -> Self {
        key
    }

    fn read(&self) -> u64 {
        *self
    }
}

/// A value as long as a cache line.
#[derive(Clone, Copy)]
pub struct Wide([u64; 8]);

impl Value for Wide {
    fn of(key: u64) -> Self {
        Self([key; 8])
    }

    fn read(&self) -> u64 {
        self.0[0]
    }
}

/// How closely a cache follows the least-recently-used order, and so what can be asserted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Exact LRU: full at its capacity, and a hit count that is known for a known trace.
    Lru,
    /// Another policy, full at its capacity.
    Other,
    /// Shards with a share of the capacity each: some fill while others have room. Or counts that
    /// settle later.
    Approximate,
}

/// A cache with one owner.
///
/// Implementations of `get` and `put` are `#[inline(always)]`, so that only the contestant's own
/// function is or is not inlined, as its authors and the compiler decide.
pub trait Solo<V>: 'static {
    /// Who it is.
    const WHO: Identity;

    /// What can be asserted of it.
    const ORDER: Order;

    /// An empty cache of `capacity` entries.
    fn with_capacity(capacity: usize) -> Self;

    /// Looks `key` up, counts as a use of it, and reads the value.
    fn get(&mut self, key: u64) -> Option<u64>;

    /// Maps `key` to its value, evicting as needed.
    fn put(&mut self, key: u64);

    /// Number of resident entries.
    fn len(&self) -> usize;

    /// Does what the cache has put off, so that it is not charged to what is measured next.
    fn settle(&mut self) {}
}

/// A cache that threads share.
pub trait Shared<V>: Send + Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// An empty cache of `capacity` entries.
    fn with_capacity(capacity: usize) -> Self;

    /// Looks `key` up, counts as a use of it, and reads the value.
    fn get(&self, key: u64) -> Option<u64>;

    /// Maps `key` to its value, evicting as needed.
    fn put(&self, key: u64);

    /// Number of resident entries.
    fn len(&self) -> usize;

    /// Does what the cache has put off, so that it is not charged to what is measured next.
    fn settle(&self) {}
}

/// A thread-safe cache on one thread.
pub struct Alone<C>(C);

impl<V, C: Shared<V>> Solo<V> for Alone<C> {
    const WHO: Identity = C::WHO;
    const ORDER: Order = Order::Approximate;

    fn with_capacity(capacity: usize) -> Self {
        Self(C::with_capacity(capacity))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(key)
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.put(key);
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn settle(&mut self) {
        self.0.settle();
    }
}

/// Makes sure that a `C` gives back what was put into it, fills up to its capacity and not beyond.
///
/// # Panics
///
/// If it does not: then its times would mean nothing.
pub fn check<V, C: Solo<V>>() {
    const CAPACITY: u32 = 4_096;
    let mut cache = C::with_capacity(CAPACITY as usize);
    for index in 0..4 * u64::from(CAPACITY) {
        cache.put(key(index));
        if let Some(value) = cache.get(key(index)) {
            assert_eq!(
                value,
                key(index),
                "{} returns another key's value",
                C::WHO.name
            );
        } else {
            assert_ne!(
                C::ORDER,
                Order::Lru,
                "{} has lost what was just put into it",
                C::WHO.name
            );
        }
    }
    cache.settle();
    check_full::<V, C>(&cache, CAPACITY);
}

/// Makes sure that `cache` holds its capacity.
///
/// # Panics
///
/// If it does not.
pub fn check_full<V, C: Solo<V>>(cache: &C, capacity: u32) {
    let capacity = capacity as usize;
    let slack = if C::ORDER == Order::Approximate {
        capacity / 8
    } else {
        0
    };
    let (low, high) = (capacity - slack, capacity + slack);
    let len = cache.len();
    assert!(
        (low..=high).contains(&len),
        "{} holds {len} entries, not {low} to {high}",
        C::WHO.name
    );
}
