//! What the sharded cache is made of: locks that wait, and who is waiting.
//!
//! This module is a seam. `tests/concurrent.rs` compiles the files of [`crate::sharded`] a second
//! time, with a `sync` of its own that takes all this from [loom](https://docs.rs/loom), which then
//! tries every order in which threads can take the locks.
//!
//! parking_lot rather than `std`, for three reasons: its locks are smaller; they spin for a moment
//! before they sleep, which suits critical sections of some 50 ns; and they are not poisoned when
//! user code panics in them, which our caches survive.

pub(crate) use parking_lot::{Condvar, Mutex};
pub(crate) use std::thread::{self, ThreadId};
