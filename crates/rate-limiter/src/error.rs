//! What can be wrong with a configuration.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A configuration that cannot be. It names the field as the user wrote it, and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A number of requests, or of requests at once, is zero.
    Zero {
        /// `count` or `burst`.
        field: &'static str,
    },
    /// The time in which the requests are allowed is zero, or longer than 146 years for each.
    Per {
        /// What it is.
        per: Duration,
    },
    /// A window that counts more requests than fit in one word with the window's number.
    TooMany {
        /// How many were asked for.
        count: u32,
        /// How many there can be in a window this long.
        most: u32,
        /// The window.
        per: Duration,
    },
    /// A text that is no quota.
    Syntax {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A field of another configuration: of a connection, or of a limit on concurrency.
    Field {
        /// Its name.
        field: &'static str,
        /// What is wrong with it, and what to give instead.
        problem: String,
    },
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        ConfigError::Field { field, problem }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Field { field, problem } => write!(f, "{field}: {problem}"),
            ConfigError::Zero { field } => {
                write!(f, "{field}: 0 would admit nothing; give at least 1")
            }
            ConfigError::Per { per } => write!(
                f,
                "per: {per:?} is not a time to count in; give 1ns or more, and at most 146 years for each request"
            ),
            ConfigError::TooMany { count, most, per } => write!(
                f,
                "count: {count} is more than the {most} that a window of {per:?} can count; take gcra, or a longer window"
            ),
            ConfigError::Syntax { text, reason } => {
                write!(
                    f,
                    "{text:?} is not a quota: {reason}; write \"100/s\" or \"100/s burst 20\""
                )
            }
        }
    }
}

impl Error for ConfigError {}
