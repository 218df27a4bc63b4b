//! The contracts of the concurrent map that a comparison with `BTreeMap` does not show: entries
//! that outlive their removal, iterators over a changing map, panics, and what is dropped when.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;

use skiplist::ConcurrentSkipMap;
use skiplist::concurrent::{Entry, Iter};

fn tens(keys: impl IntoIterator<Item = i32>) -> ConcurrentSkipMap<i32, i32> {
    keys.into_iter().map(|key| (key, key * 10)).collect()
}

fn keys(map: &ConcurrentSkipMap<i32, i32>) -> Vec<i32> {
    map.iter().map(|entry| *entry.key()).collect()
}

#[test]
fn the_map_is_shared_between_threads_and_its_entries_are_not() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<ConcurrentSkipMap<String, Vec<u8>>>();
}

#[test]
fn a_removed_entry_stays_valid_and_knows_that_it_is_removed() {
    let map = tens([1, 2, 3]);
    let entry = map.get(&2).unwrap();
    assert!(!entry.is_removed());
    let removed = map.remove(&2).unwrap();
    assert!(entry.is_removed() && removed.is_removed());
    drop(removed);
    for key in 0..1_000 {
        map.insert(key, 0);
    }
    assert_eq!((*entry.key(), *entry.value()), (2, 20));
    assert!(!entry.remove(), "its successor is another entry");
    assert_eq!(*map.get(&2).unwrap().value(), 0);
}

#[test]
fn a_removed_entry_finds_the_neighbours_that_its_key_has_now() {
    let map = tens([1, 3, 5]);
    let entry = map.remove(&3).unwrap();
    map.insert(2, 0);
    map.insert(4, 0);
    assert_eq!(*entry.next().unwrap().key(), 4);
    assert_eq!(*entry.prev().unwrap().key(), 2);
}

#[test]
fn an_entry_moves_over_the_map_and_stays_at_its_ends() {
    let map = tens([2, 4]);
    let mut entry = map.front().unwrap();
    assert!(!entry.move_prev());
    assert_eq!(*entry.key(), 2);
    assert!(entry.move_next());
    assert_eq!(*entry.key(), 4);
    assert!(!entry.move_next());
    assert_eq!(*entry.key(), 4);
    let other = entry.clone();
    assert!(entry.move_prev());
    assert_eq!((*entry.key(), *other.key()), (2, 4));
}

#[test]
fn an_entry_moves_to_the_one_that_took_its_place() {
    let map = tens([5, 7]);
    let mut entry = map.get(&7).unwrap();
    assert!(entry.remove());
    map.insert(7, 700);
    assert!(entry.move_prev() && entry.move_next());
    assert_eq!((*entry.key(), *entry.value()), (7, 700));
}

#[test]
fn a_replaced_entry_keeps_its_value_and_counts_once() {
    let map = tens([1]);
    let old = map.get(&1).unwrap();
    let new = map.insert(1, 11);
    assert!(old.is_removed() && !new.is_removed());
    assert_eq!((*old.value(), *new.value(), map.len()), (10, 11, 1));
}

#[test]
fn an_iterator_that_has_ended_goes_on_when_there_is_more() {
    fn next(iter: &mut Iter<'_, i32, i32>) -> Option<i32> {
        iter.next().map(|entry| *entry.key())
    }
    let map = tens([1]);
    let mut iter = map.iter();
    assert_eq!((next(&mut iter), next(&mut iter)), (Some(1), None));
    map.insert(3, 0);
    map.insert(2, 0);
    assert_eq!(iter.next_back().map(|entry| *entry.key()), Some(3));
    assert_eq!((next(&mut iter), next(&mut iter)), (Some(2), None));
    assert!(iter.next_back().is_none());
}

#[test]
fn an_iterator_sees_what_is_removed_and_inserted_ahead_of_it() {
    let map = tens([2, 4, 5, 7]);
    let mut iter = map.iter();
    let mut next = || iter.next().map(|entry| *entry.key());
    map.remove(&2);
    assert_eq!(next(), Some(4));
    map.remove(&4);
    map.remove(&5);
    map.insert(6, 0);
    assert_eq!((next(), next(), next()), (Some(6), Some(7), None));
}

#[test]
fn a_range_whose_start_is_behind_its_end_is_empty() {
    let map = tens(0..10);
    assert_eq!(map.range((Included(&7), Included(&3))).count(), 0);
    assert_eq!(map.range((Excluded(&3), Excluded(&3))).count(), 0);
    assert_eq!(
        map.range::<i32, _>((Unbounded, Excluded(&0))).rev().count(),
        0
    );
}

#[test]
fn keys_are_looked_up_by_what_they_borrow_as() {
    let map: ConcurrentSkipMap<String, u8> = [("b".to_owned(), 2), ("a".to_owned(), 1)]
        .into_iter()
        .collect();
    assert_eq!(map.get("a").map(|entry| *entry.value()), Some(1));
    assert_eq!(map.range::<str, _>((Included("b"), Unbounded)).count(), 1);
    assert_eq!(map.remove("b").map(|entry| *entry.value()), Some(2));
}

#[test]
fn of_several_values_for_a_key_the_last_one_is_collected() {
    let mut map: ConcurrentSkipMap<_, _> = [(1, 'a'), (1, 'b')].into_iter().collect();
    assert_eq!(*map.get(&1).unwrap().value(), 'b');
    map.extend([(1, 'c'), (2, 'd')]);
    assert!(map.into_iter().eq([(1, 'c'), (2, 'd')]));
}

#[test]
fn a_value_that_another_thread_has_inserted_meanwhile_wins() {
    let map = ConcurrentSkipMap::new();
    let entry = map.get_or_insert_with(7, || {
        // This is what another thread could do now; no lock is held.
        map.get_or_insert(7, "first");
        "second"
    });
    assert_eq!((*entry.value(), map.len()), ("first", 1));
}

#[test]
fn a_value_that_panics_leaves_the_map_as_it_was() {
    let map: ConcurrentSkipMap<i32, i32> = ConcurrentSkipMap::new();
    let panics = || {
        map.get_or_insert_with(4, || resume_unwind(Box::new("no value")))
            .remove()
    };
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    assert!(map.is_empty());
    assert_eq!(*map.get_or_insert(4, 40).value(), 40);
}

#[test]
fn compare_insert_asks_only_about_values_that_are_there() {
    let map = ConcurrentSkipMap::new();
    assert_eq!(*map.compare_insert(1, 10, |_| unreachable!()).value(), 10);
    assert_eq!(*map.compare_insert(1, 5, |old| *old < 5).value(), 10);
    assert_eq!(*map.compare_insert(1, 15, |old| *old < 15).value(), 15);
    assert_eq!(map.len(), 1);
}

#[test]
fn the_greatest_of_many_compare_inserts_stays() {
    let map = ConcurrentSkipMap::new();
    thread::scope(|scope| {
        for first in [0, 1] {
            let map = &map;
            scope.spawn(move || {
                for score in (first..1_000).step_by(2) {
                    map.compare_insert((), score, |old| *old < score);
                }
            });
        }
    });
    assert_eq!((*map.get(&()).unwrap().value(), map.len()), (999, 1));
}

#[test]
fn clearing_empties_it_and_it_can_be_filled_again() {
    let map = tens(0..100);
    map.clear();
    assert!(map.is_empty() && map.front().is_none() && map.back().is_none());
    map.insert(1, 1);
    assert_eq!(keys(&map), [1]);
}

#[test]
fn dropping_a_half_used_owning_iterator_drops_the_rest() {
    let value = Arc::new(());
    let map: ConcurrentSkipMap<_, _> = (0..10).map(|key| (key, value.clone())).collect();
    let mut entries = map.into_iter();
    assert!(entries.next().is_some_and(|(key, _)| key == 0));
    assert_eq!(Arc::strong_count(&value), 10);
    drop(entries);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn dropping_the_map_drops_its_entries() {
    let value = Arc::new(());
    let map: ConcurrentSkipMap<_, _> = (0..100).map(|key| (key, value.clone())).collect();
    assert_eq!(Arc::strong_count(&value), 101);
    drop(map);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn a_comparison_that_panics_loses_neither_map_nor_entry() {
    thread_local!(static LEFT: Cell<usize> = const { Cell::new(usize::MAX) });

    struct Fussy(
        i32,
        #[expect(dead_code, reason = "counts keys that are alive")] Arc<()>,
    );
    impl Ord for Fussy {
        fn cmp(&self, other: &Self) -> Ordering {
            let left = LEFT.get();
            if left == 0 {
                resume_unwind(Box::new("no order"));
            }
            LEFT.set(left - 1);
            self.0.cmp(&other.0)
        }
    }
    impl PartialOrd for Fussy {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Fussy {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }
    impl Eq for Fussy {}

    let alive = Arc::new(());
    for comparisons in 0..20 {
        let map = ConcurrentSkipMap::new();
        for key in 0..20 {
            map.insert(Fussy(2 * key, alive.clone()), ());
        }
        LEFT.set(comparisons);
        let inserts = || drop(map.insert(Fussy(21, alive.clone()), ()));
        let failed = catch_unwind(AssertUnwindSafe(inserts)).is_err();
        LEFT.set(usize::MAX);
        let there = map.iter().any(|entry| entry.key().0 == 21);
        assert!(
            failed != there,
            "it is in the map, or the caller knows why not"
        );
        assert_eq!(map.iter().count(), map.len());
        drop(map);
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}

#[test]
fn entries_and_iterators_show_what_they_are() {
    let map = tens([1]);
    let entry: Entry<'_, _, _> = map.front().unwrap();
    assert_eq!(format!("{entry:?} {map:?}"), "Entry(1, 10) {1: 10}");
    assert_eq!(
        format!("{:?} {:?}", map.range(1..), map.iter()),
        "Range { bounds: 1.., .. } Iter { .. }"
    );
}
