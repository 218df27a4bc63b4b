//! How many entries there are, and how tall the next tower is, counted by everyone at once.
//!
//! A counter that all threads add to is one cache line that all of them want. So there are several,
//! each in lines of its own, and a thread uses the one of its number. The count of insertions does
//! double duty: it is also the number of the throw that the new tower's height comes from.
//!
//! # Complexity
//!
//! To count is O(1), and undisturbed while fewer threads insert than there are stripes. To sum up
//! is O(stripes).

use crate::height::{even_height_of, state_after};
use crate::sync::{AtomicUsize, Ordering, thread_number};

/// Counters; a power of two, so that a thread finds its own by a mask.
const STRIPES: usize = 8;

/// Two neighbouring cache lines, which processors like to fetch together.
#[repr(align(128))]
struct Stripe {
    inserted: AtomicUsize,
    removed: AtomicUsize,
}

pub(super) struct Count {
    seed: u64,
    stripes: [Stripe; STRIPES],
}

// Relaxed throughout: a count orders nothing, and is exact when nobody is counting.
impl Count {
    pub(super) fn new(seed: u64) -> Self {
        let stripe = |_| Stripe {
            inserted: AtomicUsize::new(0),
            removed: AtomicUsize::new(0),
        };
        Count {
            seed,
            stripes: std::array::from_fn(stripe),
        }
    }

    // ANCHOR: count
    /// Counts an entry that is about to be inserted, and says how tall it is to be.
    pub(super) fn insertion(&self) -> usize {
        let stripe = thread_number() % STRIPES;
        let before = self.stripes[stripe]
            .inserted
            .fetch_add(1, Ordering::Relaxed);
        // Stripes draw from stretches of the sequence that are 2⁵⁶ draws apart.
        even_height_of(state_after(
            self.seed,
            (stripe as u64) << 56 | before as u64,
        ))
    }

    /// Counts an entry that was removed, or was not inserted after all.
    pub(super) fn removal(&self) {
        let stripe = thread_number() % STRIPES;
        self.stripes[stripe].removed.fetch_add(1, Ordering::Relaxed);
    }
    // ANCHOR_END: count

    /// What was inserted and not removed.
    pub(super) fn entries(&self) -> usize {
        let sum = |counter: fn(&Stripe) -> &AtomicUsize| {
            let counts = self.stripes.iter().map(counter);
            counts.fold(0, |sum: usize, count| {
                sum.wrapping_add(count.load(Ordering::Relaxed))
            })
        };
        // What was inserted first and is counted late must not make the difference negative.
        let removed = sum(|stripe| &stripe.removed);
        sum(|stripe| &stripe.inserted).saturating_sub(removed)
    }
}
