//! From a key's hash to its slot, and from a slot back to its place in the table.
//!
//! The first is what a hash table is for. The second saves work: when an entry is evicted, its
//! bucket would have to be searched for, with the hash of a key that nobody has at hand. Each slot
//! remembers the bucket instead, four bytes, and the bucket is emptied without hashing, comparing
//! or probing.
//!
//! Buckets stay where they are until the table grows, so the index grows it itself, into a new
//! table beside the old one. That is also the only time after the first look-up that the user's
//! `Hash` runs: if it panics then, the old table is still whole.
//!
//! # Invariants
//!
//! - `table` holds the slots `0..places.len()`, each once, under its key's hash.
//! - Slot `s` is in bucket `places[s]`.
//!
//! # Complexity
//!
//! O(1) expected; growing is O(n), and amortised over the insertions before. A slot takes 4 bytes
//! here and 5 a bucket; 7/32 to 7/8 of the buckets are in use.

use hashbrown::HashTable;
use hashbrown::hash_table::OccupiedEntry;

use crate::list::Slot;

// ANCHOR: index
/// A hash table of slots, and each slot's bucket.
#[derive(Clone)]
pub(crate) struct Index {
    table: HashTable<Slot>,
    places: Vec<u32>,
}
// ANCHOR_END: index

impl Index {
    /// Number of slots that there can be: buckets are numbered by `u32`, and at most 7/8 of them
    /// are used.
    pub(crate) const MAX_SLOTS: usize = 7 << 29;

    /// No slots, with room for so many, and one to spare: a full cache lets a newcomer in before
    /// the table must grow.
    pub(crate) fn with_capacity(slots: usize) -> Self {
        let spare = usize::from(slots > 0);
        Index {
            table: HashTable::with_capacity(slots + spare),
            places: Vec::with_capacity(slots),
        }
    }

    /// The slot under `hash` that `is_it` recognises.
    #[inline]
    pub(crate) fn find(&self, hash: u64, mut is_it: impl FnMut(Slot) -> bool) -> Option<Slot> {
        self.table.find(hash, |&slot| is_it(slot)).copied()
    }

    /// Makes room for one more insertion, which will then move no bucket. `hash_of` gives the hash
    /// of a slot's key.
    #[inline]
    pub(crate) fn make_room(&mut self, hash_of: impl Fn(Slot) -> u64) {
        // Buckets that were emptied but not reclaimed count against the capacity as well.
        if self.table.len() == self.table.capacity() {
            self.rebuild(2 * self.table.len(), hash_of);
        }
    }

    /// Moves to a new table with room for `capacity` slots.
    #[cold]
    fn rebuild(&mut self, capacity: usize, hash_of: impl Fn(Slot) -> u64) {
        let mut rebuilt = Index {
            table: HashTable::with_capacity(capacity.min(Self::MAX_SLOTS)),
            places: Vec::new(),
        };
        rebuilt.places.reserve_exact(self.places.capacity());
        for slot in 0..self.places.len() {
            rebuilt.push(hash_of(slot as Slot));
        }
        *self = rebuilt;
    }

    /// Adds the next slot, under `hash`. There must be room.
    #[inline]
    pub(crate) fn push(&mut self, hash: u64) {
        let slot = self.places.len() as Slot;
        let bucket = self.occupy(hash, slot);
        self.places.push(bucket);
    }

    // ANCHOR: replace
    /// Puts `slot` under another hash. There must be room.
    #[inline]
    pub(crate) fn replace(&mut self, slot: Slot, hash: u64) {
        self.bucket_of(slot).remove();
        self.places[slot as usize] = self.occupy(hash, slot);
    }

    /// The bucket that `slot` is in: no hash, no probe.
    #[inline]
    fn bucket_of(&mut self, slot: Slot) -> OccupiedEntry<'_, Slot> {
        let bucket = self.places[slot as usize] as usize;
        self.table
            .get_bucket_entry(bucket)
            .expect("every slot knows its bucket")
    }

    /// Writes `slot` to a free bucket for `hash`, and returns its number.
    #[inline]
    fn occupy(&mut self, hash: u64, slot: Slot) -> u32 {
        let grown = |_: &Slot| unreachable!("room was made before");
        self.table.insert_unique(hash, slot, grown).bucket_index() as u32
    }
    // ANCHOR_END: replace

    /// Removes `slot`; the last slot takes over its number.
    pub(crate) fn swap_remove(&mut self, slot: Slot) {
        self.bucket_of(slot).remove();
        let last = (self.places.len() - 1) as Slot;
        if slot != last {
            *self.bucket_of(last).get_mut() = slot;
        }
        self.places.swap_remove(slot as usize);
    }

    /// Removes every slot.
    pub(crate) fn clear(&mut self) {
        self.table.clear();
        self.places.clear();
    }

    /// Gives back memory beyond what `capacity` slots need, or those that are there if they are
    /// more.
    pub(crate) fn shrink_to(&mut self, capacity: usize, hash_of: impl Fn(Slot) -> u64) {
        self.places.shrink_to(capacity);
        self.rebuild(capacity.max(self.places.len()), hash_of);
    }

    /// What is in each bucket, in order.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = Option<Slot>> {
        (0..self.table.num_buckets()).map(|bucket| self.table.get_bucket(bucket).copied())
    }

    /// Panics when an invariant is broken. O(n).
    pub(crate) fn check_invariants(&self) {
        assert_eq!(
            self.table.len(),
            self.places.len(),
            "the table holds other slots than there are"
        );
        for (slot, &bucket) in self.places.iter().enumerate() {
            let found = self.table.get_bucket(bucket as usize);
            assert_eq!(found, Some(&(slot as Slot)), "a slot is not where it says");
        }
    }
}
