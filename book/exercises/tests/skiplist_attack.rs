//! Whoever can count comparisons finds the tall towers; without them, a skip list is a linked list.

use std::cell::Cell;
use std::cmp::Ordering;

use skiplist::SkipList;

#[cfg_attr(feature = "yours", path = "../skiplist/attack.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/attack.rs")]
mod exercise;

const KEYS: u32 = 2_000;
/// A quarter of the towers are higher than one, and a few to spare.
const BUDGET: usize = 550;

/// A key that counts how often it is compared. A clone counts for itself.
struct Spy {
    key: u32,
    compared: Cell<u64>,
}

impl Spy {
    fn new(key: u32) -> Self {
        Spy {
            key,
            compared: Cell::new(0),
        }
    }
}

impl Clone for Spy {
    fn clone(&self) -> Self {
        Spy::new(self.key)
    }
}

impl Ord for Spy {
    fn cmp(&self, other: &Self) -> Ordering {
        for spy in [self, other] {
            spy.compared.set(spy.compared.get() + 1);
        }
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Spy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Spy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Spy {}

fn list(seed: u64) -> SkipList<Spy, ()> {
    let mut list = SkipList::with_seed(seed);
    for key in 0..KEYS {
        list.insert(Spy::new(key), ());
    }
    list
}

fn comparisons_of_a_search(list: &SkipList<Spy, ()>) -> f64 {
    let mut comparisons = 0;
    for key in list.keys() {
        let sought = Spy::new(key.key);
        list.get(&sought);
        comparisons += sought.compared.get();
    }
    comparisons as f64 / list.len() as f64
}

fn attack(list: &mut SkipList<Spy, ()>) -> Vec<Spy> {
    exercise::fell_the_tall(list, |spy| spy.compared.get(), BUDGET)
}

#[test]
fn searches_become_linear() {
    for seed in [1, 2] {
        let mut list = list(seed);
        let before = comparisons_of_a_search(&list);
        let felled = attack(&mut list);
        assert!(
            felled.len() <= BUDGET && list.len() >= KEYS as usize - BUDGET,
            "{} keys were removed, {BUDGET} are allowed",
            KEYS as usize - list.len()
        );
        let after = comparisons_of_a_search(&list);
        assert!(
            after > 20.0 * before,
            "a search took {before:.0} comparisons, and {after:.0} after the attack: not yet \
             twenty times as many. Are the tall ones gone, and those that were second to them?"
        );
    }
}

#[test]
fn the_same_removals_do_nothing_to_a_list_of_another_seed() {
    let mut victim = list(1);
    let felled = attack(&mut victim);
    assert!(!felled.is_empty(), "no key was removed");

    let mut other = list(2);
    let before = comparisons_of_a_search(&other);
    for spy in &felled {
        assert!(
            other.remove(&Spy::new(spy.key)).is_some(),
            "{} is said to be removed and never was a key",
            spy.key
        );
    }
    let after = comparisons_of_a_search(&other);
    assert!(
        after < 2.0 * before,
        "a search took {before:.0} comparisons, now {after:.0}: it is the throws of the coin that \
         the attack should find, not the keys"
    );
}
