//! A circuit breaker: stops calling what fails, and tries again carefully.
//!
//! A server that is overloaded answers late, its callers wait with their threads, connections and
//! memory, and soon they are the ones that are overloaded. A [`CircuitBreaker`] stands before the
//! call and counts. When too many of the last calls failed, or were slow, it opens: the next ones
//! fail at once, which costs nothing and leaves the server alone. After a while it lets a few
//! through to see, and closes or stays open by what came of them.
//!
//! ```text
//!                rate too high                  wait is over
//!     ┌────────┐ ───────────────▶ ┌──────┐ ───────────────▶ ┌───────────┐
//!     │ Closed │                  │ Open │                  │ Half-open │
//!     └────────┘                  └──────┘ ◀─────────────── └───────────┘
//!          ▲                               the trials failed      │
//!          └──────────────────────────────────────────────────────┘
//!                            the trials succeeded
//! ```
//!
//! Three ways to use it: [`call`](CircuitBreaker::call) round a closure,
//! [`call_async`](CircuitBreaker::call_async) round a future, and
//! [`try_acquire`](CircuitBreaker::try_acquire) for a [`Permit`] that code of any other shape hands
//! back with an [`Outcome`]. With the feature `tower` there is a `Layer`, with `serde` the
//! [`Config`] can be read from a file.
//!
//! # Invariants
//!
//! - The whole state is one 64-bit word: epoch, state, and the counts of the trials. It changes by
//!   compare-and-swap only, so every transition is made, and told, by exactly one thread.
//! - Never more than [`permitted_half_open_calls`](Config::permitted_half_open_calls) trials are
//!   under way or ended in one half-open epoch; every permit gives its place back or uses it up,
//!   whatever becomes of it.
//! - An outcome counts in the epoch in which its call was permitted, or not at all; for trials,
//!   which share the word with the epoch, without exception. The window of a closed circuit is
//!   apart from the word: a thread that has looked at the word, and not yet written to the window,
//!   while another opens *and* closes the circuit (or resets it), counts once in the new window.
//! - Nothing waits for another thread.
//!
//! # Complexity
//!
//! Permission is one load. Recording in a counting window is one load while all is well, and else
//! O(1) with one or two atomic additions; in a time window it is O(1) amortised and reads the
//! clock. A counting window of N calls takes N / 2 bytes, a time window always the same.
//!
//! # Features
//!
//! - `fast` (default): [`DefaultClock`] is the processor's counter.
//! - `serde`: a [`Config`] in a file.
//! - `tower`: a `Layer`.
//!
//! # Source
//!
//! Michael Nygard's *Release It!* (2007) named the pattern; names, defaults and behaviour here are
//! those of [resilience4j](https://resilience4j.readme.io/docs/circuitbreaker).

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

/// The clock of a breaker that was not given one: the processor's counter.
#[cfg(feature = "fast")]
pub type DefaultClock = clock::FastClock;
/// The clock of a breaker that was not given one: the system's.
#[cfg(not(feature = "fast"))]
pub type DefaultClock = clock::SystemClock;
