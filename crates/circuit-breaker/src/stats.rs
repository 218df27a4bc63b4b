//! Numbers for a metrics exporter.

use crate::State;

/// A breaker at one moment. While calls are under way its numbers may be of slightly different
/// moments.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// What it does with calls. An open breaker whose wait is over stays open until a call comes.
    pub state: State,
    /// Calls in the window; for a half-open breaker, trials that ended. Opening keeps the window,
    /// closing clears it.
    pub calls: u64,
    /// Of these, failures.
    pub failed: u64,
    /// Of these, slow ones.
    pub slow: u64,
    /// Failures in percent of the calls; `None` below the minimum of calls.
    pub failure_rate: Option<f32>,
    /// Slow calls in percent of the calls; `None` below the minimum of calls.
    pub slow_call_rate: Option<f32>,
    /// Calls that were not permitted, ever.
    pub not_permitted: u64,
    /// How often it opened, ever.
    pub opened: u64,
}
