//! The arena's list against `BTreeMap`, which is simpler.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use proptest::collection::vec;
use proptest::prelude::*;
use skiplist::arena::{ArenaError, ArenaSkipList, Bytewise, Compare, OwnedCursor};

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Keys that meet often, are prefixes of each other, and differ before and behind the eighth byte.
fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(prop_oneof![Just(0), Just(1), Just(255)], 0..4),
        vec(0..2_u8, 7..10),
        (0..64_u64).prop_map(|number| number.to_be_bytes().to_vec()),
    ]
}

fn entries(most: usize) -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    vec((key(), vec(any::<u8>(), 0..20)), 0..most)
}

fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![
        Just(Bound::Unbounded),
        key().prop_map(Bound::Included),
        key().prop_map(Bound::Excluded),
    ]
}

fn borrowed(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

fn owned((key, value): (&[u8], &[u8])) -> (Vec<u8>, Vec<u8>) {
    (key.to_vec(), value.to_vec())
}

fn pair((key, value): (&Vec<u8>, &Vec<u8>)) -> (Vec<u8>, Vec<u8>) {
    (key.clone(), value.clone())
}

/// A list and a map of the same entries.
fn both(entries: Vec<(Vec<u8>, Vec<u8>)>) -> (ArenaSkipList, Model) {
    let list = ArenaSkipList::with_capacity(1 << 16).unwrap();
    let mut model = Model::new();
    for (key, value) in entries {
        let outcome = list.insert(&key, &value);
        match model.entry(key) {
            Entry::Occupied(_) => assert_eq!(outcome, Err(ArenaError::Exists)),
            Entry::Vacant(entry) => {
                assert_eq!(outcome, Ok(()));
                entry.insert(value);
            }
        }
    }
    list.check_invariants();
    (list, model)
}

fn is_empty_range(start: &Bound<Vec<u8>>, end: &Bound<Vec<u8>>) -> bool {
    use Bound::{Excluded, Included};
    match (start, end) {
        (Included(start), Included(end)) => start > end,
        (Excluded(start), Excluded(end)) => start >= end,
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => start > end,
        _ => false,
    }
}

proptest! {
    #[test]
    fn reads_what_was_inserted_and_nothing_else(entries in entries(200), keys in vec(key(), 50)) {
        let (list, model) = both(entries);
        prop_assert_eq!(list.len(), model.len());
        prop_assert_eq!(list.is_empty(), model.is_empty());
        for key in model.keys().chain(&keys) {
            prop_assert_eq!(list.get(key), model.get(key).map(Vec::as_slice));
            prop_assert_eq!(list.contains_key(key), model.contains_key(key));
        }
    }

    #[test]
    fn iterates_in_order_from_both_ends(entries in entries(200), from_back in vec(any::<bool>(), 250)) {
        let (list, model) = both(entries);
        prop_assert!(list.iter().map(owned).eq(model.iter().map(pair)));
        prop_assert!(list.iter().rev().map(owned).eq(model.iter().rev().map(pair)));
        prop_assert_eq!(list.first().map(owned), model.first_key_value().map(pair));
        prop_assert_eq!(list.last().map(owned), model.last_key_value().map(pair));
        let (mut ours, mut theirs) = (list.iter(), model.iter());
        for back in from_back {
            if back {
                prop_assert_eq!(ours.next_back().map(owned), theirs.next_back().map(pair));
            } else {
                prop_assert_eq!(ours.next().map(owned), theirs.next().map(pair));
            }
        }
    }

    #[test]
    fn ranges_begin_and_end_where_their_bounds_say(
        entries in entries(100),
        start in bound(),
        end in bound(),
        from_back in vec(any::<bool>(), 110),
    ) {
        let (list, model) = both(entries);
        let mut ours = list.range((borrowed(&start), borrowed(&end)));
        if is_empty_range(&start, &end) {
            prop_assert_eq!(ours.clone().next(), None);
            prop_assert_eq!(ours.next_back(), None);
            return Ok(());
        }
        let mut theirs = model.range::<[u8], _>((borrowed(&start), borrowed(&end)));
        for back in from_back {
            if back {
                prop_assert_eq!(ours.next_back().map(owned), theirs.next_back().map(pair));
            } else {
                prop_assert_eq!(ours.next().map(owned), theirs.next().map(pair));
            }
        }
    }

    #[test]
    fn bounds_find_the_nearest_entry(entries in entries(100), bound in bound()) {
        let (list, model) = both(entries);
        let above = model.range::<[u8], _>((borrowed(&bound), Bound::Unbounded)).next();
        let below = model.range::<[u8], _>((Bound::Unbounded, borrowed(&bound))).next_back();
        prop_assert_eq!(list.lower_bound(borrowed(&bound)).map(owned), above.map(pair));
        prop_assert_eq!(list.upper_bound(borrowed(&bound)).map(owned), below.map(pair));
    }

    #[test]
    fn a_cursor_goes_where_it_is_told(entries in entries(60), moves in vec((0..6, key()), 0..60)) {
        let (list, model) = both(entries);
        let list = Arc::new(list);
        let mut cursor = list.cursor();
        let mut owning = OwnedCursor::new(Arc::clone(&list));
        // What the cursor should stand on.
        let mut on: Option<Vec<u8>> = None;
        for (which, key) in moves {
            let same = match which {
                0 => owning.seek(&key),
                1 => owning.seek_for_prev(&key),
                2 => owning.seek_to_first(),
                3 => owning.seek_to_last(),
                4 => owning.move_next(),
                _ => owning.move_prev(),
            };
            let same = same.map(owned);
            let (moved, expected) = match (which, on.take()) {
                (0, _) => (cursor.seek(&key), model.range(key..).next()),
                (1, _) => (cursor.seek_for_prev(&key), model.range(..=key).next_back()),
                (2, _) => (cursor.seek_to_first(), model.first_key_value()),
                (3, _) => (cursor.seek_to_last(), model.last_key_value()),
                (4, None) => (cursor.move_next(), model.first_key_value()),
                (4, Some(on)) => {
                    let behind = (Bound::Excluded(on), Bound::Unbounded);
                    (cursor.move_next(), model.range(behind).next())
                }
                (_, None) => (cursor.move_prev(), model.last_key_value()),
                (_, Some(on)) => (cursor.move_prev(), model.range(..on).next_back()),
            };
            prop_assert_eq!(moved.map(owned), expected.map(pair));
            prop_assert_eq!(cursor.current(), moved);
            prop_assert_eq!(moved.map(owned), same);
            prop_assert_eq!(owning.current(), moved);
            on = expected.map(|(key, _)| key.clone());
        }
    }

    #[test]
    fn an_inserter_inserts_as_insert_does(runs in vec((0..2_000_u16, 1..40_u16, any::<bool>()), 0..12)) {
        let list = ArenaSkipList::with_capacity(1 << 16).unwrap();
        let (mut inserter, mut model) = (list.inserter(), Model::new());
        for (start, length, up) in runs {
            for step in 0..length {
                let number = if up { start + step } else { start + length - step };
                let key = number.to_be_bytes();
                let expected = match model.insert(key.to_vec(), Vec::new()) {
                    Some(_) => Err(ArenaError::Exists),
                    None => Ok(()),
                };
                prop_assert_eq!(inserter.insert(&key, b""), expected);
            }
        }
        list.check_invariants();
        prop_assert!(list.iter().map(owned).eq(model.iter().map(pair)));
    }

    #[test]
    fn abbreviations_never_contradict_the_order(a in vec(any::<u8>(), 0..12), b in key()) {
        let (short_a, short_b) = (Bytewise.abbreviate(&a), Bytewise.abbreviate(&b));
        if short_a != short_b {
            prop_assert_eq!(short_a.cmp(&short_b), a.cmp(&b));
        }
        let padded: Vec<u8> = a.iter().copied().chain([0; 8]).take(8).collect();
        prop_assert_eq!(short_a.to_be_bytes().to_vec(), padded);
    }

    #[test]
    fn an_engines_order_puts_newer_versions_first(versions in vec((vec(any::<u8>(), 0..3), 0..9_u64), 0..80)) {
        let list = ArenaSkipList::with_comparator(1 << 16, NewestFirst).unwrap();
        let mut model = BTreeMap::new();
        for (user_key, sequence) in versions {
            let outcome = list.insert(&internal(&user_key, sequence), &user_key);
            let newest_first = (user_key.clone(), u64::MAX - sequence);
            prop_assert_eq!(outcome.is_ok(), model.insert(newest_first, ()).is_none());
        }
        let expected = model.keys().map(|(user_key, rest)| internal(user_key, u64::MAX - rest));
        prop_assert!(list.iter().map(|(key, _)| key.to_vec()).eq(expected));
        // The newest version that a snapshot may see.
        for (user_key, _) in model.keys() {
            let at_four = list.lower_bound(Bound::Included(&internal(user_key, 4)));
            let seen = at_four.filter(|(_, value)| value == user_key).map(|(key, _)| key.to_vec());
            let newest = model.range((user_key.clone(), u64::MAX - 4)..).next();
            let newest = newest.filter(|((key, _), ())| key == user_key);
            prop_assert_eq!(seen, newest.map(|((key, rest), ())| internal(key, u64::MAX - rest)));
        }
    }
}

/// The order that an LSM tree's memtable has: user keys ascending, of each the newest version first.
struct NewestFirst;

impl Compare for NewestFirst {
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        let ((a, newer_a), (b, newer_b)) = (split(a), split(b));
        a.cmp(b).then(newer_b.cmp(newer_a))
    }

    fn abbreviate(&self, key: &[u8]) -> u64 {
        Bytewise.abbreviate(split(key).0)
    }
}

fn internal(user_key: &[u8], sequence: u64) -> Vec<u8> {
    [user_key, &sequence.to_be_bytes()].concat()
}

fn split(internal: &[u8]) -> (&[u8], &[u8]) {
    internal.split_at(internal.len() - 8)
}

/// Counts how often it is asked.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Compare for &Counting {
    fn compare(&self, a: &[u8], b: &[u8]) -> Ordering {
        self.0.fetch_add(1, Relaxed);
        a.cmp(b)
    }
}

const N: u32 = 1 << 14;

/// Numbers below `N`, each once, in an order that jumps about.
fn scattered() -> impl Iterator<Item = u32> {
    (0..N).map(|i| i.wrapping_mul(0x9e37_79b1) % N)
}

/// How many comparisons an insertion takes on average, or a look-up of what was inserted.
fn comparisons(keys: impl Iterator<Item = u32>, with_inserter: bool) -> (f64, f64) {
    let count = Counting::default();
    let list = ArenaSkipList::with_comparator(1 << 20, &count).unwrap();
    let mut inserter = list.inserter();
    for key in keys {
        let key = key.to_be_bytes();
        if with_inserter {
            inserter.insert(&key, b"").unwrap();
        } else {
            list.insert(&key, b"").unwrap();
        }
    }
    let inserting = count.0.swap(0, Relaxed);
    assert!((0..N).all(|key| list.contains_key(&key.to_be_bytes())));
    let seeking = count.0.load(Relaxed);
    (
        inserting as f64 / f64::from(N),
        seeking as f64 / f64::from(N),
    )
}

#[test]
fn a_search_compares_as_often_as_pugh_says() {
    // L(n)/p + 1/(1 - p), with L(n) = log₁/ₚ n, which is 7 here; and once to see that it is the key.
    let bound = 7.0 * 4.0 + 4.0 / 3.0 + 1.0;
    let (_, after_scattered) = comparisons(scattered(), false);
    let (_, after_sorted) = comparisons(0..N, true);
    assert!(after_scattered < bound && after_sorted < bound);
    assert!(after_scattered > bound / 2.0 && after_sorted > bound / 2.0);
}

#[test]
fn a_sorted_run_takes_an_inserter_two_comparisons_each() {
    let (sorted, _) = comparisons(0..N, true);
    assert!(sorted < 2.0, "{sorted}");
    let (backwards, _) = comparisons((0..N).rev(), true);
    assert!(backwards < 8.0, "{backwards}");
    let (scattered, _) = comparisons(scattered(), true);
    assert!(scattered < 40.0, "{scattered}");
}
