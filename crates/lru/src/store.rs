//! Where the entries of a cache live: a table that finds them, and arrays that hold them.
//!
//! Every policy needs the same three things: to find an entry by its key, to keep entries in some
//! order, and to note a little about each. The store gives all of them a *slot*, a number, and
//! keeps one array for each thing that is known about a slot.
//!
//! ```text
//!  key ──hash──▶ table            slot      0        1        2
//!               ┌───┐                   ┌────────┬────────┬────────┐
//!               │ 2 │          entries  │ b: 20  │ a: 10  │ c: 30  │
//!               │   │          lists    │   ⇄    │   ⇄    │   ⇄    │
//!               │ 0 │          notes    │        │        │        │
//!               │ 1 │          weights  └────────┴────────┴────────┘
//!               └───┘
//! ```
//!
//! An array each, rather than an array of nodes that hold everything: a hit that only follows links
//! then pulls in eight bytes a neighbour instead of a whole node, and what a policy does not use
//! (weights, notes) takes no room.
//!
//! The table holds slots, not keys, so every key is stored once.
//!
//! # Invariants
//!
//! - Slots are `0..len`: no holes. A removal moves the last slot into the hole.
//! - The index holds every slot once, under its key's hash.
//! - No two entries have equal keys.
//! - Every slot is on one of the `N` lists, and `load(list)` is the sum of the weights of its
//!   slots.
//! - `weights` is as long as `entries`, or it is empty and every weight is one.
//!
//! # Complexity
//!
//! All operations are O(1): expected, over the choice of hash function, and amortised where an
//! array grows. An entry takes `size_of::<(K, V)>()` bytes, 12 for its links and its place in the
//! table, and there 5.7 to 11.4: up to 23 in a table that had to make room for the traces of many
//! evictions.
//!
//! User code runs before anything is changed: `Hash` and `Eq` in [`Store::hash`] and
//! [`Store::find`], and `Hash` again in [`Store::make_room`]. A panic in it leaves the store as it
//! was.

use std::hash::{BuildHasher, Hash};
use std::mem;

use hashbrown::Equivalent;

use crate::index::Index;
use crate::list::{self, Lists, Slot};

// ANCHOR: store
/// Entries with slots, found by key, ordered by `N` lists. `M` is what the policy notes about each.
#[derive(Clone)]
pub(crate) struct Store<K, V, M, S, const N: usize> {
    hasher: S,
    index: Index,
    entries: Vec<Entry<K, V>>,
    notes: Vec<M>,
    /// Empty when every entry weighs one.
    weights: Vec<usize>,
    lists: Lists<N>,
    loads: [usize; N],
}

/// A key and its value.
#[derive(Clone)]
pub(crate) struct Entry<K, V> {
    pub(crate) key: K,
    pub(crate) value: V,
}
// ANCHOR_END: store

/// What there is to know about an entry that comes in.
pub(crate) struct Newcomer<K, V, M> {
    pub(crate) hash: u64,
    pub(crate) entry: Entry<K, V>,
    pub(crate) note: M,
    pub(crate) weight: usize,
}

impl<K, V, M, S, const N: usize> Store<K, V, M, S, N> {
    /// An empty store that has room for `capacity` entries before it allocates again.
    ///
    /// # Panics
    ///
    /// When `capacity` is more than the number of slots that there can be.
    pub(crate) fn with_capacity(capacity: usize, hasher: S) -> Self {
        assert_fits(capacity);
        Store {
            hasher,
            index: Index::with_capacity(capacity),
            entries: Vec::with_capacity(capacity),
            notes: Vec::with_capacity(capacity),
            weights: Vec::new(),
            lists: Lists::with_capacity(capacity),
            loads: [0; N],
        }
    }

    /// Number of entries, on all lists together.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Sum of the weights of the entries on `list`.
    #[inline]
    pub(crate) fn load(&self, list: usize) -> usize {
        self.loads[list]
    }

    /// The weight of the entry in `slot`, as it was when it was put there.
    #[inline]
    pub(crate) fn weight(&self, slot: Slot) -> usize {
        self.weights.get(slot as usize).copied().unwrap_or(1)
    }

    #[inline]
    pub(crate) fn entry(&self, slot: Slot) -> &Entry<K, V> {
        &self.entries[slot as usize]
    }

    #[inline]
    pub(crate) fn entry_mut(&mut self, slot: Slot) -> &mut Entry<K, V> {
        &mut self.entries[slot as usize]
    }

    #[inline]
    pub(crate) fn note(&self, slot: Slot) -> &M {
        &self.notes[slot as usize]
    }

    #[inline]
    pub(crate) fn note_mut(&mut self, slot: Slot) -> &mut M {
        &mut self.notes[slot as usize]
    }

    /// The order of the entries.
    #[inline]
    pub(crate) fn lists(&self) -> &Lists<N> {
        &self.lists
    }

    /// The order of the entries, to be changed within a list: to another list, an entry goes by
    /// [`Store::change_list`].
    #[inline]
    pub(crate) fn lists_mut(&mut self) -> &mut Lists<N> {
        &mut self.lists
    }

    /// Moves `slot` from the list that it is on to the front of another.
    #[inline]
    pub(crate) fn change_list(&mut self, slot: Slot, from: usize, to: usize) {
        let weight = self.weight(slot);
        self.loads[from] -= weight;
        self.loads[to] += weight;
        self.lists.move_to_front(to, slot);
    }

    /// Records that the entry in `slot`, on `list`, weighs `weight` from now on.
    #[inline]
    pub(crate) fn set_weight(&mut self, slot: Slot, list: usize, weight: usize) {
        let before = self.weight(slot);
        if weight != before {
            self.weights.resize(self.entries.len(), 1);
            self.weights[slot as usize] = weight;
            self.loads[list] = self.loads[list] - before + weight;
        }
    }

    // ANCHOR: remove
    /// Removes and returns the entry in `slot`, which is on `list`. The last slot, if it is
    /// another, takes over its number.
    pub(crate) fn remove(&mut self, slot: Slot, list: usize) -> Entry<K, V> {
        self.loads[list] -= self.weight(slot);
        if !self.weights.is_empty() {
            self.weights.swap_remove(slot as usize);
        }
        self.lists.swap_remove(slot);
        self.index.swap_remove(slot);
        self.notes.swap_remove(slot as usize);
        self.entries.swap_remove(slot as usize)
    }
    // ANCHOR_END: remove

    /// Removes every entry, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
        self.notes.clear();
        self.weights.clear();
        self.lists.clear();
        self.loads = [0; N];
        self.entries.clear();
    }

    /// The entries of `list`, from the front.
    pub(crate) fn iter(&self, list: usize) -> Iter<'_, K, V, N> {
        Iter {
            slots: self.lists.iter(list),
            entries: &self.entries,
        }
    }

    /// The entries of `list`, mutably, from the front. O(n) at once: safe code cannot follow links
    /// with `&mut` in its hands, so the references are taken in the order of the slots and then put
    /// in the order of the list.
    pub(crate) fn iter_mut(&mut self, list: usize) -> Vec<(&K, &mut V)> {
        let mut by_slot: Vec<_> = self.entries.iter_mut().map(Some).collect();
        let slots = self.lists.iter(list);
        slots
            .filter_map(|slot| by_slot[slot as usize].take())
            .map(|entry| (&entry.key, &mut entry.value))
            .collect()
    }

    /// The entries of `list`, taken out, from the front; those of other lists are dropped. O(n).
    pub(crate) fn into_entries(self, list: usize) -> Vec<(K, V)> {
        let mut by_slot: Vec<_> = self.entries.into_iter().map(Some).collect();
        let slots = self.lists.iter(list);
        slots
            .filter_map(|slot| by_slot[slot as usize].take())
            .map(|entry| (entry.key, entry.value))
            .collect()
    }

    /// The table's buckets, in order: what is drawn in the book.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Option<Slot>> {
        self.index.buckets()
    }
}

impl<K: Hash, V, M, S: BuildHasher, const N: usize> Store<K, V, M, S, N> {
    #[inline]
    pub(crate) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.hasher.hash_one(key)
    }

    // ANCHOR: find
    /// The slot of `key`, whose hash is `hash`.
    #[inline]
    pub(crate) fn find<Q: Equivalent<K> + ?Sized>(&self, hash: u64, key: &Q) -> Option<Slot> {
        let is_it = |slot| key.equivalent(&self.entries[slot as usize].key);
        self.index.find(hash, is_it)
    }
    // ANCHOR_END: find

    // ANCHOR: insert
    /// Adds a newcomer at the front of `list`. Its key must not be in the store.
    ///
    /// If there is a `seat`, a slot and the list that it is on, the newcomer takes it, and who sat
    /// there leaves. Returns the newcomer's slot, and who left.
    #[inline]
    pub(crate) fn insert(
        &mut self,
        list: usize,
        seat: Option<(Slot, usize)>,
        newcomer: Newcomer<K, V, M>,
    ) -> (Slot, Option<Entry<K, V>>) {
        self.make_room();
        match seat {
            None => (self.push(list, newcomer), None),
            Some((slot, from)) => {
                let left = self.replace(slot, from, newcomer);
                self.change_list(slot, from, list);
                (slot, Some(left))
            }
        }
    }
    // ANCHOR_END: insert

    /// Makes room in the table, and so hashes keys, before anything is changed.
    #[inline]
    pub(crate) fn make_room(&mut self) {
        let Store {
            index,
            entries,
            hasher,
            ..
        } = self;
        index.make_room(|slot| hasher.hash_one(&entries[slot as usize].key));
    }

    fn push(&mut self, list: usize, newcomer: Newcomer<K, V, M>) -> Slot {
        let Newcomer {
            hash,
            entry,
            note,
            weight,
        } = newcomer;
        let slot = self.entries.len() as Slot;
        assert_fits(self.entries.len() + 1);
        self.lists.push_slot(list);
        self.index.push(hash);
        self.entries.push(entry);
        self.notes.push(note);
        if !self.weights.is_empty() || weight != 1 {
            self.weights.resize(slot as usize, 1);
            self.weights.push(weight);
        }
        self.loads[list] += weight;
        slot
    }

    /// Puts a newcomer in the slot of an entry on `list`, which leaves. The slot keeps its place in
    /// the list.
    #[inline]
    fn replace(&mut self, slot: Slot, list: usize, newcomer: Newcomer<K, V, M>) -> Entry<K, V> {
        self.index.replace(slot, newcomer.hash);
        self.set_weight(slot, list, newcomer.weight);
        self.notes[slot as usize] = newcomer.note;
        mem::replace(&mut self.entries[slot as usize], newcomer.entry)
    }

    /// Gives back memory beyond what `capacity` entries need, or those that are there if they are
    /// more.
    pub(crate) fn shrink_to(&mut self, capacity: usize) {
        let Store {
            index,
            entries,
            hasher,
            ..
        } = self;
        index.shrink_to(capacity, |slot| {
            hasher.hash_one(&entries[slot as usize].key)
        });
        self.entries.shrink_to(capacity);
        self.notes.shrink_to(capacity);
        self.weights.shrink_to(capacity);
        self.lists.shrink_to(capacity);
    }

    /// Panics when an invariant is broken. O(n).
    pub(crate) fn check_invariants(&self)
    where
        K: Eq,
    {
        let len = self.entries.len();
        assert_eq!(self.notes.len(), len, "the notes are out of step");
        assert!(
            self.weights.is_empty() || self.weights.len() == len,
            "the weights are out of step"
        );
        self.index.check_invariants();
        self.lists.check_invariants();
        for (slot, entry) in self.entries.iter().enumerate() {
            let found = self.find(self.hash(&entry.key), &entry.key);
            assert_eq!(
                found,
                Some(slot as Slot),
                "the table does not lead to a key"
            );
        }
        for list in 0..N {
            let load: usize = self.lists.iter(list).map(|slot| self.weight(slot)).sum();
            assert_eq!(
                self.loads[list], load,
                "the load of list {list} is not the sum of its weights"
            );
        }
    }
}

/// Panics when there cannot be so many slots.
fn assert_fits(slots: usize) {
    let most = Index::MAX_SLOTS;
    assert!(
        slots <= most,
        "a cache holds at most {most} entries, not {slots}"
    );
}

/// The entries of a list, from both ends.
pub(crate) struct Iter<'a, K, V, const N: usize> {
    slots: list::Iter<'a, N>,
    entries: &'a [Entry<K, V>],
}

impl<K, V, const N: usize> Clone for Iter<'_, K, V, N> {
    fn clone(&self) -> Self {
        Iter {
            slots: self.slots.clone(),
            entries: self.entries,
        }
    }
}

impl<'a, K, V, const N: usize> Iterator for Iter<'a, K, V, N> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.slots
            .next()
            .map(|slot| pair(&self.entries[slot as usize]))
    }
}

impl<K, V, const N: usize> DoubleEndedIterator for Iter<'_, K, V, N> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.slots
            .next_back()
            .map(|slot| pair(&self.entries[slot as usize]))
    }
}

fn pair<K, V>(entry: &Entry<K, V>) -> (&K, &V) {
    (&entry.key, &entry.value)
}
