//! What a client does when a server does not answer.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod backoff;
mod budget;
mod bulkhead;
mod deadline;
mod error;
mod fallback;
mod hedge;
mod latencies;
mod race;
mod random;
mod retry;
mod sleep;
pub mod storm;
mod sync;
mod timeout;
mod window;

pub use backoff::{Backoff, Delays, Jitter};
pub use budget::{Budget, BudgetConfig, BudgetStats};
pub use bulkhead::{Bulkhead, BulkheadConfig, BulkheadPermit, BulkheadStats, Rejected};
pub use deadline::Deadline;
pub use error::ConfigError;
pub use fallback::{Fallback, FallbackStats};
pub use hedge::{Hedge, HedgeConfig, HedgeStats};
pub use retry::{Attempt, GaveUp, Retry, RetryConfig, RetryStats, Tries, Verdict, Why};
pub use sleep::{Sleep, ThreadSleep};
pub use timeout::{TimedOut, Timeout, TimeoutConfig, TimeoutStats};
