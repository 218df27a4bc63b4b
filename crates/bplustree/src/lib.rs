//! B+ trees: the index that every relational database is built on.
//!
//! - [`disk`]: a transactional key-value store in one file, as LMDB and redb.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod disk;
