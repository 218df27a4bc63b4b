//! A cache for many threads: many small caches, each behind a lock of its own.
//!
//! Even a hit changes a cache: the entry moves to the front, a counter grows. So threads that share
//! a cache need a lock around all of it, and then they queue at it. The remedy is the oldest there
//! is: cut the cache in pieces that have nothing to do with each other. A key's hash tells which
//! *shard* it belongs to, and only threads that want the same shard at the same moment wait:
//!
//! ```text
//!              hash bits   63..57        56..40         39..0
//!                           tag           shard         bucket
//!                             ╲             │             ╱
//!                              ╲      ┌─────┴─────┐      ╱
//!   key ──▶ hash ──▶ shards  [ 0 ][ 1 ][ 2 ][ 3 ][ 4 ][ 5 ][ 6 ][ 7 ]      each: lock, policy, loads under way
//! ```
//!
//! The shard is chosen by bits that the hash table below has no use for. It finds a bucket by the
//! lowest bits of the hash and compares tags, the highest seven. If shards took these as well, all
//! keys of a shard would have the same ones, and the table would compare many keys in vain.
//!
//! Neighbouring shards are on different cache lines, or else threads that lock different shards
//! would still fight over one line (*false sharing*).
//!
//! # Invariants
//!
//! - An entry is in the shard that its key's hash leads to.
//! - The capacities of the shards sum up to that of the cache.
//! - No code of the caller's but `Hash`, `Eq`, `Clone` and `Drop` of keys and values, and the
//!   weigher, runs under a lock; loaders do not. These must not use the cache.
//! - No thread holds two locks at a time, so they cannot wait for each other in a circle.
//!
//! # Complexity
//!
//! That of the policy, one more hash of the key, and a lock that is almost always free: two atomic
//! operations, some 10 ns. The policy hashes the key again, by its own hasher. To hand it the first
//! hash would tie the two hashers together and put a second way to say `get` into every policy, for
//! a gain that with integer keys was lost in the noise when we measured it (some 2 %).
//!
//! What goes over all shards ([`len`](ShardedCache::len), [`stats`](ShardedCache::stats),
//! [`clear`](ShardedCache::clear)) locks one after the other: O(shards), and not a snapshot while
//! others are writing.
//!
//! # What sharding cannot do
//!
//! One hot key is in one shard, however many there are. And each shard sees only its share of the
//! requests: a policy that learns learns from less, and a shard that chance gave many keys evicts
//! while its neighbour has room.
//!
//! # Left out
//!
//! Reads without a lock. moka and Caffeine find entries in a lock-free table and record hits in
//! buffers, which are later replayed on the policy by one thread at a time (BP-Wrapper: Ding, Jiang
//! and Zhang 2009). That scales to dozens of cores. There are no `async` loaders either: a loader
//! here blocks its thread, and those of all who wait.

mod builder;
mod flight;
mod load;
mod shard;

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;
use std::time::Duration;

use hashbrown::Equivalent;

use crate::{Cache, Clock, DefaultHasher, Stats, Timed, TtlCache};
use shard::Locked;

pub use builder::ShardedCacheBuilder;

// ANCHOR: struct
/// A cache that threads share, of shards that each have a policy `C` and a lock of their own.
///
/// Values are returned as clones, made under the lock. Put large values in an
/// [`Arc`](std::sync::Arc), so that a clone is a counter.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::thread;
/// use lru::{LruCache, ShardedCache};
///
/// let lengths = ShardedCache::new(NonZeroUsize::new(1000).unwrap(), LruCache::new);
/// thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| lengths.get_or_insert_with("key", || 3));
///     }
/// });
/// assert_eq!(lengths.get("key"), Some(3));
/// ```
///
/// Any policy will do, also one that expires its entries:
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::time::Duration;
/// use lru::{LruCache, ShardedCache, TtlCache};
///
/// let minute = Duration::from_secs(60);
/// let sessions = ShardedCache::new(NonZeroUsize::new(1000).unwrap(), |cap| {
///     TtlCache::new(LruCache::new(cap), minute)
/// });
/// sessions.put(17, "alice");
/// sessions.put_with_ttl(18, "bob", 10 * minute);
/// ```
pub struct ShardedCache<K, V, C, S = DefaultHasher> {
    /// A power of two of them.
    shards: Box<[Padded<Locked<K, V, C>>]>,
    hasher: S,
}

/// Keeps its neighbours off its cache line, and off the next one, which processors fetch along with
/// it.
#[repr(align(128))]
struct Padded<T>(T);
// ANCHOR_END: struct

impl<K: Hash + Eq, V: Clone, C: Cache<K, V>> ShardedCache<K, V, C> {
    /// A cache that holds `capacity` in all its shards together, made by `policy`, which is told
    /// the capacity of each.
    ///
    /// [`ShardedCacheBuilder`] has more to choose from.
    pub fn new(capacity: NonZeroUsize, policy: impl FnMut(NonZeroUsize) -> C) -> Self {
        ShardedCacheBuilder::new(capacity)
            .build(policy)
            .expect("the default number of shards suits every capacity")
    }
}

impl<K: Hash + Eq, V: Clone, C: Cache<K, V>, S: BuildHasher> ShardedCache<K, V, C, S> {
    // ANCHOR: get
    /// The shard that `key` belongs to.
    #[inline]
    fn shard<Q: Hash + ?Sized>(&self, key: &Q) -> &Locked<K, V, C> {
        let bits = self.hasher.hash_one(key) >> 40;
        &self.shards[bits as usize & (self.shards.len() - 1)].0
    }

    /// Returns a clone of the value of `key` and touches it. A load that is under way is not waited
    /// for.
    #[inline]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        self.shard(key).lock().cache.get(key).cloned()
    }
    // ANCHOR_END: get

    /// Returns a clone of the value of `key` without touching it. Not counted in the statistics.
    pub fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        self.shard(key).lock().cache.peek(key).cloned()
    }

    /// Whether `key` is resident, without touching it.
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.shard(key).lock().cache.contains(key)
    }

    // ANCHOR: put
    /// Maps `key` to `value` and touches it, evicting as needed; returns the value that `key` had.
    ///
    /// A load of `key` that is under way will not replace it. What is evicted is dropped under the
    /// lock.
    #[inline]
    pub fn put(&self, key: K, value: V) -> Option<V> {
        let mut shard = self.shard(&key).lock();
        shard.detach(&key);
        shard.cache.put(key, value)
    }

    /// Removes `key` and returns its value.
    ///
    /// A load of `key` that is under way is not put either: it may have read what this call is
    /// meant to forget.
    pub fn pop<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let mut shard = self.shard(key).lock();
        shard.detach(key);
        shard.cache.pop(key)
    }
    // ANCHOR_END: put

    /// Removes every entry; the statistics stay. No load that is under way is put.
    pub fn clear(&self) {
        for Padded(shard) in &self.shards {
            let mut shard = shard.lock();
            shard.detach_all();
            shard.cache.clear();
        }
    }
}

impl<K: Hash + Eq, V, C: Cache<K, V>, S> ShardedCache<K, V, C, S> {
    /// Number of resident entries.
    pub fn len(&self) -> usize {
        self.sum(|cache| cache.len())
    }

    /// Whether nothing is resident.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Capacity: entries, or units of weight in a weighted cache.
    pub fn cap(&self) -> u64 {
        self.sum(|cache| cache.cap())
    }

    /// What has happened so far, in all shards together.
    pub fn stats(&self) -> Stats {
        self.sum(|cache| cache.stats())
    }

    /// Number of shards, a power of two.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    fn sum<N: std::iter::Sum>(&self, count: impl Fn(&C) -> N) -> N {
        self.shards
            .iter()
            .map(|Padded(shard)| count(&shard.lock().cache))
            .sum()
    }
}

impl<K, V, C, T, S> ShardedCache<K, V, TtlCache<K, V, C, T>, S>
where
    K: Hash + Eq,
    V: Clone,
    C: Cache<K, Timed<V>>,
    T: Clock,
    S: BuildHasher,
{
    /// As [`put`](Self::put), for exactly `ttl`: see [`TtlCache::put_with_ttl`].
    pub fn put_with_ttl(&self, key: K, value: V, ttl: Duration) -> Option<V> {
        let mut shard = self.shard(&key).lock();
        shard.detach(&key);
        shard.cache.put_with_ttl(key, value, ttl)
    }

    /// Removes every entry whose time has come; returns how many there were. O(n), but only one
    /// shard is locked at a time.
    pub fn purge_expired(&self) -> u64 {
        self.shards
            .iter()
            .map(|Padded(shard)| shard.lock().cache.purge_expired())
            .sum()
    }
}

impl<K, V, C, S> fmt::Debug for ShardedCache<K, V, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardedCache")
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
