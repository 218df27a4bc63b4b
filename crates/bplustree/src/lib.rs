//! B+ trees: the index that every relational database is built on.
//!
//! - [`BPlusTreeMap`]: an ordered map in memory, with the methods of `BTreeMap`.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod map;

pub use map::BPlusTreeMap;
