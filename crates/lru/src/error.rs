//! What can be wrong with a configuration.

use std::fmt;
use std::num::NonZeroUsize;

/// A setting that was refused, by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The number of shards is not a power of two, or there would be shards without an entry.
    Shards {
        /// The number of shards.
        shards: usize,
        /// The capacity that they would share.
        capacity: NonZeroUsize,
    },
    /// The jitter is not a share of the time to live: at least 0 and less than 1.
    Jitter {
        /// The jitter.
        jitter: f64,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Shards { shards, capacity } => write!(
                f,
                "shards: {shards} is not a power of two between 1 and the capacity, {capacity}"
            ),
            ConfigError::Jitter { jitter } => {
                write!(f, "jitter: {jitter} is not at least 0 and less than 1")
            }
        }
    }
}

impl std::error::Error for ConfigError {}
