//! Caches that know what to forget.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod arc;
mod budget;
mod cache;
pub mod draw;
mod index;
mod lfu;
mod list;
mod lru;
mod s3fifo;
mod stats;
mod store;

pub use hashbrown::{DefaultHashBuilder as DefaultHasher, Equivalent};

pub use arc::ArcCache;
pub use budget::Weigher;
pub use cache::Cache;
pub use lfu::LfuCache;
pub use lru::{IntoIter, Iter, IterMut, LruCache};
pub use s3fifo::S3FifoCache;
pub use stats::Stats;
