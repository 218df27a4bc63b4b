//! What a client does when a server does not answer.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod backoff;
mod budget;
mod deadline;
mod error;
mod random;
mod retry;
mod sleep;
mod sync;
mod window;

pub use backoff::{Backoff, Delays, Jitter};
pub use budget::{Budget, BudgetConfig, BudgetStats};
pub use deadline::Deadline;
pub use error::ConfigError;
pub use retry::{Attempt, GaveUp, Retry, RetryConfig, RetryStats, Tries, Verdict, Why};
pub use sleep::{Sleep, ThreadSleep};
