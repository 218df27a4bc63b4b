//! What can be wrong with a configuration.

use std::error::Error;
use std::fmt::{self, Display};

/// A configuration that cannot be meant. It names the field as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value is outside of what its field can be.
    OutOfRange {
        /// The field, as the user wrote it.
        field: &'static str,
        /// What it was set to.
        value: String,
        /// What it can be set to, as the end of a sentence: "a prime from 3 to 16777213".
        allowed: &'static str,
    },
    /// Two endpoints have the same name, by which nobody could tell them apart.
    DuplicateName {
        /// The name.
        name: String,
    },
    /// More endpoints than the algorithm can choose from.
    TooManyEndpoints {
        /// How many there are.
        given: usize,
        /// How many there can be.
        limit: usize,
        /// What to do about it, as a sentence.
        remedy: &'static str,
    },
}

impl ConfigError {
    /// A `value` of `field` that is not `allowed`.
    pub(crate) fn out_of_range(
        field: &'static str,
        value: impl Display,
        allowed: &'static str,
    ) -> Self {
        let value = value.to_string();
        ConfigError::OutOfRange {
            field,
            value,
            allowed,
        }
    }
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::OutOfRange {
                field,
                value,
                allowed,
            } => write!(f, "{field}: {value} is not {allowed}"),
            ConfigError::DuplicateName { name } => {
                write!(
                    f,
                    "two endpoints are named {name:?}: give each its own name"
                )
            }
            ConfigError::TooManyEndpoints {
                given,
                limit,
                remedy,
            } => write!(f, "{given} endpoints are more than {limit}: {remedy}"),
        }
    }
}

impl Error for ConfigError {}
