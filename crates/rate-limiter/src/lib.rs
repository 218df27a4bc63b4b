//! Rate limiters: how many may pass, and when to come back.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod concurrency;
mod decision;
mod error;
pub mod gcra;
pub mod keyed;
mod limiter;
mod quota;
#[cfg(feature = "redis")]
pub mod redis;
pub mod shared;
mod sync;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tokio")]
mod until_ready;

pub use decision::{Admitted, Decision, Denied};
pub use error::ConfigError;
pub use gcra::Gcra;
pub use keyed::Keyed;
pub use limiter::{KeyedLimiter, Limiter};
pub use quota::Quota;
pub use shared::{Rule, Shared};
#[cfg(feature = "tokio")]
pub use until_ready::{Never, UntilKeyReady, UntilReady};

/// The clock of a limiter that was not given one: the processor's counter.
#[cfg(feature = "fast")]
pub type DefaultClock = clock::FastClock;
/// The clock of a limiter that was not given one: the system's.
#[cfg(not(feature = "fast"))]
pub type DefaultClock = clock::SystemClock;
