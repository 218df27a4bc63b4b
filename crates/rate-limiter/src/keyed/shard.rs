//! A table of buckets that grows, read without a lock.
//!
//! A key may be in one of two buckets: the first, or the emptier when that is nearly full. Two choices fill a table to
//! more than half before the first bucket overflows, where one choice overflows at a quarter. When
//! both are full of busy keys the table is doubled:
//!
//! ```text
//!   tables  [0] ── retired     [1] ── retired     [2] ◀── level     [3] not yet made
//!           4 buckets          8 buckets          16 buckets
//! ```
//!
//! Readers need no lock and no reference count, because an old table stays where it is, with all
//! its slots marked as taken, until the limiter is dropped. All old tables together are smaller
//! than the one in use.
//!
//! # Invariants
//!
//! - A key is in at most one slot, in one of its two buckets of the table in use.
//! - A bucket of the doubled table takes keys from one old bucket only, so they all fit.

use std::sync::{OnceLock, PoisonError};
use std::time::Duration;

use clock::{Clock, Nanos};

use super::bucket::{Bucket, Placed, SLOTS, Slot, no_room};
use super::{KeyedStats, WhenFull};
use crate::Decision;
use crate::gcra::GcraRule;
use crate::sync::{AtomicUsize, Mutex, Ordering};

/// How often a table can be doubled at most.
pub(crate) const LEVELS: usize = 28;

/// How long an idle key keeps its slot while the table can still grow. It costs nothing to forget
/// it, but something to place it again: so who comes more often than this is not moved about.
const LINGER: Duration = Duration::from_secs(1);

/// A part of the keys, with one lock for those that are new.
#[derive(Debug)]
pub(crate) struct Shard {
    level: AtomicUsize,
    tables: [OnceLock<Table>; LEVELS],
    /// Held to place a key, and to double.
    placing: Mutex<KeyedStats>,
}

#[derive(Debug)]
struct Table {
    /// A power of two of them.
    buckets: Box<[Bucket]>,
}

impl Table {
    fn new(level: usize) -> Self {
        let buckets = (0..1_usize << level).map(|_| Bucket::new()).collect();
        Table { buckets }
    }

    /// The two buckets where a key may be.
    #[inline]
    fn choices(&self, spread: u64) -> [&Bucket; 2] {
        places(spread).map(|place| &self.buckets[place & (self.buckets.len() - 1)])
    }

    #[inline(always)]
    fn find(&self, key: Hashed) -> Option<&Slot> {
        let [first, second] = self.choices(key.spread);
        first.find(key.hash).or_else(|| second.find(key.hash))
    }

    /// Places a key in the first bucket, or in the emptier one if that is nearly full. It may
    /// take the slot of a key whose time is not after `line`.
    fn place(&self, key: Hashed, tat: Nanos, line: Nanos) -> Option<Placed> {
        let [first, second] = self.choices(key.spread);
        let kept = first.kept(line);
        let (better, other) = if kept >= SLOTS - 1 && second.kept(line) < kept {
            (second, first)
        } else {
            (first, second)
        };
        let placed = better.place(key.hash, tat, line);
        placed.or_else(|| other.place(key.hash, tat, line))
    }
}

/// A key's hash, and where it leads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashed {
    /// Never 0.
    pub(crate) hash: u64,
    /// The hash once more, mixed so that all its bits matter everywhere.
    pub(crate) spread: u64,
}

impl Hashed {
    #[inline]
    pub(crate) fn new(hash: u64) -> Self {
        let hash = hash.max(1);
        let product = u128::from(hash ^ 0x9e37_79b9_7f4a_7c15) * 0xa076_1d64_78bd_642f;
        let spread = (product >> 64) as u64 ^ product as u64;
        Hashed { hash, spread }
    }
}

#[inline]
fn places(spread: u64) -> [usize; 2] {
    [spread as u32 as usize, (spread >> 26) as u32 as usize]
}

impl Shard {
    pub(crate) fn new() -> Self {
        let shard = Shard {
            level: AtomicUsize::new(0),
            tables: [const { OnceLock::new() }; LEVELS],
            placing: Mutex::new(KeyedStats::default()),
        };
        shard.table(0);
        shard
    }

    #[inline]
    fn table(&self, level: usize) -> &Table {
        self.tables[level].get_or_init(|| Table::new(level))
    }

    /// The slot of a key, if it has one. It may lose it at any time.
    #[inline(always)]
    pub(crate) fn find(&self, key: Hashed) -> Option<&Slot> {
        // Acquire: pairs with the store in `double`. An older level leads to a retired table,
        // where all slots are taken.
        let level = self.level.load(Ordering::Acquire);
        self.table(level).find(key)
    }

    // ANCHOR: decide_new
    /// The decision for a key that was not found, under the lock.
    #[cold]
    pub(crate) fn decide_new<C: Clock>(
        &self,
        key: Hashed,
        rule: &GcraRule,
        clock: &C,
        n: u32,
        full: (usize, WhenFull),
    ) -> Decision {
        let mut stats = self.placing.lock().unwrap_or_else(PoisonError::into_inner);
        // Not the caller's time: states that he might have seen may have been forgotten since.
        let now = clock.now();
        let level = self.level.load(Ordering::Relaxed);
        let slot = self.table(level).find(key); // another thread may have been faster
        if let Some(decision) = slot.and_then(|slot| slot.decide(key.hash, rule, now, n)) {
            return decision;
        }
        let (tat, admitted) = rule.decide(Nanos::ZERO, now, n)?;
        if n == 0 {
            return Ok(admitted);
        }
        let (table, placed) = self.place(key, tat, now, full.0);
        stats.count(placed);
        match (placed, full.1) {
            (None, WhenFull::Deny) => Err(no_room(table.choices(key.spread), now)),
            _ => Ok(admitted),
        }
    }
    // ANCHOR_END: decide_new

    /// Places a key, in a larger table if need be and if it may be `last` at most.
    fn place(&self, key: Hashed, tat: Nanos, now: Nanos, last: usize) -> (&Table, Option<Placed>) {
        let mut level = self.level.load(Ordering::Relaxed);
        while level < last {
            let table = self.table(level);
            if let Some(placed) = table.place(key, tat, now - LINGER) {
                return (table, Some(placed));
            }
            self.double(level, now - LINGER);
            level += 1;
        }
        let table = self.table(level);
        (table, table.place(key, tat, now))
    }

    /// Moves all keys whose time is after `line` to a table of twice the size.
    fn double(&self, level: usize, line: Nanos) {
        let (old, new) = (self.table(level), self.table(level + 1));
        for (index, bucket) in old.buckets.iter().enumerate() {
            for (hash, tat) in bucket.retire().filter(|&(_, tat)| tat > line) {
                let wanted = places(Hashed::new(hash).spread);
                let here = |place: &&usize| *place & (old.buckets.len() - 1) == index;
                let place = wanted.iter().find(here).unwrap_or(&wanted[0]);
                let moved =
                    new.buckets[place & (new.buckets.len() - 1)].place(hash, tat, Nanos::ZERO);
                debug_assert!(moved.is_some(), "eight keys at most come from one bucket");
            }
        }
        // Release: who sees the level sees the table and what is in it.
        self.level.store(level + 1, Ordering::Release);
    }

    /// How many keys have a state that must be remembered at `now`.
    pub(crate) fn busy(&self, now: Nanos) -> usize {
        let table = self.table(self.level.load(Ordering::Acquire));
        table.buckets.iter().map(|bucket| bucket.kept(now)).sum()
    }

    pub(crate) fn stats(&self) -> KeyedStats {
        let stats = *self.placing.lock().unwrap_or_else(PoisonError::into_inner);
        let level = self.level.load(Ordering::Acquire);
        KeyedStats {
            slots: SLOTS << level,
            bytes: (size_of::<Bucket>() << (level + 1)) - size_of::<Bucket>() + size_of::<Shard>(),
            ..stats
        }
    }
}
