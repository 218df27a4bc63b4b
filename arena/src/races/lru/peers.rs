//! The peers, each in the configuration that suits it best: told its capacity, and how many entries
//! to expect.

use std::num::NonZeroUsize;

use mini_moka::sync::ConcurrentCacheExt;
use quick_cache::UnitWeighter;
use schnellru::ByLength;

use super::contender::{Hasher, Order, Shared, Solo, Value, hasher};
use crate::harness::Identity;

/// crates.io's `lru`.
pub struct Lru<V>(lru::LruCache<u64, V, Hasher>);

impl<V: Value> Solo<V> for Lru<V> {
    const WHO: Identity = peer(
        "lru::LruCache",
        "lru",
        "LRU: hash table of pointers to boxed, linked nodes",
    );
    const ORDER: Order = Order::Lru;

    fn with_capacity(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).expect("a race's capacity is not zero");
        Self(lru::LruCache::with_hasher(capacity, hasher()))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(&key).map(V::read)
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.put(key, V::of(key));
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// hashlink's cache.
pub struct Hashlink<V>(hashlink::LruCache<u64, V, Hasher>);

impl<V: Value> Solo<V> for Hashlink<V> {
    const WHO: Identity = peer(
        "hashlink::LruCache",
        "hashlink",
        "LRU: hash table of pointers to boxed, linked nodes",
    );
    const ORDER: Order = Order::Lru;

    fn with_capacity(capacity: usize) -> Self {
        Self(hashlink::LruCache::with_hasher(capacity, hasher()))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(&key).map(V::read)
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.insert(key, V::of(key));
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// schnellru's map.
pub struct Schnellru<V>(schnellru::LruMap<u64, V, ByLength, Hasher>);

impl<V: Value> Solo<V> for Schnellru<V> {
    const WHO: Identity = peer(
        "schnellru::LruMap",
        "schnellru",
        "LRU: entries in the hash table itself, linked by position",
    );
    const ORDER: Order = Order::Lru;

    fn with_capacity(capacity: usize) -> Self {
        let capacity = u32::try_from(capacity).expect("a race's capacity fits u32");
        Self(schnellru::LruMap::with_hasher(
            ByLength::new(capacity),
            hasher(),
        ))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(&key).map(|value| value.read())
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.insert(key, V::of(key));
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// quick_cache's cache for one owner.
pub struct QuickUnsync<V>(quick_cache::unsync::Cache<u64, V, UnitWeighter, Hasher>);

impl<V: Value> Solo<V> for QuickUnsync<V> {
    const WHO: Identity = peer(
        "quick_cache::unsync",
        "quick_cache",
        "Clock-PRO-like: entries in a slab, a hit sets a counter",
    );
    const ORDER: Order = Order::Other;

    fn with_capacity(capacity: usize) -> Self {
        let weight = capacity as u64;
        Self(quick_cache::unsync::Cache::with(
            capacity,
            weight,
            UnitWeighter,
            hasher(),
            Default::default(),
        ))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(&key).map(V::read)
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.insert(key, V::of(key));
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// mini-moka's cache for one owner.
pub struct MiniMokaUnsync<V>(mini_moka::unsync::Cache<u64, V, Hasher>);

impl<V: Value> Solo<V> for MiniMokaUnsync<V> {
    const WHO: Identity = peer(
        "mini_moka::unsync",
        "mini-moka",
        "TinyLFU: LRU behind a frequency sketch that admits",
    );
    const ORDER: Order = Order::Other;

    fn with_capacity(capacity: usize) -> Self {
        let builder = mini_moka::unsync::Cache::builder()
            .max_capacity(capacity as u64)
            .initial_capacity(capacity);
        Self(builder.build_with_hasher(hasher()))
    }

    #[inline(always)]
    fn get(&mut self, key: u64) -> Option<u64> {
        self.0.get(&key).map(V::read)
    }

    #[inline(always)]
    fn put(&mut self, key: u64) {
        self.0.insert(key, V::of(key));
    }

    fn len(&self) -> usize {
        usize::try_from(self.0.entry_count()).expect("entries are counted in usize")
    }
}

/// quick_cache's cache for threads.
pub struct QuickSync(quick_cache::sync::Cache<u64, u64, UnitWeighter, Hasher>);

impl Shared<u64> for QuickSync {
    const WHO: Identity = peer(
        "quick_cache::sync",
        "quick_cache",
        "Clock-PRO-like, in shards; a hit takes a read lock",
    );

    fn with_capacity(capacity: usize) -> Self {
        let weight = capacity as u64;
        Self(quick_cache::sync::Cache::with(
            capacity,
            weight,
            UnitWeighter,
            hasher(),
            Default::default(),
        ))
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key)
    }

    #[inline(always)]
    fn put(&self, key: u64) {
        self.0.insert(key, key);
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// mini-moka's cache for threads.
pub struct MiniMokaSync(mini_moka::sync::Cache<u64, u64, Hasher>);

impl Shared<u64> for MiniMokaSync {
    const WHO: Identity = peer(
        "mini_moka::sync",
        "mini-moka",
        "TinyLFU: concurrent table, policy fed by buffered reads and writes",
    );

    fn with_capacity(capacity: usize) -> Self {
        let builder = mini_moka::sync::Cache::builder()
            .max_capacity(capacity as u64)
            .initial_capacity(capacity);
        Self(builder.build_with_hasher(hasher()))
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key)
    }

    #[inline(always)]
    fn put(&self, key: u64) {
        self.0.insert(key, key);
    }

    fn len(&self) -> usize {
        usize::try_from(self.0.entry_count()).expect("entries are counted in usize")
    }

    fn settle(&self) {
        self.0.sync();
    }
}

/// moka's cache for threads.
pub struct Moka(moka::sync::Cache<u64, u64, Hasher>);

impl Shared<u64> for Moka {
    const WHO: Identity = peer(
        "moka::sync",
        "moka",
        "TinyLFU: concurrent table, policy fed by buffered reads and writes",
    );

    fn with_capacity(capacity: usize) -> Self {
        let builder = moka::sync::Cache::builder()
            .max_capacity(capacity as u64)
            .initial_capacity(capacity);
        Self(builder.build_with_hasher(hasher()))
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key)
    }

    #[inline(always)]
    fn put(&self, key: u64) {
        self.0.insert(key, key);
    }

    fn len(&self) -> usize {
        usize::try_from(self.0.entry_count()).expect("entries are counted in usize")
    }

    fn settle(&self) {
        self.0.run_pending_tasks();
    }
}

const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}
