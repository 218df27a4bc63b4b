//! What is wrong with a configuration, in the words of whoever wrote it.

use std::error::Error;
use std::fmt;

/// A configuration that makes no sense: which field, what it says, and what it may say.
///
/// ```
/// use resilience::{Budget, BudgetConfig};
///
/// let refused = Budget::new(BudgetConfig { retry_ratio: -0.1, ..Default::default() });
/// let error = refused.err().unwrap();
/// assert_eq!(error.field(), "retry_ratio");
/// assert_eq!(error.to_string(), "retry_ratio: -0.1 is not between 0 and 1000");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    field: &'static str,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        ConfigError { field, problem }
    }

    /// The field at fault, as it is written in a configuration file: `backoff.factor`.
    pub fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl Error for ConfigError {}
