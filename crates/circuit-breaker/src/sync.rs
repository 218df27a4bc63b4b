//! The atomics of the state machine. `tests/concurrent.rs` compiles it a second time, with a
//! `sync` of its own that takes all this from [loom](https://docs.rs/loom).

pub(crate) use std::sync::atomic::AtomicU64;
