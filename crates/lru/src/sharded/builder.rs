//! How many shards, of what, and which key goes to which.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::thread;

use super::shard::Shard;
use super::{Padded, ShardedCache};
use crate::sync::Mutex;
use crate::{Cache, ConfigError, DefaultHasher};

/// Settings of a [`ShardedCache`], checked by [`build`](Self::build).
///
/// ```
/// use std::num::NonZeroUsize;
/// use lru::{ConfigError, LruCache, ShardedCache, ShardedCacheBuilder};
///
/// let capacity = NonZeroUsize::new(1000).unwrap();
/// let cache: ShardedCache<String, u64, _> =
///     ShardedCacheBuilder::new(capacity).shards(8).build(LruCache::new)?;
/// assert_eq!(cache.cap(), 1000);
///
/// let refused = ShardedCacheBuilder::new(capacity).shards(12).build(LruCache::<u64, u64>::new);
/// assert_eq!(refused.unwrap_err(), ConfigError::Shards { shards: 12, capacity });
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ShardedCacheBuilder<S = DefaultHasher> {
    capacity: NonZeroUsize,
    shards: usize,
    hasher: S,
}

impl ShardedCacheBuilder {
    /// A cache that holds `capacity` in all its shards together: entries, or units of weight if the
    /// policy weighs them.
    ///
    /// The number of shards is then four times that of the processors, but not so many that a shard
    /// would hold less than 32.
    pub fn new(capacity: NonZeroUsize) -> Self {
        ShardedCacheBuilder {
            capacity,
            shards: default_shards(capacity),
            hasher: DefaultHasher::default(),
        }
    }
}

impl<S> ShardedCacheBuilder<S> {
    /// Sets the number of shards, which must be a power of two and not more than the capacity.
    ///
    /// More shards mean that threads are less likely to wait for each other. Fewer shards mean that
    /// capacity is shared better: a shard evicts when it is full, even if its neighbour is not.
    #[must_use]
    pub fn shards(self, shards: usize) -> Self {
        ShardedCacheBuilder { shards, ..self }
    }

    /// Sets what hashes keys to choose their shards. The policy in a shard has a hasher of its own,
    /// which may be the same.
    #[must_use]
    pub fn hasher<T>(self, hasher: T) -> ShardedCacheBuilder<T> {
        ShardedCacheBuilder {
            capacity: self.capacity,
            shards: self.shards,
            hasher,
        }
    }

    /// Makes the cache, calling `policy` with the capacity of each of its shards.
    ///
    /// The capacities differ by at most one, and their sum is the whole capacity.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Shards`] if their number is not a power of two, or more than the capacity.
    pub fn build<K, V, C>(
        self,
        mut policy: impl FnMut(NonZeroUsize) -> C,
    ) -> Result<ShardedCache<K, V, C, S>, ConfigError>
    where
        K: Hash + Eq,
        V: Clone,
        C: Cache<K, V>,
    {
        let Self {
            capacity,
            shards,
            hasher,
        } = self;
        let refused = ConfigError::Shards { shards, capacity };
        if !shards.is_power_of_two() {
            return Err(refused);
        }
        let shard = |capacity| Padded(Mutex::new(Shard::new(policy(capacity))));
        let capacities = split(capacity, shards).ok_or(refused)?;
        Ok(ShardedCache {
            shards: capacities.into_iter().map(shard).collect(),
            hasher,
        })
    }
}

// ANCHOR: split
/// The capacities of the shards, or `None` if there is not enough for each.
fn split(capacity: NonZeroUsize, shards: usize) -> Option<Vec<NonZeroUsize>> {
    let (share, rest) = (capacity.get() / shards, capacity.get() % shards);
    (0..shards)
        .map(|shard| NonZeroUsize::new(share + usize::from(shard < rest)))
        .collect()
}
// ANCHOR_END: split

/// Two threads on four times as many shards as processors seldom meet; and with 32 entries, chance
/// fills shards evenly enough.
fn default_shards(capacity: NonZeroUsize) -> usize {
    let processors = thread::available_parallelism().map_or(4, NonZeroUsize::get);
    let wanted = (4 * processors).next_power_of_two();
    let most = (capacity.get() / 32).max(1);
    wanted.min(1 << most.ilog2())
}
