//! Caches that know what to forget.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod arc;
mod budget;
mod cache;
mod clock;
pub mod draw;
mod error;
mod index;
mod lfu;
mod list;
mod lru;
mod s3fifo;
mod sharded;
mod stats;
mod store;
mod sync;
mod ttl;

pub use hashbrown::{DefaultHashBuilder as DefaultHasher, Equivalent};

pub use arc::ArcCache;
pub use budget::Weigher;
pub use cache::Cache;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::ConfigError;
pub use lfu::LfuCache;
pub use lru::{IntoIter, Iter, IterMut, LruCache};
pub use s3fifo::S3FifoCache;
pub use sharded::{ShardedCache, ShardedCacheBuilder};
pub use stats::Stats;
pub use ttl::{Jitter, Lifetime, Timed, TtlCache};
