//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod arena;
mod height;
mod memory;

pub use arena::{ArenaError, ArenaSkipList};
pub mod draw;
mod height;
pub mod list;
pub mod sorted_set;

pub use list::SkipList;
pub use sorted_set::SortedSet;
