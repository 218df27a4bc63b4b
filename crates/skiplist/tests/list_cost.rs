//! What a search costs, counted, against what Pugh proved.

use std::cell::Cell;
use std::cmp::Ordering;

use skiplist::SkipList;

thread_local! {
    static COMPARISONS: Cell<u64> = const { Cell::new(0) };
}

/// A number that counts how often it is compared.
#[derive(PartialEq, Eq)]
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

// ANCHOR: bound
/// Comparisons of a search, on average over all keys of a list into which they came in order.
fn comparisons(len: u64) -> f64 {
    let list: SkipList<_, _> = (0..len).map(|key| (Counted(key), ())).collect();
    COMPARISONS.set(0);
    for key in 0..len {
        assert!(list.contains_key(&Counted(key)));
    }
    COMPARISONS.get() as f64 / len as f64
}

#[test]
fn a_search_takes_no_more_comparisons_than_pugh_proved() {
    const P: f64 = 0.25;
    for len in [100, 1_000, 10_000, 100_000] {
        let levels = (len as f64).log(1.0 / P);
        let bound = levels / P + 1.0 / (1.0 - P);
        let measured = comparisons(len);
        assert!(
            measured < bound,
            "{len} entries: {measured:.1} of {bound:.1}"
        );
        // And no fewer than any search by comparison, on average over the keys.
        assert!(
            measured > (len as f64).log2() - 1.0,
            "{len} entries: {measured:.1}"
        );
    }
}
// ANCHOR_END: bound

#[test]
fn the_order_of_insertion_does_not_matter() {
    let ascending = comparisons(4_096);
    let shuffled: SkipList<_, _> = (0..4_096u64)
        .map(|n| (Counted(n * 2_731 % 4_096), ()))
        .collect();
    COMPARISONS.set(0);
    for key in 0..4_096 {
        assert!(shuffled.contains_key(&Counted(key)));
    }
    let shuffled = COMPARISONS.get() as f64 / 4_096.0;
    assert!(
        (shuffled / ascending - 1.0).abs() < 0.3,
        "{shuffled:.1} and {ascending:.1}"
    );
}

#[test]
fn what_is_found_by_rank_is_never_compared() {
    let mut list: SkipList<_, _> = (0..10_000).map(|key| (Counted(key), ())).collect();
    COMPARISONS.set(0);
    assert_eq!(list.get_by_rank(7_000).unwrap().0.0, 7_000);
    assert_eq!(list.range_by_rank(10..20).len(), 10);
    assert_eq!(list.iter().nth(5_000).unwrap().0.0, 5_000);
    assert_eq!(list.remove_by_rank(3).unwrap().0.0, 3);
    assert_eq!(COMPARISONS.get(), 0);
}

#[test]
fn lists_of_one_seed_are_the_same_and_removed_slots_are_used_again() {
    let mut list = SkipList::with_seed(3);
    for round in 0..50 {
        for key in 0..100 {
            list.insert(key * 7 % 101, round);
        }
        list.retain(|key, _| key % 10 == round % 10);
        list.check_invariants();
    }
}
