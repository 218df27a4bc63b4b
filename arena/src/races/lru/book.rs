//! The book's caches, through their common trait.

use std::{num::NonZeroUsize, sync::Mutex};

use ours::{ArcCache, Cache, LfuCache, LruCache, S3FifoCache, ShardedCache, ShardedCacheBuilder};

use super::contender::{Hasher, Order, Shared, Solo, Value, hasher};
use crate::harness::Identity;

/// One of the book's caches for one owner.
pub struct Book<C>(C);

/// The book's LRU.
pub type Lru<V> = Book<LruCache<u64, V, Hasher>>;

/// The book's S3-FIFO.
pub type S3Fifo<V> = Book<S3FifoCache<u64, V, Hasher>>;

/// The book's ARC.
pub type Arc<V> = Book<ArcCache<u64, V, Hasher>>;

/// The book's LFU.
pub type Lfu<V> = Book<LfuCache<u64, V, Hasher>>;

/// What the trait `Cache` leaves to each policy: its name and its constructor.
pub trait Policy: 'static {
    /// Who it is.
    const WHO: Identity;

    /// What can be asserted of it.
    const ORDER: Order;

    /// An empty cache.
    fn build(capacity: NonZeroUsize) -> Self;
}

impl<V: Value> Policy for LruCache<u64, V, Hasher> {
    const WHO: Identity = book(
        "book::LruCache",
        "LRU: hash table of slot numbers, a list linked by number in an array; no unsafe",
    );
    const ORDER: Order = Order::Lru;

    fn build(capacity: NonZeroUsize) -> Self {
        Self::with_hasher(capacity, hasher())
    }
}

impl<V: Value> Policy for S3FifoCache<u64, V, Hasher> {
    const WHO: Identity = book(
        "book::S3FifoCache",
        "S3-FIFO: as LruCache, but a hit only counts; no unsafe",
    );
    const ORDER: Order = Order::Other;

    fn build(capacity: NonZeroUsize) -> Self {
        Self::with_hasher(capacity, hasher())
    }
}

impl<V: Value> Policy for ArcCache<u64, V, Hasher> {
    const WHO: Identity = book(
        "book::ArcCache",
        "ARC: two LRU lists that adapt their sizes; no unsafe",
    );
    const ORDER: Order = Order::Other;

    fn build(capacity: NonZeroUsize) -> Self {
        Self::with_hasher(capacity, hasher())
    }
}

impl<V: Value> Policy for LfuCache<u64, V, Hasher> {
    const WHO: Identity = book("book::LfuCache", "LFU: lists by number of uses; no unsafe");
    const ORDER: Order = Order::Other;

    fn build(capacity: NonZeroUsize) -> Self {
        Self::with_hasher(capacity, hasher())
    }
}

impl<V: Value, C: Policy + Cache<u64, V>> Solo<V> for Book<C> {
    const WHO: Identity = C::WHO;
    const ORDER: Order = C::ORDER;

    fn with_capacity(capacity: usize) -> Self {
        Self(C::build(
            NonZeroUsize::new(capacity).expect("a race's capacity is not zero"),
        ))
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

/// The book's LRU behind one lock: what sharding is to improve on.
pub struct Locked(Mutex<Lru<u64>>);

impl Shared<u64> for Locked {
    const WHO: Identity = book(
        "book::LruCache in a Mutex",
        "LRU behind one lock, which every hit takes",
    );

    fn with_capacity(capacity: usize) -> Self {
        Self(Mutex::new(Solo::<u64>::with_capacity(capacity)))
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.lock().expect("no thread panics").get(key)
    }

    #[inline(always)]
    fn put(&self, key: u64) {
        self.0.lock().expect("no thread panics").put(key);
    }

    fn len(&self) -> usize {
        Solo::<u64>::len(&*self.0.lock().expect("no thread panics"))
    }
}

/// The book's cache for threads, with a policy in its shards.
pub struct Sharded<C>(ShardedCache<u64, u64, C, Hasher>);

/// Sharded LRU.
pub type ShardedLru = Sharded<LruCache<u64, u64, Hasher>>;

/// Sharded S3-FIFO.
pub type ShardedS3Fifo = Sharded<S3FifoCache<u64, u64, Hasher>>;

/// What a sharded cache of this policy is called.
pub trait InShards {
    /// Who it is.
    const WHO: Identity;
}

impl InShards for LruCache<u64, u64, Hasher> {
    const WHO: Identity = book(
        "book::ShardedCache<LruCache>",
        "LRU in shards, each behind a lock",
    );
}

impl InShards for S3FifoCache<u64, u64, Hasher> {
    const WHO: Identity = book(
        "book::ShardedCache<S3FifoCache>",
        "S3-FIFO in shards, each behind a lock",
    );
}

impl<C: Policy + InShards + Cache<u64, u64> + Send> Shared<u64> for Sharded<C> {
    const WHO: Identity = <C as InShards>::WHO;

    fn with_capacity(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).expect("a race's capacity is not zero");
        let sharded = ShardedCacheBuilder::new(capacity)
            .hasher(hasher())
            .build(C::build);
        Self(sharded.expect("the default number of shards suits every capacity"))
    }

    #[inline(always)]
    fn get(&self, key: u64) -> Option<u64> {
        self.0.get(&key)
    }

    #[inline(always)]
    fn put(&self, key: u64) {
        self.0.put(key, key);
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "lru",
        what,
        ours: true,
    }
}
