//! What one would do without a tree.

use crate::{
    harness::Identity,
    races::ordered::{contender::Solo, peers::peer},
};

/// Entries sorted once, and searched by halving.
pub struct Sorted(Vec<(u64, u64)>);

impl Sorted {
    fn lower_bound(&self, key: u64) -> usize {
        self.0.partition_point(|&(other, _)| other < key)
    }
}

impl Solo for Sorted {
    const WHO: Identity = peer(
        "sorted Vec",
        "std",
        "array of entries: binary search; insertion moves half of them, and is not raced",
    );

    fn with_room(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    fn of(entries: usize, keys: impl Iterator<Item = u64>) -> Self {
        let mut map = Self::with_room(entries);
        map.0.extend(keys.map(|key| (key, key)));
        map.0.sort_unstable();
        map
    }

    fn insert(&mut self, key: u64) {
        self.0.insert(self.lower_bound(key), (key, key));
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        let found = self.0.binary_search_by_key(&key, |&(key, _)| key);
        found.ok().map(|at| self.0[at].1)
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let values = self.0[self.lower_bound(start)..].iter().take(count);
        values.map(|(_, value)| *value).fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Entries in no order, looked at one after the other.
pub struct Linear(Vec<(u64, u64)>);

impl Solo for Linear {
    const WHO: Identity = peer(
        "linear search",
        "std",
        "array of entries in no order: half of them are looked at",
    );

    fn with_room(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    fn insert(&mut self, key: u64) {
        self.0.push((key, key));
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        let mut entries = self.0.iter();
        entries
            .find(|(other, _)| *other == key)
            .map(|entry| entry.1)
    }

    fn scan(&self, start: u64, count: usize) -> u64 {
        let mut values: Vec<u64> = self.0.iter().map(|entry| entry.1).collect();
        values.retain(|&value| value >= start);
        values.sort_unstable();
        values
            .iter()
            .take(count)
            .copied()
            .fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
