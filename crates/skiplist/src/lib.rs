//! Skip lists: ordered maps that throw a coin instead of balancing a tree.
//!
//! A skip list is a sorted linked list with express lanes. Each element has a *tower* of links,
//! whose height is thrown by a coin that falls on its edge a quarter of the time; a search rides the
//! highest lane as far as it can, then the one below, and takes O(log n) steps whatever the order in
//! which the elements came (Pugh 1990).
//!
//! | list | for | folder |
//! |---|---|---|
//! | [`SkipList`] | an ordered map that can count: ranks | `list/` |
//! | [`SortedSet`] | members in the order of their scores, as in Redis | `sorted_set/` |
//! | [`ConcurrentSkipMap`] | an ordered map that threads share without a lock | `concurrent/` |
//! | [`ArenaSkipList`] | a memtable: byte strings, never removed, in one piece of memory | `arena/` |
//!
//! They have the coin in common (`height.rs`) and the way down; what differs is what a link is: a
//! number in an array, a pointer that is marked, an offset in a region.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod arena;
pub mod concurrent;
pub mod draw;
mod height;
pub mod list;
mod memory;
pub mod sorted_set;
mod sync;

pub use arena::{ArenaError, ArenaSkipList};
pub use concurrent::ConcurrentSkipMap;
pub use list::SkipList;
pub use sorted_set::SortedSet;
