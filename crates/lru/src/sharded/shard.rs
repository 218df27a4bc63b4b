//! One shard: a cache of its own, the loads that are under way in it, and a lock around both.
//!
//! The lock is a plain mutex, not a readers-writer lock. A hit changes what the policy knows, so it
//! has to write. And even where it had not, taking a read lock writes to the lock's cache line just
//! as taking a mutex does: we measured the same time for both, by one thread and by two that fight
//! over it. What makes threads wait less is more shards.
//!
//! # Invariants
//!
//! - A key has at most one flight on the list of `loads`.
//! - A flight on the list has not landed: whoever lands it takes it off first.
//! - A key whose flight is on the list has not been put, popped or cleared since that took off.
//!
//! The last is what keeps stale values out: whoever changes a key takes its flight off the list
//! ([`Shard::detach`]), and a loaded value is put only if its flight is still there
//! ([`Shard::take_off_list`]).
//!
//! # Complexity
//!
//! Those of the policy, and a walk over the list, which is as long as there are threads that load
//! in this shard: almost always none, and then it costs one comparison. So it is a vector, not a
//! table.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::Equivalent;

use super::flight::Flight;
use crate::Cache;
use crate::sync::Mutex;

// ANCHOR: shard
/// A shard behind its lock.
pub(super) type Locked<K, V, C> = Mutex<Shard<K, V, C>>;

/// What a shard's lock guards.
pub(super) struct Shard<K, V, C> {
    pub(super) cache: C,
    loads: Vec<(K, Arc<Flight<V>>)>,
}

/// What a thread that asks for a key has to do.
pub(super) enum Turn<V> {
    /// Take the value.
    Take(V),
    /// Wait for the thread that loads it.
    Wait(Arc<Flight<V>>),
    /// Load it.
    Load(Arc<Flight<V>>),
}
// ANCHOR_END: shard

impl<K: Hash + Eq, V: Clone, C: Cache<K, V>> Shard<K, V, C> {
    pub(super) fn new(cache: C) -> Self {
        Shard {
            cache,
            loads: Vec::new(),
        }
    }

    // ANCHOR: turn
    /// Finds `key`, or joins its load, or starts one.
    pub(super) fn turn<Q>(&mut self, key: &Q) -> Turn<V>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(value) = self.cache.get(key) {
            return Turn::Take(value.clone());
        }
        if let Some((_, flight)) = self.loads.iter().find(|(other, _)| key.equivalent(other)) {
            return Turn::Wait(flight.clone());
        }
        let flight = Flight::take_off();
        self.loads.push((key.to_owned(), flight.clone()));
        Turn::Load(flight)
    }
    // ANCHOR_END: turn

    // ANCHOR: detach
    /// Lets no load that is under way put what it brings under `key`: the caller is about to change
    /// it.
    #[inline]
    pub(super) fn detach<Q: Equivalent<K> + ?Sized>(&mut self, key: &Q) {
        if !self.loads.is_empty() {
            self.loads.retain(|(other, _)| !key.equivalent(other));
        }
    }

    /// As [`detach`](Self::detach), for every key.
    pub(super) fn detach_all(&mut self) {
        self.loads.clear();
    }

    /// Takes `flight` off the list and returns its key; or `None` if the key was changed meanwhile.
    pub(super) fn take_off_list(&mut self, flight: &Arc<Flight<V>>) -> Option<K> {
        let mut loads = self.loads.iter();
        let position = loads.position(|(_, other)| Arc::ptr_eq(flight, other))?;
        Some(self.loads.swap_remove(position).0)
    }
    // ANCHOR_END: detach
}
