//! What breakers are put through.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::contender::{Answer, Breaker, prepared};
use crate::harness::Turn;

/// Operations of one call of a measured closure: tens of microseconds.
const BATCH: usize = 4_096;

/// Length of a sequence of outcomes: long enough not to be learned.
const SEQUENCE: usize = 1 << 16;

/// Calls as fast as they go.
#[derive(Clone, Copy)]
pub struct Calls {
    /// Threads at once, on one breaker.
    pub threads: u32,
    /// How many in a hundred fail.
    pub failing: u32,
    /// Whether the circuit is open.
    pub open: bool,
}

impl Calls {
    /// Does the work on a `B` and measures it.
    pub fn run<B: Breaker>(self, turn: &mut Turn) {
        let breaker = prepared::<B>(self.open);
        let workers = (0..self.threads).map(|thread| {
            let outcomes = self.outcomes(turn.seed() + (u64::from(thread) << 32));
            let breaker = &breaker;
            let (mut next, mut refused) = (0, 0);
            move || {
                let batch = black_box(&outcomes[next..next + BATCH]);
                next = (next + BATCH) % SEQUENCE;
                for &fails in batch {
                    refused += usize::from(breaker.call(fails) == Answer::Refused);
                }
                black_box(refused);
            }
        });
        let workers = workers.collect();
        turn.together(BATCH as u64, workers);
        let refuses = breaker.call(false) == Answer::Refused;
        assert_eq!(refuses, self.open, "{} at the end", B::WHO.name);
    }

    /// Which calls of a thread fail.
    fn outcomes(self, seed: u64) -> Vec<bool> {
        let mut random = StdRng::seed_from_u64(seed);
        let draw = |_| random.random_ratio(self.failing, 100);
        (0..SEQUENCE).map(draw).collect()
    }
}
