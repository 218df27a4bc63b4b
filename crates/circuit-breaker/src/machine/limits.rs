//! What is too much: the rates at which the circuit opens, and the calls that it takes to know them.

use std::time::Duration;

use super::window::Rates;
use crate::{AfterHalfOpen, Config, State, Window};

/// A configuration, as far as the machine looks at it while it runs.
pub(super) struct Limits {
    failure_rate: f64,
    slow_rate: f64,
    /// Calls in the window before it is judged.
    pub(super) minimum: u64,
    /// Trials that may be under way or ended.
    pub(super) permitted: u32,
    /// Trials after which they are judged.
    pub(super) trials: u32,
    pub(super) half_open: Duration,
    pub(super) after_half_open: State,
}

impl Limits {
    pub(super) fn new(config: &Config) -> Self {
        let minimum = match config.window {
            Window::Count(size) => config.minimum_calls.min(size),
            Window::Time(_) => config.minimum_calls,
        };
        Limits {
            failure_rate: f64::from(config.failure_rate_threshold),
            slow_rate: match config.counts_slow_calls() {
                true => f64::from(config.slow_call_rate_threshold),
                false => f64::INFINITY,
            },
            minimum: minimum.into(),
            permitted: config.permitted_half_open_calls,
            trials: config.minimum_calls.min(config.permitted_half_open_calls),
            half_open: config.max_wait_in_half_open,
            after_half_open: match config.after_half_open {
                AfterHalfOpen::Open => State::Open,
                AfterHalfOpen::Closed => State::Closed,
            },
        }
    }

    /// Which rates are too high: failures, slow calls.
    pub(super) fn exceeded(&self, rates: Rates) -> (bool, bool) {
        let reaches = |part: u64, percent: f64| part as f64 * 100.0 >= percent * rates.calls as f64;
        (
            reaches(rates.failed, self.failure_rate),
            reaches(rates.slow, self.slow_rate),
        )
    }
}
