//! The book's lists.

use skiplist::{ArenaSkipList, ConcurrentSkipMap, SkipList};

use crate::{
    harness::Identity,
    races::ordered::contender::{Ranked, Shared, Solo},
};

/// The book's list for threads.
pub struct Concurrent(ConcurrentSkipMap<u64, u64>);

impl Shared for Concurrent {
    const WHO: Identity = book(
        "book::ConcurrentSkipMap",
        "skip list: lock-free, nodes freed by epochs",
    );

    fn with_room(_: usize) -> Self {
        Self(ConcurrentSkipMap::new())
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

/// The book's list in an arena. Numbers are big-endian byte strings there, whose order is that of the numbers.
pub struct Arena(ArenaSkipList);

impl Shared for Arena {
    const WHO: Identity = book(
        "book::ArenaSkipList",
        "skip list: lock-free, insert-only, byte strings in one piece of memory, linked by offset",
    );

    fn with_room(entries: usize) -> Self {
        // A node has 24 bytes and 2 links of 4 on average; with 33 bytes, there is room to spare for chance.
        let list = ArenaSkipList::with_capacity((1 << 16) + 33 * entries);
        Self(list.expect("a race's entries fit an arena"))
    }

    #[inline(always)]
    fn insert(&self, key: u64) {
        let bytes = key.to_be_bytes();
        self.0
            .insert(&bytes, &bytes)
            .expect("the key is new and there is room");
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key.to_be_bytes()).map(number)
    }

    #[inline(always)]
    fn scan(&self, start: u64, count: usize) -> u64 {
        let start = start.to_be_bytes();
        let values = self.0.range(start.as_slice()..).take(count);
        values
            .map(|(_, value)| number(value))
            .fold(0, u64::wrapping_add)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

fn number(value: &[u8]) -> u64 {
    u64::from_be_bytes(value.try_into().expect("values are numbers"))
}

/// The book's list for one owner.
pub struct List(SkipList<u64, u64>);

impl Solo for List {
    const WHO: Identity = book(
        "book::SkipList",
        "skip list: one owner, towers in an array, links know how far they lead",
    );

    fn with_room(_: usize) -> Self {
        Self(SkipList::new())
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

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Ranked for List {
    #[inline(always)]
    fn rank(&self, key: u64) -> usize {
        self.0.rank(&key).expect("the key is there")
    }

    #[inline(always)]
    fn by_rank(&self, rank: usize) -> u64 {
        *self.0.get_by_rank(rank).expect("the rank is there").0
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "skiplist",
        what,
        ours: true,
    }
}
