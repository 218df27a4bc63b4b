//! Caches that know what to forget.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod budget;
mod cache;
pub mod draw;
mod index;
mod list;
mod lru;
mod stats;
mod store;

pub use hashbrown::{DefaultHashBuilder as DefaultHasher, Equivalent};

pub use budget::Weigher;
pub use cache::Cache;
pub use lru::{IntoIter, Iter, IterMut, LruCache};
pub use stats::Stats;
