//! The book's breaker, with either window.

use circuit_breaker::{CircuitBreaker, Config, Error, Window};

use super::contender::{Answer, Breaker, SPAN, WAIT, WINDOW};
use crate::harness::Identity;

/// The rate over the last calls.
pub struct Count(CircuitBreaker);

/// The rate over the last seconds.
pub struct Time(CircuitBreaker);

fn closed(window: Window) -> CircuitBreaker {
    let config = Config {
        window,
        minimum_calls: WINDOW,
        wait_in_open: WAIT,
        max_wait_in_open: None,
        ..Config::default()
    };
    CircuitBreaker::new(config).expect("the configuration is valid")
}

#[inline(always)]
fn call(breaker: &CircuitBreaker, fails: bool) -> Answer {
    match breaker.call(|| if fails { Err(()) } else { Ok(()) }) {
        Ok(()) => Answer::Succeeded,
        Err(Error::Inner(())) => Answer::Failed,
        Err(Error::Open(_)) => Answer::Refused,
    }
}

impl Breaker for Count {
    const WHO: Identity = Identity {
        name: "book::CircuitBreaker",
        package: "circuit-breaker",
        what: "window of the last 100 calls: a ring of bits and a counter, no lock",
        ours: true,
    };

    fn closed() -> Self {
        Self(closed(Window::Count(WINDOW)))
    }

    #[inline(always)]
    fn call(&self, fails: bool) -> Answer {
        call(&self.0, fails)
    }
}

impl Breaker for Time {
    const WHO: Identity = Identity {
        name: "book, time window",
        package: "circuit-breaker",
        what: "window of the last second: a ring of ten counters, no lock; reads the processor's counter",
        ours: true,
    };

    fn closed() -> Self {
        Self(closed(Window::Time(SPAN)))
    }

    #[inline(always)]
    fn call(&self, fails: bool) -> Answer {
        call(&self.0, fails)
    }
}
