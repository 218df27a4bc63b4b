//! Joins of two maps, right and with few comparisons, whatever the maps' sizes.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use bplustree::BPlusTreeMap;

#[cfg_attr(feature = "yours", path = "../bplustree/merge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/merge.rs")]
mod exercise;

thread_local!(static COMPARISONS: Cell<u64> = const { Cell::new(0) });

/// A number that counts how often it is compared.
#[derive(Clone, Debug)]
struct Counted(u64);

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Counted {}

fn map(keys: impl IntoIterator<Item = u64>) -> BPlusTreeMap<Counted, u64> {
    let entries = keys.into_iter().map(|key| (Counted(key), 10 * key));
    BPlusTreeMap::from_sorted_iter(entries).expect("the test's keys ascend")
}

/// Joins the two maps both ways, compares the result with that of `BTreeSet`, and returns the
/// comparisons of the join and of the anti-join.
fn compare(left: &BPlusTreeMap<Counted, u64>, right: &BPlusTreeMap<Counted, u64>) -> (u64, u64) {
    let set = |map: &BPlusTreeMap<Counted, u64>| map.keys().map(|key| key.0).collect();
    let (of_left, of_right): (BTreeSet<u64>, BTreeSet<u64>) = (set(left), set(right));

    COMPARISONS.set(0);
    let joined = exercise::join(left, right);
    let of_join = COMPARISONS.replace(0);
    let joined: Vec<_> = joined.into_iter().map(|(k, a, b)| (k.0, *a, *b)).collect();
    let expected: Vec<_> = of_left
        .intersection(&of_right)
        .map(|key| (*key, 10 * key, 10 * key))
        .collect();
    check("both have", &joined, &expected);

    COMPARISONS.set(0);
    let missing = exercise::missing(left, right);
    let of_missing = COMPARISONS.replace(0);
    let missing: Vec<u64> = missing.into_iter().map(|key| key.0).collect();
    let expected: Vec<u64> = of_left.difference(&of_right).copied().collect();
    check("only the left one has", &missing, &expected);
    (of_join, of_missing)
}

/// The maps are large, so only the first difference is shown.
fn check<T: PartialEq + Debug>(what: &str, found: &[T], expected: &[T]) {
    let pairs = found.iter().zip(expected);
    let same = pairs.take_while(|(one, other)| one == other).count();
    assert!(
        found.len() == same && expected.len() == same,
        "{what} {} entries, and {} were found; of these, number {same} is {:?} instead of {:?}",
        expected.len(),
        found.len(),
        found.get(same),
        expected.get(same)
    );
}

#[test]
fn a_map_that_ends_early_ends_the_join_and_not_the_anti_join() {
    compare(&map([]), &map([]));
    compare(&map([1, 2]), &map([]));
    compare(&map([]), &map([1, 2]));
    compare(&map([1, 2, 8, 9]), &map([2, 3]));
    compare(&map([2, 3]), &map([1, 2, 8, 9]));
    compare(&map(0..100), &map(0..100));
    compare(&map(0..100), &map(200..300));
    compare(&map(200..300), &map(0..100));
}

#[test]
fn values_come_from_their_own_map() {
    let left: BPlusTreeMap<&str, u32> = [("oslo", 1), ("bergen", 2)].into_iter().collect();
    let right: BPlusTreeMap<&str, char> = [("oslo", 'o'), ("hamar", 'h')].into_iter().collect();
    assert_eq!(exercise::join(&left, &right), [(&"oslo", &1, &'o')]);
    assert_eq!(exercise::missing(&left, &right), [&"bergen"]);
}

#[test]
fn agrees_with_sets_of_random_numbers() {
    let mut state = 29u64;
    let mut draw = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..60 {
        let mut keys = || {
            let (count, below) = (draw(400), 1 + draw(1_000));
            let keys: BTreeMap<u64, ()> = (0..count).map(|_| (draw(below), ())).collect();
            map(keys.into_keys())
        };
        compare(&keys(), &keys());
    }
}

#[test]
fn a_small_map_leaps_through_a_large_one() {
    let large = map(0..50_000);
    let small = map((0..20).map(|n| n * 2_500 + 7));
    for (join, missing) in [compare(&small, &large), (compare(&large, &small).0, 0)] {
        assert!(
            join.max(missing) < 20 * 80,
            "20 keys and 50 000: {join} comparisons to join, {missing} to find those that are \
             missing in the large map; a leap to each takes about 20, a walk 2 500"
        );
    }
    let (_, missing) = compare(&large, &small);
    assert!(
        missing < 3 * 50_000,
        "{missing} comparisons for 50 000 keys of which all but 20 are in the answer"
    );
}

#[test]
fn maps_that_alternate_are_walked_through() {
    let (even, odd) = (
        map((0..10_000).map(|n| 2 * n)),
        map((0..10_000).map(|n| 2 * n + 1)),
    );
    for (left, right) in [(&even, &odd), (&odd, &even), (&even, &even)] {
        let (join, missing) = compare(left, right);
        assert!(
            join.max(missing) < 5 * 20_000,
            "20 000 keys side by side: {join} comparisons to join, {missing} to find those that \
             are missing. Is there a leap for each?"
        );
    }
}

#[test]
fn runs_are_leapt_over_wherever_they_are() {
    // Blocks of a thousand keys, of which every tenth is in both maps.
    let block = |at: u64| 1_000 * at..1_000 * (at + 1);
    let left = map((0..50).filter(|at| at % 10 < 5).flat_map(block));
    let right = map((0..50)
        .filter(|at| at % 10 == 0 || at % 10 > 4)
        .flat_map(block));
    let (join, _) = compare(&left, &right);
    assert!(
        join < 5 * 5_000 + 1_000,
        "5 000 keys are in both maps, the other 45 000 in runs of 4 000 and more: {join} \
         comparisons"
    );
}
