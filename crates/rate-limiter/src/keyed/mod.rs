//! A limit for each key, in memory that is bounded however many keys there are.
//!
//! A limit per client needs a state per client, and clients are invented faster than memory is
//! bought. But a GCRA state whose time has passed says exactly what no state says: this key may
//! have its whole burst. So a limiter can forget it, **and nobody can tell**. What has to be
//! remembered are the *busy* keys, and a key is busy only for as long as it takes to regain what it
//! has used: after one request at 100 a second, for ten milliseconds.
//!
//! ```text
//!   key ──hash──▶ shard ──▶ one of two buckets of eight slots
//!
//!                  slot   0    1    2    3    4    5    6    7
//!                  key    ab   9c   -    e1   47   ...             64-bit hashes
//!                  time   past next -    past next ...
//!                          │              └ a new key may have this slot
//!                          └ or this one: nothing is lost with it
//! ```
//!
//! There is no sweep and no timer: a new key looks at sixteen slots at most and takes one that is
//! idle. Only when all of them are busy does the table of that shard double, up to the capacity. A
//! small limiter, of up to 2¹⁵ slots, doubles sooner, when none of the sixteen is free: it has room
//! for those that pause, and who comes back finds his slot.
//!
//! # Hashes
//!
//! A slot holds the 64-bit hash of its key, not the key. Two keys with the same hash share one
//! limit: among a million busy keys there is such a pair with a probability of one in 37 million.
//! The default, foldhash, has a seed that each process draws for itself: keys that collide in one
//! process do not in the next, so that no list of them can be published. It is no cryptographic
//! function: who can ask for millions of keys and watch closely how long each takes might learn
//! something about the seed. Where clients choose their keys freely and that matters, std's SipHash
//! is a type parameter away ([`Keyed::with_clock_and_hasher`]), for some 6 ns more a request.
//!
//! # When all are busy
//!
//! At the capacity, a new key whose sixteen slots are all busy is denied until one of them will be
//! idle ([`WhenFull::Deny`]). It could be admitted unseen instead ([`WhenFull::Admit`]), but then
//! whoever can fill the table with invented keys switches the limit off. Either is counted, in
//! [`KeyedStats::refused`]: the capacity should be such that it stays 0.
//!
//! # Invariants
//!
//! - The decisions on each key are those of a [`Gcra`](crate::Gcra) of its own that never forgets,
//!   unless `refused` is counted.
//! - There are at most 2¹⁵ slots, or if more, about four for each key that was busy at the busiest
//!   moment: a shard doubles when half of its slots or more are those of busy keys.
//!
//! # Complexity
//!
//! - A known key: hash, clock, one or two cache lines, one swap; no lock, no allocation. Denied:
//!   nothing is written.
//! - A new key: the same and one lock, of one of the shards. Doubling is linear and happens once
//!   for each power of two.
//! - 16 bytes a slot. Tables that became too small stay until the limiter is dropped (see
//!   `shard.rs`), so 32 with them; most are full to between half and three quarters when they
//!   double.
//!
//! # Left out
//!
//! Memory is not given back while threads share the limiter: it is that of the busiest moment. A
//! thread may be reading any table, and to know that none does, each request would have to say when
//! it begins and ends. Who has the limiter alone can [`shrink_to_fit`](Keyed::shrink_to_fit).

mod bucket;
mod shard;

use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use clock::{Clock, Nanos};

use crate::gcra::GcraRule;
use crate::{Decision, DefaultClock, DefaultHasher, KeyedLimiter, Quota};
use bucket::{Placed, SLOTS};
use shard::{Growth, LEVELS, Shard};

/// How many keys a limiter remembers unless told otherwise: 4 million, in at most 128 MiB.
const CAPACITY: usize = 1 << 22;

/// How many shards there are unless the capacity is small.
const SHARDS: usize = 64;

/// Up to how many slots a table grows for idle keys too. In half a MiB those who come again and
/// again find their slot, however generous their quota.
const SMALL: usize = 1 << 15;

/// The same quota for each key.
///
/// ```
/// use std::num::NonZeroU32;
/// use rate_limiter::{Keyed, Quota};
///
/// let limiter: Keyed<String> = Keyed::new(Quota::per_minute(NonZeroU32::MIN));
/// assert!(limiter.check_key("anna").is_ok());
/// assert!(limiter.check_key("anna").is_err());
/// assert!(limiter.check_key("ben").is_ok());
/// ```
pub struct Keyed<K: ?Sized, C = DefaultClock, S = DefaultHasher> {
    shards: Box<[Shard]>,
    /// Shifts a hash to the number of its shard.
    shift: u32,
    rule: GcraRule,
    growth: Growth,
    clock: C,
    hasher: S,
    keys: PhantomData<fn(&K)>,
}

/// What becomes of a new key when there is no room to remember it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// It is denied until there is room: the limit holds whatever happens.
    #[default]
    Deny,
    /// It is admitted and not counted: who is new always gets in, and so does an attacker.
    Admit,
}

/// What a keyed limiter has done with its memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyedStats {
    /// Keys that were placed in the table.
    pub placed: u64,
    /// Those of them that took the slot of an idle key.
    pub evicted: u64,
    /// New keys for which there was no room.
    pub refused: u64,
    /// How many keys there is room for at present.
    pub slots: usize,
    /// The memory that the tables take, with old ones.
    pub bytes: usize,
}

impl KeyedStats {
    fn count(&mut self, placed: Option<Placed>) {
        self.placed += u64::from(placed.is_some());
        self.evicted += u64::from(placed == Some(Placed::InsteadOfIdle));
        self.refused += u64::from(placed.is_none());
    }

    fn plus(self, other: Self) -> Self {
        KeyedStats {
            placed: self.placed + other.placed,
            evicted: self.evicted + other.evicted,
            refused: self.refused + other.refused,
            slots: self.slots + other.slots,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl<K: ?Sized> Keyed<K> {
    /// A limiter without keys. It can remember some 4 million, see
    /// [`with_capacity`](Self::with_capacity).
    pub fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<K: ?Sized, C: Clock> Keyed<K, C> {
    /// The same, by another clock.
    pub fn with_clock(quota: Quota, clock: C) -> Self {
        Self::with_clock_and_hasher(quota, clock, DefaultHasher::default())
    }
}

impl<K: ?Sized, C: Clock, S: BuildHasher> Keyed<K, C, S> {
    /// The same, with another hasher, all of whose 64 bits must be good: they are the key from then
    /// on, and say where it is. Std's [`RandomState`](std::hash::RandomState), SipHash with a
    /// secret seed, is the one for keys that an adversary may choose with all patience.
    ///
    /// ```
    /// use std::hash::RandomState;
    /// use std::num::NonZeroU32;
    /// use rate_limiter::{DefaultClock, Keyed, Quota};
    ///
    /// let quota = Quota::per_minute(NonZeroU32::MIN);
    /// let limiter: Keyed<str, DefaultClock, RandomState> =
    ///     Keyed::with_clock_and_hasher(quota, DefaultClock::default(), RandomState::new());
    /// assert!(limiter.check_key("anna").is_ok());
    /// ```
    pub fn with_clock_and_hasher(quota: Quota, clock: C, hasher: S) -> Self {
        let limiter = Keyed {
            shards: Box::default(),
            shift: 0,
            rule: GcraRule::new(quota),
            growth: Growth {
                small: 0,
                last: 0,
                when_full: WhenFull::default(),
            },
            clock,
            hasher,
            keys: PhantomData,
        };
        limiter.with_capacity(CAPACITY)
    }

    /// The same without its keys, and with room for at most `slots` of them, rounded up to a power
    /// of two and at least 16. The first refusals are to be expected when somewhat more than half
    /// of them are busy.
    #[must_use]
    pub fn with_capacity(self, slots: usize) -> Self {
        let buckets = slots.div_ceil(SLOTS).clamp(2, 1 << 32).next_power_of_two();
        let shards = (buckets / 4).clamp(1, SHARDS);
        let level = |buckets: usize| (buckets / shards).ilog2() as usize;
        let last = level(buckets).min(LEVELS - 1);
        Keyed {
            shards: (0..shards).map(|_| Shard::new()).collect(),
            shift: 63 - shards.ilog2(),
            growth: Growth {
                small: level(SMALL / SLOTS).min(last),
                last,
                ..self.growth
            },
            ..self
        }
    }

    /// The same, but for what becomes of new keys when there is no room.
    #[must_use]
    pub fn when_full(self, when_full: WhenFull) -> Self {
        let growth = Growth {
            when_full,
            ..self.growth
        };
        Keyed { growth, ..self }
    }

    /// Asks for one on behalf of `key`. See [`KeyedLimiter::check_key`].
    ///
    /// # Errors
    ///
    /// [`Denied`](crate::Denied) if it may not pass.
    #[inline]
    pub fn check_key<Q: Hash + ?Sized>(&self, key: &Q) -> Decision
    where
        K: Borrow<Q>,
    {
        self.check_key_n(key, 1)
    }

    // ANCHOR: check_key
    /// Asks for `n` together on behalf of `key`. See [`KeyedLimiter::check_key_n`].
    ///
    /// # Errors
    ///
    /// [`Denied`](crate::Denied) if they may not pass; nothing is taken then.
    #[inline]
    pub fn check_key_n<Q: Hash + ?Sized>(&self, key: &Q, n: u32) -> Decision
    where
        K: Borrow<Q>,
    {
        // First, because the processor reads its counter while it hashes.
        let now = self.clock.now();
        let key = self.hasher.hash_one(key).max(1);
        let shard = &self.shards[(key >> 1 >> self.shift) as usize];
        if let Some(slot) = shard.find(key)
            && let Some(decision) = slot.decide(key, &self.rule, now, n)
        {
            return decision;
        }
        shard.decide_new(key, &self.rule, now, n, self.growth)
    }
    // ANCHOR_END: check_key

    /// What is allowed to each key.
    pub fn quota(&self) -> Quota {
        self.rule.quota()
    }

    /// The clock that it goes by.
    pub fn clock(&self) -> &C {
        &self.clock
    }

    /// How many keys are busy, that is, have used something and not regained it yet.
    ///
    /// # Complexity
    ///
    /// Linear in [`KeyedStats::slots`].
    pub fn len(&self) -> usize {
        let now: Nanos = self.clock.now();
        self.shards.iter().map(|shard| shard.busy(now)).sum()
    }

    /// Whether no key is busy.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives back the memory that the busy keys of now do not need, with that of old tables.
    ///
    /// # Complexity
    ///
    /// Linear in [`KeyedStats::slots`].
    pub fn shrink_to_fit(&mut self) {
        let now = self.clock.now();
        for shard in &mut self.shards {
            shard.shrink(now, self.growth);
        }
    }

    /// What it has done with its memory.
    pub fn stats(&self) -> KeyedStats {
        let stats = self.shards.iter().map(Shard::stats);
        stats.fold(KeyedStats::default(), KeyedStats::plus)
    }
}

impl<K, Q, C, S> KeyedLimiter<Q> for Keyed<K, C, S>
where
    K: Borrow<Q> + ?Sized,
    Q: Hash + ?Sized,
    C: Clock,
    S: BuildHasher,
{
    #[inline]
    fn check_key_n(&self, key: &Q, n: u32) -> Decision {
        Keyed::check_key_n(self, key, n)
    }

    fn quota(&self) -> Quota {
        Keyed::quota(self)
    }
}

impl<K: ?Sized, C, S> fmt::Debug for Keyed<K, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyed")
            .field("quota", &self.rule.quota())
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
