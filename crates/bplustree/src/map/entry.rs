//! One descent for a look-up and what follows from it.

use std::fmt;
use std::mem;

use super::descent::Place;
use super::{BPlusTreeMap, DEFAULT_ORDER};

/// A key's place in a [`BPlusTreeMap`], with or without an entry.
///
/// Returned by [`BPlusTreeMap::entry`].
pub enum Entry<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    /// The key is not in the map.
    Vacant(VacantEntry<'a, K, V, ORDER>),
    /// The key is in the map.
    Occupied(OccupiedEntry<'a, K, V, ORDER>),
}

/// The place where a key would have to be.
pub struct VacantEntry<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    map: &'a mut BPlusTreeMap<K, V, ORDER>,
    key: K,
    place: Place,
}

/// An entry that is in the map.
pub struct OccupiedEntry<'a, K, V, const ORDER: usize = DEFAULT_ORDER> {
    map: &'a mut BPlusTreeMap<K, V, ORDER>,
    place: Place,
}

impl<K, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// The value at a place where there is one.
    #[inline]
    pub(super) fn value_mut(&mut self, Place { leaf, at }: Place) -> &mut V {
        &mut self.leaves[leaf].entries.items[at]
    }

    /// The key at a place where there is one.
    fn key(&self, Place { leaf, at }: Place) -> &K {
        &self.leaves[leaf].entries.keys[at]
    }
}

impl<K: Clone + Ord, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns the place of `key`, to look at or to change.
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let mut count = BPlusTreeMap::new();
    /// for word in "to be or not to be".split(' ') {
    ///     *count.entry(word).or_insert(0) += 1;
    /// }
    /// assert_eq!(count, BPlusTreeMap::from([("be", 2), ("not", 1), ("or", 1), ("to", 2)]));
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, ORDER> {
        match self.find(&key) {
            Ok(place) => Entry::Occupied(OccupiedEntry { map: self, place }),
            Err(place) => Entry::Vacant(VacantEntry {
                map: self,
                key,
                place,
            }),
        }
    }

    /// Returns the entry of the least key.
    pub fn first_entry(&mut self) -> Option<OccupiedEntry<'_, K, V, ORDER>> {
        let place = self.first_place()?;
        Some(OccupiedEntry { map: self, place })
    }

    /// Returns the entry of the greatest key.
    pub fn last_entry(&mut self) -> Option<OccupiedEntry<'_, K, V, ORDER>> {
        let place = self.last_place()?;
        Some(OccupiedEntry { map: self, place })
    }
}

impl<'a, K: Clone + Ord, V, const ORDER: usize> Entry<'a, K, V, ORDER> {
    /// Inserts `default` if there is no value; returns the value.
    pub fn or_insert(self, default: V) -> &'a mut V {
        self.or_insert_with(|| default)
    }

    /// Inserts what `default` returns if there is no value; returns the value.
    pub fn or_insert_with<F: FnOnce() -> V>(self, default: F) -> &'a mut V {
        self.or_insert_with_key(|_| default())
    }

    /// Inserts what `default` returns for the key if there is no value; returns the value.
    pub fn or_insert_with_key<F: FnOnce(&K) -> V>(self, default: F) -> &'a mut V {
        match self {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let value = default(entry.key());
                entry.insert(value)
            }
        }
    }

    /// Inserts the default value if there is none; returns the value.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// The key that was asked for.
    pub fn key(&self) -> &K {
        match self {
            Entry::Occupied(entry) => entry.key(),
            Entry::Vacant(entry) => entry.key(),
        }
    }

    /// Changes the value, if there is one.
    pub fn and_modify<F: FnOnce(&mut V)>(mut self, f: F) -> Self {
        if let Entry::Occupied(entry) = &mut self {
            f(entry.get_mut());
        }
        self
    }

    /// Sets the value; returns the entry.
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, ORDER> {
        match self {
            Entry::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Entry::Vacant(entry) => entry.insert_entry(value),
        }
    }
}

impl<'a, K: Clone + Ord, V, const ORDER: usize> VacantEntry<'a, K, V, ORDER> {
    /// The key that was asked for.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Gives back the key that was asked for.
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts a value; returns it.
    pub fn insert(self, value: V) -> &'a mut V {
        let place = self.map.insert_at(self.place, self.key, value);
        self.map.value_mut(place)
    }

    /// Inserts a value; returns the entry.
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, ORDER> {
        let place = self.map.insert_at(self.place, self.key, value);
        OccupiedEntry {
            map: self.map,
            place,
        }
    }
}

impl<'a, K: Clone + Ord, V, const ORDER: usize> OccupiedEntry<'a, K, V, ORDER> {
    /// The key, as it is in the map.
    pub fn key(&self) -> &K {
        self.map.key(self.place)
    }

    /// The value.
    pub fn get(&self) -> &V {
        let Place { leaf, at } = self.place;
        &self.map.leaves[leaf].entries.items[at]
    }

    /// The value, mutably.
    pub fn get_mut(&mut self) -> &mut V {
        self.map.value_mut(self.place)
    }

    /// The value, mutably, for as long as the map is borrowed.
    pub fn into_mut(self) -> &'a mut V {
        self.map.value_mut(self.place)
    }

    /// Sets the value; returns the one that it had.
    pub fn insert(&mut self, value: V) -> V {
        mem::replace(self.get_mut(), value)
    }

    /// Removes the entry; returns its value.
    pub fn remove(self) -> V {
        self.remove_entry().1
    }

    /// Removes the entry; returns it.
    pub fn remove_entry(self) -> (K, V) {
        self.map.remove_at(self.place).0
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for Entry<'_, K, V, ORDER>
where
    K: fmt::Debug + Clone + Ord,
    V: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Entry::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V, const ORDER: usize> fmt::Debug for VacantEntry<'_, K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.key).finish()
    }
}

impl<K, V, const ORDER: usize> fmt::Debug for OccupiedEntry<'_, K, V, ORDER>
where
    K: fmt::Debug + Clone + Ord,
    V: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = (self.key(), self.get());
        f.debug_struct("OccupiedEntry")
            .field("key", key)
            .field("value", value)
            .finish()
    }
}
