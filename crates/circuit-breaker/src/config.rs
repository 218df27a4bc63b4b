//! What a breaker is told: when to open, for how long, and how to try again.
//!
//! Names and defaults are resilience4j's, where it has them; the README has the table.

use std::time::Duration;

use crate::{ConfigError, State};

/// How a breaker decides. [`Config::default`] is a window of the last 100 calls that opens the
/// circuit for a minute when half of them failed.
///
/// ```
/// use std::time::Duration;
/// use circuit_breaker::{CircuitBreaker, Config, Window};
///
/// let config = Config {
///     failure_rate_threshold: 20.0,
///     window: Window::Time(Duration::from_secs(10)),
///     minimum_calls: 50,
///     ..Config::default()
/// };
/// assert!(CircuitBreaker::new(config.clone()).is_ok());
///
/// let wrong = Config { failure_rate_threshold: 120.0, ..config };
/// assert_eq!(
///     CircuitBreaker::new(wrong).unwrap_err().to_string(),
///     "failure_rate_threshold: 120 is not a percentage above 0 and up to 100"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct Config {
    /// The circuit opens when at least this share of the calls in the window failed, in percent;
    /// above 0, up to 100.
    pub failure_rate_threshold: f32,
    /// The circuit opens when at least this share of the calls in the window was slow, in percent;
    /// above 0, up to 100. 100 turns it off, and then no time is measured.
    pub slow_call_rate_threshold: f32,
    /// A call that takes longer than this is slow, whatever comes of it.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub slow_call_duration: Duration,
    /// Which calls the rates are taken of.
    pub window: Window,
    /// No rate is judged before the window holds this many calls; at least 1. One that is larger
    /// than a counting window, or than the trials of a half-open breaker, means all of them.
    pub minimum_calls: u32,
    /// How many trial calls a half-open breaker permits; 1 to 255. The circuit closes or opens when
    /// they have ended.
    pub permitted_half_open_calls: u32,
    /// How long the circuit stays open the first time; more than zero.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub wait_in_open: Duration,
    /// What that wait is multiplied with each time the trials fail; at least 1.
    pub wait_multiplier: f32,
    /// The wait never grows beyond this. None is no bound.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_wait_in_open: Option<Duration>,
    /// The wait is drawn from this share of it to either side, so that breakers which opened
    /// together do not try again together; 0 to 1.
    pub jitter: f32,
    /// Where the jitter's numbers start. None takes a number from the operating system.
    pub seed: Option<u64>,
    /// How long a half-open breaker waits for its trials to end. Zero is for ever.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_wait_in_half_open: Duration,
    /// What happens when that wait is over.
    pub after_half_open: AfterHalfOpen,
    /// What a permit counts as that is dropped without a word, as by a cancelled future.
    pub on_drop: DropAs,
    /// What a permit counts as that is dropped by a panic.
    pub on_panic: DropAs,
    /// The state a new breaker is in.
    pub initial_state: State,
}

/// Which calls the rates are taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Window {
    /// The last so many; 1 to [`Window::MAX_COUNT`].
    Count(u32),
    /// Those of the last so long; at least a millisecond. It moves in steps of a tenth.
    Time(#[cfg_attr(feature = "serde", serde(with = "humantime_serde"))] Duration),
}

impl Window {
    /// The largest counting window, which takes half a megabyte.
    pub const MAX_COUNT: u32 = 1 << 20;
}

/// What a call counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// The other side is well, even if the answer was no.
    Success,
    /// The other side is not well.
    Failure,
    /// It says nothing about the other side: as if there had been no call.
    Ignore,
}

impl Outcome {
    /// `Ok` is a success and `Err` a failure.
    pub fn of<T, E>(result: &Result<T, E>) -> Outcome {
        match result {
            Ok(_) => Outcome::Success,
            Err(_) => Outcome::Failure,
        }
    }
}

/// What a permit counts as that nobody gave an outcome.
pub type DropAs = Outcome;

/// What happens to a half-open breaker whose trials do not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum AfterHalfOpen {
    /// It opens: no answer is a bad answer.
    Open,
    /// It closes.
    Closed,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            failure_rate_threshold: 50.0,
            slow_call_rate_threshold: 100.0,
            slow_call_duration: Duration::from_secs(60),
            window: Window::Count(100),
            minimum_calls: 100,
            permitted_half_open_calls: 10,
            wait_in_open: Duration::from_secs(60),
            wait_multiplier: 1.0,
            max_wait_in_open: None,
            jitter: 0.0,
            seed: None,
            max_wait_in_half_open: Duration::ZERO,
            after_half_open: AfterHalfOpen::Open,
            on_drop: DropAs::Ignore,
            on_panic: DropAs::Failure,
            initial_state: State::Closed,
        }
    }
}

impl Config {
    /// Whether calls are timed to find the slow ones.
    pub fn counts_slow_calls(&self) -> bool {
        self.slow_call_rate_threshold < 100.0
    }

    /// Whether every value makes sense.
    ///
    /// # Errors
    ///
    /// The first field that does not.
    pub fn validate(&self) -> Result<(), ConfigError> {
        percentage("failure_rate_threshold", self.failure_rate_threshold)?;
        percentage("slow_call_rate_threshold", self.slow_call_rate_threshold)?;
        match self.window {
            Window::Count(calls) => {
                within("window", calls, 1, Window::MAX_COUNT)?;
            }
            Window::Time(time) => ensure(time >= Duration::from_millis(1), "window", || {
                format!("{time:?} is less than 1ms")
            })?,
        }
        within("minimum_calls", self.minimum_calls, 1, u32::MAX)?;
        within(
            "permitted_half_open_calls",
            self.permitted_half_open_calls,
            1,
            255,
        )?;
        ensure(!self.wait_in_open.is_zero(), "wait_in_open", || {
            "zero would never open the circuit".into()
        })?;
        let factor = self.wait_multiplier;
        ensure(
            factor >= 1.0 && factor.is_finite(),
            "wait_multiplier",
            || format!("{factor} is not a number of at least 1"),
        )?;
        if let Some(max) = self.max_wait_in_open {
            ensure(max >= self.wait_in_open, "max_wait_in_open", || {
                format!("{max:?} is less than wait_in_open, {:?}", self.wait_in_open)
            })?;
        }
        ensure((0.0..=1.0).contains(&self.jitter), "jitter", || {
            format!("{} is not between 0 and 1", self.jitter)
        })
    }
}

fn percentage(field: &'static str, value: f32) -> Result<(), ConfigError> {
    ensure(value > 0.0 && value <= 100.0, field, || {
        format!("{value} is not a percentage above 0 and up to 100")
    })
}

fn within(field: &'static str, value: u32, least: u32, most: u32) -> Result<(), ConfigError> {
    ensure((least..=most).contains(&value), field, || {
        format!("{value} is not between {least} and {most}")
    })
}

fn ensure(
    right: bool,
    field: &'static str,
    problem: impl FnOnce() -> String,
) -> Result<(), ConfigError> {
    match right {
        true => Ok(()),
        false => Err(ConfigError {
            field,
            problem: problem(),
        }),
    }
}
