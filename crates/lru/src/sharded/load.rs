//! Load a missing key once, however many threads ask for it.
//!
//! When the entry of a hot key expires, all who ask for it in the next moment miss, and each goes
//! to the backend: *breakdown*, a stampede. The backend, which the cache had shielded from a
//! thousand requests a second, gets them all at once, slows down, and so even more requests miss
//! before the first one is answered.
//!
//! With *single flight*, the first who misses loads, and the others wait for what it brings:
//!
//! ```text
//!   thread 1   miss ── load ─────────────────▶ put, land
//!   thread 2        miss ── wait ─────────────────┴─▶ the same value
//!   thread 3              miss ── wait ───────────┴─▶ the same value
//! ```
//!
//! # The race with a change
//!
//! A load takes time, and what it reads may change meanwhile:
//!
//! ```text
//!   loader     reads 1 ───────────────────▶ puts 1     stale, and nobody will notice
//!   writer               writes 2, pop(key)
//! ```
//!
//! So the right to put what was loaded is a *lease*. Whoever changes the key in the cache
//! ([`put`](ShardedCache::put), [`pop`](ShardedCache::pop), [`clear`](ShardedCache::clear)) revokes
//! it: the loader, and those who wait for it already, still get the value, since they asked before
//! the change was complete, but it is not put. Who asks later loads anew. So:
//!
//! > No call that begins after a change of a key has returned gets a value whose loading began
//! > before that change.
//!
//! # Why not hold the lock while loading?
//!
//! It would be simpler, and would load once as well. But every other key of the shard would wait
//! for the backend too, a loader that asks for another key of its shard would wait for itself, and
//! one slow request would stop the whole process.
//!
//! # Left out
//!
//! Serving the old value while a new one is loaded (stale-while-revalidate), and loading before it
//! expires (XFetch: see [`Lifetime`](crate::Lifetime)). Deadlines for waiters: a loader has to have
//! a timeout of its own. Other processes: a fleet of N servers still loads N times.
//!
//! # Source
//!
//! groupcache's singleflight (Fitzpatrick 2013) for the idea, moka's `try_get_with` for the shared
//! error, and memcache's leases for the race: Nishtala et al., Scaling Memcache at Facebook, NSDI
//! 2013, section 3.2.1.

use std::convert::Infallible;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use hashbrown::Equivalent;

use super::ShardedCache;
use super::flight::{Flight, Outcome};
use super::shard::{Locked, Turn};
use crate::Cache;

impl<K: Hash + Eq, V: Clone, C: Cache<K, V>, S: BuildHasher> ShardedCache<K, V, C, S> {
    /// Returns the value of `key`; if it has none, it is loaded with `load`, by one thread while
    /// all others who ask for it wait.
    ///
    /// As [`get_or_try_insert_with`](Self::get_or_try_insert_with), with a loader that cannot fail.
    ///
    /// # Panics
    ///
    /// When `load` does, or asks for `key` itself.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use lru::{LruCache, ShardedCache};
    ///
    /// let squares = ShardedCache::new(NonZeroUsize::new(100).unwrap(), LruCache::new);
    /// assert_eq!(squares.get_or_insert_with(&12, || 12 * 12), 144);
    /// assert_eq!(squares.get_or_insert_with(&12, || unreachable!()), 144);
    /// ```
    pub fn get_or_insert_with<Q>(&self, key: &Q, load: impl FnOnce() -> V) -> V
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        self.get_or_try_insert_with(key, || Ok::<V, Infallible>(load()))
            .unwrap_or_else(|never| match *never {})
    }

    /// Returns the value of `key`; if it has none, it is loaded with `load`, by one thread while
    /// all others who ask for it wait.
    ///
    /// The loader runs outside of all locks, so it may use the cache, even to load other keys.
    /// Loaders that wait for one another in a circle, in several threads, wait forever.
    ///
    /// If the loader panics, only its own caller does: of those who wait, one goes on to load with
    /// its own loader. If the key is changed by [`put`](Self::put), [`pop`](Self::pop) or
    /// [`clear`](Self::clear) while it is loaded, the value is returned but not put, and who asks
    /// after that loads anew.
    ///
    /// In the statistics, each who finds no value counts as a miss, also one who then waits.
    ///
    /// # Errors
    ///
    /// That of the loader, which those who wait get too. (Only if their loader has the same type of
    /// error: others load themselves.) An error is not kept: who asks later loads anew. To remember
    /// that there is no such thing, load an `Option` and let
    /// [`Lifetime::negative`](crate::Lifetime::negative) say for how long.
    ///
    /// # Panics
    ///
    /// When `load` does, or asks for `key` itself.
    ///
    /// # Complexity
    ///
    /// A hit: that of [`get`](Self::get); the key is copied only by who loads.
    ///
    /// ```
    /// use std::{io, num::NonZeroUsize, sync::Arc};
    /// use lru::{LruCache, ShardedCache};
    ///
    /// let files = ShardedCache::new(NonZeroUsize::new(100).unwrap(), LruCache::<String, Arc<str>>::new);
    /// let failed = files.get_or_try_insert_with("/etc/nothing", || Err(io::ErrorKind::NotFound));
    /// assert_eq!(*failed.unwrap_err(), io::ErrorKind::NotFound);
    /// let loaded = files.get_or_try_insert_with("/etc/motd", || Ok::<_, io::Error>("Hello".into()));
    /// assert_eq!(&*loaded.unwrap(), "Hello");
    /// ```
    // ANCHOR: load
    pub fn get_or_try_insert_with<Q, E>(
        &self,
        key: &Q,
        load: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, Arc<E>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        E: Send + Sync + 'static,
    {
        let shard = self.shard(key);
        loop {
            // A statement of its own, so that the lock is released at its end.
            let turn = shard.lock().turn(key);
            match turn {
                Turn::Take(value) => return Ok(value),
                Turn::Load(flight) => return Lease::new(shard, flight).redeem(load),
                Turn::Wait(flight) => match flight.wait() {
                    Outcome::Loaded(value) => return Ok(value),
                    Outcome::Failed(error) => {
                        if let Ok(error) = error.downcast() {
                            return Err(error);
                        }
                    }
                    Outcome::Abandoned => {}
                },
            }
        }
    }
    // ANCHOR_END: load
}

// ANCHOR: lease
/// The right to put what is loaded, and the duty to land the flight.
struct Lease<'a, K: Hash + Eq, V: Clone, C: Cache<K, V>> {
    shard: &'a Locked<K, V, C>,
    flight: Arc<Flight<V>>,
    landed: bool,
}

impl<'a, K: Hash + Eq, V: Clone, C: Cache<K, V>> Lease<'a, K, V, C> {
    fn new(shard: &'a Locked<K, V, C>, flight: Arc<Flight<V>>) -> Self {
        Lease {
            shard,
            flight,
            landed: false,
        }
    }

    /// Loads, with no lock held, and lands.
    fn redeem<E>(mut self, load: impl FnOnce() -> Result<V, E>) -> Result<V, Arc<E>>
    where
        E: Send + Sync + 'static,
    {
        let loaded = load().map_err(Arc::new);
        match &loaded {
            Ok(value) => self.land(Some(value.clone()), Outcome::Loaded(value.clone())),
            Err(error) => self.land(None, Outcome::Failed(error.clone())),
        }
        loaded
    }

    /// Puts `value`, unless the lease was revoked, and wakes those who wait.
    fn land(&mut self, value: Option<V>, outcome: Outcome<V>) {
        let mut shard = self.shard.lock();
        if let (Some(key), Some(value)) = (shard.take_off_list(&self.flight), value) {
            shard.cache.put(key, value);
        }
        drop(shard);
        self.flight.land(outcome);
        self.landed = true;
    }
}

impl<K: Hash + Eq, V: Clone, C: Cache<K, V>> Drop for Lease<'_, K, V, C> {
    /// Only after a panic is there something left to do: nobody may wait for a thread that loads no
    /// more.
    fn drop(&mut self) {
        if !self.landed {
            self.land(None, Outcome::Abandoned);
        }
    }
}
// ANCHOR_END: lease
