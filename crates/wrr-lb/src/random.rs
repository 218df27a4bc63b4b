//! Random numbers for many threads.
//!
//! A generator that threads share is a cache line that they fight for: 20 to 100 ns a number, for
//! one that takes 2 ns to compute. So there are several, each in its own cache line, and a thread
//! uses the one of its number. When two threads meet on one after all and step it at once, a number
//! is drawn twice; nobody is harmed by that, so that the step needs no atomic addition: it is a
//! load and a store.
//!
//! # Invariants
//!
//! - The numbers that one thread draws depend on the seed alone, whichever its own number is:
//!   generators get their streams in the order in which they are used first.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::hash::{GOLDEN, mix};

/// How many generators there are. More threads than that share.
const STRIPES: usize = 16;

/// splitmix64 in stripes.
#[derive(Debug)]
pub(crate) struct Random {
    seed: u64,
    /// How many stripes have been used.
    used: AtomicU64,
    stripes: Box<[Stripe; STRIPES]>,
}

/// The state of a generator, in a cache line of its own; and in a pair of lines, because
/// processors fetch them in pairs. Zero: not used yet.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe(AtomicU64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random {
            seed,
            used: AtomicU64::new(0),
            stripes: Box::default(),
        }
    }

    /// The same with another seed, if it has not been used yet.
    pub(crate) fn seeded(self, seed: u64) -> Self {
        Random { seed, ..self }
    }

    /// The next number.
    #[inline]
    pub(crate) fn next(&self) -> u64 {
        let Stripe(state) = &self.stripes[thread_number() % STRIPES];
        // Relaxed, because no number says anything about another thread's memory.
        let now = match state.load(Relaxed) {
            0 => self.first(),
            now => now,
        };
        state.store(now.wrapping_add(GOLDEN), Relaxed);
        mix(now)
    }

    /// Where the next stripe begins.
    #[cold]
    fn first(&self) -> u64 {
        mix(self.seed ^ mix(self.used.fetch_add(1, Relaxed)))
    }
}

/// The calling thread's number, counted from zero over the process.
#[inline]
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    NUMBER.with(|number| {
        if number.get() == usize::MAX {
            number.set(NEXT.fetch_add(1, Relaxed) % (usize::MAX - 1));
        }
        number.get()
    })
}
