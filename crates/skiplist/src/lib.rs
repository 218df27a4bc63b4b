//! Skip lists.

#![warn(missing_docs)]
#![deny(clippy::undocumented_unsafe_blocks)]

pub mod concurrent;
mod height;
mod sync;

pub use concurrent::ConcurrentSkipMap;
