//! Least recently used: what was not needed for longest is needed least.
//!
//! The oldest policy that works (Mattson et al. 1970 analyse it; every operating system
//! approximates it). It bets on *temporal locality*: a key that was used just now will be used
//! again soon. So the entries stand in a line, each use sends one to the front, and who stands at
//! the back leaves when room is needed:
//!
//! ```text
//!   put a, put b, put c      c ⇄ b ⇄ a
//!   get a                    a ⇄ c ⇄ b
//!   put d, capacity 3        d ⇄ a ⇄ c      b leaves
//! ```
//!
//! # Invariants
//!
//! - One list holds every entry: the most recently used is its front, the least recently used its
//!   back.
//! - The load of that list is at most the capacity.
//!
//! Those of the store below it hold too: each key once, no holes, the table leads to every slot.
//!
//! # Complexity
//!
//! Every operation on a key is O(1): expected, since it hashes, and amortised where memory grows. A
//! hit writes to at most five links, and none if the key is at the front already.
//!
//! # What it cannot do
//!
//! One pass over more keys than fit replaces everything (a *scan*), and a loop over one key too
//! many never hits at all. [`ArcCache`](crate::ArcCache) and [`S3FifoCache`](crate::S3FifoCache)
//! are answers to that.

mod get_or_insert;
mod iter;
mod order;

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

pub use iter::{IntoIter, Iter, IterMut};

/// The only list.
const LINE: usize = 0;

// ANCHOR: struct
/// A bounded map that evicts the entry that was used least recently.
///
/// The methods are those of crates.io's `lru`. A *use* is whatever moves an entry to the front:
/// [`get`](Self::get) and its like, [`put`](Self::put), [`promote`](Self::promote); not
/// [`peek`](Self::peek) or [`contains`](Self::contains).
///
/// ```
/// use std::num::NonZeroUsize;
/// use lru::LruCache;
///
/// let mut cache = LruCache::new(NonZeroUsize::new(2).unwrap());
/// cache.put("a", 1);
/// cache.put("b", 2);
/// assert_eq!(cache.get("a"), Some(&1));
/// cache.put("c", 3); // evicts b, which was used before a
/// assert!(!cache.contains("b"));
/// assert_eq!(cache.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["c", "a"]);
/// ```
#[derive(Clone)]
pub struct LruCache<K, V, S = DefaultHashBuilder> {
    store: Store<K, V, (), S, 1>,
    budget: Budget<K, V>,
    stats: Stats,
    /// What `get_or_insert` gave out last if it was too heavy to be kept.
    refused: Option<Box<Entry<K, V>>>,
}
// ANCHOR_END: struct

/// Who is in the cache no more because an entry was put.
struct Left<K, V> {
    /// What its key had.
    replaced: Option<Entry<K, V>>,
    /// The last one that was evicted, or the entry itself if it was refused.
    evicted: Option<Entry<K, V>>,
}

impl<K: Hash + Eq, V> LruCache<K, V> {
    /// Returns an empty cache of at most `cap` entries, with memory for all of them set aside.
    ///
    /// # Panics
    ///
    /// When `cap` is over 3 758 096 384 (7 · 2²⁹): slots and buckets are numbered by `u32`.
    pub fn new(cap: NonZeroUsize) -> Self {
        Self::with_hasher(cap, DefaultHashBuilder::default())
    }

    /// Returns an empty cache of at most `cap` entries, which takes memory as it fills.
    pub fn sparse(cap: NonZeroUsize) -> Self {
        Self::construct(Budget::entries(cap), 0, DefaultHashBuilder::default())
    }

    /// Returns an empty cache that never evicts.
    pub fn unbounded() -> Self {
        Self::unbounded_with_hasher(DefaultHashBuilder::default())
    }

    /// Returns an empty cache whose entries weigh at most `cap` together, by `weigher`.
    ///
    /// An entry is weighed when it is put. A change through [`get_mut`](Self::get_mut) or its like
    /// is not noticed until the key is put again. An entry heavier than `cap` is not let in, and
    /// evicts nobody: see [`put`](Self::put).
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use lru::LruCache;
    ///
    /// let mut pages = LruCache::weighted(NonZeroUsize::new(10).unwrap(), |_: &&str, page: &String| page.len());
    /// pages.put("/a", "1234".to_owned());
    /// pages.put("/b", "1234".to_owned());
    /// pages.put("/c", "123456".to_owned()); // 4 + 4 + 6 is too much: /a leaves
    /// assert_eq!((pages.len(), pages.weight()), (2, 10));
    /// ```
    pub fn weighted(cap: NonZeroUsize, weigher: Weigher<K, V>) -> Self {
        Self::weighted_with_hasher(cap, weigher, DefaultHashBuilder::default())
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> LruCache<K, V, S> {
    /// As [`LruCache::new`], with a hasher.
    ///
    /// # Panics
    ///
    /// When `cap` is over 7 · 2²⁹.
    pub fn with_hasher(cap: NonZeroUsize, hash_builder: S) -> Self {
        Self::construct(Budget::entries(cap), cap.get(), hash_builder)
    }

    /// As [`LruCache::unbounded`], with a hasher.
    pub fn unbounded_with_hasher(hash_builder: S) -> Self {
        Self::construct(Budget::entries(NonZeroUsize::MAX), 0, hash_builder)
    }

    /// As [`LruCache::weighted`], with a hasher.
    pub fn weighted_with_hasher(
        cap: NonZeroUsize,
        weigher: Weigher<K, V>,
        hash_builder: S,
    ) -> Self {
        Self::construct(Budget::weight(cap, weigher), 0, hash_builder)
    }

    fn construct(budget: Budget<K, V>, slots: usize, hash_builder: S) -> Self {
        let store = Store::with_capacity(slots, hash_builder);
        LruCache {
            store,
            budget,
            stats: Stats::default(),
            refused: None,
        }
    }

    // ANCHOR: get
    /// Returns the value of `key` and moves it to the front.
    #[inline(always)]
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V> {
        let slot = self.touch(key)?;
        Some(&self.store.entry(slot).value)
    }

    /// Finds `key`, counts the hit or the miss, and moves a hit to the front.
    #[inline(always)]
    fn touch<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<Slot> {
        let Some(slot) = self.find(key) else {
            self.stats.misses += 1;
            return None;
        };
        self.stats.hits += 1;
        self.store.lists_mut().move_to_front(LINE, slot);
        Some(slot)
    }
    // ANCHOR_END: get

    #[inline]
    fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Slot> {
        self.store.find(self.store.hash(key), key)
    }

    /// Returns the value of `key`, mutably, and moves it to the front.
    #[inline]
    pub fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        let slot = self.touch(key)?;
        Some(&mut self.store.entry_mut(slot).value)
    }

    /// Returns `key` as it is in the cache, with its value, and moves it to the front.
    pub fn get_key_value<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<(&K, &V)> {
        self.get_key_value_mut(key)
            .map(|(key, value)| (key, &*value))
    }

    /// Returns `key` as it is in the cache, with its value, mutably, and moves it to the front.
    pub fn get_key_value_mut<Q: Hash + Equivalent<K> + ?Sized>(
        &mut self,
        key: &Q,
    ) -> Option<(&K, &mut V)> {
        let slot = self.touch(key)?;
        let Entry { key, value } = self.store.entry_mut(slot);
        Some((key, value))
    }

    /// Returns the value of `key` and leaves it where it is. Not counted in the statistics.
    #[inline]
    pub fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.find(key).map(|slot| &self.store.entry(slot).value)
    }

    /// Returns the value of `key`, mutably, and leaves it where it is. Not counted in the
    /// statistics.
    pub fn peek_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        self.find(key)
            .map(|slot| &mut self.store.entry_mut(slot).value)
    }

    /// Whether `key` is in the cache. Not a use, and not counted in the statistics.
    pub fn contains<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> bool {
        self.find(key).is_some()
    }

    /// Maps `key` to `value` at the front, evicting from the back as needed; returns the value that
    /// `key` had.
    ///
    /// In a weighted cache, an entry heavier than the whole capacity is refused: it is dropped, and
    /// nobody is evicted for it. What `key` had is removed even then, since it is out of date.
    #[inline]
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        self.place(key, value).replaced.map(|entry| entry.value)
    }

    /// Maps `key` to `value` at the front; returns the entry that is in the cache no more: what
    /// `key` had, or else who was evicted.
    ///
    /// In a weighted cache, several may be evicted, of whom the last is returned, and an entry
    /// heavier than the whole capacity is refused: it comes back itself if `key` had no other
    /// value.
    pub fn push(&mut self, key: K, value: V) -> Option<(K, V)> {
        let Left { replaced, evicted } = self.place(key, value);
        let Entry { key, value } = replaced.or(evicted)?;
        Some((key, value))
    }

    // ANCHOR: put
    /// Puts an entry in its place; returns who had to leave for it.
    #[inline]
    fn place(&mut self, key: K, value: V) -> Left<K, V> {
        let hash = self.store.hash(&key);
        let found = self.store.find(hash, &key);
        let weight = self.budget.weigh(&key, &value);
        let mut entry = Entry { key, value };
        match (found, weight) {
            (None, Some(weight)) => {
                let (_, evicted) = self.admit(Newcomer {
                    hash,
                    entry,
                    note: (),
                    weight,
                });
                Left {
                    replaced: None,
                    evicted,
                }
            }
            (Some(slot), Some(weight)) => {
                mem::swap(&mut entry.value, &mut self.store.entry_mut(slot).value);
                self.store.set_weight(slot, LINE, weight);
                self.store.lists_mut().move_to_front(LINE, slot);
                Left {
                    replaced: Some(entry),
                    evicted: self.shrink_to_fit(),
                }
            }
            (found, None) => {
                let replaced = found.map(|slot| self.store.remove(slot, LINE));
                Left {
                    replaced,
                    evicted: Some(entry),
                }
            }
        }
    }

    /// Lets a newcomer in, at the front, in the slot of the last one who had to leave; returns the
    /// slot, and who that was.
    #[inline]
    fn admit(&mut self, newcomer: Newcomer<K, V, ()>) -> (Slot, Option<Entry<K, V>>) {
        self.refused = None;
        let seat = self.make_room(newcomer.weight);
        self.stats.insertions += 1;
        self.store
            .insert(LINE, seat.map(|slot| (slot, LINE)), newcomer)
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
                return Some(victim);
            }
            self.store.remove(victim, LINE);
        }
    }
    // ANCHOR_END: put

    /// Evicts from the back until the load is within the capacity; returns the last victim.
    #[inline]
    fn shrink_to_fit(&mut self) -> Option<Entry<K, V>> {
        let mut evicted = None;
        while self.budget.excess(self.store.load(LINE), 0) > 0 {
            evicted = self.pop_back();
            self.stats.evictions += 1;
        }
        evicted
    }

    fn pop_back(&mut self) -> Option<Entry<K, V>> {
        self.store
            .lists()
            .back(LINE)
            .map(|slot| self.store.remove(slot, LINE))
    }

    /// Removes `key` and returns its value.
    pub fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        self.pop_entry(key).map(|(_, value)| value)
    }

    /// Removes `key` and returns it, as it was in the cache, with its value.
    pub fn pop_entry<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<(K, V)> {
        let slot = self.find(key)?;
        let Entry { key, value } = self.store.remove(slot, LINE);
        Some((key, value))
    }

    /// Changes the capacity, in entries or units of weight, evicting from the back as needed, and
    /// gives back spare memory.
    pub fn resize(&mut self, cap: NonZeroUsize) {
        if cap != self.budget.capacity {
            self.budget.capacity = cap;
            self.shrink_to_fit();
            self.store.shrink_to(0);
        }
    }

    /// Removes every entry, and keeps the memory and the statistics.
    pub fn clear(&mut self) {
        self.refused = None;
        self.store.clear();
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
    }
}

impl<K, V, S> LruCache<K, V, S> {
    /// Number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether there is no entry.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The capacity: entries, or units of weight in a weighted cache.
    pub fn cap(&self) -> NonZeroUsize {
        self.budget.capacity
    }

    /// Sum of the weights of all entries; their number in a cache that is not weighted.
    pub fn weight(&self) -> usize {
        self.store.load(LINE)
    }

    /// What has happened so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }
}

impl<K, V, S> fmt::Debug for LruCache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LruCache")
            .field("len", &self.len())
            .field("cap", &self.cap())
            .finish()
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> Extend<(K, V)> for LruCache<K, V, S> {
    /// Puts each in turn, so that the last is the most recently used.
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, entries: T) {
        for (key, value) in entries {
            self.put(key, value);
        }
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V> for LruCache<K, V, S> {
    #[inline(always)]
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V> {
        self.get(key)
    }

    #[inline]
    fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        self.get_mut(key)
    }

    #[inline]
    fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.peek(key)
    }

    #[inline]
    fn put(&mut self, key: K, value: V) -> Option<V> {
        self.put(key, value)
    }

    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        self.pop(key)
    }

    fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, keep: F) {
        self.retain(keep);
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn cap(&self) -> u64 {
        self.cap().get() as u64
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn stats(&self) -> Stats {
        self.stats()
    }
}

impl<K: Hash + Eq + fmt::Display, V: fmt::Display, S> Draw for LruCache<K, V, S> {
    /// The table's buckets, which lead to slots; the slots; and the entries in the order of use.
    fn lanes(&self) -> Vec<Lane> {
        let bucket = |slot: Option<Slot>| {
            let number = slot.map_or(String::new(), |slot| slot.to_string());
            Cell::new(number).leading_to(slot.map(|slot| slot as usize))
        };
        let slot = |slot: Slot| {
            let Entry { key, value } = self.store.entry(slot);
            Cell::noted(format!("{key}: {value}"), slot)
        };
        let slots = 0..self.store.len() as Slot;
        vec![
            Lane::array("table", self.store.buckets().map(bucket)),
            Lane::array("slots", slots.map(slot)),
            Lane::list(
                "order",
                self.store.iter(LINE).map(|(key, _)| Cell::new(key)),
            ),
        ]
    }
}
