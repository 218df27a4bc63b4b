//! What the group commit waits with.
//!
//! This module is a seam: `tests/interleavings.rs` compiles `group.rs` a second time, with these
//! from [loom](https://docs.rs/loom), which tries every order in which threads can take the lock.

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
