//! Least frequently used: what was needed least often is needed least.
//!
//! The entries stand in one line, ordered by how often they were used, and among equals by when. A
//! use moves an entry forward by one count, past its equals, however many there are. To do that in
//! constant time, the line has *bookmarks*: for every count that occurs, where the entries with
//! that count begin (the buckets of Shah, Mitra & Matani 2010).
//!
//! ```text
//!              ┌─ 5 uses   ┌─ 2 uses      ┌─ 1 use
//!   front      ▼           ▼              ▼               back: the next victim
//!              a     ⇄     b  ⇄  c   ⇄    d  ⇄  e  ⇄  f
//!
//!   get e      a     ⇄     e  ⇄  b  ⇄  c   ⇄    d  ⇄  f
//! ```
//!
//! # Invariants
//!
//! - One list holds every entry, by falling count; among equal counts, by recency of use.
//! - For every count that occurs there is one bucket. It knows the count, the first entry that has
//!   it, and how many there are.
//! - An entry's note is its bucket. `spare` holds the buckets of no count.
//! - The load of the list is at most the capacity.
//!
//! # Complexity
//!
//! O(1) for every operation: the next higher count that occurs is that of the entry in front of a
//! bucket's first.
//!
//! # What it cannot do
//!
//! It does not forget: what was popular last year stays until something else has been as popular as
//! that. Ageing (halving the counts now and then) would cost a pass over all entries each time, or
//! an approximate count such as TinyLFU's. [`S3FifoCache`](crate::S3FifoCache) bounds the counts
//! instead.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::mem;
use std::num::NonZeroUsize;

use hashbrown::{DefaultHashBuilder, Equivalent};

use crate::budget::{Budget, Weigher};
use crate::draw::{Cell, Draw, Lane};
use crate::list::Slot;
use crate::store::{Entry, Newcomer, Store};
use crate::{Cache, Stats};

/// The only list.
const LINE: usize = 0;

// ANCHOR: struct
/// A bounded map that evicts the entry that was used least often; among equals, the one that was
/// used least recently.
///
/// Its operations are those of [`Cache`]. To be put counts as a use.
///
/// ```
/// use std::num::NonZeroUsize;
/// use lru::{Cache, LfuCache};
///
/// let mut cache = LfuCache::new(NonZeroUsize::new(2).unwrap());
/// cache.put("a", 1);
/// cache.get("a");
/// cache.put("b", 2);
/// cache.put("c", 3); // evicts b: a was used twice
/// assert!(cache.contains("a") && !cache.contains("b"));
/// ```
#[derive(Clone)]
pub struct LfuCache<K, V, S = DefaultHashBuilder> {
    /// A note is the number of the entry's bucket.
    store: Store<K, V, u32, S, 1>,
    buckets: Vec<Bucket>,
    spare: Vec<u32>,
    budget: Budget<K, V>,
    stats: Stats,
}

/// The entries that were used equally often: a stretch of the line.
#[derive(Clone)]
struct Bucket {
    uses: u64,
    /// The one that was used last, where the stretch begins.
    first: Slot,
    len: u32,
}
// ANCHOR_END: struct

impl<K: Hash + Eq, V> LfuCache<K, V> {
    /// Returns an empty cache of at most `cap` entries, with memory for all of them set aside.
    ///
    /// # Panics
    ///
    /// When `cap` is over 7 · 2²⁹.
    pub fn new(cap: NonZeroUsize) -> Self {
        Self::with_hasher(cap, DefaultHashBuilder::default())
    }

    /// Returns an empty cache whose entries weigh at most `cap` together, by `weigher`.
    ///
    /// As in [`LruCache::weighted`](crate::LruCache::weighted), an entry is weighed when it is put.
    /// One that grows when it is put again, and no longer fits, leaves and comes in anew, with a
    /// count of one.
    pub fn weighted(cap: NonZeroUsize, weigher: Weigher<K, V>) -> Self {
        Self::weighted_with_hasher(cap, weigher, DefaultHashBuilder::default())
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> LfuCache<K, V, S> {
    /// As [`LfuCache::new`], with a hasher.
    ///
    /// # Panics
    ///
    /// When `cap` is over 7 · 2²⁹.
    pub fn with_hasher(cap: NonZeroUsize, hash_builder: S) -> Self {
        Self::construct(Budget::entries(cap), cap.get(), hash_builder)
    }

    /// As [`LfuCache::weighted`], with a hasher.
    pub fn weighted_with_hasher(
        cap: NonZeroUsize,
        weigher: Weigher<K, V>,
        hash_builder: S,
    ) -> Self {
        Self::construct(Budget::weight(cap, weigher), 0, hash_builder)
    }

    fn construct(budget: Budget<K, V>, slots: usize, hash_builder: S) -> Self {
        let store = Store::with_capacity(slots, hash_builder);
        LfuCache {
            store,
            buckets: Vec::new(),
            spare: Vec::new(),
            budget,
            stats: Stats::default(),
        }
    }

    /// How often `key` was used since it came in, or `None` if it is not in the cache. Not a use.
    pub fn uses<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<u64> {
        self.find(key).map(|slot| self.bucket(slot).uses)
    }

    #[inline]
    fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Slot> {
        self.store.find(self.store.hash(key), key)
    }

    fn bucket(&self, slot: Slot) -> &Bucket {
        &self.buckets[*self.store.note(slot) as usize]
    }

    /// Finds `key`, counts the hit or the miss, and counts a hit as a use.
    #[inline]
    fn touch<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<Slot> {
        let Some(slot) = self.find(key) else {
            self.stats.misses += 1;
            return None;
        };
        self.stats.hits += 1;
        self.count(slot);
        Some(slot)
    }

    // ANCHOR: count
    /// Counts one more use of an entry, and moves it to where its new count begins.
    #[inline]
    fn count(&mut self, slot: Slot) {
        let Bucket { uses, first, len } = *self.bucket(slot);
        let above = self.store.lists().before(first);
        match above.filter(|&above| self.bucket(above).uses == uses + 1) {
            Some(above) => {
                self.leave(slot);
                self.join(*self.store.note(above), slot);
            }
            None if len == 1 => {
                let bucket = *self.store.note(slot);
                self.buckets[bucket as usize].uses += 1;
            }
            None => {
                self.store.lists_mut().move_before(first, slot);
                self.leave(slot);
                self.open(uses + 1, slot);
            }
        }
    }

    /// Makes an entry the first of a bucket that has others.
    #[inline]
    fn join(&mut self, bucket: u32, slot: Slot) {
        let Bucket { first, len, .. } = &mut self.buckets[bucket as usize];
        self.store.lists_mut().move_before(*first, slot);
        (*first, *len) = (slot, *len + 1);
        *self.store.note_mut(slot) = bucket;
    }
    // ANCHOR_END: count

    /// Opens a bucket for a count that did not occur, with an entry that is in its place in the
    /// line already.
    fn open(&mut self, uses: u64, slot: Slot) {
        let bucket = Bucket {
            uses,
            first: slot,
            len: 1,
        };
        let number = match self.spare.pop() {
            Some(number) => {
                self.buckets[number as usize] = bucket;
                number
            }
            None => {
                self.buckets.push(bucket);
                (self.buckets.len() - 1) as u32
            }
        };
        *self.store.note_mut(slot) = number;
    }

    /// Strikes an entry off its bucket. It stays in the line.
    fn leave(&mut self, slot: Slot) {
        let number = *self.store.note(slot);
        let bucket = &mut self.buckets[number as usize];
        bucket.len -= 1;
        if bucket.len == 0 {
            self.spare.push(number);
        } else if bucket.first == slot
            && let Some(next) = self.store.lists().after(slot)
        {
            bucket.first = next;
        }
    }

    // ANCHOR: admit
    /// Lets a newcomer in, as the first of those that were used once; returns who left its slot to
    /// it.
    #[inline]
    fn admit(&mut self, hash: u64, entry: Entry<K, V>, weight: usize) -> Option<Entry<K, V>> {
        // Growing hashes keys, which may panic: before a victim leaves its bucket.
        self.store.make_room();
        let seat = self.make_room(weight).map(|slot| (slot, LINE));
        self.stats.insertions += 1;
        let newcomer = Newcomer {
            hash,
            entry,
            note: 0,
            weight,
        };
        let (slot, left) = self.store.insert(LINE, seat, newcomer);
        match self.store.lists().back(LINE) {
            Some(last) if last != slot && self.bucket(last).uses == 1 => {
                self.join(*self.store.note(last), slot);
            }
            _ => {
                self.store.lists_mut().move_to_back(LINE, slot);
                self.open(1, slot);
            }
        }
        left
    }

    /// Evicts from the back until a newcomer fits, but leaves the last victim in its slot, to be
    /// replaced.
    #[inline]
    fn make_room(&mut self, weight: usize) -> Option<Slot> {
        loop {
            let excess = self.budget.excess(self.store.load(LINE), weight);
            if excess == 0 {
                return None;
            }
            let victim = self.store.lists().back(LINE)?;
            self.stats.evictions += 1;
            if self.store.weight(victim) >= excess {
                self.leave(victim);
                return Some(victim);
            }
            self.remove(victim);
        }
    }
    // ANCHOR_END: admit

    /// Removes an entry, from its bucket too.
    fn remove(&mut self, slot: Slot) -> V {
        self.leave(slot);
        let entry = self.store.remove(slot, LINE);
        // The last slot has taken over this one's number: a bucket that began there must hear of
        // it.
        let renamed = self.store.len() as Slot;
        if slot < renamed {
            let bucket = &mut self.buckets[*self.store.note(slot) as usize];
            if bucket.first == renamed {
                bucket.first = slot;
            }
        }
        entry.value
    }

    /// Changes the capacity, in entries or units of weight, evicting as needed, and gives back
    /// spare memory.
    pub fn resize(&mut self, cap: NonZeroUsize) {
        self.budget.capacity = cap;
        while self.budget.excess(self.store.load(LINE), 0) > 0
            && let Some(victim) = self.store.lists().back(LINE)
        {
            self.stats.evictions += 1;
            self.remove(victim);
        }
        self.store.shrink_to(0);
    }

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.store.check_invariants();
        assert!(
            self.store.load(LINE) <= self.budget.capacity.get(),
            "over capacity"
        );
        let line: Vec<Slot> = self.store.lists().iter(LINE).collect();
        let stretches = line.chunk_by(|&a, &b| self.store.note(a) == self.store.note(b));
        let mut above = u64::MAX;
        let mut used = 0;
        for stretch in stretches {
            let Bucket { uses, first, len } = *self.bucket(stretch[0]);
            assert_eq!(
                (first, len as usize),
                (stretch[0], stretch.len()),
                "a bucket is not its stretch of the line"
            );
            assert!(uses < above, "the counts do not fall");
            above = uses;
            used += 1;
        }
        assert_eq!(
            used + self.spare.len(),
            self.buckets.len(),
            "a bucket is lost"
        );
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V> for LfuCache<K, V, S> {
    #[inline]
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V> {
        let slot = self.touch(key)?;
        Some(&self.store.entry(slot).value)
    }

    #[inline]
    fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        let slot = self.touch(key)?;
        Some(&mut self.store.entry_mut(slot).value)
    }

    #[inline]
    fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.find(key).map(|slot| &self.store.entry(slot).value)
    }

    fn put(&mut self, key: K, value: V) -> Option<V> {
        let hash = self.store.hash(&key);
        let found = self.store.find(hash, &key);
        let Some(weight) = self.budget.weigh(&key, &value) else {
            return found.map(|slot| self.remove(slot));
        };
        let Some(slot) = found else {
            self.admit(hash, Entry { key, value }, weight);
            return None;
        };
        let growth = weight.saturating_sub(self.store.weight(slot));
        if self.budget.excess(self.store.load(LINE), growth) > 0 {
            let replaced = self.remove(slot);
            self.admit(hash, Entry { key, value }, weight);
            return Some(replaced);
        }
        self.count(slot);
        self.store.set_weight(slot, LINE, weight);
        Some(mem::replace(&mut self.store.entry_mut(slot).value, value))
    }

    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        self.find(key).map(|slot| self.remove(slot))
    }

    fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, mut keep: F) {
        let mut slot = 0;
        while (slot as usize) < self.store.len() {
            let Entry { key, value } = self.store.entry_mut(slot);
            if keep(key, value) {
                slot += 1;
            } else {
                self.remove(slot); // and another entry has this slot now
            }
        }
    }

    fn len(&self) -> usize {
        self.store.len()
    }

    fn cap(&self) -> u64 {
        self.budget.capacity.get() as u64
    }

    fn clear(&mut self) {
        self.buckets.clear();
        self.spare.clear();
        self.store.clear();
    }

    fn stats(&self) -> Stats {
        self.stats
    }
}

impl<K, V, S> fmt::Debug for LfuCache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, cap) = (self.store.len(), self.budget.capacity);
        f.debug_struct("LfuCache")
            .field("len", &len)
            .field("cap", &cap)
            .finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + fmt::Display, V, S: BuildHasher> Draw for LfuCache<K, V, S> {
    /// The line, each entry with its count.
    fn lanes(&self) -> Vec<Lane> {
        let slots = self.store.lists().iter(LINE);
        let cell = |slot| Cell::noted(&self.store.entry(slot).key, self.bucket(slot).uses);
        vec![Lane::list("order", slots.map(cell))]
    }
}
