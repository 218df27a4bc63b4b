//! What a pick looks at: never changed, only replaced.
//!
//! A cluster changes a few times a minute and is picked from a hundred thousand times a second.
//! So whoever changes it pays: he builds a new snapshot beside the one in use and swaps a pointer.
//! A pick loads the pointer and has a consistent view, the picker and the endpoints that it was
//! built over; it takes no lock, so it never waits, however long the building takes.
//!
//! ```text
//!   pick ──▶ current ─ ─ ─ ▶ snapshot 7   picker over a, c     ┐ retired: a pick may
//!                     │      (a, b, c; b is ejected)           ┘ still be looking
//!                     └────▶ snapshot 8   picker over a, b, c
//! ```
//!
//! When is the old one of no more use? The count of its `Arc` says: `arc-swap` gives each pick
//! that is under way at the swap a count of its own. Retired snapshots are kept until they have no
//! such count, for two reasons: so that it is a writer who frees them, not a pick; and because
//! until then a pick from the old set may still appear, so that an endpoint that drains is not yet
//! drained, even though it has no request at the moment. (It is the *grace period* of RCU.)

use std::sync::Arc;

use super::endpoint::Endpoint;
use crate::Picker;

/// A cluster at one moment.
pub(super) struct Snapshot<T> {
    /// How many snapshots there were before.
    pub(super) version: u64,
    /// Picks an index into `candidates`.
    pub(super) picker: Box<dyn Picker>,
    /// Whether the picker looks at the time.
    pub(super) timed: bool,
    /// Who may be picked.
    pub(super) candidates: Box<[Arc<Endpoint<T>>]>,
    /// Everybody, in the order in which they were given.
    pub(super) all: Box<[Arc<Endpoint<T>>]>,
    /// How many may be picked by their own state. In a panic there are more candidates than that.
    pub(super) eligible: usize,
    /// Whether the candidates are not the eligible ones, since these are too few.
    pub(super) panic: bool,
}

impl<T> Snapshot<T> {
    /// The candidate with the fewest requests for its weight, of those that are wanted.
    pub(super) fn least_loaded(&self, wanted: impl Fn(&usize) -> bool) -> Option<usize> {
        let load = |at: &usize| {
            let endpoint = &self.candidates[*at];
            f64::from(endpoint.load().active() + 1) / f64::from(endpoint.weight())
        };
        (0..self.candidates.len())
            .filter(wanted)
            .min_by(|a, b| load(a).total_cmp(&load(b)))
    }
}

/// Snapshots that were replaced, the oldest first, until nobody looks at them any more.
pub(super) struct Retired<T>(Vec<Arc<Snapshot<T>>>);

impl<T> Retired<T> {
    pub(super) fn new() -> Self {
        Retired(Vec::new())
    }

    pub(super) fn push(&mut self, snapshot: Arc<Snapshot<T>>) {
        self.0.push(snapshot);
    }

    // ANCHOR: grace
    /// Takes out the snapshots at which nobody looks any more.
    ///
    /// `get_mut` succeeds for the last owner, and then has *acquired* what the others did before
    /// they let go: a request that a pick started is seen by who takes the snapshot out.
    pub(super) fn take_unused(&mut self) -> Vec<Arc<Snapshot<T>>> {
        self.0
            .extract_if(.., |snapshot| Arc::get_mut(snapshot).is_some())
            .collect()
    }

    /// Whether a pick may still be using a snapshot before this version.
    pub(super) fn in_use_before(&self, version: u64) -> bool {
        self.0.iter().any(|snapshot| snapshot.version < version)
    }
    // ANCHOR_END: grace
}
