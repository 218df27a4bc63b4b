//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

mod height;
pub mod list;

pub use list::SkipList;
