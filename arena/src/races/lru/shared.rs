//! What caches are put through by several threads at once.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    SharedWork,
    contender::{Alone, Shared, check},
    keys::{BATCH, Loop, key, zipf},
};
use crate::harness::Turn;

/// Nine requests in ten are `get`, one is `put`, of keys of which a few are asked for often.
#[derive(Clone, Copy)]
pub struct SharedMix {
    /// Entries in the cache; ten times as many keys are asked for.
    pub capacity: u32,
    /// Threads at once, each with a sequence of its own.
    pub threads: u32,
}

impl SharedWork for SharedMix {
    fn run<C: Shared<u64>>(self, turn: &mut Turn) {
        check::<u64, Alone<C>>();
        let cache = C::with_capacity(self.capacity as usize);
        let sequences: Vec<_> = (0..self.threads)
            .map(|thread| self.sequence(turn.seed(), thread))
            .collect();
        turn.record("hit_rate", warm(&sequences, &cache));
        cache.settle();
        let workers = sequences.into_iter().map(|sequence| {
            let (mut sequence, cache) = (Loop::new(sequence), &cache);
            move || {
                black_box(
                    sequence
                        .batch()
                        .iter()
                        .filter(|request| request.perform(cache))
                        .count(),
                );
            }
        });
        turn.together(BATCH as u64, workers.collect());
    }
}

impl SharedMix {
    /// The requests of one thread.
    fn sequence(self, seed: u64, thread: u32) -> Vec<Request> {
        const REQUESTS: usize = 1 << 20;
        // Rounds have neighbouring seeds; threads must not, or one's sequence would be another's of
        // the next round.
        let seed = seed + (u64::from(thread) << 32);
        let mut random = StdRng::seed_from_u64(!seed);
        let numbers = zipf(10 * self.capacity, REQUESTS, seed).into_iter();
        let request = |number| {
            if random.random_ratio(1, 10) {
                Request::Put(number)
            } else {
                Request::Get(number)
            }
        };
        numbers.map(request).collect()
    }
}

/// One request, of the key with this number.
#[derive(Clone, Copy)]
enum Request {
    Get(u32),
    Put(u32),
}

impl Request {
    /// Whether it was a hit.
    fn perform<C: Shared<u64>>(self, cache: &C) -> bool {
        match self {
            Self::Get(number) => cache.get(key(number.into())).is_some(),
            Self::Put(number) => {
                cache.put(key(number.into()));
                false
            }
        }
    }
}

/// Brings `cache` into the state of long use: the first half of all `sequences` as a read-through
/// cache would see it, the second half as it stands; returns the share of the second half's gets
/// that hit.
fn warm<C: Shared<u64>>(sequences: &[Vec<Request>], cache: &C) -> f64 {
    let half = sequences[0].len() / 2;
    for &(Request::Get(number) | Request::Put(number)) in
        sequences.iter().flat_map(|sequence| &sequence[..half])
    {
        let key = key(number.into());
        if cache.get(key).is_none() {
            cache.put(key);
        }
    }
    let second = || sequences.iter().flat_map(|sequence| &sequence[half..]);
    let gets = second()
        .filter(|request| matches!(request, Request::Get(_)))
        .count();
    second().filter(|request| request.perform(cache)).count() as f64 / gets as f64
}
