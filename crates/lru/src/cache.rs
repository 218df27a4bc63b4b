//! What every policy can do: the interface through which policies are compared and composed.

use std::hash::Hash;

use hashbrown::Equivalent;

use crate::Stats;

/// A bounded map that decides for itself what to forget.
///
/// The methods are those of `std`'s maps where one exists, and of crates.io's `lru` otherwise. A
/// *touch* is whatever the policy learns from a use: a move to the front, a count, a bit.
pub trait Cache<K: Hash + Eq, V> {
    /// Returns the value of `key` and touches it.
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V>;

    /// Returns the value of `key`, mutably, and touches it.
    fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V>;

    /// Returns the value of `key` without touching it.
    fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V>;

    /// Maps `key` to `value` and touches it, evicting as needed; returns the value that `key` had.
    fn put(&mut self, key: K, value: V) -> Option<V>;

    /// Removes `key` and returns its value. The policy forgets it wholly: history that outlives an
    /// eviction (ghosts) goes too.
    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V>;

    /// Removes every entry for which `keep` is false, in no particular order, without touching the
    /// others. O(n).
    ///
    /// These are removals as by [`pop`](Self::pop), not evictions.
    fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, keep: F);

    /// Whether `key` is resident, without touching it.
    fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.peek(key).is_some()
    }

    /// Number of resident entries.
    fn len(&self) -> usize;

    /// Whether nothing is resident.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Capacity: entries, or units of weight in a weighted cache.
    fn cap(&self) -> u64;

    /// Removes every entry and all history; the statistics stay.
    fn clear(&mut self);

    /// What has happened so far.
    fn stats(&self) -> Stats;
}
