//! The words that threads share, under every order in which the threads can meet.
//!
//! A test with real threads tries one order, the one that this machine happens to choose today.
//! [loom] runs a closure again and again, each time with another order, until there are none left
//! that differ in what a thread can see. For that, the code has to take its atomics from loom; so
//! this file compiles the sources a second time, with a `sync` module of its own. Everything else
//! comes from the crate as it is.

use std::num::NonZeroU32;
use std::time::Duration;

use clock::{ManualClock, Nanos};
use loom::sync::Arc;
use loom::thread;

// What the shared sources ask of `crate`.
use rate_limiter::fixed_window::FixedWindowRule;
use rate_limiter::gcra::{self, GcraRule};
use rate_limiter::sliding_window::SlidingWindowRule;
use rate_limiter::{Decision, DefaultClock, Denied, Limiter, Quota, Rule};

#[expect(dead_code, reason = "the model uses a part of the source")]
#[path = "../src/keyed/bucket.rs"]
mod bucket;
#[expect(dead_code, reason = "the model uses a part of the source")]
#[path = "../src/shared.rs"]
mod shared;

mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

fn quota(count: u32, burst: u32) -> Quota {
    let number = |n| NonZeroU32::new(n).unwrap();
    Quota::new(number(count), Duration::from_nanos(1000))
        .unwrap()
        .with_burst(number(burst))
}

/// How many of the requests that two threads make at these times are admitted.
fn admitted<R: Rule + Send + Sync + 'static>(rule: R, times: [[u64; 2]; 2]) -> usize {
    let limiter = Arc::new(shared::Shared::with_rule(rule, ManualClock::new()));
    let ask = |times: [u64; 2]| {
        let limiter = Arc::clone(&limiter);
        move || {
            times
                .iter()
                .filter(|&&now| limiter.check_at(Nanos(now), 1).is_ok())
                .count()
        }
    };
    let other = thread::spawn(ask(times[0]));
    ask(times[1])() + other.join().unwrap()
}

#[test]
fn gcra_admits_a_burst_and_no_more_in_every_order() {
    loom::model(|| assert_eq!(admitted(GcraRule::new(quota(1, 3)), [[0, 0], [0, 0]]), 3));
}

#[test]
fn gcra_loses_no_interval_in_any_order() {
    // One at 0, and one interval is over at 1000: two, whoever is first.
    loom::model(|| {
        let admitted = admitted(GcraRule::new(quota(1, 1)), [[0, 1000], [0, 1000]]);
        assert!((1..=2).contains(&admitted));
    });
}

#[test]
fn a_fixed_window_admits_its_count_in_every_order() {
    let rule = FixedWindowRule::new(quota(3, 1)).unwrap();
    loom::model(move || assert_eq!(admitted(rule, [[5, 6], [5, 6]]), 3));
}

#[test]
fn a_late_thread_does_not_open_a_window_again_in_any_order() {
    // Two in the old window and two in the new one at most, but a latecomer counts in the new one.
    let rule = FixedWindowRule::new(quota(1, 1)).unwrap();
    loom::model(move || assert!(admitted(rule, [[999, 1000], [999, 1000]]) <= 2));
}

#[test]
fn a_sliding_window_admits_its_count_in_every_order() {
    let rule = SlidingWindowRule::new(quota(2, 1)).unwrap();
    loom::model(move || {
        let admitted = admitted(rule, [[999, 1000], [999, 1000]]);
        assert!(admitted <= 2, "{admitted}");
    });
}

/// One thread asks on behalf of a key that is idle while another gives its slot away.
#[test]
fn an_idle_key_keeps_its_slot_or_loses_it_but_never_answers_for_another() {
    loom::model(|| {
        const IDLE: u64 = 16;
        const NEW: u64 = 24;
        let now = Nanos(50);
        let bucket = bucket::Bucket::new();
        for busy in 1..8 {
            bucket.place(busy, Nanos(9000), Nanos::ZERO).unwrap();
        }
        bucket.place(IDLE, Nanos(40), Nanos::ZERO).unwrap();
        let bucket = Arc::new(bucket);
        let asker = thread::spawn({
            let bucket = Arc::clone(&bucket);
            move || {
                let rule = GcraRule::new(quota(1, 1));
                let slot = bucket.find(IDLE)?;
                slot.decide(IDLE, &rule, now, 1)
            }
        });
        let placed = bucket.place(NEW, Nanos(8000), now);
        let decision = asker.join().unwrap();
        match decision {
            // The idle key was admitted, so it is busy, and nobody else got its slot.
            Some(Ok(_)) => assert!(placed.is_none() && bucket.find(IDLE).is_some()),
            Some(Err(denied)) => panic!("decided on the state of another: {denied}"),
            None => assert!(placed.is_some() && bucket.find(NEW).is_some()),
        }
    });
}

/// The same while the table is doubled, which takes all slots for good.
#[test]
fn an_admission_is_moved_or_refused_when_the_table_doubles_in_every_order() {
    loom::model(|| {
        let bucket = bucket::Bucket::new();
        bucket.place(1, Nanos(50), Nanos::ZERO).unwrap();
        let bucket = Arc::new(bucket);
        let asker = thread::spawn({
            let bucket = Arc::clone(&bucket);
            move || {
                let rule = GcraRule::new(quota(1, 2));
                bucket.find(1)?.decide(1, &rule, Nanos(10), 1)
            }
        });
        let moved: Vec<_> = bucket.retire().filter(|&(key, _)| key == 1).collect();
        let expected = match asker.join().unwrap() {
            Some(Ok(_)) => Nanos(1050),
            _ => Nanos(50),
        };
        assert_eq!(moved, [(1, expected)]);
    });
}
