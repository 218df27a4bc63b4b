//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod concurrent;
mod height;
pub mod list;

pub use list::SkipList;
mod sync;

pub use concurrent::ConcurrentSkipMap;
pub mod arena;
mod height;

pub use arena::{ArenaError, ArenaSkipList};
