//! What can be wrong: the configuration, the call, or the time to make it.

use std::fmt;
use std::time::Duration;

/// The call was not permitted, and nothing was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// How long until it is worth asking again, where that is known: it is zero while the trials
    /// of a half-open breaker are under way, and [`Duration::MAX`] for one that is held open.
    pub retry_after: Duration,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.retry_after {
            Duration::MAX => write!(f, "the circuit breaker is held open"),
            Duration::ZERO => write!(f, "the circuit breaker waits for its trial calls to end"),
            wait => write!(f, "the circuit breaker is open, try again in {wait:?}"),
        }
    }
}

impl std::error::Error for Open {}

/// Why a call through the breaker has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error<E> {
    /// It was not made.
    Open(Open),
    /// It was made, and failed with this.
    Inner(E),
}

impl<E> Error<E> {
    /// The error of the call itself, if it was made.
    pub fn into_inner(self) -> Option<E> {
        match self {
            Error::Open(_) => None,
            Error::Inner(error) => Some(error),
        }
    }

    /// Whether the call was not made.
    pub fn is_open(&self) -> bool {
        matches!(self, Error::Open(_))
    }
}

impl<E> From<Open> for Error<E> {
    fn from(open: Open) -> Self {
        Error::Open(open)
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Open(open) => open.fmt(f),
            Error::Inner(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Open(_) => None,
            Error::Inner(error) => error.source(),
        }
    }
}

/// A value of [`Config`](crate::Config) that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    /// The field, as it is written in the configuration.
    pub field: &'static str,
    /// Its value, and what is wrong with it.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for ConfigError {}
