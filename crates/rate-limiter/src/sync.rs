//! What the shared limiters are made of: one word that many threads change.
//!
//! This module is a seam. `tests/interleavings.rs` compiles what uses it a second time, with a
//! `sync` of its own that takes all this from [loom](https://docs.rs/loom), which then tries every
//! order in which threads can meet.

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
