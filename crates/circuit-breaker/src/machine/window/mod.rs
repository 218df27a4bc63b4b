//! Which calls count, and what share of them went wrong.

mod count;
mod time;

use clock::Nanos;

use crate::{Config, Window};
use count::CountWindow;
use time::TimeWindow;

/// What is in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rates {
    pub(crate) calls: u64,
    pub(crate) failed: u64,
    pub(crate) slow: u64,
}

/// What recording a call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// The rates are what they were, so they need not be judged again.
    Unchanged,
    /// The rates are these.
    Changed(Rates),
}

pub(crate) enum Calls {
    Count(CountWindow),
    Time(TimeWindow),
}

impl Calls {
    pub(crate) fn new(config: &Config) -> Self {
        match config.window {
            Window::Count(size) => Calls::Count(CountWindow::new(size)),
            Window::Time(length) => Calls::Time(TimeWindow::new(length)),
        }
    }

    #[inline]
    pub(crate) fn record(&self, failed: bool, slow: bool, now: impl FnOnce() -> Nanos) -> Recorded {
        match self {
            Calls::Count(window) => window.record(failed, slow),
            Calls::Time(window) => window.record(failed, slow, now()),
        }
    }

    pub(crate) fn rates(&self, now: impl FnOnce() -> Nanos) -> Rates {
        match self {
            Calls::Count(window) => window.rates(),
            Calls::Time(window) => window.rates(now()),
        }
    }

    pub(crate) fn clear(&self) {
        match self {
            Calls::Count(window) => window.clear(),
            Calls::Time(window) => window.clear(),
        }
    }
}

impl Rates {
    /// In percent; zero of no calls.
    pub(crate) fn failure_rate(self) -> f32 {
        percent(self.failed, self.calls)
    }

    /// In percent; zero of no calls.
    pub(crate) fn slow_rate(self) -> f32 {
        percent(self.slow, self.calls)
    }
}

fn percent(part: u64, of: u64) -> f32 {
    match of {
        0 => 0.0,
        _ => (part as f64 * 100.0 / of as f64) as f32,
    }
}
