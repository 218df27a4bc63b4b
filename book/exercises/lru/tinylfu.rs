use std::num::NonZeroUsize;

use lru::LruCache;

/// An LRU cache with a doorman (TinyLFU: Einziger, Friedman & Manes 2017).
///
/// Every request is counted in a small, approximate table. When the cache is full, a newcomer is
/// let in only if it has been asked for more often than the key that it would push out. Counts are
/// halved now and then, so that the past fades.
pub struct TinyLfu {
    cache: LruCache<u64, ()>,
    // Add the counters: a count-min sketch is four rows of small counters, each row indexed by
    // another hash of the key, and a key's count is the least of its four.
}

impl TinyLfu {
    /// An empty cache with room for `capacity` keys.
    pub fn new(capacity: NonZeroUsize) -> Self {
        TinyLfu {
            cache: LruCache::new(capacity),
        }
    }

    /// Asks for `key`, and perhaps lets it in if it is not there; returns whether it was.
    pub fn request(&mut self, key: u64) -> bool {
        todo!("count {key}; on a miss with a full cache, compare with `peek_lru`")
    }
}
