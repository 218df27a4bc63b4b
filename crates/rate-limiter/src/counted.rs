//! How many were admitted and how many denied, counted without getting in the way.
//!
//! A limiter does not count by itself: a denied request writes nothing, and a counter that all
//! threads write would cost more than the decision. Who wants to know wraps it in [`Counted`], whose
//! counters are striped: each thread has its own pair, mostly, and only who reads adds them up.
//!
//! # Complexity
//!
//! One addition to a cache line that is the thread's own. 2 KiB of memory. Sixteen stripes: with
//! more threads, some share one, and nothing is lost but time.

use std::cell::Cell;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::{Decision, KeyedLimiter, Limiter, Quota};

const STRIPES: usize = 16;

/// A limiter that counts.
///
/// ```
/// use std::num::NonZeroU32;
/// use rate_limiter::{Counted, Gcra, Limiter, Quota};
///
/// let limiter = Counted::new(Gcra::new(Quota::per_hour(NonZeroU32::new(2).unwrap())));
/// for _ in 0..5 {
///     let _ = limiter.check();
/// }
/// assert_eq!((limiter.stats().admitted, limiter.stats().denied), (2, 3));
/// ```
#[derive(Debug, Default)]
pub struct Counted<L> {
    limiter: L,
    stripes: [Stripe; STRIPES],
}

/// What has been decided since the limiter was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Requests that were admitted; one that asked for several at once is one.
    pub admitted: u64,
    /// Requests that were denied.
    pub denied: u64,
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe {
    admitted: AtomicU64,
    denied: AtomicU64,
}

/// The number of this thread's stripe.
fn stripe() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static STRIPE: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES);
    }
    // A thread that is ending has no locals any more; it may count anywhere.
    STRIPE.try_with(Cell::get).unwrap_or(0)
}

impl<L> Counted<L> {
    /// The same limiter, counted from here on.
    pub fn new(limiter: L) -> Self {
        let stripes = std::array::from_fn(|_| Stripe::default());
        Counted { limiter, stripes }
    }

    /// The limiter itself; who asks it is not counted.
    pub fn get_ref(&self) -> &L {
        &self.limiter
    }

    /// What has been decided. Requests of this moment may be in it or not.
    pub fn stats(&self) -> Stats {
        let sum = |of: fn(&Stripe) -> &AtomicU64| {
            let counts = self
                .stripes
                .iter()
                .map(|stripe| of(stripe).load(Ordering::Relaxed));
            counts.fold(0, u64::wrapping_add)
        };
        Stats {
            admitted: sum(|stripe| &stripe.admitted),
            denied: sum(|stripe| &stripe.denied),
        }
    }

    fn count(&self, decision: Decision) -> Decision {
        let stripe = &self.stripes[stripe()];
        let counter = match decision {
            Ok(_) => &stripe.admitted,
            Err(_) => &stripe.denied,
        };
        // Relaxed: a count says nothing about anything else.
        counter.fetch_add(1, Ordering::Relaxed);
        decision
    }
}

impl<L: Limiter> Limiter for Counted<L> {
    fn check_n(&self, n: u32) -> Decision {
        self.count(self.limiter.check_n(n))
    }

    fn quota(&self) -> Quota {
        self.limiter.quota()
    }
}

impl<K: Hash + ?Sized, L: KeyedLimiter<K>> KeyedLimiter<K> for Counted<L> {
    fn check_key_n(&self, key: &K, n: u32) -> Decision {
        self.count(self.limiter.check_key_n(key, n))
    }

    fn quota(&self) -> Quota {
        self.limiter.quota()
    }
}
