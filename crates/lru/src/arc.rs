//! ARC: two caches in one, which learns from what it lost how much room each should have.
//!
//! Some requests reward recency, some frequency, and the same program changes between them. The
//! adaptive replacement cache (Megiddo & Modha, FAST 2003) keeps what was seen once apart from what
//! was seen more often, and remembers of both the keys that it evicted lately, *ghosts*. A request
//! for a ghost is a mistake one can learn from: had that half been larger, it would have been a
//! hit. So the half grows, at the other's cost.
//!
//! ```text
//!            seen once                          seen more often
//!   ghosts B1 ◀─── resident T1 ◀─── │ ───▶ T2 resident ───▶ B2 ghosts
//!   least recent    most recent           most recent     least recent
//!
//!            └─── target p ────┘  T1 should have p of the capacity, T2 the rest
//! ```
//!
//! A hit in B1 raises the target `p`, a hit in B2 lowers it, by more the fewer ghosts that side
//! has. A scan passes through T1 and cannot push out T2.
//!
//! # Invariants
//!
//! With `|L|` for the load of a list and `c` for the capacity (Megiddo & Modha, section II and
//! figure 4):
//!
//! - `|T1| + |T2| ≤ c`: that is the cache.
//! - `|T1| + |B1| ≤ c`, and all four together at most `2c`: that is the directory.
//! - Entries on T1 and T2 have a value, those on B1 and B2 have none.
//! - `0 ≤ p ≤ c`.
//!
//! # Complexity
//!
//! O(1) for every operation in a cache that counts entries. Up to twice as many keys are held as
//! values. In a weighted cache, letting a heavy entry in takes as many steps as it pushes light
//! ones out.
//!
//! # Notes
//!
//! The target is a fraction, as in the paper's figure 4 (many implementations round it).

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;

use hashbrown::{DefaultHashBuilder, Equivalent};

use crate::budget::{Budget, Weigher};
use crate::draw::{Cell, Draw, Lane};
use crate::list::Slot;
use crate::store::{Entry, Newcomer, Store};
use crate::{Cache, Stats};

// ANCHOR: lists
/// Resident, seen once since it came in.
const T1: usize = 0;
/// Resident, seen at least twice.
const T2: usize = 1;
/// Ghosts of T1.
const B1: usize = 2;
/// Ghosts of T2.
const B2: usize = 3;
// ANCHOR_END: lists

// ANCHOR: struct
/// A bounded map that balances recency against frequency by itself.
///
/// Its operations are those of [`Cache`].
///
/// ```
/// use std::num::NonZeroUsize;
/// use lru::{ArcCache, Cache};
///
/// let mut cache = ArcCache::new(NonZeroUsize::new(4).unwrap());
/// cache.put("often", 1);
/// cache.get("often");
/// for page in ["s", "c", "a", "n", "n", "e", "d"] {
///     cache.put(page, 0);
/// }
/// assert!(cache.contains("often"));
/// ```
#[derive(Clone)]
pub struct ArcCache<K, V, S = DefaultHashBuilder> {
    /// A note is the list that the entry is on.
    store: Store<K, Option<V>, usize, S, 4>,
    /// `p`: the load that T1 should have.
    target: f64,
    /// Number of entries on T1 and T2.
    resident: usize,
    budget: Budget<K, V>,
    stats: Stats,
}
// ANCHOR_END: struct

impl<K: Hash + Eq, V> ArcCache<K, V> {
    /// Returns an empty cache of at most `cap` entries, and as many ghosts.
    ///
    /// # Panics
    ///
    /// When twice `cap` is over 7 · 2²⁹.
    pub fn new(cap: NonZeroUsize) -> Self {
        Self::with_hasher(cap, DefaultHashBuilder::default())
    }

    /// Returns an empty cache whose entries weigh at most `cap` together, by `weigher`, and as much
    /// in ghosts.
    ///
    /// As in [`LruCache::weighted`](crate::LruCache::weighted), an entry is weighed when it is put.
    /// One that grows when it is put again, and no longer fits, leaves and comes in anew.
    pub fn weighted(cap: NonZeroUsize, weigher: Weigher<K, V>) -> Self {
        Self::weighted_with_hasher(cap, weigher, DefaultHashBuilder::default())
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> ArcCache<K, V, S> {
    /// As [`ArcCache::new`], with a hasher.
    ///
    /// # Panics
    ///
    /// When twice `cap` is over 7 · 2²⁹.
    pub fn with_hasher(cap: NonZeroUsize, hash_builder: S) -> Self {
        Self::construct(
            Budget::entries(cap),
            cap.get().saturating_mul(2),
            hash_builder,
        )
    }

    /// As [`ArcCache::weighted`], with a hasher.
    pub fn weighted_with_hasher(
        cap: NonZeroUsize,
        weigher: Weigher<K, V>,
        hash_builder: S,
    ) -> Self {
        Self::construct(Budget::weight(cap, weigher), 0, hash_builder)
    }

    fn construct(budget: Budget<K, V>, slots: usize, hash_builder: S) -> Self {
        let store = Store::with_capacity(slots, hash_builder);
        ArcCache {
            store,
            target: 0.0,
            resident: 0,
            budget,
            stats: Stats::default(),
        }
    }

    /// The load that the half for recency should have, `p` in the paper: between zero and the
    /// capacity.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// The slot of `key`, if it is resident.
    #[inline]
    fn find<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Slot> {
        let slot = self.store.find(self.store.hash(key), key)?;
        (*self.store.note(slot) <= T2).then_some(slot)
    }

    // ANCHOR: hit
    /// Finds `key`, counts the hit or the miss, and moves a hit to the front of T2 (case I of the
    /// paper).
    #[inline]
    fn touch<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<Slot> {
        let Some(slot) = self.find(key) else {
            self.stats.misses += 1;
            return None;
        };
        self.stats.hits += 1;
        self.shift(slot, T2);
        Some(slot)
    }

    /// Moves an entry to the front of `list`.
    #[inline]
    fn shift(&mut self, slot: Slot, list: usize) {
        let from = std::mem::replace(self.store.note_mut(slot), list);
        self.store.change_list(slot, from, list);
    }
    // ANCHOR_END: hit

    // ANCHOR: adapt
    /// Learns from a request for a ghost on `list` (cases II and III): the half that lost it should
    /// have been larger.
    fn adapt(&mut self, slot: Slot, list: usize) {
        let (recent, frequent) = (self.store.load(B1) as f64, self.store.load(B2) as f64);
        let weight = self.store.weight(slot) as f64;
        if weight == 0.0 {
            return; // it took no room, so more room would not have kept it
        }
        let capacity = self.budget.capacity.get() as f64;
        let step = match list {
            B1 => f64::max(frequent / recent, 1.0),
            _ => -f64::max(recent / frequent, 1.0),
        };
        self.target = (self.target + step * weight).clamp(0.0, capacity);
    }
    // ANCHOR_END: adapt

    // ANCHOR: replace
    /// Evicts one entry, to become a ghost: the paper's REPLACE. `from_b2` is whether room is made
    /// for a ghost on B2.
    #[inline]
    fn replace(&mut self, from_b2: bool) {
        let recent = self.store.load(T1) as f64;
        let over_target = recent > self.target || (from_b2 && recent == self.target);
        let lists = self.store.lists();
        let (victim, ghosts) = match (lists.back(T1), lists.back(T2)) {
            (Some(victim), None) => (victim, B1),
            (Some(victim), Some(_)) if over_target => (victim, B1),
            (_, Some(victim)) => (victim, B2),
            (None, None) => return,
        };
        self.shift(victim, ghosts);
        self.resident -= 1;
        self.stats.evictions += 1;
        self.store.entry_mut(victim).value = None;
    }

    /// Evicts until `weight` fits.
    #[inline]
    fn make_room(&mut self, weight: usize, from_b2: bool) {
        while self.resident > 0
            && self
                .budget
                .excess(self.store.load(T1) + self.store.load(T2), weight)
                > 0
        {
            self.replace(from_b2);
        }
    }
    // ANCHOR_END: replace

    // ANCHOR: trim
    /// Forgets the oldest ghosts until a newcomer to T1 fits in the directory, but leaves the last
    /// in its slot, to be replaced.
    #[inline]
    fn trim(&mut self, weight: usize) -> Option<(Slot, usize)> {
        let capacity = self.budget.capacity.get();
        loop {
            let [t1, t2, b1, b2] = [T1, T2, B1, B2].map(|list| self.store.load(list));
            let recent_excess = excess(&[t1, b1, weight], capacity);
            let all_excess = excess(&[t1, b1, t2, b2, weight], capacity.saturating_mul(2));
            let excess = recent_excess.max(all_excess);
            if excess == 0 {
                return None;
            }
            let list = if recent_excess > 0 || b2 == 0 { B1 } else { B2 };
            let oldest = self.store.lists().back(list)?;
            if self.store.weight(oldest) >= excess {
                return Some((oldest, list));
            }
            self.store.remove(oldest, list);
        }
    }
    // ANCHOR_END: trim

    // ANCHOR: admit
    /// Lets in a key that is not in the directory (case IV).
    #[inline]
    fn admit(&mut self, hash: u64, key: K, value: V, weight: usize) {
        self.make_room(weight, false);
        let seat = self.trim(weight);
        let entry = Entry {
            key,
            value: Some(value),
        };
        let newcomer = Newcomer {
            hash,
            entry,
            note: T1,
            weight,
        };
        let (_, forgotten) = self.store.insert(T1, seat, newcomer);
        self.resident += 1;
        self.stats.insertions += 1;
        drop(forgotten); // last, since a key's drop may panic
    }

    /// Gives a ghost its value back, and moves it to T2 (cases II and III).
    fn revive(&mut self, slot: Slot, list: usize, value: V, weight: usize) {
        self.adapt(slot, list);
        self.make_room(weight, list == B2);
        self.store.set_weight(slot, list, weight);
        self.shift(slot, T2);
        self.store.entry_mut(slot).value = Some(value);
        self.resident += 1;
        self.stats.insertions += 1;
        self.forget_excess();
    }
    // ANCHOR_END: admit

    /// Forgets ghosts until the directory is within its bounds.
    fn forget_excess(&mut self) {
        while let Some((oldest, list)) = self.trim(0) {
            self.store.remove(oldest, list);
        }
    }

    /// Removes an entry or a ghost wholly.
    fn remove(&mut self, slot: Slot) -> Option<V> {
        let list = *self.store.note(slot);
        let value = self.store.remove(slot, list).value;
        self.resident -= usize::from(value.is_some());
        value
    }

    /// Changes the capacity, in entries or units of weight, evicting as needed, and gives back
    /// spare memory.
    pub fn resize(&mut self, cap: NonZeroUsize) {
        self.budget.capacity = cap;
        self.target = self.target.min(cap.get() as f64);
        self.make_room(0, false);
        self.forget_excess();
        self.store.shrink_to(0);
    }

    /// Panics when an invariant is broken: for the tests of this crate and of what is built on it.
    /// O(n).
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.store.check_invariants();
        let capacity = self.budget.capacity.get();
        let [t1, t2, b1, b2] = [T1, T2, B1, B2].map(|list| self.store.load(list));
        assert!(t1 + t2 <= capacity, "over capacity");
        assert!(
            t1 + b1 <= capacity && t1 + t2 + b1 + b2 <= 2 * capacity,
            "too many ghosts"
        );
        assert!(
            (0.0..=capacity as f64).contains(&self.target),
            "the target is out of range"
        );
        let mut resident = 0;
        for list in [T1, T2, B1, B2] {
            for slot in self.store.lists().iter(list) {
                assert_eq!(*self.store.note(slot), list, "a note is wrong");
                assert_eq!(
                    self.store.entry(slot).value.is_some(),
                    list <= T2,
                    "a ghost has a value, or an entry has none"
                );
                resident += usize::from(list <= T2);
            }
        }
        assert_eq!(resident, self.resident, "the residents are counted wrong");
    }
}

/// By how much some loads together exceed a limit.
fn excess(loads: &[usize], limit: usize) -> usize {
    let load = loads
        .iter()
        .fold(0, |sum: usize, &load| sum.saturating_add(load));
    load.saturating_sub(limit)
}

impl<K: Hash + Eq, V, S: BuildHasher> Cache<K, V> for ArcCache<K, V, S> {
    #[inline]
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&V> {
        let slot = self.touch(key)?;
        self.store.entry(slot).value.as_ref()
    }

    #[inline]
    fn get_mut<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        let slot = self.touch(key)?;
        self.store.entry_mut(slot).value.as_mut()
    }

    #[inline]
    fn peek<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.find(key)
            .and_then(|slot| self.store.entry(slot).value.as_ref())
    }

    // ANCHOR: put
    fn put(&mut self, key: K, value: V) -> Option<V> {
        let hash = self.store.hash(&key);
        let found = self.store.find(hash, &key);
        let Some(weight) = self.budget.weigh(&key, &value) else {
            return found.and_then(|slot| self.remove(slot));
        };
        let Some(slot) = found else {
            self.admit(hash, key, value, weight);
            return None;
        };
        let list = *self.store.note(slot);
        if list > T2 {
            self.revive(slot, list, value, weight);
            return None;
        }
        let growth = weight.saturating_sub(self.store.weight(slot));
        if self
            .budget
            .excess(self.store.load(T1) + self.store.load(T2), growth)
            > 0
        {
            let replaced = self.remove(slot);
            self.admit(hash, key, value, weight);
            return replaced;
        }
        self.store.set_weight(slot, list, weight);
        self.shift(slot, T2);
        let replaced = self.store.entry_mut(slot).value.replace(value);
        self.forget_excess();
        replaced
    }
    // ANCHOR_END: put

    fn pop<Q: Hash + Equivalent<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        let slot = self.store.find(self.store.hash(key), key)?;
        self.remove(slot)
    }

    fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, mut keep: F) {
        let mut slot = 0;
        while (slot as usize) < self.store.len() {
            let Entry { key, value } = self.store.entry_mut(slot);
            if value.as_mut().is_none_or(|value| keep(key, value)) {
                slot += 1;
            } else {
                self.remove(slot); // and another entry has this slot now
            }
        }
    }

    fn len(&self) -> usize {
        self.resident
    }

    fn cap(&self) -> u64 {
        self.budget.capacity.get() as u64
    }

    fn clear(&mut self) {
        self.store.clear();
        self.target = 0.0;
        self.resident = 0;
    }

    fn stats(&self) -> Stats {
        self.stats
    }
}

impl<K, V, S> fmt::Debug for ArcCache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ArcCache");
        debug
            .field("len", &self.resident)
            .field("cap", &self.budget.capacity)
            .field("target", &self.target);
        debug.finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + fmt::Display, V, S> Draw for ArcCache<K, V, S> {
    /// The four lists, each from its most recently used, and the target.
    fn lanes(&self) -> Vec<Lane> {
        let lane =
            |label, list| Lane::list(label, self.store.iter(list).map(|(key, _)| Cell::new(key)));
        vec![
            lane("B1", B1),
            lane("T1", T1),
            lane("T2", T2),
            lane("B2", B2),
            Lane::array("p", [Cell::new(format!("{:.2}", self.target))]),
        ]
    }
}
