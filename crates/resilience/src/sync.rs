//! The atomics under the retry budget.
//!
//! This module is a seam. `tests/budget_loom.rs` compiles [`crate::window`] a second time, with a
//! `sync` of its own that takes them from [loom](https://docs.rs/loom), which then tries every
//! order in which threads can meet.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
