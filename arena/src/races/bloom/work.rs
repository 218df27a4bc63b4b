//! What filters are put through.
//!
//! Look-ups go through a sequence of keys whose numbers were drawn before, so that neither the processor's branch predictor nor
//! its prefetcher can learn them by heart.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    GrowingWork, Work,
    contender::{Filter, Growing, filled, key},
};
use crate::harness::Turn;

/// Operations of one call of a measured closure: tens of microseconds.
const BATCH: usize = 4_096;

/// Length of a sequence: long enough not to be learned, short enough to leave the caches to the filter.
const SEQUENCE: usize = 1 << 18;

/// Which keys are looked up.
#[derive(Clone, Copy)]
pub enum Keys {
    /// Those that are in.
    Present,
    /// Others.
    Absent,
}

impl Keys {
    /// The workload's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Present => "contains-hit",
            Self::Absent => "contains-miss",
        }
    }
}

/// Look-ups.
#[derive(Clone, Copy)]
pub struct Find {
    /// Which keys.
    pub keys: Keys,
    /// Keys in the filter.
    pub items: usize,
}

impl Work for Find {
    fn run<F: Filter>(self, turn: &mut Turn) {
        let filter: F = filled(self.items, turn);
        let first = match self.keys {
            Keys::Present => 0,
            Keys::Absent => self.items as u32,
        };
        let numbers = numbers(self.items, first, turn.seed());
        let mut next = 0;
        let mut found = 0;
        turn.iterate(BATCH as u64, || {
            let batch = black_box(&numbers[next..next + BATCH]);
            next = (next + BATCH) % SEQUENCE;
            let is_in = |&number: &u32| filter.contains(key(number.into()));
            found += batch
                .iter()
                .map(|number| usize::from(is_in(number)))
                .sum::<usize>();
        });
        assert!(
            black_box(found) > 0,
            "{} finds or errs at least once",
            F::WHO.name
        );
    }
}

/// Insertions.
#[derive(Clone, Copy)]
pub struct Insert {
    /// Keys in the filter.
    pub items: usize,
}

impl GrowingWork for Insert {
    fn run<F: Growing>(self, turn: &mut Turn) {
        let mut filter: F = filled(self.items, turn);
        let numbers = numbers(self.items, 0, turn.seed());
        let mut next = 0;
        turn.iterate(BATCH as u64, || {
            let batch = black_box(&numbers[next..next + BATCH]);
            next = (next + BATCH) % SEQUENCE;
            batch
                .iter()
                .for_each(|&number| filter.insert(key(number.into())));
        });
        black_box(&filter);
    }
}

/// Numbers from `first` on, `items` of them, in random order.
fn numbers(items: usize, first: u32, seed: u64) -> Vec<u32> {
    let mut random = StdRng::seed_from_u64(seed);
    let end = first + items as u32;
    let draw = |_| random.random_range(first..end);
    (0..SEQUENCE).map(draw).collect()
}
