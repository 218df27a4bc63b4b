//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod arena;
mod height;
mod memory;

pub use arena::{ArenaError, ArenaSkipList};
