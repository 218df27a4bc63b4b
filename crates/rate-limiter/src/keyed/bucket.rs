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

/// Two cache lines, which processors fetch together.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Bucket([Slot; SLOTS]);

/// A key and its state.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The hash of the owner, which is never 0. 0 is nobody.
    key: AtomicU64,
    tat: AtomicU64,
}

impl Slot {
    fn new() -> Self {
        Slot {
            key: AtomicU64::new(0),
            tat: AtomicU64::new(0),
        }
    }

    // ANCHOR: decide
    /// The decision on the state of `key`; nothing if that is not the owner, or no longer.
    #[inline(always)]
    pub(crate) fn decide(&self, key: u64, rule: &GcraRule, now: Nanos, n: u32) -> Option<Decision> {
        loop {
            // Acquire: pairs with the store of a new owner's time, and shows the owner.
            let tat = self.tat.load(Ordering::Acquire);
            // Acquire: pairs with the store of the key, so that `swap` sees the time as taken.
            if tat == TAKEN || self.key.load(Ordering::Acquire) != key {
                return None;
            }
            match rule.decide(Nanos(tat), now, n) {
                Ok((next, admitted)) => {
                    let next = if n > 0 { next.0.min(TAKEN - 1) } else { tat };
                    if self.swap(tat, next) {
                        return Some(Ok(admitted));
                    }
                }
                Err(denied) => {
                    if self.swap(tat, tat) {
                        return Some(Err(denied));
                    }
                }
            }
        }
    }
    // ANCHOR_END: decide

    /// Changes the time if it is still `tat`. If there is nothing to change, it only looks.
    #[inline]
    fn swap(&self, tat: u64, next: u64) -> bool {
        if next == tat {
            return self.tat.load(Ordering::Relaxed) == tat;
        }
        // Relaxed: who reads the new time reads on in the chain that began with `place`'s store,
        // and sees what was stored before that.
        self.tat
            .compare_exchange(tat, next, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }
}

impl Bucket {
    pub(crate) fn new() -> Self {
        Bucket(std::array::from_fn(|_| Slot::new()))
    }

    /// The slot of a key, if it has one here.
    ///
    /// It looks at all of them: a processor that has to guess where to stop guesses wrongly, and
    /// loses more time by that than by eight comparisons.
    #[inline(always)]
    pub(crate) fn find(&self, key: u64) -> Option<&Slot> {
        let mut found = SLOTS;
        for (index, slot) in self.0.iter().enumerate() {
            // Relaxed: whether it is really so, is asked again once the time has been read.
            let is_it = slot.key.load(Ordering::Relaxed) == key;
            found = std::hint::select_unpredictable(is_it, index, found);
        }
        self.0.get(found)
    }

    /// How many slots have a time after `line`.
    pub(crate) fn kept(&self, line: Nanos) -> usize {
        let kept = |slot: &&Slot| slot.tat.load(Ordering::Relaxed) > line.0;
        self.0.iter().filter(kept).count()
    }

    // ANCHOR: place
    /// Gives the key the slot that has been idle for longest, if that is not after `line`. Under
    /// the shard's lock only.
    pub(crate) fn place(&self, key: u64, tat: Nanos, line: Nanos) -> Option<Placed> {
        let time = |slot: &&Slot| slot.tat.load(Ordering::Relaxed);
        loop {
            let slot = self.0.iter().min_by_key(time)?;
            let old = time(&slot);
            if old > line.0 {
                return None;
            }
            // This fails if the owner comes back at this moment: then he keeps it.
            if slot.swap(old, TAKEN) {
                let owner = slot.key.load(Ordering::Relaxed);
                // Release: whoever sees this key sees that the time was taken.
                slot.key.store(key, Ordering::Release);
                // Release: whoever sees this time sees its owner.
                slot.tat.store(tat.0.min(TAKEN - 1), Ordering::Release);
                return Some(Placed::instead_of(owner));
            }
        }
    }
    // ANCHOR_END: place

    /// When the first of its slots will be idle.
    pub(crate) fn first_idle(&self) -> Nanos {
        let times = self.0.iter().map(|slot| slot.tat.load(Ordering::Relaxed));
        Nanos(times.min().unwrap_or(0))
    }

    /// All keys and their states.
    pub(crate) fn states(&self) -> impl Iterator<Item = (u64, Nanos)> {
        let load = |word: &AtomicU64| word.load(Ordering::Relaxed);
        let slots = self.0.iter();
        slots.map(move |slot| (load(&slot.key), Nanos(load(&slot.tat))))
    }

    /// Takes all states out for good: who comes here afterwards finds nobody.
    pub(crate) fn retire(&self) -> impl Iterator<Item = (u64, Nanos)> {
        self.0.iter().map(|slot| {
            // Relaxed: keys are stored under the lock that is held here.
            let tat = slot.tat.swap(TAKEN, Ordering::Relaxed);
            (slot.key.load(Ordering::Relaxed), Nanos(tat))
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

impl Placed {
    fn instead_of(owner: u64) -> Self {
        if owner == 0 {
            Placed::InEmpty
        } else {
            Placed::InsteadOfIdle
        }
    }
}

/// What a new key hears when there is no slot for it: to come back when one will be free.
pub(crate) fn no_room(buckets: [&Bucket; 2], now: Nanos) -> Denied {
    let free = buckets.map(Bucket::first_idle);
    Denied::RetryAfter(free[0].min(free[1]) - now)
}
