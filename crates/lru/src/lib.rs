//! Caches that know what to forget.
//!
//! A cache is a bounded map. What sets one apart from another is its *policy*: whom it evicts when
//! it is full.
//!
//! | policy | evicts | file |
//! |---|---|---|
//! | [`LruCache`] | what was used least recently | `lru/mod.rs` |
//! | [`LfuCache`] | what was used least often | `lfu.rs` |
//! | [`ArcCache`] | by recency or frequency, whichever has paid lately | `arc.rs` |
//! | [`S3FifoCache`] | newcomers who were not used again | `s3fifo/mod.rs` |
//!
//! All of them implement [`Cache`], and [`TtlCache`] and [`ShardedCache`] wrap any of them. They
//! stand on the same three small things, from the bottom up: linked lists in one array (`list.rs`),
//! a table that knows each slot's bucket (`index.rs`), and the store that keeps the two and the
//! entries in step (`store.rs`). None of it is `unsafe`.
//!
//! ```
//! use std::num::NonZeroUsize;
//! use lru::{Cache, LruCache, S3FifoCache};
//!
//! fn fill(cache: &mut impl Cache<u32, String>) {
//!     for page in 0..1_000 {
//!         cache.put(page % 150, format!("page {page}"));
//!     }
//! }
//!
//! let capacity = NonZeroUsize::new(100).unwrap();
//! let (mut lru, mut s3_fifo) = (LruCache::new(capacity), S3FifoCache::new(capacity));
//! fill(&mut lru);
//! fill(&mut s3_fifo);
//! assert_eq!((lru.len(), s3_fifo.len()), (100, 100));
//! ```

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
