//! B+ trees: the index that every relational database is built on.
//!
//! - [`BPlusTreeMap`]: an ordered map in memory, with the methods of `BTreeMap`.
//! - [`disk`]: a transactional key-value store in one file, as LMDB and redb.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod disk;
pub mod map;

pub use map::BPlusTreeMap;
