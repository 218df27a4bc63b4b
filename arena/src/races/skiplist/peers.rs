//! The ecosystem's ordered maps that only this race has.

use std::{collections::BTreeMap, sync::RwLock};

use crossbeam_skiplist::SkipMap;

use crate::{
    harness::Identity,
    races::ordered::{
        contender::{Ranked, Shared},
        peers::{Indexset, peer},
    },
};

/// The standard library's map behind a lock: what being lock-free is to improve on.
pub struct Locked(RwLock<BTreeMap<u64, u64>>);

impl Shared for Locked {
    const WHO: Identity = peer(
        "std::BTreeMap in a RwLock",
        "std",
        "B-tree behind one lock, for which readers and writers wait",
    );

    fn with_room(_: usize) -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    #[inline(always)]
    fn insert(&self, key: u64) {
        self.0.write().expect("no thread panics").insert(key, key);
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.read().expect("no thread panics").get(&key).copied()
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let map = self.0.read().expect("no thread panics");
        let values = map.range(start..).take(count);
        values.map(|(_, value)| *value).fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.read().expect("no thread panics").len()
    }
}

/// crossbeam's list.
pub struct Crossbeam(SkipMap<u64, u64>);

impl Shared for Crossbeam {
    const WHO: Identity = peer(
        "crossbeam_skiplist::SkipMap",
        "crossbeam-skiplist",
        "skip list: lock-free, nodes freed by epochs and counts",
    );

    fn with_room(_: usize) -> Self {
        Self(SkipMap::new())
    }

    #[inline(always)]
    fn insert(&self, key: u64) {
        self.0.insert(key, key);
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|entry| *entry.value())
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let values = self.0.range(start..).take(count);
        values
            .map(|entry| *entry.value())
            .fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Ranked for Indexset {
    #[inline(always)]
    fn rank(&self, key: u64) -> usize {
        self.0.rank(&key)
    }

    #[inline(always)]
    fn by_rank(&self, rank: usize) -> u64 {
        *self.0.get_index(rank).expect("the rank is there").0
    }
}
