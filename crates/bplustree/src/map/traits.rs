//! What `std` knows maps by.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem;
use std::ops::Index;

use super::BPlusTreeMap;

impl<K, V, const ORDER: usize> Default for BPlusTreeMap<K, V, ORDER> {
    fn default() -> Self {
        Self::with_order()
    }
}

/// Sorts the entries, and loads them in bulk. Of entries with the same key, the last one stays.
impl<K: Clone + Ord, V, const ORDER: usize> FromIterator<(K, V)> for BPlusTreeMap<K, V, ORDER> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries: Vec<(K, V)> = entries.into_iter().collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                mem::swap(later, earlier);
            }
            is_same
        });
        Self::load(entries.into_iter())
    }
}

impl<K: Clone + Ord, V, const N: usize> From<[(K, V); N]> for BPlusTreeMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from_iter(entries)
    }
}

impl<K: Clone + Ord, V, const ORDER: usize> Extend<(K, V)> for BPlusTreeMap<K, V, ORDER> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries
            .into_iter()
            .for_each(|(key, value)| drop(self.insert(key, value)));
    }
}

impl<'a, K: Copy + Ord, V: Copy, const ORDER: usize> Extend<(&'a K, &'a V)>
    for BPlusTreeMap<K, V, ORDER>
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}

impl<K, Q, V, const ORDER: usize> Index<&Q> for BPlusTreeMap<K, V, ORDER>
where
    K: Borrow<Q> + Ord,
    Q: Ord + ?Sized,
{
    type Output = V;

    /// Returns the value of `key`.
    ///
    /// # Panics
    ///
    /// When the key is not in the map.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}

impl<K: fmt::Debug, V: fmt::Debug, const ORDER: usize> fmt::Debug for BPlusTreeMap<K, V, ORDER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: PartialEq, V: PartialEq, const ORDER: usize> PartialEq for BPlusTreeMap<K, V, ORDER> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq, const ORDER: usize> Eq for BPlusTreeMap<K, V, ORDER> {}

impl<K: PartialOrd, V: PartialOrd, const ORDER: usize> PartialOrd for BPlusTreeMap<K, V, ORDER> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord, const ORDER: usize> Ord for BPlusTreeMap<K, V, ORDER> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash, const ORDER: usize> Hash for BPlusTreeMap<K, V, ORDER> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len);
        self.iter().for_each(|entry| entry.hash(state));
    }
}
