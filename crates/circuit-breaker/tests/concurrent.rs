//! The state machine under every order in which its threads can meet.
//!
//! A test with real threads tries the orders that this machine happens to choose today. [loom] runs
//! a closure again and again, each time with another order of its loads and compare-and-swaps,
//! until there are none left that differ in what a thread can see. For that, the code has to take
//! its atomics from loom; so this file compiles the source of the machine a second time, with a
//! `sync` module of its own. Everything else comes from the crate as it is.

use std::sync::atomic::AtomicU64 as StdU64;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loom::thread;

use circuit_breaker::CircuitBreaker;
use clock::{ManualClock, Nanos};

// What the shared source asks of `crate`.
use circuit_breaker::{AfterHalfOpen, Config, Open, State, Window};

#[expect(dead_code, reason = "the model uses a part of the source")]
#[path = "../src/machine/mod.rs"]
mod machine;

mod sync {
    pub(crate) use loom::sync::atomic::AtomicU64;
    pub(crate) const TICKS: u64 = 2;
}

use machine::{Machine, Step};

const WAIT: Duration = Duration::from_secs(60);

/// A machine with loom's atomics, and what it reports. Time and report are no part of what is
/// tested, so they are not loom's.
struct Shared {
    machine: Machine,
    now: StdU64,
    steps: Mutex<Vec<Step>>,
}

impl Shared {
    fn new(config: Config) -> Arc<Self> {
        Arc::new(Shared {
            machine: Machine::new(&config, 1, Nanos::ZERO),
            now: StdU64::new(0),
            steps: Mutex::new(Vec::new()),
        })
    }

    /// One whose wait is over.
    fn about_to_try(config: Config) -> Arc<Self> {
        let shared = Self::new(Config {
            initial_state: State::Open,
            ..config
        });
        shared.now.store(clock::nanos(WAIT), SeqCst);
        shared
    }

    fn now(&self) -> impl Fn() -> Nanos {
        || Nanos(self.now.load(SeqCst))
    }

    fn report(&self) -> impl Fn(Step) {
        |step| self.steps.lock().unwrap().push(step)
    }

    fn try_acquire(&self) -> Option<u32> {
        self.machine.try_acquire(self.now(), self.report()).ok()
    }

    fn record(&self, tag: u32, failed: bool) {
        self.machine
            .record(tag, failed, false, self.now(), self.report());
    }

    fn force(&self, state: State) {
        self.machine.force(state, None, self.now(), self.report());
    }

    /// Each began where the one before ended: none was lost, and none told twice.
    fn transitions(&self) -> Vec<(State, State)> {
        let of = |step: &Step| match step {
            Step::Transition { from, to } => Some((*from, *to)),
            _ => None,
        };
        self.steps.lock().unwrap().iter().filter_map(of).collect()
    }
}

fn config() -> Config {
    Config {
        window: Window::Count(2),
        minimum_calls: 2,
        permitted_half_open_calls: 2,
        wait_in_open: WAIT,
        ..Config::default()
    }
}

fn threads<T: 'static>(
    shared: &Arc<Shared>,
    count: usize,
    work: impl Fn(&Shared, usize) -> T + Clone + 'static,
) -> Vec<T> {
    let spawn = |index| {
        let (shared, work) = (shared.clone(), work.clone());
        thread::spawn(move || work(&shared, index))
    };
    let threads: Vec<_> = (1..count).map(spawn).collect();
    let mut results = vec![work(shared, 0)];
    results.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
    results
}

const TO_HALF_OPEN: (State, State) = (State::Open, State::HalfOpen);

#[test]
fn never_more_trials_than_permitted() {
    loom::model(|| {
        let shared = Shared::about_to_try(config());
        let permits = threads(&shared, 3, |shared, _| shared.try_acquire());
        assert_eq!(permits.iter().flatten().count(), 2);
        assert_eq!(shared.transitions(), [TO_HALF_OPEN]);
        assert_eq!(shared.machine.refused(), 1);
    });
}

#[test]
fn the_last_trial_to_end_closes_or_opens_and_one_thread_says_so() {
    for (fail, state) in [(0, State::Closed), (1, State::Open), (2, State::Open)] {
        loom::model(move || {
            let shared = Shared::about_to_try(config());
            threads(&shared, 2, move |shared, index| {
                let tag = shared.try_acquire().unwrap();
                shared.record(tag, index < fail);
            });
            assert_eq!(shared.machine.state(), state);
            assert_eq!(
                shared.transitions(),
                [TO_HALF_OPEN, (State::HalfOpen, state)]
            );
        });
    }
}

#[test]
fn a_trial_that_is_given_back_can_be_taken_again_but_never_twice() {
    loom::model(|| {
        let shared = Shared::about_to_try(Config {
            permitted_half_open_calls: 1,
            ..config()
        });
        let lost = shared.try_acquire().unwrap();
        let got = threads(&shared, 3, move |shared, index| match index {
            0 => {
                shared.machine.ignore(lost);
                None
            }
            _ => shared.try_acquire(),
        });
        assert!(got.iter().flatten().count() <= 1);
        if got.iter().flatten().count() == 0 {
            assert!(shared.try_acquire().is_some(), "the place was lost");
        }
        assert!(shared.try_acquire().is_none());
    });
}

#[test]
fn failures_that_meet_in_the_window_open_the_circuit_once() {
    loom::model(|| {
        let shared = Shared::new(Config {
            failure_rate_threshold: 100.0,
            ..config()
        });
        threads(&shared, 2, |shared, _| {
            let tag = shared.try_acquire().unwrap();
            shared.record(tag, true);
        });
        assert_eq!(shared.machine.state(), State::Open);
        assert_eq!(shared.transitions(), [(State::Closed, State::Open)]);
    });
}

#[test]
fn failures_that_meet_in_a_bucket_open_the_circuit_once() {
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(2); // all orders would take minutes
    orders.check(|| {
        let shared = Shared::new(Config {
            failure_rate_threshold: 100.0,
            window: Window::Time(WAIT),
            ..config()
        });
        shared.now.store(clock::nanos(WAIT), SeqCst); // both find a tick that has to be turned to
        threads(&shared, 2, |shared, _| {
            let tag = shared.try_acquire().unwrap();
            shared.record(tag, true);
        });
        assert_eq!(shared.machine.state(), State::Open);
        assert_eq!(shared.transitions(), [(State::Closed, State::Open)]);
    });
}

#[test]
fn the_tally_is_the_sum_of_the_ring_after_any_meeting() {
    loom::model(|| {
        let shared = Shared::new(Config {
            failure_rate_threshold: 100.0,
            minimum_calls: 2,
            ..config()
        });
        // Two threads, three calls, two places: one digit is overwritten while it is written.
        threads(&shared, 2, |shared, index| {
            for failed in [index == 0, false].into_iter().take(2 - index) {
                let tag = shared.try_acquire().unwrap();
                shared.record(tag, failed);
            }
        });
        let (_, rates, _) = shared.machine.counts(shared.now());
        assert_eq!(rates.calls, 2);
        assert!(rates.failed <= 1);
        // Two more successes push out whatever there was.
        for _ in 0..2 {
            let tag = shared.try_acquire().unwrap();
            shared.record(tag, false);
        }
        let (_, rates, _) = shared.machine.counts(shared.now());
        assert_eq!((rates.calls, rates.failed), (2, 0));
    });
}

#[test]
fn a_late_outcome_never_counts_as_a_trial() {
    loom::model(|| {
        let shared = Shared::new(config());
        let late = shared.try_acquire().unwrap();
        threads(&shared, 2, move |shared, index| match index {
            0 => shared.force(State::HalfOpen),
            _ => shared.record(late, true),
        });
        let (state, rates, _) = shared.machine.counts(shared.now());
        assert_eq!((state, rates.calls), (State::HalfOpen, 0));
    });
}

#[test]
fn every_transition_is_told_by_the_thread_that_made_it() {
    loom::model(|| {
        let shared = Shared::new(Config {
            window: Window::Count(1),
            ..config()
        });
        threads(&shared, 2, |shared, index| match index {
            0 => {
                let tag = shared.try_acquire();
                tag.into_iter().for_each(|tag| shared.record(tag, true));
            }
            _ => shared.force(State::ForcedOpen),
        });
        assert_eq!(shared.machine.state(), State::ForcedOpen);
        let told = shared.transitions();
        let direct = [(State::Closed, State::ForcedOpen)];
        let opened = [
            (State::Closed, State::Open),
            (State::Open, State::ForcedOpen),
        ];
        let mut sorted = told.clone();
        sorted.sort_by_key(|(from, _)| *from == State::Open); // two threads tell in any order
        assert!(told == direct || sorted == opened, "{told:?}");
    });
}

#[test]
fn a_wait_begins_when_the_circuit_opens_whoever_asks_first() {
    loom::model(|| {
        let shared = Shared::new(config());
        threads(&shared, 2, |shared, index| match index {
            0 => shared.force(State::Open),
            _ => {
                shared.try_acquire();
            }
        });
        let refused = shared.machine.try_acquire(shared.now(), shared.report());
        assert_eq!(refused.unwrap_err().retry_after, WAIT);
    });
}

/// Real threads, a great many calls, and a clock that runs: what must hold in any order.
#[test]
fn threads_that_call_without_rest_never_exceed_the_trials_nor_wedge_the_breaker() {
    const TRIALS: u32 = 3;
    let clock = ManualClock::new();
    let config = Config {
        window: Window::Count(20),
        minimum_calls: 20,
        permitted_half_open_calls: TRIALS,
        wait_in_open: Duration::from_micros(50),
        jitter: 0.5,
        ..Config::default()
    };
    let breaker = CircuitBreaker::with_clock(config, clock.clone()).unwrap();
    let transitions = Arc::new(StdU64::new(0));
    let opened = Arc::new(StdU64::new(0));
    let (count, opens) = (transitions.clone(), opened.clone());
    breaker.on_event(move |event| {
        if let circuit_breaker::Event::Transition { to, .. } = event {
            count.fetch_add(1, Relaxed);
            opens.fetch_add(u64::from(*to == State::Open), Relaxed);
        }
    });
    std::thread::scope(|scope| {
        for thread in 0..4u64 {
            let (breaker, clock) = (&breaker, &clock);
            scope.spawn(move || {
                for call in 0..20_000u64 {
                    clock.advance(Duration::from_micros(1));
                    // Bad times and good times in turns.
                    let fails = call / 500 % 2 == 1 || (call + thread) % 7 == 0;
                    match breaker.try_acquire() {
                        Err(_) => {}
                        Ok(permit) if call % 11 == 0 => drop(permit),
                        Ok(permit) if fails => permit.failure(),
                        Ok(permit) => permit.success(),
                    }
                    let stats = breaker.stats();
                    if stats.state == State::HalfOpen {
                        assert!(stats.calls <= u64::from(TRIALS));
                    }
                    assert!(stats.failed <= stats.calls);
                }
            });
        }
    });
    assert!(transitions.load(Relaxed) > 100);
    assert_eq!(opened.load(Relaxed), breaker.stats().opened);
    // Not wedged: with good calls only, it closes.
    for _ in 0..1_000 {
        clock.advance(Duration::from_micros(10));
        let _ = breaker.call(|| Ok::<_, ()>(()));
    }
    assert_eq!(breaker.state(), State::Closed);
    assert_eq!(breaker.stats().failed, 0);
    assert_eq!(breaker.stats().calls, 20);
}
