//! How long to wait before trying again: longer each time, and not when everyone else does.
//!
//! A server that fails because it is busy needs fewer requests, so each delay is longer than the
//! one before, up to a limit. But a thousand clients that failed together and wait equally long
//! come back together, and knock it over again in step. *Jitter* scatters them.
//!
//! ```text
//!             no jitter           full jitter          equal jitter        decorrelated
//!   1st       █                   ▒                    █▒                  █▒▒▒▒
//!   2nd       ██                  ▒▒                   ██▒▒                █▒▒▒▒▒▒▒▒▒
//!   3rd       ████                ▒▒▒▒                 ████▒▒▒▒            █▒▒▒▒▒▒▒▒▒▒▒▒▒▒
//!   4th       ████████            ▒▒▒▒▒▒▒▒             ████████▒▒▒▒▒▒▒▒    up to 3 × the last
//!             █ always            ▒ at random
//! ```
//!
//! # Invariants
//!
//! - No delay is longer than [`Backoff::max`].
//! - The ceiling never falls from one delay to the next, and arithmetic saturates: the thousandth
//!   delay is as sound as the first.
//! - Equal seeds give equal delays.
//!
//! # Complexity
//!
//! Each delay costs a few multiplications; 40 bytes of state, no allocation.
//!
//! The jitters are those of Marc Brooker, *Exponential Backoff And Jitter*, AWS Architecture Blog,
//! 2015, where full jitter finishes the same work with about the fewest calls.

use std::time::Duration;

use clock::nanos;

use crate::ConfigError;
use crate::random::{Random, os_seed};

/// How the delays grow and scatter. A plain configuration: [`delays`](Self::delays) makes the
/// iterator, as does `for delay in backoff`.
///
/// ```
/// use std::time::Duration;
/// use resilience::{Backoff, Jitter};
///
/// let backoff = Backoff {
///     initial: Duration::from_millis(100),
///     factor: 2.0,
///     max: Duration::from_secs(1),
///     jitter: Jitter::None,
/// };
/// let millis: Vec<_> = backoff.delays().take(6).map(|delay| delay.as_millis()).collect();
/// assert_eq!(millis, [100, 200, 400, 800, 1000, 1000]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct Backoff {
    /// The ceiling of the first delay; for decorrelated jitter, the shortest delay. 100 ms.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub initial: Duration,
    /// How many times longer each ceiling is than the one before. Finite and at least 1. 2.
    pub factor: f64,
    /// No delay is longer. At least `initial`. 10 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max: Duration,
    /// How the delays scatter below their ceilings. Full.
    pub jitter: Jitter,
}

/// Where in its range a delay falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Jitter {
    /// At the ceiling. Clients that failed together come back together.
    None,
    /// Anywhere from zero to the ceiling.
    #[default]
    Full,
    /// In the upper half: never at once, at the price of more of a crowd.
    Equal,
    /// Anywhere from `initial` to three times the delay before, whatever `factor` says.
    Decorrelated,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            initial: Duration::from_millis(100),
            factor: 2.0,
            max: Duration::from_secs(10),
            jitter: Jitter::Full,
        }
    }
}

impl Backoff {
    /// Whether the fields make sense together.
    ///
    /// # Errors
    ///
    /// `backoff.factor` below 1 or not finite; `backoff.max` below `initial`.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if !self.factor.is_finite() || self.factor < 1.0 {
            let problem = format!("{} is not a finite number of at least 1", self.factor);
            return Err(ConfigError::new("backoff.factor", problem));
        }
        if self.max < self.initial {
            let problem = format!("{:?} is less than initial, {:?}", self.max, self.initial);
            return Err(ConfigError::new("backoff.max", problem));
        }
        Ok(())
    }

    /// The delays, scattered by a seed from the operating system. They never end.
    pub fn delays(self) -> Delays {
        self.delays_seeded(os_seed())
    }

    /// The delays, scattered by `seed`. They never end.
    pub fn delays_seeded(self, seed: u64) -> Delays {
        let max = nanos(self.max);
        let initial = nanos(self.initial).min(max);
        let ceiling = match self.jitter {
            Jitter::Decorrelated => initial.saturating_mul(3).min(max),
            _ => initial,
        };
        Delays {
            initial,
            factor: self.factor,
            max,
            jitter: self.jitter,
            ceiling,
            random: Random::new(seed),
        }
    }
}

impl IntoIterator for Backoff {
    type Item = Duration;
    type IntoIter = Delays;

    fn into_iter(self) -> Delays {
        self.delays()
    }
}

/// Delays without end, from [`Backoff::delays`]. Times are nanoseconds.
#[derive(Clone, Debug)]
pub struct Delays {
    initial: u64,
    factor: f64,
    max: u64,
    jitter: Jitter,
    /// The longest that the next delay may be.
    ceiling: u64,
    random: Random,
}

// ANCHOR: delays
impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let ceiling = self.ceiling;
        let delay = match self.jitter {
            Jitter::None => ceiling,
            Jitter::Full => self.random.between(0, ceiling),
            Jitter::Equal => self.random.between(ceiling / 2, ceiling),
            Jitter::Decorrelated => self.random.between(self.initial, ceiling),
        };
        self.ceiling = match self.jitter {
            Jitter::Decorrelated => delay.saturating_mul(3).min(self.max),
            // A float that is too large becomes the largest integer.
            _ => ((ceiling as f64 * self.factor) as u64).min(self.max),
        };
        Some(Duration::from_nanos(delay))
    }
}
// ANCHOR_END: delays
