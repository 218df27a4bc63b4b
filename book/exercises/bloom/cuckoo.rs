use bloom::hash_key;

/// Slots of a bucket.
const SLOTS: usize = 4;

/// A cuckoo filter (Fan, Andersen, Kaminsky & Mitzenmacher 2014): a set that answers *no* or
/// *probably*, from which keys can be removed.
///
/// It is a hash table of fingerprints, of eight bits here. A key has two buckets that it may lie
/// in, and in case of need a newcomer throws somebody out, who flies to his other bucket, and may
/// throw somebody out there in turn. But of whom is thrown out only the fingerprint is known, not
/// the key: so the one bucket must follow from the other and the fingerprint,
///
/// ```text
///   first  = hash(key)                    mod buckets
///   second = first xor hash(fingerprint)  mod buckets,  and the other way round
/// ```
///
/// which works if the number of buckets is a power of two.
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
        todo!("a slot in one of two buckets; or else throw somebody out, who must not be lost")
    }

    /// Whether `key` is in: false for certain, true probably.
    pub fn contains(&self, key: u64) -> bool {
        todo!("is {key}'s fingerprint in one of two buckets?")
    }

    /// Removes `key`, which must have been inserted, once if it is in several times. Returns false
    /// if it certainly is not in.
    pub fn remove(&mut self, key: u64) -> bool {
        todo!("does it matter whose of two equal fingerprints in a bucket is cleared?")
    }
}
