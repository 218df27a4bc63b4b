//! A key's place in the list, found once.

use std::fmt;
use std::mem;

use super::SkipList;
use super::search::Path;
use super::towers::{HEAD, Slot};

/// The place of a key, from [`SkipList::entry`].
pub enum Entry<'a, K, V> {
    /// The key is in the list.
    Occupied(OccupiedEntry<'a, K, V>),
    /// The key is not in the list.
    Vacant(VacantEntry<'a, K, V>),
}

/// The place of a key that is in the list.
pub struct OccupiedEntry<'a, K, V> {
    list: &'a mut SkipList<K, V>,
    path: Path,
    slot: Slot,
}

/// The place where a key would be.
pub struct VacantEntry<'a, K, V> {
    list: &'a mut SkipList<K, V>,
    path: Path,
    key: K,
}

impl<'a, K, V> Entry<'a, K, V> {
    /// The place at the end of `path`, where `slot` has this key, or is the head.
    pub(super) fn new(list: &'a mut SkipList<K, V>, path: Path, slot: Slot, key: K) -> Self {
        if slot == HEAD {
            Entry::Vacant(VacantEntry { list, path, key })
        } else {
            Entry::Occupied(OccupiedEntry { list, path, slot })
        }
    }

    /// Inserts `default` if the key has no value; returns its value.
    pub fn or_insert(self, default: V) -> &'a mut V {
        self.or_insert_with(|| default)
    }

    /// Inserts what `default` returns if the key has no value; returns its value.
    pub fn or_insert_with(self, default: impl FnOnce() -> V) -> &'a mut V {
        self.or_insert_with_key(|_| default())
    }

    /// Inserts what `default` returns for the key if it has no value; returns its value.
    pub fn or_insert_with_key(self, default: impl FnOnce(&K) -> V) -> &'a mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// Inserts the default value if the key has none; returns its value.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value, if there is one.
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Entry::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// The key: the one in the list, if it is there.
    pub fn key(&self) -> &K {
        match self {
            Entry::Occupied(entry) => entry.key(),
            Entry::Vacant(entry) => entry.key(),
        }
    }

    /// How many keys are less than this one.
    pub fn rank(&self) -> usize {
        match self {
            Entry::Occupied(OccupiedEntry { path, .. }) => path.count(),
            Entry::Vacant(VacantEntry { path, .. }) => path.count(),
        }
    }
}

impl<'a, K, V> OccupiedEntry<'a, K, V> {
    /// The key that is in the list.
    pub fn key(&self) -> &K {
        self.list.towers.key(self.slot)
    }

    /// The value.
    pub fn get(&self) -> &V {
        self.list.towers.entry(self.slot).1
    }

    /// The value, mutably.
    pub fn get_mut(&mut self) -> &mut V {
        self.list.towers.entry_mut(self.slot).1
    }

    /// The value, mutably, for as long as the list is borrowed.
    pub fn into_mut(self) -> &'a mut V {
        self.list.towers.entry_mut(self.slot).1
    }

    /// Replaces the value, and returns the old one.
    pub fn insert(&mut self, value: V) -> V {
        mem::replace(self.get_mut(), value)
    }

    /// Removes the entry, and returns its value.
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry, and returns it.
    pub fn remove_entry(self) -> (K, V) {
        self.list.unlink(&self.path)
    }
}

impl<'a, K, V> VacantEntry<'a, K, V> {
    /// The key that would be inserted.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Gives the key back.
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts the key with a value, and returns the value.
    ///
    /// # Panics
    ///
    /// As [`SkipList::insert`].
    pub fn insert(self, value: V) -> &'a mut V {
        let slot = self.list.link(&self.path, self.key, value);
        self.list.towers.entry_mut(slot).1
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Entry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for OccupiedEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("OccupiedEntry");
        debug
            .field("key", self.key())
            .field("value", self.get())
            .finish()
    }
}

impl<K: fmt::Debug, V> fmt::Debug for VacantEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(self.key()).finish()
    }
}
