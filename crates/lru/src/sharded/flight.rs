//! One load that is under way: a thread that loads, and those that wait for what it brings.
//!
//! ```text
//!              ┌─▶ Loaded(value)     the waiters take a clone
//!   (loading) ─┼─▶ Failed(error)     the waiters take the error
//!              └─▶ Abandoned         the loader panicked: each waiter starts over, and one of them loads
//! ```
//!
//! # Invariants
//!
//! - A flight lands once, and does not change after that.
//! - It lands even if the loader panics: the [lease](super::load) sees to that. So nobody waits for
//!   nothing.
//! - The loading thread never waits for its own flight.

use std::any::Any;
use std::sync::Arc;

use crate::sync::{Condvar, Mutex, ThreadId, thread};

// ANCHOR: flight
/// A load that is under way, or has landed.
pub(super) struct Flight<V> {
    loader: ThreadId,
    outcome: Mutex<Option<Outcome<V>>>,
    landed: Condvar,
}

/// What became of a load.
#[derive(Clone)]
pub(super) enum Outcome<V> {
    Loaded(V),
    /// An `Arc<E>` whose `E` is forgotten: those who wait may have loaders with errors of other
    /// types.
    Failed(Arc<dyn Any + Send + Sync>),
    Abandoned,
}
// ANCHOR_END: flight

impl<V> Flight<V> {
    /// A load by this thread.
    pub(super) fn take_off() -> Arc<Self> {
        Arc::new(Flight {
            loader: thread::current().id(),
            outcome: Mutex::new(None),
            landed: Condvar::new(),
        })
    }

    // ANCHOR: wait
    /// Wakes all who wait, with `outcome`.
    pub(super) fn land(&self, outcome: Outcome<V>) {
        *self.outcome.lock() = Some(outcome);
        self.landed.notify_all();
    }

    /// Waits until the flight has landed.
    ///
    /// # Panics
    ///
    /// When this thread is the one that loads: it would wait forever.
    pub(super) fn wait(&self) -> Outcome<V>
    where
        V: Clone,
    {
        assert!(
            self.loader != thread::current().id(),
            "the loader of a key asked for that same key: it would wait for itself"
        );
        let mut outcome = self.outcome.lock();
        loop {
            match &*outcome {
                Some(landed) => return landed.clone(),
                None => self.landed.wait(&mut outcome),
            }
        }
    }
    // ANCHOR_END: wait
}
