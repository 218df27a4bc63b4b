//! The concurrent map under every order in which two threads can come by, with few switches.
//!
//! A test with real threads tries one order, the one that this machine happens to choose today.
//! [loom] runs a closure again and again, each time with another order of its threads, and with
//! another of the values that the memory model lets each load return. For that, the code has to
//! take its atomics from loom; so this file compiles the source of [`skiplist::ConcurrentSkipMap`]
//! a second time, with a `sync` and a `height` of its own.
//!
//! All orders with at most [`SWITCHES`] forced switches are tried; few faults need more to show.

mod history;
mod key;
mod sync;

#[expect(unused_imports, reason = "the model uses a part of the source")]
#[path = "../../src/concurrent/mod.rs"]
mod concurrent;

/// The crate's `height`, where the seed says which towers are high: the n-th of each thread is two
/// links high if the seed's n-th bit is set, else one.
mod height {
    pub(crate) const MAX_EVEN_HEIGHT: usize = 2;
    pub(crate) const DEFAULT_SEED: u64 = u64::MAX;

    pub(crate) fn state_after(seed: u64, draws: u64) -> u64 {
        seed >> (draws & 63)
    }

    pub(crate) fn even_height_of(state: u64) -> usize {
        1 + (state & 1) as usize
    }
}

use std::sync::Arc;

use history::Call::{self, *};
use key::Key;
use loom::thread;

type Map = concurrent::ConcurrentSkipMap<Key, u8>;

/// How often a thread is interrupted at most.
const SWITCHES: usize = 2;

/// Runs `model` in all orders; each time, all keys have to be dropped in the end, once.
fn explore(model: impl Fn() + Send + Sync + 'static) {
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(SWITCHES);
    orders.max_branches = 10_000;
    orders.check(move || {
        sync::begin();
        key::begin();
        model();
        key::end();
        sync::end();
    });
}

/// Lets two threads make these calls on a map that has these keys, with the value 0, and requires
/// that the results are those of some order of all the calls, one after the other.
fn check<const N: usize, const A: usize, const B: usize>(
    seed: u64,
    keys: [u8; N],
    first: [Call; A],
    second: [Call; B],
) {
    explore(move || {
        let map = Arc::new(Map::with_seed(seed));
        for key in keys {
            map.insert(Key::new(key), 0);
        }
        let other = {
            let map = map.clone();
            thread::spawn(move || second.map(|call| call.make(&map)))
        };
        let mine = first.map(|call| call.make(&map));
        let theirs = other.join().unwrap();
        let left: Vec<_> = map
            .iter()
            .map(|entry| (entry.key().number(), *entry.value()))
            .collect();
        assert_eq!(map.len(), left.len());
        history::require_an_order(&keys, [(&first, &mine), (&second, &theirs)], &left);
    });
}

/// All towers have two links.
const HIGH: u64 = u64::MAX;
/// Every second tower has.
const MIXED: u64 = 0x5555_5555_5555_5555;

#[test]
fn two_inserts_into_one_gap_are_both_there() {
    check(HIGH, [], [Insert(1, 1), Get(2)], [Insert(2, 2), Get(1)]);
}

#[test]
fn of_two_inserts_of_one_key_one_replaces_the_other() {
    check(HIGH, [], [Insert(1, 1), Get(1)], [Insert(1, 2), Get(1)]);
}

#[test]
fn two_that_get_or_insert_one_key_agree() {
    check(
        HIGH,
        [],
        [GetOrInsert(1, 1), Get(1)],
        [GetOrInsert(1, 2), Get(1)],
    );
}

#[test]
fn an_entry_is_removed_by_one_of_two() {
    check(HIGH, [1, 2], [Remove(1), Get(2)], [Remove(1), Get(1)]);
}

#[test]
fn an_entry_that_is_inserted_behind_a_removed_one_is_not_lost() {
    check(HIGH, [1, 3], [Insert(2, 2), Get(2)], [Remove(1), Get(2)]);
    check(MIXED, [1, 3], [Insert(2, 2), Get(2)], [Remove(1), Get(2)]);
}

#[test]
fn an_entry_is_removed_while_its_tower_is_being_built() {
    check(HIGH, [2], [Insert(1, 1), Get(1)], [Remove(1), Get(1)]);
}

#[test]
fn a_key_is_inserted_again_while_its_tower_is_being_built() {
    check(HIGH, [], [Insert(1, 1)], [Remove(1), Insert(1, 2), Get(1)]);
}

#[test]
fn a_key_is_inserted_again_while_it_is_being_removed() {
    check(HIGH, [1, 2], [Remove(1), Get(2)], [Insert(1, 1)]);
}

#[test]
fn neighbours_are_removed_at_the_same_time() {
    check(HIGH, [1, 2, 3], [Remove(1), Get(3)], [Remove(2), Get(3)]);
}

#[test]
fn a_key_that_is_replaced_is_never_missing() {
    check(HIGH, [1, 2], [Insert(1, 1), Insert(1, 2)], [Get(1), Get(1)]);
    check(HIGH, [1], [Insert(1, 1)], [After(0), After(0)]);
}

#[test]
fn an_entry_is_replaced_and_removed_at_the_same_time() {
    check(HIGH, [1], [Insert(1, 1), Get(1)], [Remove(1), Remove(1)]);
}

#[test]
fn a_neighbour_is_inserted_and_removed_under_one_who_looks() {
    check(
        HIGH,
        [1, 3],
        [Insert(2, 2), Remove(2)],
        [After(1), Before(3)],
    );
    check(
        HIGH,
        [1, 2, 3],
        [Remove(2), Insert(2, 2)],
        [Before(3), After(1)],
    );
}

// ANCHOR: never_skips
#[test]
fn an_iterator_skips_no_key_that_was_there_throughout() {
    explore(|| {
        let map = Arc::new(Map::with_seed(HIGH));
        for key in [1, 2, 4] {
            map.insert(Key::new(key), 0);
        }
        let changes = {
            let map = map.clone();
            thread::spawn(move || {
                map.remove(&1);
                map.insert(Key::new(3), 0);
            })
        };
        let seen: Vec<_> = map.iter().map(|entry| entry.key().number()).collect();
        changes.join().unwrap();
        assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
        assert!(seen.contains(&2) && seen.contains(&4), "{seen:?}");
    });
}
// ANCHOR_END: never_skips

#[test]
fn an_iterator_from_the_back_skips_no_key_either() {
    explore(|| {
        let map = Arc::new(Map::with_seed(HIGH));
        for key in [1, 3] {
            map.insert(Key::new(key), 0);
        }
        let changes = {
            let map = map.clone();
            thread::spawn(move || {
                map.insert(Key::new(3), 1);
                map.insert(Key::new(2), 0);
            })
        };
        let seen: Vec<_> = map.iter().rev().map(|entry| entry.key().number()).collect();
        changes.join().unwrap();
        assert!(seen == [3, 1] || seen == [3, 2, 1], "{seen:?}");
    });
}

#[test]
fn an_entry_outlives_its_removal_and_what_comes_after_it() {
    explore(|| {
        let map = Arc::new(Map::with_seed(HIGH));
        for key in [1, 2] {
            map.insert(Key::new(key), 0);
        }
        let remover = {
            let map = map.clone();
            thread::spawn(move || {
                map.remove(&1);
                map.remove(&2);
            })
        };
        if let Some(mut entry) = map.get(&1) {
            assert_eq!(entry.key().number(), 1);
            if entry.move_next() {
                assert_eq!(entry.key().number(), 2);
            }
        }
        remover.join().unwrap();
        assert!(map.front().is_none());
    });
}

#[test]
fn two_poppers_share_the_entries() {
    explore(|| {
        let map = Arc::new(Map::with_seed(HIGH));
        for key in [1, 2] {
            map.insert(Key::new(key), 0);
        }
        let other = {
            let map = map.clone();
            thread::spawn(move || map.pop_front().map(|entry| entry.key().number()))
        };
        let mine = map.pop_back().map(|entry| entry.key().number());
        let mut popped = [mine, other.join().unwrap()];
        popped.sort_unstable();
        assert_eq!(popped, [Some(1), Some(2)]);
    });
}
