//! The exercises of the book. An exercise `lru_loop` is four things:
//!
//! | file | whose |
//! |---|---|
//! | `lru/loop.rs` | the stub, which the reader completes |
//! | `tests/lru_loop.rs` | the test, which says what is wanted |
//! | `solutions/lru/loop.rs` | a solution, which CI compiles and runs |
//! | a table in `exercises.toml` | its title, its kind, and what `cargo book check` says |
//!
//! A test compiles the one file that it is about: the solution by default, so that `cargo test`
//! passes on a fresh clone, and the reader's with the feature `yours`, so that a half-written stub
//! breaks no exercise but its own.
