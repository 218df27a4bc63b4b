//! A circuit breaker: stops calling what fails, and tries again carefully.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod breaker;
mod config;
mod error;
mod event;
mod machine;
mod permit;
mod state;
mod stats;
mod sync;
#[cfg(feature = "tower")]
pub mod tower;

pub use breaker::CircuitBreaker;
pub use config::{AfterHalfOpen, Config, DropAs, Outcome, Window};
pub use error::{ConfigError, Error, Open};
pub use event::Event;
pub use permit::{OwnedPermit, Permit};
pub use state::State;
pub use stats::Stats;
