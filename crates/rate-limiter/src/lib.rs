//! Rate limiters: how many may pass, and when to come back.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod decision;
mod error;
pub mod fixed_window;
pub mod gcra;
pub mod keyed;
pub mod leaky_meter;
pub mod leaky_queue;
mod limiter;
mod quota;
pub mod shared;
pub mod sliding_log;
pub mod sliding_window;
mod sync;
pub mod token_bucket;

pub use decision::{Admitted, Decision, Denied};
pub use error::ConfigError;
pub use fixed_window::FixedWindow;
pub use gcra::Gcra;
pub use keyed::{Keyed, KeyedStats, WhenFull};
pub use leaky_meter::{LeakyMeter, SharedLeakyMeter};
pub use leaky_queue::{Departure, LeakyQueue};
pub use limiter::{KeyedLimiter, Limiter};
pub use quota::Quota;
pub use shared::{Rule, Shared};
pub use sliding_log::SlidingLog;
pub use sliding_window::SlidingWindow;
pub use token_bucket::{SharedTokenBucket, TokenBucket};

/// The clock of a limiter that was not given one: the processor's counter.
#[cfg(feature = "fast")]
pub type DefaultClock = clock::FastClock;
/// The clock of a limiter that was not given one: the system's.
#[cfg(not(feature = "fast"))]
pub type DefaultClock = clock::SystemClock;
