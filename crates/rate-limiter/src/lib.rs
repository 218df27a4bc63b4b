//! Rate limiters: how many may pass, and when to come back.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod decision;
mod error;
pub mod gcra;
pub mod keyed;
mod limiter;
mod quota;
pub mod shared;
mod sync;

pub use decision::{Admitted, Decision, Denied};
pub use error::ConfigError;
pub use gcra::Gcra;
pub use keyed::Keyed;
pub use limiter::{KeyedLimiter, Limiter};
pub use quota::Quota;
pub use shared::{Rule, Shared};

/// The clock of a limiter that was not given one: the processor's counter.
#[cfg(feature = "fast")]
pub type DefaultClock = clock::FastClock;
/// The clock of a limiter that was not given one: the system's.
#[cfg(not(feature = "fast"))]
pub type DefaultClock = clock::SystemClock;
