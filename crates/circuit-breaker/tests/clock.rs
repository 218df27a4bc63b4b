//! What a call costs is mostly how often it reads the clock.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Config, Window};
use clock::{Clock, Nanos};

/// Counts how often it is read.
#[derive(Default)]
struct Counting(AtomicU32);

impl Clock for Counting {
    fn now(&self) -> Nanos {
        self.0.fetch_add(1, Relaxed);
        Nanos::ZERO
    }
}

fn readings_of_a_call(window: Window, open: bool) -> u32 {
    let clock = Counting::default();
    let config = Config {
        window,
        ..Config::default()
    };
    let breaker = CircuitBreaker::with_clock(config, &clock).unwrap();
    if open {
        breaker.open();
    }
    let before = clock.0.load(Relaxed);
    assert_eq!(breaker.call(|| Ok::<_, ()>(())).is_err(), open);
    clock.0.load(Relaxed) - before
}

#[test]
fn a_refusal_reads_the_clock_once() {
    assert_eq!(readings_of_a_call(Window::Count(100), true), 1);
}

#[test]
fn a_call_reads_the_clock_only_for_a_time_window() {
    assert_eq!(readings_of_a_call(Window::Count(100), false), 0);
    let window = Window::Time(Duration::from_secs(1));
    assert_eq!(readings_of_a_call(window, false), 1);
}
