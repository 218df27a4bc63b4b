//! The book's tree.

use bplustree::BPlusTreeMap;

use crate::{
    harness::Identity,
    races::ordered::contender::{Removing, Solo},
};

/// The book's map in memory.
pub struct Tree(BPlusTreeMap<u64, u64>);

impl Solo for Tree {
    const WHO: Identity = Identity {
        name: "book::BPlusTreeMap",
        package: "bplustree",
        what: "B+ tree: one owner, up to 64 entries a leaf, leaves linked; no unsafe",
        ours: true,
    };

    fn with_room(_: usize) -> Self {
        Self(BPlusTreeMap::new())
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

impl Removing for Tree {
    #[inline(always)]
    fn remove(&mut self, key: u64) -> bool {
        self.0.remove(&key).is_some()
    }
}
