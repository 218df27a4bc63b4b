//! Rate limiters: how many may pass, and when to come back.
//!
//! ```text
//!   Quota ──▶ Rule: (state, now, n) ──▶ next state, or denied       arithmetic, no threads
//!               │
//!             Shared: one word, one swap                            all threads, one limit
//!             Keyed:  hash ──▶ slot                                 all threads, a limit a key
//! ```
//!
//! | limiter | idea | bound on any interval of length `t` | file |
//! |---|---|---|---|
//! | [`Gcra`] | when would the next one be due? | `burst + ⌊t / interval⌋` | `gcra.rs` |
//! | [`TokenBucket`] | save up | the same | `token_bucket.rs` |
//! | [`LeakyMeter`] | do not overflow | the same | `leaky_meter.rs` |
//! | [`LeakyQueue`] | leave in step | `1 + ⌊t / interval⌋` | `leaky_queue.rs` |
//! | [`FixedWindow`] | count from full minute to full minute | `count × (1 + ⌈t / per⌉)` | `fixed_window.rs` |
//! | [`SlidingWindow`] | two counts, weighed | `count + ⌊count × (t − 1 ns) / per⌋` | `sliding_window.rs` |
//! | [`SlidingLog`] | remember each | `count × (1 + ⌊t / per⌋)` | `sliding_log.rs` |
//! | [`Keyed`] | GCRA for each key, forgetting who is idle | as GCRA, for each key | `keyed/` |
//!
//! All limiters that are shared take a [`Clock`](clock::Clock), so that tests need not wait, and
//! answer with a [`Decision`]: admitted, to be tried again after a time, or never.
//!
//! # Features
//!
//! - `fast` (default): [`DefaultClock`] is the processor's counter.
//! - `serde`: a [`Quota`] in a configuration file.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod concurrency;
mod counted;
mod decision;
pub mod draw;
mod error;
pub mod fixed_window;
pub mod gcra;
pub mod headers;
pub mod keyed;
pub mod leaky_meter;
pub mod leaky_queue;
mod limiter;
mod parse;
mod quota;
#[cfg(feature = "redis")]
pub mod redis;
pub mod shared;
pub mod sliding_log;
pub mod sliding_window;
mod sync;
pub mod token_bucket;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tokio")]
mod until_ready;

pub use counted::{Counted, Stats};
pub use decision::{Admitted, Decision, Denied};
pub use error::ConfigError;
pub use fixed_window::FixedWindow;
pub use gcra::Gcra;
pub use keyed::{Keyed, KeyedStats, WhenFull};
pub use leaky_meter::{LeakyMeter, SharedLeakyMeter};
pub use leaky_queue::{Departure, LeakyQueue};
pub use limiter::{KeyedLimiter, Limiter, Rule};
pub use quota::Quota;
pub use shared::Shared;
pub use sliding_log::SlidingLog;
pub use sliding_window::SlidingWindow;
pub use token_bucket::{SharedTokenBucket, TokenBucket};
#[cfg(feature = "tokio")]
pub use until_ready::{Never, UntilKeyReady, UntilReady};

/// The clock of a limiter that was not given one: the processor's counter.
#[cfg(feature = "fast")]
pub type DefaultClock = clock::FastClock;
/// The clock of a limiter that was not given one: the system's.
#[cfg(not(feature = "fast"))]
pub type DefaultClock = clock::SystemClock;

/// The hasher of the keys of a limiter that was not given one: fast, and with a seed that each
/// process draws for itself. See [`keyed`].
pub type DefaultHasher = foldhash::quality::RandomState;
