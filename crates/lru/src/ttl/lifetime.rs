//! How long an entry may live: the same for all, less for "there is no such thing", and a little
//! different for each.
//!
//! Two of the three classic failures of caches are failures to choose a lifetime:
//!
//! - **Penetration.** Somebody asks again and again for what does not exist. Nothing can be cached,
//!   so every request goes through to the backend. The answer to "no such thing" has to be cached
//!   as well, as a *negative* entry. It gets a lifetime of its own, a short one, since things do
//!   come into existence.
//! - **Avalanche.** After a restart a million entries are loaded within a second. They all get the
//!   same time to live, and so they all expire within the same second, and again one lifetime
//!   later, in step. *Jitter* makes each lifetime a little different:
//!
//! ```text
//!   expirations    without jitter            with 20 %
//!                     █                        ▂▃▅▆▇█▇▆▅▃▂
//!                  ───┴──────────▶ t         ──┴─────────┴──▶ t
//!                    ttl                     0.8 ttl   1.2 ttl
//! ```
//!
//! (The third failure, breakdown, is about one entry that all are waiting for: see
//! [`ShardedCache`](crate::ShardedCache).)
//!
//! Jitter is a hash of a seed, the key and the time, rather than the next number of a random
//! generator. So there is no state to share between threads, and a test knows it whatever the order
//! in which threads come. The time is part of it so that a key has another lifetime each time: if
//! it had the same one always, keys of 48 and of 60 seconds would meet again every four minutes.
//! Give each server of a fleet a seed of its own.
//!
//! # Complexity
//!
//! O(1), and one hash of the key (SipHash, by `std`) if there is jitter.
//!
//! # Left out
//!
//! *Probabilistic early expiration* (Vattani, Chierichetti and Lowenstein: Optimal Probabilistic
//! Cache Stampede Prevention, VLDB 2015, known as XFetch) lets a reader reload an entry a little
//! before it expires, with a probability that grows as its time comes. It spreads the reloads
//! without any coordination, and pays with reloads that were not needed yet.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::ConfigError;

// ANCHOR: lifetime
/// Decides how long an entry lives after it was put.
///
/// ```
/// use std::time::Duration;
/// use lru::{Jitter, Lifetime};
///
/// // A user lives for about an hour; that there is no such user is believed for about ten seconds.
/// let lifetime: Lifetime<Option<&str>> = Lifetime::new(Duration::from_secs(3600))
///     .negative(Duration::from_secs(10), Option::is_none)
///     .jitter(Jitter::new(0.1, 42)?);
/// let now = Duration::ZERO;
/// let hour = lifetime.of(&"alice", &Some("Alice"), now).as_secs_f64() / 3600.0;
/// assert!((0.9..=1.1).contains(&hour));
/// # Ok::<(), lru::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Lifetime<V> {
    ttl: Duration,
    negative: Option<Negative<V>>,
    jitter: Jitter,
}

/// A shorter life for some values.
#[derive(Debug)]
struct Negative<V> {
    ttl: Duration,
    is_negative: fn(&V) -> bool,
}
// ANCHOR_END: lifetime

impl<V> Lifetime<V> {
    /// Every entry lives for `ttl`. If that is more than 584 years, it lives until it is evicted.
    pub fn new(ttl: Duration) -> Self {
        Lifetime {
            ttl,
            negative: None,
            jitter: Jitter::NONE,
        }
    }

    /// Entries live until they are evicted, unless they are put with a lifetime of their own.
    pub fn forever() -> Self {
        Self::new(Duration::MAX)
    }

    /// Values that are negative, an answer such as "there is no such thing", live for `ttl`
    /// instead.
    #[must_use]
    pub fn negative(self, ttl: Duration, is_negative: fn(&V) -> bool) -> Self {
        let negative = Some(Negative { ttl, is_negative });
        Lifetime { negative, ..self }
    }

    /// Makes each lifetime a little different, those of negative values too.
    #[must_use]
    pub fn jitter(self, jitter: Jitter) -> Self {
        Lifetime { jitter, ..self }
    }

    // ANCHOR: of
    /// How long `key` lives when it is put with `value`, at the time `now` of the cache's clock.
    pub fn of<K: Hash + ?Sized>(&self, key: &K, value: &V, now: Duration) -> Duration {
        let ttl = match &self.negative {
            Some(negative) if (negative.is_negative)(value) => negative.ttl,
            _ => self.ttl,
        };
        self.jitter.apply(ttl, (key, now))
    }
    // ANCHOR_END: of
}

// By hand, because a derived one would ask for `V: Clone`.
impl<V> Clone for Lifetime<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Lifetime<V> {}

impl<V> Clone for Negative<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Negative<V> {}

/// Stretches or shortens a time, by up to a share of it that depends on a seed, a key and when it
/// is put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    share: f64,
    seed: u64,
}

impl Jitter {
    /// Leaves times as they are.
    pub const NONE: Jitter = Jitter {
        share: 0.0,
        seed: 0,
    };

    /// Multiplies times by `1 - share` to `1 + share`. The same `seed`, key and time of the put
    /// give the same factor.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Jitter`] if `share` is not at least 0 and less than 1.
    pub fn new(share: f64, seed: u64) -> Result<Self, ConfigError> {
        if !(0.0..1.0).contains(&share) {
            return Err(ConfigError::Jitter { jitter: share });
        }
        Ok(Jitter { share, seed })
    }

    // ANCHOR: jitter
    /// `time`, a little changed, as `occasion` has it. One that is too long for a [`Duration`] is
    /// [`Duration::MAX`].
    fn apply(&self, time: Duration, occasion: impl Hash) -> Duration {
        if self.share == 0.0 {
            return time;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, occasion).hash(&mut hasher);
        let unit = hasher.finish() as f64 / u64::MAX as f64;
        let factor = 1.0 + self.share * (2.0 * unit - 1.0);
        Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
    }
    // ANCHOR_END: jitter
}
