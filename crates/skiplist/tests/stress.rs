//! Two threads, real atomics, many operations: nothing is lost, leaked, or dropped twice.
//!
//! How many operations each thread does is taken from `SKIPLIST_STRESS`, so that this also runs
//! under valgrind, which takes fifty times as long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::thread;

use skiplist::ConcurrentSkipMap;

/// Operations a thread, unless the environment says otherwise.
const OPERATIONS: u64 = 200_000;

fn operations() -> u64 {
    let given = std::env::var("SKIPLIST_STRESS").ok();
    given.map_or(OPERATIONS, |count| {
        count.parse().expect("SKIPLIST_STRESS is a number")
    })
}

/// A value that counts how many of its kind are alive.
struct Counted {
    number: u64,
    alive: Arc<AtomicIsize>,
}

impl Counted {
    fn new(number: u64, alive: &Arc<AtomicIsize>) -> Self {
        alive.fetch_add(1, Relaxed);
        Counted {
            number,
            alive: alive.clone(),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let before = self.alive.fetch_sub(1, Relaxed);
        assert!(before > 0, "a value was dropped twice");
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }
}

/// Has what is retired freed: epochs move on as threads pin and flush.
fn collect_garbage(until: impl Fn() -> bool) {
    for _ in 0..1_000_000 {
        if until() {
            return;
        }
        crossbeam_epoch::pin().flush();
        thread::yield_now();
    }
    panic!("what was removed is not freed");
}

#[test]
fn under_all_operations_on_few_keys_nothing_is_leaked_or_dropped_twice() {
    let alive = Arc::new(AtomicIsize::new(0));
    let map = ConcurrentSkipMap::new();
    let work = |seed| {
        let (map, alive) = (&map, &alive);
        move || {
            let mut random = Random(seed);
            for _ in 0..operations() {
                // Some 40 keys: the two meet all the time.
                let key = random.below(40).to_string();
                let value = || Counted::new(value_of(&key), alive);
                match random.below(10) {
                    0..3 => drop(map.insert(key.clone(), value())),
                    3 => drop(map.get_or_insert_with(key.clone(), value)),
                    4..7 => drop(map.remove(&key)),
                    7 => {
                        let _ = map
                            .get(&key)
                            .map(|entry| assert_eq!(entry.value().number, value_of(&key)));
                    }
                    8 => drop(map.pop_front()),
                    _ => {
                        let Some(mut entry) = map.get(&key) else {
                            continue;
                        };
                        while entry.move_next() {
                            assert_eq!(entry.value().number, value_of(entry.key()));
                        }
                    }
                }
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(work(1));
        scope.spawn(work(2));
    });
    let entries: Vec<_> = map.iter().map(|entry| entry.key().clone()).collect();
    assert!(entries.is_sorted_by(|a, b| a < b));
    assert_eq!(map.len(), entries.len());
    drop(map);
    collect_garbage(|| alive.load(Relaxed) == 0);
}

/// The value that belongs to a key.
fn value_of(key: &str) -> u64 {
    key.parse::<u64>().unwrap() * 3
}

#[test]
fn threads_that_work_on_keys_of_their_own_find_what_they_would_find_alone() {
    let map = ConcurrentSkipMap::new();
    let work = |thread: u64| {
        let map = &map;
        move || {
            let (mut random, mut model) = (Random(thread), BTreeMap::new());
            for operation in 0..operations() {
                let key = 2 * random.below(500) + thread;
                match random.below(3) {
                    0 => {
                        map.insert(key, operation);
                        model.insert(key, operation);
                    }
                    1 => {
                        let removed = map.remove(&key).map(|entry| *entry.value());
                        assert_eq!(removed, model.remove(&key));
                    }
                    _ => {
                        let found = map.get(&key).map(|entry| *entry.value());
                        assert_eq!(found, model.get(&key).copied());
                    }
                }
            }
            model
        }
    };
    let expected = thread::scope(|scope| {
        let threads = [0, 1].map(|number| scope.spawn(work(number)));
        threads.map(|thread| thread.join().unwrap())
    });
    let expected: BTreeMap<_, _> = expected.into_iter().flatten().collect();
    assert_eq!(map.len(), expected.len());
    assert!(map.into_iter().eq(expected));
}

#[test]
fn a_scan_sees_each_key_that_stays_exactly_once() {
    let map = ConcurrentSkipMap::new();
    for key in (0..200).step_by(2) {
        map.insert(key, key);
    }
    thread::scope(|scope| {
        // Odd keys come and go; even ones stay, though they are replaced.
        scope.spawn(|| {
            let mut random = Random(3);
            for _ in 0..operations() {
                let key = random.below(200);
                if key.is_multiple_of(2) || random.below(2) == 0 {
                    map.insert(key, key);
                } else {
                    map.remove(&key);
                }
            }
        });
        for scan in 0..operations() / 200 {
            let seen: Vec<_> = if scan % 2 == 0 {
                map.iter().map(|entry| *entry.key()).collect()
            } else {
                let mut seen: Vec<_> = map.iter().rev().map(|entry| *entry.key()).collect();
                seen.reverse();
                seen
            };
            assert!(seen.is_sorted_by(|a, b| a < b));
            assert!(
                seen.into_iter()
                    .filter(|key| key % 2 == 0)
                    .eq((0..200).step_by(2))
            );
        }
    });
}

#[test]
fn an_entry_is_given_to_one_of_those_who_remove_it() {
    let map = ConcurrentSkipMap::new();
    let count = operations() / 4;
    for key in 0..count {
        map.insert(key, ());
    }
    let pop = |front: bool| {
        let map = &map;
        move || {
            let pop = || {
                if front {
                    map.pop_front()
                } else {
                    map.pop_back()
                }
            };
            std::iter::from_fn(pop)
                .map(|entry| *entry.key())
                .collect::<Vec<_>>()
        }
    };
    let (front, back) = thread::scope(|scope| {
        let (front, back) = (scope.spawn(pop(true)), scope.spawn(pop(false)));
        (front.join().unwrap(), back.join().unwrap())
    });
    assert!(map.is_empty());
    assert!(front.iter().chain(back.iter().rev()).copied().eq(0..count));
}
