//! Eight keys and their states, changed by many threads without a lock.
//!
//! A key and its theoretical arrival time are two words, and a processor swaps one at a time. What
//! makes them change together is that **the time of a slot only ever grows**: a thread that swaps
//! it from `t` to something later knows that it has been `t` all the while, hence that the slot has
//! had the same owner all the while.
//!
//! ```text
//!   who asks:     load time t, load key, is it mine? decide ── swap t for t' ──▶ admitted
//!   who evicts:   time t is past: swap t for TAKEN, store key, store time
//!                                     └ from here on, every swap of t fails
//! ```
//!
//! # Invariants
//!
//! - Only one thread at a time places keys in a bucket: the one that holds its shard's lock.
//! - A slot's key changes only while its time is [`TAKEN`].
//! - A time that is not `TAKEN` is later than all that the slot had before.

use clock::Nanos;

use crate::gcra::GcraRule;
use crate::sync::{AtomicU64, Ordering};
use crate::{Decision, Denied};

/// How many keys a bucket holds.
pub(crate) const SLOTS: usize = 8;

/// The time of a slot that is about to have another owner, or none.
const TAKEN: u64 = u64::MAX;

/// Two cache lines: one to look for the key, one to change its state.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Bucket {
    /// Hashes of keys. 0 is nobody.
    keys: [AtomicU64; SLOTS],
    tats: [AtomicU64; SLOTS],
}

impl Bucket {
    pub(crate) fn new() -> Self {
        Bucket {
            keys: std::array::from_fn(|_| AtomicU64::new(0)),
            tats: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    // ANCHOR: decide
    /// The decision on the key's own state; nothing if the key is not here.
    #[inline]
    pub(crate) fn decide(&self, key: u64, rule: &GcraRule, now: Nanos, n: u32) -> Option<Decision> {
        let slot = self.find(key)?;
        loop {
            // Acquire: pairs with the store of a new owner's time, and shows the owner.
            let tat = self.tats[slot].load(Ordering::Acquire);
            // Acquire: the time is looked at again below, not before this.
            if tat == TAKEN || self.keys[slot].load(Ordering::Acquire) != key {
                return None;
            }
            let decision = rule.decide(Nanos(tat), now, n);
            let next = match decision {
                Ok((next, _)) if n > 0 => next.0.min(TAKEN - 1),
                _ => tat,
            };
            if self.swap(slot, tat, next) {
                return Some(decision.map(|(_, admitted)| admitted));
            }
        }
    }
    // ANCHOR_END: decide

    /// Changes a time if it is still `tat`. If there is nothing to change, it only looks.
    #[inline]
    fn swap(&self, slot: usize, tat: u64, next: u64) -> bool {
        if next == tat {
            return self.tats[slot].load(Ordering::Relaxed) == tat;
        }
        // Release keeps the chain to the store of the owner; Relaxed would do for the owner's own.
        self.tats[slot]
            .compare_exchange(tat, next, Ordering::Release, Ordering::Relaxed)
            .is_ok()
    }

    #[inline]
    fn find(&self, key: u64) -> Option<usize> {
        // Relaxed: whether it is really so, is asked after the time has been read.
        (0..SLOTS).find(|&slot| self.keys[slot].load(Ordering::Relaxed) == key)
    }

    /// How many slots have a state that must not be forgotten.
    pub(crate) fn busy(&self, now: Nanos) -> usize {
        let busy = |tat: &&AtomicU64| tat.load(Ordering::Relaxed) > now.0;
        self.tats.iter().filter(busy).count()
    }

    // ANCHOR: place
    /// Gives the key a slot whose owner nobody misses. Under the shard's lock only.
    pub(crate) fn place(&self, key: u64, tat: Nanos, now: Nanos) -> Option<Placed> {
        for slot in 0..SLOTS {
            let old = self.tats[slot].load(Ordering::Relaxed);
            // The swap fails if the owner comes back at this moment: then he keeps it.
            if old <= now.0 && self.swap(slot, old, TAKEN) {
                let before = self.keys[slot].load(Ordering::Relaxed);
                // Release: whoever sees this key sees that the time was taken.
                self.keys[slot].store(key, Ordering::Release);
                // Release: whoever sees this time sees its owner.
                self.tats[slot].store(tat.0.min(TAKEN - 1), Ordering::Release);
                return Some(if before == 0 {
                    Placed::InEmpty
                } else {
                    Placed::InsteadOfIdle
                });
            }
        }
        None
    }
    // ANCHOR_END: place

    /// When the first of its slots will be idle.
    pub(crate) fn first_idle(&self) -> Nanos {
        let times = self.tats.iter().map(|tat| tat.load(Ordering::Relaxed));
        Nanos(times.min().unwrap_or(0))
    }

    /// Takes all states out for good: who comes here afterwards finds nobody.
    pub(crate) fn retire(&self) -> impl Iterator<Item = (u64, Nanos)> {
        self.keys.iter().zip(&self.tats).map(|(key, tat)| {
            // Acquire: pairs with the last swap; Release: as in `place`.
            let tat = tat.swap(TAKEN, Ordering::AcqRel);
            (key.load(Ordering::Relaxed), Nanos(tat))
        })
    }
}

/// Where a key was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// In a slot that was free.
    InEmpty,
    /// In the slot of a key whose state was as good as none.
    InsteadOfIdle,
}

/// What a new key hears when there is no slot for it: to come back when one will be free.
pub(crate) fn no_room(buckets: [&Bucket; 2], now: Nanos) -> Denied {
    let free = buckets.map(Bucket::first_idle);
    Denied::RetryAfter(free[0].min(free[1]) - now)
}
