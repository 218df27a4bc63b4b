//! What a snapshot sees of many sorted runs, with few comparisons, and nothing read too early.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

#[cfg_attr(feature = "yours", path = "../lsm/merge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/merge.rs")]
mod exercise;

use exercise::{Entry, Merge};

/// Random numbers below a bound.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// A key that counts how often it is compared.
#[derive(Clone, Debug)]
struct Counted(u64, Rc<Cell<usize>>);

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1.set(self.1.get() + 1);
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

type Written = Entry<&'static str, &'static str>;

fn put(key: &'static str, sequence: u64, value: &'static str) -> Written {
    Entry {
        key,
        sequence,
        value: Some(value),
    }
}

fn delete(key: &'static str, sequence: u64) -> Written {
    Entry {
        key,
        sequence,
        value: None,
    }
}

fn seen(runs: &[Vec<Written>], snapshot: u64) -> Vec<(&'static str, &'static str)> {
    let runs = runs.iter().map(|run| run.clone().into_iter()).collect();
    Merge::new(runs, snapshot).collect()
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(seen(&[], 9), []);
    assert_eq!(seen(&[vec![], vec![]], 9), []);
}

#[test]
fn runs_are_merged_in_order() {
    let runs = [
        vec![put("banana", 4, "yellow"), put("fig", 9, "blue")],
        vec![],
        vec![put("apple", 1, "red"), put("cherry", 2, "black")],
        vec![put("date", 3, "brown")],
    ];
    assert_eq!(
        seen(&runs, 9),
        [
            ("apple", "red"),
            ("banana", "yellow"),
            ("cherry", "black"),
            ("date", "brown"),
            ("fig", "blue")
        ]
    );
}

#[test]
fn of_each_key_the_newest_version_that_is_not_too_new_is_seen() {
    let runs = [
        vec![put("apple", 9, "green"), put("apple", 4, "yellow")],
        vec![put("apple", 7, "red"), put("apple", 2, "brown")],
    ];
    for (snapshot, value) in [
        (1, None),
        (2, Some("brown")),
        (3, Some("brown")),
        (4, Some("yellow")),
        (6, Some("yellow")),
        (7, Some("red")),
        (9, Some("green")),
        (u64::MAX, Some("green")),
    ] {
        let expected: Vec<_> = value.map(|value| ("apple", value)).into_iter().collect();
        assert_eq!(
            seen(&runs, snapshot),
            expected,
            "at snapshot {snapshot}; apple was written by 2, 4, 7 and 9, in two runs"
        );
    }
}

#[test]
fn a_tombstone_hides_what_is_older_in_all_runs() {
    let runs = [
        vec![put("apple", 2, "red"), put("banana", 8, "yellow")],
        vec![delete("apple", 5), delete("banana", 6)],
        vec![put("apple", 3, "green"), put("apple", 1, "brown")],
    ];
    assert_eq!(
        seen(&runs, 9),
        [("banana", "yellow")],
        "apple was deleted by 5, banana deleted by 6 and written again by 8"
    );
    assert_eq!(
        seen(&runs, 4),
        [("apple", "green")],
        "apple was not deleted yet, and banana not yet written"
    );
    assert_eq!(seen(&runs, 7), [], "both are deleted");
}

/// Runs with random versions of a few keys, each number once.
fn random_runs(draw: &mut impl FnMut(usize) -> usize) -> Vec<Vec<Entry<u64, u64>>> {
    let mut runs = vec![Vec::new(); 1 + draw(6)];
    for sequence in 1..=draw(60) as u64 {
        let at = draw(runs.len());
        runs[at].push(Entry {
            key: draw(12) as u64,
            sequence,
            value: (draw(3) > 0).then_some(sequence),
        });
    }
    for run in &mut runs {
        run.sort_by_key(|entry| (entry.key, std::cmp::Reverse(entry.sequence)));
    }
    runs
}

#[test]
fn agrees_with_a_map_that_is_written_in_order() {
    let mut draw = numbers(3);
    for _ in 0..500 {
        let runs = random_runs(&mut draw);
        for snapshot in [0, 1, 20, 40, 60] {
            let mut writes: Vec<_> = runs.iter().flatten().collect();
            writes.sort_by_key(|entry| entry.sequence);
            let mut model = BTreeMap::new();
            for entry in writes.iter().filter(|entry| entry.sequence <= snapshot) {
                match entry.value {
                    Some(value) => model.insert(entry.key, value),
                    None => model.remove(&entry.key),
                };
            }
            let merge = Merge::new(
                runs.iter().map(|run| run.clone().into_iter()).collect(),
                snapshot,
            );
            // One that does not end is told apart from one that is wrong.
            let found: Vec<_> = merge.take(100).collect();
            assert_eq!(
                found,
                model.into_iter().collect::<Vec<_>>(),
                "the left was seen at snapshot {snapshot} of {runs:?}"
            );
        }
    }
}

type CountedRun = Vec<Entry<Counted, u64>>;

/// So many runs of about 200 keys each, which count in `count` how often they are compared.
fn counted_runs(runs: u64, count: &Rc<Cell<usize>>) -> Vec<CountedRun> {
    let mut draw = numbers(7);
    let mut dealt = vec![Vec::new(); runs as usize];
    for key in 0..200 * runs {
        dealt[draw(runs as usize)].push(Entry {
            key: Counted(key, Rc::clone(count)),
            sequence: key + 1,
            value: Some(key),
        });
    }
    dealt
}

#[test]
fn the_next_run_is_found_with_few_comparisons() {
    let count = Rc::new(Cell::new(0));
    let runs = counted_runs(64, &count);
    let merge = Merge::new(runs.into_iter().map(Vec::into_iter).collect(), u64::MAX);
    let entries = merge.count();
    assert_eq!(entries, 200 * 64);
    let each = count.get() as f64 / entries as f64;
    assert!(
        each <= 20.0,
        "{each:.1} comparisons of keys an entry, of 64 runs: twice the logarithm is 12, and one \
         more says whether the key is that of the entry before"
    );
}

#[test]
fn nothing_is_read_before_it_is_needed() {
    let runs = counted_runs(16, &Rc::default());
    let read = Rc::new(Cell::new(0));
    let counting = |run: CountedRun| {
        let read = Rc::clone(&read);
        run.into_iter().inspect(move |_| read.set(read.get() + 1))
    };
    let mut merge = Merge::new(runs.into_iter().map(counting).collect(), u64::MAX);
    for taken in 1..=100 {
        assert!(merge.next().is_some());
        assert!(
            read.get() <= taken + 2 * 16,
            "{} entries were read of 16 runs, for the first {taken}: a scan that stops early pays \
             for all of it",
            read.get()
        );
    }
}
