//! Time to live: a value that was true once is not true forever.
//!
//! Eviction asks *which entry is worth its room?* Expiry asks *which entry may still be believed?*
//! These have nothing to do with each other. So expiry is not one more thing that each policy does,
//! but a wrapper around any of them, which keeps a deadline with each value:
//!
//! ```text
//!   TtlCache ─ get ─▶ due? ──no──▶ LruCache<K, Timed<V>>.get
//!                      └───yes──▶ LruCache<K, Timed<V>>.pop     and it is a miss
//! ```
//!
//! Expiry is *lazy*: an entry whose time has come stays where it is until somebody asks for it, it
//! is evicted, or [`TtlCache::purge_expired`] sweeps it out. It takes room until then, but it is
//! never served. Found to be dead, it is popped, and so the policy forgets what it had learned
//! about the key: a hot key that expires comes back as a newcomer.
//!
//! # Invariants
//!
//! - No operation returns a value, or shows it to a closure, at or after its deadline.
//! - An entry without a deadline is served without a reading of the clock.
//!
//! # Complexity
//!
//! That of the policy, and for each operation one more look-up without touch, one reading of the
//! clock if the key has a deadline, and eight bytes an entry. The second look-up is what it costs
//! to find out that an entry is due *before* the policy takes it for a hit; the first has brought
//! all that the second needs into the processor's cache.
//!
//! # Left out
//!
//! Timers that remove entries when they are due: a hierarchical timing wheel (Varghese and Lauck
//! 1987) as in Caffeine and moka, or the sampling of Redis, which looks at 20 random entries ten
//! times a second and goes on while a quarter of them is due. Lazy expiry needs neither since the
//! policy bounds the memory anyway; they pay when what has expired should make room before what has
//! not. Nor is there *time to idle*: eviction does that job.

mod lifetime;

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::time::Duration;

use hashbrown::Equivalent;

use crate::clock::saturating_nanos;
use crate::{Cache, Clock, Stats, SystemClock};

pub use lifetime::{Jitter, Lifetime};

// ANCHOR: timed
/// A value with a deadline: what a [`TtlCache`] keeps in the policy below it.
#[derive(Clone, Debug)]
pub struct Timed<V> {
    value: V,
    deadline: Deadline,
}

/// The first nanosecond of its clock at which an entry is dead.
#[derive(Clone, Copy, Debug)]
struct Deadline(u64);

impl Deadline {
    /// Until eviction. Where the sum of clock and lifetime is more than 584 years, it ends up here.
    const NEVER: Deadline = Deadline(u64::MAX);

    fn new(now: Duration, ttl: Duration) -> Self {
        Deadline(saturating_nanos(now.saturating_add(ttl)))
    }

    #[inline]
    fn is_due(self, clock: &impl Clock) -> bool {
        self.0 != Self::NEVER.0 && saturating_nanos(clock.now()) >= self.0
    }
}
// ANCHOR_END: timed

impl<V> Timed<V> {
    /// The value, dead or alive: for the weigher of a weighted policy.
    pub fn value(&self) -> &V {
        &self.value
    }
}

// ANCHOR: struct
/// A cache whose entries expire, around a policy `C` that decides which of them to evict.
///
/// An entry that has expired is never served, but it may still be resident: [`len`](Cache::len)
/// counts it, and if it is evicted that is an eviction. [`get`](Cache::get),
/// [`get_mut`](Cache::get_mut), [`put`](Cache::put) and [`pop`](Cache::pop) treat an expired key as
/// absent and remove it: to `get`, that is a miss. [`peek`](Cache::peek) and
/// [`contains`](Cache::contains) treat it as absent and leave it there. [`Stats::expirations`]
/// counts those that were removed because they were found to have expired.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::time::Duration;
/// use lru::{Cache, Lifetime, LruCache, ManualClock, TtlCache};
///
/// let clock = ManualClock::new();
/// let policy = LruCache::new(NonZeroUsize::new(100).unwrap());
/// let mut prices = TtlCache::with_clock(policy, Lifetime::new(Duration::from_secs(60)), clock.clone());
/// prices.put("tea", 3);
/// prices.put_with_ttl("coffee", 4, Duration::from_secs(5));
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(prices.get("tea"), Some(&3));
/// assert_eq!(prices.get("coffee"), None);
/// assert_eq!(prices.stats().expirations, 1);
/// ```
#[derive(Clone)]
pub struct TtlCache<K, V, C, T = SystemClock> {
    policy: C,
    lifetime: Lifetime<V>,
    clock: T,
    expirations: u64,
    keys: PhantomData<fn(K)>,
}
// ANCHOR_END: struct

impl<K: Hash + Eq, V, C: Cache<K, Timed<V>>> TtlCache<K, V, C> {
    /// A cache that keeps its entries in `policy`, for as long as `lifetime` says, by the operating
    /// system's clock.
    ///
    /// A bare [`Duration`] is a lifetime too.
    pub fn new(policy: C, lifetime: impl Into<Lifetime<V>>) -> Self {
        Self::with_clock(policy, lifetime, SystemClock::new())
    }
}

impl<K: Hash + Eq, V, C: Cache<K, Timed<V>>, T: Clock> TtlCache<K, V, C, T> {
    /// As [`TtlCache::new`], by `clock`.
    pub fn with_clock(policy: C, lifetime: impl Into<Lifetime<V>>, clock: T) -> Self {
        TtlCache {
            policy,
            lifetime: lifetime.into(),
            clock,
            expirations: 0,
            keys: PhantomData,
        }
    }

    /// Maps `key` to `value` for exactly `ttl`, whatever the cache's [`Lifetime`] says, and returns
    /// the value that `key` had.
    ///
    /// The entry lives while less than `ttl` has passed: one of no length is dead at once, and one
    /// that ends later than the clock can count lives until it is evicted.
    pub fn put_with_ttl(&mut self, key: K, value: V, ttl: Duration) -> Option<V> {
        self.place(key, value, Deadline::new(self.clock.now(), ttl))
    }

    fn place(&mut self, key: K, value: V, deadline: Deadline) -> Option<V> {
        self.expire(&key);
        let replaced = self.policy.put(key, Timed { value, deadline })?;
        Some(replaced.value)
    }

    // ANCHOR: expire
    /// Removes `key` if its time has come.
    #[inline]
    fn expire<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) {
        let found = self.policy.peek(key);
        if found.is_some_and(|timed| timed.deadline.is_due(&self.clock)) {
            self.policy.pop(key);
            self.expirations += 1;
        }
    }
    // ANCHOR_END: expire

    /// Removes every entry whose time has come; returns how many there were. O(n).
    pub fn purge_expired(&mut self) -> u64 {
        let before = self.expirations;
        self.retain(|_, _| true);
        self.expirations - before
    }
}

// ANCHOR: cache
impl<K: Hash + Eq, V, C: Cache<K, Timed<V>>, T: Clock> Cache<K, V> for TtlCache<K, V, C, T> {
    #[inline]
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V> {
        self.expire(key);
        self.policy.get(key).map(|timed| &timed.value)
    }

    #[inline]
    fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        self.expire(key);
        self.policy.get_mut(key).map(|timed| &mut timed.value)
    }

    #[inline]
    fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let timed = self.policy.peek(key)?;
        (!timed.deadline.is_due(&self.clock)).then_some(&timed.value)
    }

    #[inline]
    fn put(&mut self, key: K, value: V) -> Option<V> {
        let now = self.clock.now();
        let ttl = self.lifetime.of(&key, &value, now);
        self.place(key, value, Deadline::new(now, ttl))
    }
    // ANCHOR_END: cache

    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        self.expire(key);
        self.policy.pop(key).map(|timed| timed.value)
    }

    /// Removes, beside those for which `keep` is false, those that have expired.
    fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, mut keep: F) {
        let (clock, expirations) = (Standing(self.clock.now()), &mut self.expirations);
        self.policy.retain(|key, timed| {
            let due = timed.deadline.is_due(&clock);
            *expirations += u64::from(due);
            !due && keep(key, &mut timed.value)
        });
    }

    /// Number of resident entries, of which some may have expired.
    fn len(&self) -> usize {
        self.policy.len()
    }

    fn cap(&self) -> u64 {
        self.policy.cap()
    }

    fn clear(&mut self) {
        self.policy.clear();
    }

    fn stats(&self) -> Stats {
        let below = self.policy.stats();
        Stats {
            expirations: below.expirations + self.expirations,
            ..below
        }
    }
}

/// A clock that was read once, for a whole sweep.
struct Standing(Duration);

impl Clock for Standing {
    fn now(&self) -> Duration {
        self.0
    }
}

impl<V> From<Duration> for Lifetime<V> {
    fn from(ttl: Duration) -> Self {
        Lifetime::new(ttl)
    }
}

impl<K, V, C: fmt::Debug, T> fmt::Debug for TtlCache<K, V, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TtlCache")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
