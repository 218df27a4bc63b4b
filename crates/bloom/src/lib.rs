//! Filters: sets that answer "have I seen this?" in a few bits a key.
//!
//! A filter answers *no* or *probably*. A *no* is always right: there are no false negatives. A
//! *probably* is wrong at a rate that one chooses; in return, a key takes some ten bits, however
//! long it is.
//!
//! | filter | for | file |
//! |---|---|---|
//! | [`BloomFilter`] | the usual case | `classic/mod.rs` |
//! | [`BlockedBloomFilter`] | speed: one cache miss a look-up | `blocked/mod.rs` |
//! | [`CountingBloomFilter`] | removal | `counting/mod.rs` |
//! | [`ScalableBloomFilter`] | a number of keys that nobody knows | `scalable/mod.rs` |
//! | [`BinaryFuse8`], [`BinaryFuse16`] | a set that does not change: fewest bits | `fuse/mod.rs` |
//!
//! All of them hash keys with one function, [`hash_key`], which gives the same value in every run
//! and on every platform, and are stored in one checked form (`format.rs`).

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod blocked;
mod classic;
mod counting;
pub mod draw;
mod error;
mod format;
mod fuse;
mod hash;
mod scalable;
#[cfg(feature = "serde")]
mod serde;
pub mod theory;

pub use blocked::{BlockedBloomFilter, BlockedBloomRef};
pub use classic::{BloomFilter, BloomRef};
pub use counting::CountingBloomFilter;
pub use error::BloomError;
pub use fuse::{BinaryFuse, BinaryFuse8, BinaryFuse16, BinaryFuseRef, Fingerprint};
pub use hash::{hash_bytes, hash_key};
pub use scalable::ScalableBloomFilter;
