use std::mem;

use bloom::hash_key;

/// Slots of a bucket.
const SLOTS: usize = 4;

/// After so many moves, the filter is full.
const MOVES: u32 = 500;

/// A cuckoo filter (Fan, Andersen, Kaminsky & Mitzenmacher 2014): a set that answers *no* or
/// *probably*, from which keys can be removed.
///
/// A table of fingerprints, each in one of two buckets: `first` is hashed from the key, and the
/// other of either is that xor a hash of the fingerprint, so that one who is thrown out can be
/// moved without his key. Four slots a bucket fill to 95 %. A look-up compares with eight
/// fingerprints, so it errs in 8/255 of the cases.
pub struct CuckooFilter {
    /// Fingerprints from 1 to 255; 0 is an empty slot.
    buckets: Vec<[u8; SLOTS]>,
}

impl CuckooFilter {
    /// An empty filter of `buckets` buckets of four slots, a power of two.
    pub fn new(buckets: usize) -> Self {
        assert!(buckets.is_power_of_two(), "{buckets} is not a power of two");
        CuckooFilter {
            buckets: vec![[0; SLOTS]; buckets],
        }
    }

    /// Inserts `key`, once more if it is in already. Returns false if, after 500 moves, there is
    /// still somebody without a slot; then everything is as it was before.
    pub fn insert(&mut self, key: u64) -> bool {
        let (mut fingerprint, [first, mut at]) = self.places(key);
        if self.exchange(first, 0, fingerprint) || self.exchange(at, 0, fingerprint) {
            return true;
        }
        let mut moves = Vec::new();
        for number in 0..MOVES {
            // A throw of dice that is the same in every run.
            let slot = hash_key(&number, key) as usize % SLOTS;
            mem::swap(&mut fingerprint, &mut self.buckets[at][slot]);
            moves.push((at, slot));
            at = self.other(at, fingerprint);
            if self.exchange(at, 0, fingerprint) {
                return true;
            }
        }
        for (at, slot) in moves.into_iter().rev() {
            mem::swap(&mut fingerprint, &mut self.buckets[at][slot]);
        }
        false
    }

    /// Whether `key` is in: false for certain, true probably.
    pub fn contains(&self, key: u64) -> bool {
        let (fingerprint, places) = self.places(key);
        places
            .into_iter()
            .any(|at| self.buckets[at].contains(&fingerprint))
    }

    /// Removes `key`, which must have been inserted, once if it is in several times. Returns false
    /// if it certainly is not in.
    ///
    /// Equal fingerprints in a bucket have the same other bucket: it does not matter whose is
    /// taken.
    pub fn remove(&mut self, key: u64) -> bool {
        let (fingerprint, [first, second]) = self.places(key);
        self.exchange(first, fingerprint, 0) || self.exchange(second, fingerprint, 0)
    }

    /// The key's fingerprint and its two buckets. They come from different bits of its hash.
    fn places(&self, key: u64) -> (u8, [usize; 2]) {
        let hash = hash_key(&key, 0);
        let fingerprint = ((hash >> 32) % 255) as u8 + 1;
        let first = hash as usize % self.buckets.len();
        (fingerprint, [first, self.other(first, fingerprint)])
    }

    fn other(&self, bucket: usize, fingerprint: u8) -> usize {
        (bucket ^ hash_key(&fingerprint, 1) as usize) % self.buckets.len()
    }

    /// Puts `new` into a slot of the bucket that has `old`, if there is one.
    fn exchange(&mut self, bucket: usize, old: u8, new: u8) -> bool {
        let slot = self.buckets[bucket].iter_mut().find(|slot| **slot == old);
        slot.map(|slot| *slot = new).is_some()
    }
}
