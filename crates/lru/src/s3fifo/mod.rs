//! S3-FIFO: three first-in-first-out queues, and a hit that moves nothing.
//!
//! Most keys of most traces are asked for once while they are in the cache. LRU lets each of these
//! *one-hit wonders* walk through the whole cache before it leaves. S3-FIFO (Yang, Zhang, Qiu, Yue
//! & Rashmi, SOSP 2023) gives newcomers a tenth of the room, and the rest only to those who were
//! asked for again there:
//!
//! ```text
//!              ┌────────────┐  used twice or more   ┌───────────────────────┐
//!   new key ──▶│ small, 10 %│──────────────────────▶│ main, 90 %            │──▶ evicted when its
//!              └─────┬──────┘                       └───────▲───────────┬───┘    count is 0,
//!                    │ otherwise                            │           └─▶ else one lower
//!                    ▼                                      │               and in again
//!              ┌────────────┐  comes back                   │
//!              │ ghost      │───────────────────────────────┘
//!              └────────────┘  (fingerprints only)
//! ```
//!
//! A hit adds one to a counter of at most three. No link is written, so a hit costs little more
//! than finding the key, and threads that share a cache have almost nothing to fight over.
//!
//! # Invariants
//!
//! - Every entry is on one of the two lists, as its note says; newcomers join at the front and
//!   leave from the back.
//! - The loads of the two lists together are at most the capacity.
//! - Counts are 0 to 3.
//! - A ghost is forgotten when as much was evicted since as main may hold.
//!
//! # Complexity
//!
//! A hit is O(1) and writes one byte. An insertion is O(1) amortised: whoever is moved or
//! reinserted on the way to a victim was paid for by the hits that it had since the last time.
//!
//! # Where this differs from the paper
//!
//! Algorithm 1 goes on to evict from small after a promotion made main overflow and lose an entry.
//! Here that entry is the victim, so that making room for one evicts one. A promoted entry's count
//! starts again at zero, as the paper's text says.

mod ghost;

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::mem;
use std::num::NonZeroUsize;

use hashbrown::{DefaultHashBuilder, Equivalent};

use self::ghost::Ghosts;
use crate::budget::{Budget, Weigher};
use crate::draw::{Cell, Draw, Lane};
use crate::list::Slot;
use crate::store::{Entry, Newcomer, Store};
use crate::{Cache, Stats};

/// The queue of newcomers.
const SMALL: usize = 0;
/// The queue of those who were used there.
const MAIN: usize = 1;
/// Where counts stop.
const MOST_USES: u8 = 3;

// ANCHOR: struct
/// A bounded map that admits to most of its room only what is used again.
///
/// Its operations are those of [`Cache`].
///
/// ```
/// use std::num::NonZeroUsize;
/// use lru::{Cache, S3FifoCache};
///
/// let mut cache = S3FifoCache::new(NonZeroUsize::new(10).unwrap());
/// for key in 0..5 {
///     cache.put(key, "kept");
///     cache.get(&key);
///     cache.get(&key);
/// }
/// for key in 100..1000 {
///     cache.put(key, "a scan");
/// }
/// assert!((0..5).all(|key| cache.contains(&key)));
/// ```
#[derive(Clone)]
pub struct S3FifoCache<K, V, S = DefaultHashBuilder> {
    store: Store<K, V, Note, S, 2>,
    ghosts: Ghosts,
    budget: Budget<K, V>,
    stats: Stats,
}

/// What is known about an entry.
#[derive(Clone, Copy)]
struct Note {
    /// Uses since it joined the queue, up to [`MOST_USES`], less one for each time that it was
    /// spared.
    uses: u8,
    /// Whether it is in main.
    main: bool,
}
// ANCHOR_END: struct

/// A tenth of the capacity, at least one.
fn small_share(capacity: NonZeroUsize) -> usize {
    (capacity.get() / 10).max(1)
}

/// What is left of the capacity: also the age, in weight evicted since, at which ghosts are
/// forgotten.
fn main_share(capacity: NonZeroUsize) -> usize {
    capacity.get() - small_share(capacity)
}

impl Note {
    fn list(self) -> usize {
        usize::from(self.main)
    }

    #[inline]
    fn touch(&mut self) {
        self.uses = (self.uses + 1).min(MOST_USES);
    }
}

impl<K: Hash + Eq, V> S3FifoCache<K, V> {
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
    /// One that grows when it is put again, and no longer fits, leaves and comes in anew.
    pub fn weighted(cap: NonZeroUsize, weigher: Weigher<K, V>) -> Self {
        Self::weighted_with_hasher(cap, weigher, DefaultHashBuilder::default())
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> S3FifoCache<K, V, S> {
    /// As [`S3FifoCache::new`], with a hasher.
    ///
    /// # Panics
    ///
    /// When `cap` is over 7 · 2²⁹.
    pub fn with_hasher(cap: NonZeroUsize, hash_builder: S) -> Self {
        Self::construct(Budget::entries(cap), cap.get(), hash_builder)
    }

    /// As [`S3FifoCache::weighted`], with a hasher.
    pub fn weighted_with_hasher(
        cap: NonZeroUsize,
        weigher: Weigher<K, V>,
        hash_builder: S,
    ) -> Self {
        Self::construct(Budget::weight(cap, weigher), 0, hash_builder)
    }

    fn construct(budget: Budget<K, V>, slots: usize, hash_builder: S) -> Self {
        let store = Store::with_capacity(slots, hash_builder);
        S3FifoCache {
            store,
            ghosts: Ghosts::new(main_share(budget.capacity)),
            budget,
            stats: Stats::default(),
        }
    }

    #[inline]
    fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Slot> {
        self.store.find(self.store.hash(key), key)
    }

    // ANCHOR: touch
    /// Finds `key`, and counts: the use, and the hit or the miss.
    #[inline(always)]
    fn touch<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<Slot> {
        let Some(slot) = self.find(key) else {
            self.stats.misses += 1;
            return None;
        };
        self.stats.hits += 1;
        self.store.note_mut(slot).touch();
        Some(slot)
    }
    // ANCHOR_END: touch

    fn small_share(&self) -> usize {
        small_share(self.budget.capacity)
    }

    fn main_share(&self) -> usize {
        main_share(self.budget.capacity)
    }

    /// The load of both queues.
    fn load(&self) -> usize {
        self.store.load(SMALL) + self.store.load(MAIN)
    }

    // ANCHOR: admit
    /// Lets a newcomer in: by the front door, or straight into main if it was evicted lately.
    #[inline]
    fn admit(&mut self, hash: u64, entry: Entry<K, V>, weight: usize) {
        let seat = self.make_room(weight);
        let note = Note {
            uses: 0,
            main: self.ghosts.strike(hash),
        };
        self.stats.insertions += 1;
        self.store.insert(
            note.list(),
            seat,
            Newcomer {
                hash,
                entry,
                note,
                weight,
            },
        );
    }

    /// Evicts until a newcomer fits, but leaves the last victim in its slot, to be replaced.
    #[inline]
    fn make_room(&mut self, weight: usize) -> Option<(Slot, usize)> {
        loop {
            let excess = self.budget.excess(self.load(), weight);
            if excess == 0 {
                return None;
            }
            let (victim, list) = self.victim()?;
            self.stats.evictions += 1;
            if self.store.weight(victim) >= excess {
                return Some((victim, list));
            }
            self.store.remove(victim, list);
        }
    }
    // ANCHOR_END: admit

    // ANCHOR: victim
    /// Whom to evict, and the list that it is on: small pays as long as it has its share.
    #[inline]
    fn victim(&mut self) -> Option<(Slot, usize)> {
        if self.store.load(SMALL) >= self.small_share() {
            self.victim_of_small()
        } else {
            self.victim_of_main().or_else(|| self.victim_of_small())
        }
    }

    /// The first at the back of small who was not used twice; the others move to main.
    #[inline]
    fn victim_of_small(&mut self) -> Option<(Slot, usize)> {
        while let Some(slot) = self.store.lists().back(SMALL) {
            if self.store.note(slot).uses <= 1 {
                let hash = self.store.hash(&self.store.entry(slot).key);
                self.ghosts
                    .push(hash, self.store.weight(slot), self.store.len());
                return Some((slot, SMALL));
            }
            *self.store.note_mut(slot) = Note {
                uses: 0,
                main: true,
            };
            self.store.change_list(slot, SMALL, MAIN);
            if self.store.load(MAIN) > self.main_share() {
                break;
            }
        }
        self.victim_of_main()
    }

    /// The first at the back of main whose count is zero; the others go round again, with one less.
    #[inline]
    fn victim_of_main(&mut self) -> Option<(Slot, usize)> {
        while let Some(slot) = self.store.lists().back(MAIN) {
            let note = self.store.note_mut(slot);
            if note.uses == 0 {
                return Some((slot, MAIN));
            }
            note.uses -= 1;
            self.store.lists_mut().move_to_front(MAIN, slot);
        }
        None
    }
    // ANCHOR_END: victim

    fn remove(&mut self, slot: Slot) -> V {
        let list = self.store.note(slot).list();
        self.store.remove(slot, list).value
    }

    /// Changes the capacity, in entries or units of weight, evicting as needed, and gives back
    /// spare memory. Forgets the ghosts.
    pub fn resize(&mut self, cap: NonZeroUsize) {
        self.budget.capacity = cap;
        if let Some((victim, list)) = self.make_room(0) {
            self.store.remove(victim, list);
        }
        self.ghosts = Ghosts::new(self.main_share());
        self.store.shrink_to(0);
    }

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.store.check_invariants();
        self.ghosts.check_invariants();
        assert!(self.load() <= self.budget.capacity.get(), "over capacity");
        for list in [SMALL, MAIN] {
            for slot in self.store.lists().iter(list) {
                let note = self.store.note(slot);
                assert!(
                    note.list() == list && note.uses <= MOST_USES,
                    "a note is wrong"
                );
            }
        }
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V> for S3FifoCache<K, V, S> {
    #[inline(always)]
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

    #[inline]
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
        if self.budget.excess(self.load(), growth) > 0 {
            let replaced = self.remove(slot);
            self.admit(hash, Entry { key, value }, weight);
            return Some(replaced);
        }
        self.store.note_mut(slot).touch();
        self.store
            .set_weight(slot, self.store.note(slot).list(), weight);
        Some(mem::replace(&mut self.store.entry_mut(slot).value, value))
    }

    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        let hash = self.store.hash(key);
        let found = self.store.find(hash, key);
        if found.is_none() {
            self.ghosts.strike(hash);
        }
        found.map(|slot| self.remove(slot))
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
        self.ghosts = Ghosts::new(self.main_share());
        self.store.clear();
    }

    fn stats(&self) -> Stats {
        self.stats
    }
}

impl<K, V, S> fmt::Debug for S3FifoCache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, cap) = (self.store.len(), self.budget.capacity);
        f.debug_struct("S3FifoCache")
            .field("len", &len)
            .field("cap", &cap)
            .finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + fmt::Display, V, S> Draw for S3FifoCache<K, V, S> {
    /// The two queues, each entry with its count, and the ghosts' fingerprints.
    fn lanes(&self) -> Vec<Lane> {
        let queue = |list| {
            let slots = self.store.lists().iter(list);
            slots.map(|slot| Cell::noted(&self.store.entry(slot).key, self.store.note(slot).uses))
        };
        let ghost = |fingerprint: u32| Cell::new(format!("#{:04x}", fingerprint >> 16));
        vec![
            Lane::list("small", queue(SMALL)),
            Lane::list("main", queue(MAIN)),
            Lane::list("ghost", self.ghosts.iter().map(ghost)),
        ]
    }
}
