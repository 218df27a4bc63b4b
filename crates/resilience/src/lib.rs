//! What a client does when a server does not answer, so that it helps and does not make it worse.
//!
//! | | when | file |
//! |---|---|---|
//! | [`Retry`] | the fault may be gone by the next attempt | `retry.rs` |
//! | [`Backoff`] | how long to wait until then, and how scattered | `backoff.rs` |
//! | [`Budget`] | all calls fail, and retries would be the load | `budget.rs`, `window.rs` |
//! | [`Timeout`], [`Deadline`] | it may never answer | `timeout.rs`, `deadline.rs` |
//! | [`Bulkhead`] | it is slow, and would hold all our threads | `bulkhead.rs` |
//! | [`Hedge`] | one answer in a hundred is late | `hedge.rs`, `latencies.rs` |
//! | [`Fallback`] | something is better than nothing | `fallback.rs` |
//!
//! Each is on its own, works in sync and in async code, and counts what it does (`stats()`). Time
//! comes from a [`Clock`](clock::Clock), sleep from a [`Sleep`] or a closure, chance from a seed:
//! no runtime is needed, and no test has to wait. With the feature `tower` each is also a layer. The
//! [`storm`] module simulates what happens with some of them and without.
//!
//! The circuit breaker, which stops calling altogether, is the crate `circuit-breaker`.
//!
//! ```
//! use std::sync::Arc;
//! use clock::ManualClock;
//! use resilience::{Budget, BudgetConfig, Retry, RetryConfig, Sleep};
//!
//! // In production: Budget::new, Retry::new and ThreadSleep. Here, no time passes.
//! let clock = ManualClock::new();
//! struct NoSleep;
//! impl Sleep for NoSleep {
//!     fn sleep(&self, _: std::time::Duration) {}
//! }
//! let budget = Arc::new(Budget::with_clock(BudgetConfig::default(), clock.clone())?);
//! let retry = Retry::with_clock(RetryConfig::default(), clock)?.with_budget(budget);
//!
//! // The server is down: a thousand calls fail. Without the budget, it would get 3000 requests.
//! let mut attempts = 0;
//! for _ in 0..1000 {
//!     let result = retry.call(NoSleep, |_| {
//!         attempts += 1;
//!         Err::<(), _>("connection refused")
//!     });
//!     assert!(result.is_err());
//! }
//! assert_eq!(attempts, 1000 + 100 + 30); // a tenth more, and 3 a second for 10 s
//! # Ok::<(), resilience::ConfigError>(())
//! ```

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
mod outcome;
mod race;
mod random;
mod retry;
mod sleep;
pub mod storm;
mod sync;
mod timeout;
#[cfg(feature = "tokio")]
mod tokio_clock;
#[cfg(feature = "tower")]
pub mod tower;
mod window;

pub use backoff::{Backoff, Delays, Jitter};
pub use budget::{Budget, BudgetConfig, BudgetStats};
pub use bulkhead::{Bulkhead, BulkheadConfig, BulkheadPermit, BulkheadStats, Rejected};
pub use deadline::Deadline;
pub use error::ConfigError;
pub use fallback::{Fallback, FallbackStats};
pub use hedge::{Hedge, HedgeConfig, HedgeStats};
pub use outcome::{Attempt, GaveUp, Verdict, Why};
pub use retry::{Retry, RetryConfig, RetryStats, Tries};
pub use sleep::{Sleep, ThreadSleep};
pub use timeout::{TimedOut, Timeout, TimeoutConfig, TimeoutStats};
#[cfg(feature = "tokio")]
pub use tokio_clock::TokioClock;
