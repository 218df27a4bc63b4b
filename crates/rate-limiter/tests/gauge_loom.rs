//! The count of those in flight, under every order in which threads can meet.
//!
//! This compiles the source of the gauge a second time, with atomics that [loom] watches: it runs
//! the closure again and again, until no order is left that differs in what a thread can see.

#[expect(dead_code, reason = "the model uses a part of the source")]
#[path = "../src/concurrency/gauge.rs"]
mod gauge;

/// What the source asks of its parent.
mod atomic {
    pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
}

use gauge::Gauge;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// A gauge with a limit of one is a lock: loom fails the test if two are inside at once, and also
/// if one inside does not see what the one before it wrote.
#[test]
fn with_a_limit_of_one_nobody_is_inside_together_and_each_sees_what_the_last_did() {
    loom::model(|| {
        let shared = Arc::new((Gauge::new(1), UnsafeCell::new(0u32)));
        let enter = |shared: &(Gauge, UnsafeCell<u32>)| {
            let (gauge, cell) = shared;
            if gauge.enter().is_some() {
                watched_increment(cell);
                gauge.leave();
                1
            } else {
                0
            }
        };
        let other = Arc::clone(&shared);
        let other = thread::spawn(move || enter(&other) + enter(&other));
        let mine = enter(&shared);
        let theirs = other.join().expect("no panic");
        assert_eq!(shared.0.inflight(), 0);
        assert!(mine + theirs >= 1, "whoever is alone gets in");
    });
}

/// Writes to the cell in loom's eyes; what matters is who may do so when.
fn watched_increment(cell: &UnsafeCell<u32>) {
    cell.with_mut(|_| ());
}

#[test]
fn no_more_enter_than_the_limit_while_it_shrinks() {
    loom::model(|| {
        let gauge = Arc::new(Gauge::new(2));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let gauge = Arc::clone(&gauge);
                thread::spawn(move || gauge.enter())
            })
            .collect();
        gauge.set_limit(1);
        let entered: Vec<_> = threads
            .into_iter()
            .filter_map(|thread| thread.join().expect("no panic"))
            .collect();
        assert_eq!(gauge.inflight() as usize, entered.len());
        assert!(matches!(entered.len(), 1 | 2), "{entered:?}");
        assert_eq!(
            gauge.enter(),
            None,
            "one is inside at least, and the limit is one"
        );
    });
}
