//! What caches are put through by one thread.
//!
//! Work goes in batches, through a sequence of keys that is longer than the cache, and round again:
//! so it is the cache and not the sequence that decides which memory is touched.

use std::{hint::black_box, marker::PhantomData};

use super::{
    SoloWork,
    contender::{Order, Solo, Value, check, check_full},
    keys::{BATCH, Loop, key, uniform, web07, zipf},
};
use crate::harness::{Turn, growth};

/// `get` of keys that are all resident.
#[derive(Clone, Copy)]
pub struct GetHit {
    /// Entries in the cache.
    pub capacity: u32,
}

impl SoloWork for GetHit {
    type Value = u64;

    fn run<C: Solo<u64>>(self, turn: &mut Turn) {
        check::<u64, C>();
        let mut cache = filled::<u64, C>(self.capacity);
        for number in 0..self.capacity {
            let key = key(number.into());
            assert_eq!(
                cache.get(key),
                Some(key),
                "{} has evicted without need",
                C::WHO.name
            );
        }
        let length = (self.capacity as usize).next_multiple_of(4 * BATCH);
        let mut numbers = Loop::new(uniform(self.capacity, length, turn.seed()));
        turn.iterate(BATCH as u64, || {
            let read = |&number: &u32| cache.get(key(number.into())).unwrap_or(0);
            black_box(numbers.batch().iter().map(read).fold(0, u64::wrapping_add));
        });
        check_full::<u64, C>(&cache, self.capacity);
    }
}

/// `put` of keys that were never seen before, into a cache that is full.
#[derive(Clone, Copy)]
pub struct PutEvict<V> {
    capacity: u32,
    value: PhantomData<V>,
}

impl<V> PutEvict<V> {
    /// Into a cache of `capacity` entries.
    pub fn new(capacity: u32) -> Self {
        Self {
            capacity,
            value: PhantomData,
        }
    }
}

impl<V: Value> SoloWork for PutEvict<V> {
    type Value = V;

    fn run<C: Solo<V>>(self, turn: &mut Turn) {
        check::<V, C>();
        let mut cache = filled::<V, C>(self.capacity);
        let mut fresh = u64::from(self.capacity);
        turn.iterate(BATCH as u64, || {
            let end = fresh + BATCH as u64;
            (fresh..end).for_each(|number| cache.put(black_box(key(number))));
            fresh = end;
        });
        cache.settle();
        check_full::<V, C>(&cache, self.capacity);
        let kept_newest = cache.get(key(fresh - 1)).is_some();
        assert!(
            kept_newest || C::ORDER != Order::Lru,
            "{} has lost the newest entry",
            C::WHO.name
        );
    }
}

/// Read-through: `get`, and `put` after a miss, of keys of which a few are asked for often.
#[derive(Clone, Copy)]
pub struct Mix {
    /// Entries in the cache; ten times as many keys are asked for.
    pub capacity: u32,
}

impl SoloWork for Mix {
    type Value = u64;

    fn run<C: Solo<u64>>(self, turn: &mut Turn) {
        // Long enough that a turn repeats it but a few times: a policy with a memory would learn a
        // short one by heart.
        let requests = if turn.quick() { 1 << 20 } else { 1 << 22 };
        check::<u64, C>();
        let mut cache = C::with_capacity(self.capacity as usize);
        let mut numbers = Loop::new(zipf(10 * self.capacity, requests, turn.seed()));
        read_through(&mut cache, keys(&numbers.items));
        cache.settle();
        check_full::<u64, C>(&cache, self.capacity);
        let (mut hits, mut batches) = (0, 0);
        turn.iterate(BATCH as u64, || {
            hits += read_through(&mut cache, keys(numbers.batch()));
            batches += BATCH;
        });
        turn.record("hit_rate", hits as f64 / batches as f64);
    }
}

/// Replays a recorded trace on an empty cache.
#[derive(Clone, Copy)]
pub struct Replay {
    /// Entries in the cache.
    pub capacity: u32,
}

impl SoloWork for Replay {
    type Value = u64;

    fn run<C: Solo<u64>>(self, turn: &mut Turn) {
        /// What LRU scores on this trace with 2 000 entries.
        const LRU_HITS: u64 = 42_245;
        let keys = web07();
        let replay = |cache: &mut C| read_through(cache, black_box(&keys).iter().copied());
        let fresh = || C::with_capacity(self.capacity as usize);
        let hits = replay(&mut fresh());
        assert!(
            C::ORDER != Order::Lru || hits == LRU_HITS,
            "{} is not LRU: {hits} hits",
            C::WHO.name
        );
        turn.record("hit_rate", hits as f64 / keys.len() as f64);
        turn.replay(keys.len() as u64, fresh, |cache| {
            black_box(replay(cache));
        });
    }
}

/// Fills a cache and weighs it.
#[derive(Clone, Copy)]
pub struct Fill {
    /// Entries in the cache.
    pub capacity: u32,
}

impl SoloWork for Fill {
    type Value = u64;

    fn run<C: Solo<u64>>(self, turn: &mut Turn) {
        let (cache, bytes) = growth(|| filled::<u64, C>(self.capacity));
        check_full::<u64, C>(&cache, self.capacity);
        turn.record("bytes_per_entry", bytes as f64 / cache.len() as f64);
    }
}

/// A cache into which as many entries were put as it has capacity.
fn filled<V, C: Solo<V>>(capacity: u32) -> C {
    let mut cache = C::with_capacity(capacity as usize);
    (0..capacity).for_each(|number| cache.put(key(number.into())));
    cache.settle();
    cache
}

/// The keys with these numbers.
fn keys(numbers: &[u32]) -> impl Iterator<Item = u64> {
    numbers.iter().map(|&number| key(number.into()))
}

/// Asks `cache` for all of `keys`, putting what is missing; returns the number of hits.
#[inline]
fn read_through<C: Solo<u64>>(cache: &mut C, keys: impl Iterator<Item = u64>) -> u64 {
    let mut hits = 0;
    for key in keys {
        if cache.get(key).is_some() {
            hits += 1;
        } else {
            cache.put(key);
        }
    }
    hits
}
