//! The atomics of the state machine. `tests/concurrent.rs` compiles it a second time, with a
//! `sync` of its own that takes all this from [loom](https://docs.rs/loom).

pub(crate) use std::sync::atomic::AtomicU64;

/// How many ticks a time window has. Fewer suffice to test how threads meet, and leave loom fewer
/// orders to try.
pub(crate) const TICKS: u64 = 10;
