//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod arena;
pub mod concurrent;
pub mod draw;
mod height;
pub mod list;
pub mod sorted_set;
mod sync;

pub use arena::{ArenaError, ArenaSkipList};
pub use concurrent::ConcurrentSkipMap;
pub use list::SkipList;
pub use sorted_set::SortedSet;
