//! The budget's counts under every order in which threads can meet, and everything that they may
//! see of each other.
//!
//! [loom] runs a closure again and again until no order is left. For that, the code has to take its
//! atomics from loom; so this file compiles the source of the window a second time, with a `sync`
//! module of its own.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64 as Counter, Ordering::SeqCst};
use loom::thread;

#[path = "../src/window.rs"]
mod window;

mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

use window::Window;

fn model(test: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(test);
}

/// Two threads withdraw in the given slots; how many are allowed out of one?
fn withdraw_in(slots: [u64; 2]) {
    model(move || {
        let (window, allowed) = (Arc::new(Window::new()), Arc::new(Counter::new(0)));
        let threads = slots.map(|slot| {
            let (window, allowed) = (window.clone(), allowed.clone());
            thread::spawn(move || {
                if window.withdraw(slot, |_| 1) {
                    allowed.fetch_add(1, SeqCst);
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(allowed.load(SeqCst) <= 1);
    });
}

#[test]
fn two_threads_cannot_both_have_the_last_one() {
    withdraw_in([5, 5]);
}

#[test]
fn nor_when_the_clock_moves_to_the_next_slot_between_them() {
    withdraw_in([5, 6]);
}

#[test]
fn no_deposit_is_lost_when_both_find_the_slot_old() {
    // Slot 15 has the word of slot 5: both want to start its count afresh.
    model(|| {
        let window = Arc::new(Window::new());
        window.deposit(5);
        let threads = [15, 15].map(|slot| {
            let window = window.clone();
            thread::spawn(move || window.deposit(slot))
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(window.sums(15).0, 2);
    });
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    model(|| {
        let window = Arc::new(Window::new());
        let other = window.clone();
        let thread = thread::spawn(move || other.withdraw(5, |_| 0));
        assert!(!window.withdraw(5, |_| 0));
        assert!(!thread.join().unwrap());
        assert_eq!(window.sums(5).1, 0);
        assert!(window.withdraw(5, |_| 1));
    });
}
