//! What choosers are put through.

use std::hint::black_box;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::contender::{Chooser, check, endpoints};
use crate::harness::Turn;

/// Operations of one call of a measured closure: tens of microseconds.
const BATCH: usize = 1_024;

/// Length of a sequence of keys: long enough not to be learned.
const SEQUENCE: usize = 1 << 16;

/// Picks as fast as they go.
#[derive(Clone, Copy)]
pub struct Picks {
    /// Endpoints to choose from.
    pub size: usize,
    /// Threads at once.
    pub threads: u32,
}

impl Picks {
    /// Does the work on a `C` and measures it.
    pub fn run<C: Chooser>(self, turn: &mut Turn) {
        check::<C>();
        let chooser = C::of(&endpoints(C::CHOICE, size(self.size, turn)));
        let workers = (0..self.threads).map(|thread| {
            let mut random = StdRng::seed_from_u64(turn.seed() + (u64::from(thread) << 32));
            let keys: Vec<u64> = (0..SEQUENCE).map(|_| random.random()).collect();
            let chooser = &chooser;
            let mut next = 0;
            move || {
                let batch = black_box(&keys[next..next + BATCH]);
                next = (next + BATCH) % SEQUENCE;
                for &key in batch {
                    black_box(chooser.pick(key));
                }
            }
        });
        let workers = workers.collect();
        turn.together(BATCH as u64, workers);
    }
}

/// Building a chooser.
#[derive(Clone, Copy)]
pub struct Build {
    /// Endpoints to choose from.
    pub size: usize,
}

impl Build {
    /// Does the work on a `C` and measures it.
    pub fn run<C: Chooser>(self, turn: &mut Turn) {
        check::<C>();
        let endpoints = endpoints(C::CHOICE, size(self.size, turn));
        turn.iterate(1, || {
            black_box(C::of(black_box(&endpoints)));
        });
    }
}

/// How many endpoints there are: not so many in a smoke test, since one of the tables of ten thousand takes gigabytes to build.
fn size(size: usize, turn: &Turn) -> usize {
    if turn.quick() { size.min(1_000) } else { size }
}
