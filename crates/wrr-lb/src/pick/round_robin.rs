//! Round robin: each endpoint in turn.
//!
//! The position is one counter that threads share, so that the turns go round whoever asks. What
//! every shared round robin needs is here: a walk round a circle of places, of which each step is
//! one atomic addition and, nearly always, no division.
//!
//! # Invariants
//!
//! - Of any `n` consecutive steps round a circle of `n` places, each place has one, in whatever
//!   order threads take them.
//!
//! # Complexity
//!
//! A pick is one atomic addition.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{Picker, Request};

/// A place on a circle that threads walk round together. Alone in its cache line.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(crate) struct Walk(AtomicU64);

impl Walk {
    /// A walk round so many places that starts at the `offset`-th.
    pub(crate) fn starting_at(offset: u64, places: usize) -> Self {
        Walk(AtomicU64::new(offset % (places as u64).max(1)))
    }

    // ANCHOR: walk
    /// The next of `places`, which is the same number in every call.
    ///
    /// The counter stays small, so that it is a place as it is and need not be divided: whoever
    /// steps on a multiple of `places` takes a whole round back. That moves nobody to another
    /// place, however many have gone ahead in the meantime.
    #[inline]
    pub(crate) fn step(&self, places: usize) -> usize {
        // Relaxed, because a place publishes nothing.
        let at = self.0.fetch_add(1, Relaxed);
        if at < places as u64 {
            return at as usize;
        }
        self.go_round(at, places as u64)
    }
    // ANCHOR_END: walk

    #[cold]
    fn go_round(&self, at: u64, places: u64) -> usize {
        let place = at % places;
        if place == 0 {
            self.0.fetch_sub(places, Relaxed);
        }
        place as usize
    }
}

/// Each endpoint in turn, from the first on. Its weight does not matter, unless it is zero.
///
/// ```
/// use wrr_lb::{Picker, Request, RoundRobin};
///
/// let picker = RoundRobin::new(&[1, 0, 1]);
/// let picks: Vec<_> = (0..4).map(|_| picker.pick(Request::default()).unwrap()).collect();
/// assert_eq!(picks, [0, 2, 0, 2]);
/// ```
#[derive(Debug)]
pub struct RoundRobin {
    endpoints: Box<[u32]>,
    walk: Walk,
}

impl RoundRobin {
    /// A round robin over the endpoints whose weight is not zero.
    pub fn new(weights: &[u32]) -> Self {
        let endpoints = (0..).zip(weights).filter(|&(_, &weight)| weight > 0);
        RoundRobin {
            endpoints: endpoints.map(|(endpoint, _)| endpoint).collect(),
            walk: Walk::default(),
        }
    }

    /// The same turns from the `offset`-th endpoint on, as
    /// [`Cycle::starting_at`](crate::Cycle::starting_at) has it.
    pub fn starting_at(self, offset: u64) -> Self {
        let walk = Walk::starting_at(offset, self.endpoints.len());
        RoundRobin { walk, ..self }
    }
}

impl Picker for RoundRobin {
    #[inline]
    fn pick(&self, _: Request) -> Option<usize> {
        if self.endpoints.is_empty() {
            return None;
        }
        let place = self.walk.step(self.endpoints.len());
        Some(self.endpoints[place] as usize)
    }
}
