//! A table of buckets that grows, read without a lock.
//!
//! A key may be in one of two buckets: the first, or the emptier when that is nearly full. Two
//! choices fill a table to more than half before the first bucket overflows, where one choice
//! overflows at a quarter. When both are full of busy keys the table is doubled:
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
//! An idle key need not be remembered, and a large table forgets it as soon as somebody else wants
//! the slot. A small table doubles instead: to forget costs nothing, but a key that comes back has
//! to be placed again, and where there are few keys there is room for those that pause.
//!
//! # Invariants
//!
//! - A key is in at most one slot, in one of its two buckets of the table in use.
//! - A bucket of the doubled table takes keys from one old bucket only, so they all fit.

use std::sync::{OnceLock, PoisonError};

use clock::Nanos;

use super::bucket::{Bucket, Placed, SLOTS, Slot, no_room};
use super::{KeyedStats, WhenFull};
use crate::Decision;
use crate::gcra::GcraRule;
use crate::sync::{AtomicUsize, Mutex, Ordering};

/// How often a table can be doubled at most.
pub(crate) const LEVELS: usize = 28;

/// How a shard's table grows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    /// Up to this level idle keys are kept, and the table doubled for new ones.
    pub(crate) small: usize,
    /// The level beyond which it does not grow. Not less than `small`.
    pub(crate) last: usize,
    pub(crate) when_full: WhenFull,
}

/// A part of the keys, with one lock for those that are new.
#[derive(Debug)]
pub(crate) struct Shard {
    level: AtomicUsize,
    tables: [OnceLock<Table>; LEVELS],
    /// Held to place a key, and to double.
    placing: Mutex<Placing>,
}

#[derive(Debug, Default)]
struct Placing {
    /// The latest time at which somebody was here. What has been forgotten was past by then.
    latest: Nanos,
    stats: KeyedStats,
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
    fn choices(&self, key: u64) -> [&Bucket; 2] {
        places(key).map(|place| &self.buckets[place & (self.buckets.len() - 1)])
    }

    #[inline(always)]
    fn find(&self, key: u64) -> Option<&Slot> {
        let [first, second] = self.choices(key);
        first.find(key).or_else(|| second.find(key))
    }

    /// Places a key in the first bucket, or in the emptier one if that is nearly full. It may
    /// take the slot of a key whose time is not after `line`.
    fn place(&self, key: u64, tat: Nanos, line: Nanos) -> Option<Placed> {
        let [first, second] = self.choices(key);
        let kept = first.kept(line);
        let (better, other) = if kept >= SLOTS - 2 && second.kept(line) < kept {
            (second, first)
        } else {
            (first, second)
        };
        let placed = better.place(key, tat, line);
        placed.or_else(|| other.place(key, tat, line))
    }
}

/// Where a key may be, by two parts of its hash. Another, its highest bits, is for the shard.
#[inline]
fn places(key: u64) -> [usize; 2] {
    [key as u32 as usize, (key >> 26) as u32 as usize]
}

impl Shard {
    pub(crate) fn new() -> Self {
        let shard = Shard {
            level: AtomicUsize::new(0),
            tables: [const { OnceLock::new() }; LEVELS],
            placing: Mutex::new(Placing::default()),
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
    pub(crate) fn find(&self, key: u64) -> Option<&Slot> {
        // Acquire: pairs with the store in `double`. An older level leads to a retired table,
        // where all slots are taken.
        let level = self.level.load(Ordering::Acquire);
        self.table(level).find(key)
    }

    // ANCHOR: decide_new
    /// The decision for a key that was not found, under the lock.
    #[cold]
    pub(crate) fn decide_new(
        &self,
        key: u64,
        rule: &GcraRule,
        now: Nanos,
        n: u32,
        growth: Growth,
    ) -> Decision {
        let mut placing = self.placing.lock().unwrap_or_else(PoisonError::into_inner);
        // Time goes on here: a state that was past for another thread may have been forgotten,
        // and at the time of a thread that comes late it would not have been past.
        let now = now.max(placing.latest);
        let level = self.level.load(Ordering::Relaxed);
        let slot = self.table(level).find(key); // another thread may have been faster
        if let Some(decision) = slot.and_then(|slot| slot.decide(key, rule, now, n)) {
            return decision;
        }
        let (tat, admitted) = rule.decide(Nanos::ZERO, now, n)?;
        if n == 0 {
            return Ok(admitted);
        }
        placing.latest = now;
        let (table, placed) = self.place(key, tat, now, growth);
        placing.stats.count(placed);
        match (placed, growth.when_full) {
            (None, WhenFull::Deny) => Err(no_room(table.choices(key), now)),
            _ => Ok(admitted),
        }
    }
    // ANCHOR_END: decide_new

    // ANCHOR: grow
    /// Places a key, in a larger table if need be.
    fn place(&self, key: u64, tat: Nanos, now: Nanos, to: Growth) -> (&Table, Option<Placed>) {
        let mut level = self.level.load(Ordering::Relaxed);
        loop {
            let table = self.table(level);
            // Only in a free slot, or also in that of an idle key.
            let line = if level < to.small { Nanos::ZERO } else { now };
            let placed = table.place(key, tat, line);
            if placed.is_some() || level >= to.last {
                return (table, placed);
            }
            self.double(level, line);
            level += 1;
        }
    }
    // ANCHOR_END: grow

    /// Moves all keys whose time is after `line` to a table of twice the size.
    fn double(&self, level: usize, line: Nanos) {
        let (old, new) = (self.table(level), self.table(level + 1));
        for (index, bucket) in old.buckets.iter().enumerate() {
            for (key, tat) in bucket.retire().filter(|&(_, tat)| tat > line) {
                let wanted = places(key);
                let here = |place: &&usize| *place & (old.buckets.len() - 1) == index;
                let place = wanted.iter().find(here).unwrap_or(&wanted[0]);
                let new = &new.buckets[place & (new.buckets.len() - 1)];
                let moved = new.place(key, tat, Nanos::ZERO);
                debug_assert!(moved.is_some(), "eight keys at most come from one bucket");
            }
        }
        // Release: who sees the level sees the table and what is in it.
        self.level.store(level + 1, Ordering::Release);
    }

    /// The busy keys in a table as small as can hold them. Old tables are gone.
    pub(crate) fn shrink(&mut self, now: Nanos, growth: Growth) {
        let small = Shard::new();
        let level = self.level.load(Ordering::Relaxed);
        let table = self.table(level);
        let growth = Growth {
            small: growth.small.min(level),
            last: level,
            ..growth
        };
        // In another order they may need more room than they had. Then all stays as it was.
        let fits = table
            .buckets
            .iter()
            .flat_map(Bucket::states)
            .filter(|&(_, tat)| tat > now)
            .all(|(key, tat)| small.place(key, tat, now, growth).1.is_some());
        if fits {
            self.level = small.level;
            self.tables = small.tables;
            let placing = self.placing.get_mut();
            let latest = &mut placing.unwrap_or_else(PoisonError::into_inner).latest;
            *latest = now.max(*latest);
        }
    }

    /// How many keys have a state that must be remembered at `now`.
    pub(crate) fn busy(&self, now: Nanos) -> usize {
        let table = self.table(self.level.load(Ordering::Acquire));
        table.buckets.iter().map(|bucket| bucket.kept(now)).sum()
    }

    pub(crate) fn stats(&self) -> KeyedStats {
        let stats = self
            .placing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stats;
        let level = self.level.load(Ordering::Acquire);
        KeyedStats {
            slots: SLOTS << level,
            bytes: (size_of::<Bucket>() << (level + 1)) - size_of::<Bucket>() + size_of::<Shard>(),
            ..stats
        }
    }
}
