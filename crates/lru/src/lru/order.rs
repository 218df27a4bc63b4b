//! Both ends of the line, and changes to its order that are not uses.

use std::hash::{BuildHasher, Hash};

use hashbrown::Equivalent;

use super::{LINE, LruCache};
use crate::list::Slot;
use crate::store::Entry;

impl<K: Hash + Eq, V, S: BuildHasher> LruCache<K, V, S> {
    /// Returns the entry at the back, which would be evicted next.
    pub fn peek_lru(&self) -> Option<(&K, &V)> {
        self.store.lists().back(LINE).map(|slot| self.pair(slot))
    }

    /// Returns the entry at the front, which was used last.
    pub fn peek_mru(&self) -> Option<(&K, &V)> {
        self.store.lists().front(LINE).map(|slot| self.pair(slot))
    }

    fn pair(&self, slot: Slot) -> (&K, &V) {
        let Entry { key, value } = self.store.entry(slot);
        (key, value)
    }

    /// Removes and returns the entry at the back. Not counted as an eviction.
    pub fn pop_lru(&mut self) -> Option<(K, V)> {
        let Entry { key, value } = self.pop_back()?;
        Some((key, value))
    }

    /// Removes and returns the entry at the front.
    pub fn pop_mru(&mut self) -> Option<(K, V)> {
        let slot = self.store.lists().front(LINE)?;
        let Entry { key, value } = self.store.remove(slot, LINE);
        Some((key, value))
    }

    /// Moves `key` to the front; returns whether it is in the cache. Not counted in the statistics.
    pub fn promote<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> bool {
        let found = self.find(key);
        if let Some(slot) = found {
            self.store.lists_mut().move_to_front(LINE, slot);
        }
        found.is_some()
    }

    /// Moves `key` to the back, where it is evicted next; returns whether it is in the cache. Not
    /// counted in the statistics.
    pub fn demote<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> bool {
        let found = self.find(key);
        if let Some(slot) = found {
            self.store.lists_mut().move_to_back(LINE, slot);
        }
        found.is_some()
    }

    /// Moves the first entry from the front that `predicate` holds for to the front, and returns
    /// it. O(n).
    pub fn find_and_promote<F>(&mut self, mut predicate: F) -> Option<(&K, &V)>
    where
        F: FnMut((&K, &V)) -> bool,
    {
        let slot = self
            .store
            .lists()
            .iter(LINE)
            .find(|&slot| predicate(self.pair(slot)))?;
        self.store.lists_mut().move_to_front(LINE, slot);
        Some(self.pair(slot))
    }

    /// Removes every entry for which `keep` is false, from the front to the back; the others stay
    /// in order. O(n).
    ///
    /// If `keep` panics, the entries that it was not asked about stay.
    pub fn retain<F>(&mut self, mut keep: F)
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        let mut current = self.store.lists().front(LINE);
        while let Some(slot) = current {
            let next = self.store.lists().after(slot);
            let Entry { key, value } = self.store.entry_mut(slot);
            current = next;
            if !keep(key, value) {
                self.store.remove(slot, LINE);
                // The last slot has taken over this one's number: if it was next, it goes by a new
                // name.
                current = next.map(|next| {
                    if next as usize == self.store.len() {
                        slot
                    } else {
                        next
                    }
                });
            }
        }
    }
}
