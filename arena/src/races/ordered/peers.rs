//! The ecosystem's ordered maps that more than one race has.

use std::collections::BTreeMap;

use scc::{Guard, TreeIndex};

use super::contender::{Alone, Removing, Shared, Solo};
use crate::harness::Identity;

/// The standard library's map.
pub struct Std(BTreeMap<u64, u64>);

impl Solo for Std {
    const WHO: Identity = peer(
        "std::BTreeMap",
        "std",
        "B-tree: one owner, up to 11 entries a node",
    );

    fn with_room(_: usize) -> Self {
        Self(BTreeMap::new())
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert(key, key);
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).copied()
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let values = self.0.range(start..).take(count);
        values.map(|(_, value)| *value).fold(0, u64::wrapping_add)
    }

    #[inline(always)]
    fn sum(&self) -> u64 {
        self.0.values().copied().fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Removing for Std {
    #[inline(always)]
    fn remove(&mut self, key: u64) -> bool {
        self.0.remove(&key).is_some()
    }
}

/// scc's tree.
pub struct Scc(TreeIndex<u64, u64>);

impl Shared for Scc {
    const WHO: Identity = peer(
        "scc::TreeIndex",
        "scc",
        "B+ tree: readers without locks, writers lock a leaf",
    );

    fn with_room(_: usize) -> Self {
        Self(TreeIndex::new())
    }

    #[inline(always)]
    fn insert(&self, key: u64) {
        self.0.insert_sync(key, key).expect("the key is new");
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.peek_with(&key, |_, value| *value)
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let guard = Guard::new();
        let values = self.0.range(start.., &guard).take(count);
        values.map(|(_, value)| *value).fold(0, u64::wrapping_add)
    }

    #[inline(always)]
    fn sum(&self) -> u64 {
        let guard = Guard::new();
        let values = self.0.iter(&guard).map(|(_, value)| *value);
        values.fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Removing for Alone<Scc> {
    #[inline(always)]
    fn remove(&mut self, key: u64) -> bool {
        self.0.0.remove_sync(&key)
    }
}

/// indexset's map.
pub struct Indexset(pub indexset::BTreeMap<u64, u64>);

impl Solo for Indexset {
    const WHO: Identity = peer(
        "indexset::BTreeMap",
        "indexset",
        "two-level B-tree with a Fenwick tree of sizes: one owner",
    );

    fn with_room(_: usize) -> Self {
        Self(indexset::BTreeMap::new())
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert(key, key);
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).copied()
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let values = self.0.range(start..).take(count);
        values.map(|(_, value)| *value).fold(0, u64::wrapping_add)
    }

    #[inline(always)]
    fn sum(&self) -> u64 {
        self.0.values().copied().fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Removing for Indexset {
    #[inline(always)]
    fn remove(&mut self, key: u64) -> bool {
        self.0.remove(&key).is_some()
    }
}

/// A contestant that is not ours.
pub const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}
