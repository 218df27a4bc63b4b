//! The arena's list under every order in which its threads can meet.
//!
//! A test with real threads tries the orders that this machine happens to choose today, on a
//! processor that hides most mistakes in memory orderings. [loom] runs a closure again and again,
//! until there are no orders left that differ in what a thread can see, stale values included. For
//! that, the code has to take its memory from loom; so this file compiles the source of the arena a
//! second time, with a `sync.rs` of its own: the words of the region are loom's atomics, and its
//! bytes are loom's cells, which fail the test when a byte is read that was not written before in
//! the sense of the memory model.

/// The source, on another memory.
#[expect(
    dead_code,
    unused_imports,
    reason = "the model uses a part of the source"
)]
#[path = "../src/arena/mod.rs"]
mod arena;

/// What the source asks of `crate`: towers of at most two levels, so that there is not too much to
/// try.
mod height {
    pub(crate) const MAX_EVEN_HEIGHT: usize = 2;
    pub(crate) const DEFAULT_SEED: u64 = 0;

    /// The seed of lists in which all towers have two levels.
    pub(crate) const ALL_HIGH: u64 = 1_000;

    /// Nodes of these tests take 12 bytes and their links: 16 or 20. The first entry's tower has two
    /// levels (8 bytes are in use before it), the second one's too (28), the third and fourth have
    /// one (48, 64).
    pub(crate) fn even_height_of(state: u64) -> usize {
        if !(48..ALL_HIGH).contains(&state) {
            2
        } else {
            1
        }
    }

    pub(crate) fn state_after(seed: u64, draws: u64) -> u64 {
        seed + draws
    }
}

/// The crate's `memory`, of loom's words and cells.
mod memory {
    use std::cell::UnsafeCell;

    pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

    pub(crate) struct Memory {
        words: Vec<AtomicU32>,
        /// What loom knows of each byte: who wrote and read it, and what happened before that.
        watched: Vec<loom::cell::UnsafeCell<()>>,
        bytes: Vec<UnsafeCell<u8>>,
    }

    // SAFETY: as the crate's; loom sees to it that only one thread runs at a time.
    unsafe impl Sync for Memory {}

    impl Memory {
        pub(crate) fn zeroed(bytes: usize) -> Option<Memory> {
            Some(Memory {
                words: (0..bytes.div_ceil(4)).map(|_| AtomicU32::new(0)).collect(),
                watched: (0..bytes)
                    .map(|_| loom::cell::UnsafeCell::new(()))
                    .collect(),
                bytes: (0..bytes).map(|_| UnsafeCell::new(0)).collect(),
            })
        }

        pub(crate) unsafe fn word(&self, at: usize) -> &AtomicU32 {
            assert!(at.is_multiple_of(4));
            &self.words[at / 4]
        }

        pub(crate) unsafe fn bytes(&self, at: usize, len: usize) -> &[u8] {
            for byte in &self.watched[at..at + len] {
                byte.with(|_| ());
            }
            let bytes = &self.bytes[at..at + len];
            // SAFETY: initialised, and loom has just found nobody who writes to them.
            unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), len) }
        }

        pub(crate) unsafe fn fill(&self, at: usize, len: usize, fill: impl FnOnce(&mut [u8])) {
            for byte in &self.watched[at..at + len] {
                byte.with_mut(|_| ());
            }
            let bytes = &self.bytes[at..at + len];
            // SAFETY: initialised, and loom has just found nobody else who reaches them.
            fill(unsafe { std::slice::from_raw_parts_mut(bytes.as_ptr().cast_mut().cast(), len) });
        }

        pub(crate) fn prefetch(&self, _at: impl FnOnce() -> usize) {}
    }
}

use std::sync::Arc;

use arena::{ArenaError, ArenaSkipList, Bytewise};
use loom::thread;

/// A list with room for four entries.
fn list() -> Arc<ArenaSkipList> {
    Arc::new(ArenaSkipList::with_capacity(80).unwrap())
}

/// Inserts an entry whose value is twice its key.
fn insert(list: &ArenaSkipList, key: u8) -> Result<(), ArenaError> {
    list.insert(&[key], &[2 * key])
}

/// The keys when all is done, after a check of everything.
fn all_keys(list: &ArenaSkipList) -> Vec<u8> {
    list.check_invariants();
    let keys = keys(list);
    assert!(keys.iter().all(|key| list.contains_key(&[*key])));
    keys
}

/// The keys, after a check of their order and their values.
fn keys(list: &ArenaSkipList) -> Vec<u8> {
    let keys: Vec<u8> = list.iter().map(|(key, _)| key[0]).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    assert!(list.iter().all(|(key, value)| value == [2 * key[0]]));
    keys
}

// ANCHOR: loom
#[test]
fn a_reader_sees_whole_entries_and_all_that_were_there() {
    loom::model(|| {
        let list = list();
        insert(&list, 20).unwrap();
        let writer = {
            let list = list.clone();
            thread::spawn(move || {
                insert(&list, 10).unwrap();
                insert(&list, 30).unwrap();
            })
        };
        let seen = keys(&list);
        assert!(seen.contains(&20));
        // The writer's second entry is not there without its first.
        assert!(!seen.contains(&30) || list.contains_key(&[10]));
        writer.join().unwrap();
        assert_eq!(all_keys(&list), [10, 20, 30]);
    });
}
// ANCHOR_END: loom

#[test]
fn a_search_finds_what_was_there_by_every_level() {
    loom::model(|| {
        let list = list();
        insert(&list, 10).unwrap();
        insert(&list, 30).unwrap();
        let writer = {
            let list = list.clone();
            thread::spawn(move || insert(&list, 20).unwrap())
        };
        assert_eq!(list.get(&[30]), Some([60].as_slice()));
        assert_eq!(list.last().unwrap().0, [30]);
        let mut backwards = list.iter().rev().map(|(key, _)| key[0]);
        assert_eq!(backwards.next(), Some(30));
        assert!(matches!(backwards.next(), Some(10 | 20)));
        writer.join().unwrap();
        assert_eq!(list.get(&[20]), Some([40].as_slice()));
    });
}

#[test]
fn two_writers_beside_each_other_both_get_in() {
    loom::model(|| {
        let list = list();
        let writer = {
            let list = list.clone();
            thread::spawn(move || insert(&list, 10).unwrap())
        };
        insert(&list, 20).unwrap();
        writer.join().unwrap();
        assert_eq!(all_keys(&list), [10, 20]);
    });
}

// ANCHOR: one_wins
#[test]
fn of_two_writers_of_a_key_one_wins_and_the_other_is_told() {
    loom::model(|| {
        let list = list();
        let writer = {
            let list = list.clone();
            thread::spawn(move || insert(&list, 10))
        };
        let outcomes = [insert(&list, 10), writer.join().unwrap()];
        assert!(outcomes.contains(&Ok(())));
        assert!(outcomes.contains(&Err(ArenaError::Exists)));
        assert_eq!(all_keys(&list), [10]);
    });
}
// ANCHOR_END: one_wins

#[test]
fn inserters_that_were_overtaken_keep_every_level_in_order() {
    // Three insertions have very many orders. Here are those with at most three forced switches.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let list = ArenaSkipList::with_seed(80, Bytewise, height::ALL_HIGH).unwrap();
        let list = Arc::new(list);
        let writer = {
            let list = list.clone();
            thread::spawn(move || insert(&list, 30).unwrap())
        };
        let mut inserter = list.inserter();
        inserter.insert(&[20], &[40]).unwrap();
        inserter.insert(&[40], &[80]).unwrap();
        writer.join().unwrap();
        assert_eq!(all_keys(&list), [20, 30, 40]);
    });
}

#[test]
fn two_writers_and_room_for_one_entry() {
    loom::model(|| {
        // The head's links, and an entry with one.
        let list = Arc::new(ArenaSkipList::with_capacity(8 + 16).unwrap());
        let writer = {
            let list = list.clone();
            thread::spawn(move || insert(&list, 10))
        };
        let outcomes = [insert(&list, 20), writer.join().unwrap()];
        let full = ArenaError::Full {
            needed: 16,
            left: 0,
        };
        assert!(outcomes.contains(&Ok(())) && outcomes.contains(&Err(full)));
        assert_eq!((all_keys(&list).len(), list.remaining()), (1, 0));
    });
}
