//! The states, and what is seen from outside.

use std::fmt;

/// What a breaker does with calls.
///
/// ```text
///              rate too high                  wait is over
///   ┌────────┐ ───────────────▶ ┌──────┐ ───────────────▶ ┌───────────┐
///   │ Closed │                  │ Open │                  │ Half-open │
///   └────────┘                  └──────┘ ◀─────────────── └───────────┘
///        ▲                               the trials failed      │
///        └──────────────────────────────────────────────────────┘
///                          the trials succeeded
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum State {
    /// Calls are made, and their outcomes counted.
    #[default]
    Closed,
    /// No call is made until the wait is over. The first that comes then is a trial.
    Open,
    /// A few trials are made, and no others.
    HalfOpen,
    /// No call is made until somebody changes the state by hand.
    ForcedOpen,
    /// All calls are made, and nothing is counted.
    Disabled,
    /// All calls are made and counted, and a rate that is too high is reported, but changes
    /// nothing: to try thresholds on real traffic.
    MetricsOnly,
}

impl State {
    /// Every state.
    pub const ALL: [State; 6] = [
        State::Closed,
        State::Open,
        State::HalfOpen,
        State::ForcedOpen,
        State::Disabled,
        State::MetricsOnly,
    ];

    /// As it is written in a configuration: `half_open`.
    pub fn name(self) -> &'static str {
        match self {
            State::Closed => "closed",
            State::Open => "open",
            State::HalfOpen => "half_open",
            State::ForcedOpen => "forced_open",
            State::Disabled => "disabled",
            State::MetricsOnly => "metrics_only",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
