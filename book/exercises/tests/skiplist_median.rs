//! The median of a sliding window, with a number of comparisons that hardly grows with the window.

use std::cell::Cell;
use std::cmp::Ordering;
use std::num::NonZeroUsize;

#[cfg_attr(feature = "yours", path = "../skiplist/median.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/median.rs")]
mod exercise;

use exercise::Median;

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

/// Latencies: most are small, and the same ones come up again and again.
fn latencies(count: usize) -> Vec<u64> {
    let mut state = 5u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 300
    };
    (0..count).map(|_| draw().min(draw())).collect()
}

fn median(window: usize) -> Median<Counted> {
    Median::new(NonZeroUsize::new(window).expect("a window has room for a value"))
}

#[test]
fn agrees_with_sorting_at_every_step() {
    let latencies = latencies(1_500);
    for window in [1, 2, 3, 10, 101] {
        let mut median = median(window);
        for (position, &latency) in latencies.iter().enumerate() {
            let found = median.push(Counted(latency)).0;
            let mut sorted = latencies[(position + 1).saturating_sub(window)..=position].to_vec();
            sorted.sort_unstable();
            let expected = sorted[(sorted.len() - 1) / 2];
            assert_eq!(
                found, expected,
                "after value {position}, in a window of {window}: {sorted:?}"
            );
        }
    }
}

#[test]
fn a_value_that_comes_twice_counts_twice_and_is_forgotten_once() {
    let mut median = median(3);
    let medians: Vec<u64> = [5, 5, 9, 9, 1, 1]
        .into_iter()
        .map(|value| median.push(Counted(value)).0)
        .collect();
    assert_eq!(
        medians,
        [5, 5, 5, 9, 9, 1],
        "the windows are [5] [5 5] [5 5 9] [5 9 9] [1 9 9] [1 1 9]"
    );
}

#[test]
fn comparisons_grow_with_the_logarithm_of_the_window() {
    let latencies = latencies(6_000);
    let per_step = |window: usize| {
        let mut median = median(window);
        let (full, rest) = latencies.split_at(window);
        for &latency in full {
            median.push(Counted(latency));
        }
        COMPARISONS.set(0);
        for &latency in &rest[..1_000] {
            median.push(Counted(latency));
        }
        COMPARISONS.get() / 1_000
    };
    let (small, large) = (per_step(50), per_step(5_000));
    assert!(
        large < 200,
        "{large} comparisons a step in a window of 5 000: is something sorted, or walked through?"
    );
    assert!(
        large < 4 * small + 40,
        "{small} comparisons a step in a window of 50, {large} in one of 5 000"
    );
}
