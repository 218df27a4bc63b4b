//! What readers count, for statistics.
//!
//! A look-up takes some hundred nanoseconds, and a number that several threads add to takes as much
//! by itself: its cache line goes from one processor to the other. So there are several of each,
//! every thread adds to its own, and who wants to know adds them up.

use std::array;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Sets of counters. More threads than that share some.
const STRIPES: usize = 16;

thread_local! {
    /// Which set is this thread's.
    static STRIPE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        // Relaxed: that the numbers differ is all.
        NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES
    };
}

/// What all look-ups did.
#[derive(Debug)]
pub(crate) struct ReadCounters {
    stripes: [Stripe; STRIPES],
}

/// Numbers that only grow, on cache lines of their own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe {
    /// Look-ups.
    gets: AtomicU64,
    /// Tables whose blocks a look-up read.
    tables_probed: AtomicU64,
    /// Filters that were asked.
    filter_checks: AtomicU64,
    /// Filters that said no.
    filter_skips: AtomicU64,
}

/// What one look-up did, or all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadCounts {
    pub gets: u64,
    pub tables_probed: u64,
    pub filter_checks: u64,
    pub filter_skips: u64,
}

impl ReadCounters {
    /// Adds what a look-up did.
    pub fn add(&self, counts: ReadCounts) {
        let stripe = &self.stripes[STRIPE.with(|stripe| *stripe)];
        let pairs = [
            (&stripe.gets, counts.gets),
            (&stripe.tables_probed, counts.tables_probed),
            (&stripe.filter_checks, counts.filter_checks),
            (&stripe.filter_skips, counts.filter_skips),
        ];
        for (counter, count) in pairs {
            if count > 0 {
                // Relaxed: numbers for their own sake.
                counter.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// All so far.
    pub fn total(&self) -> ReadCounts {
        let sum = |counter: fn(&Stripe) -> &AtomicU64| {
            let counts = self.stripes.iter().map(counter);
            counts.map(|count| count.load(Ordering::Relaxed)).sum()
        };
        ReadCounts {
            gets: sum(|stripe| &stripe.gets),
            tables_probed: sum(|stripe| &stripe.tables_probed),
            filter_checks: sum(|stripe| &stripe.filter_checks),
            filter_skips: sum(|stripe| &stripe.filter_skips),
        }
    }
}

impl Default for ReadCounters {
    fn default() -> Self {
        ReadCounters {
            stripes: array::from_fn(|_| Stripe::default()),
        }
    }
}
