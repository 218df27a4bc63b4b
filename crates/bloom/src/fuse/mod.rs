//! Binary fuse filter: for a set that is known beforehand, 9 bits a key at one in 256.
//!
//! A Bloom filter takes 1.44 times as many bits as a filter must, because it can be added to at any
//! time. A set that does not change, such as the keys of an SSTable, can do better (Graf and Lemire
//! 2022). There is a table of fingerprints, and each key has three slots in it. The table is filled
//! so that for each key of the set the xor of the three is the key's own fingerprint:
//!
//! ```text
//!   slot         0     1     2     3     4     5
//!             ┌─────┬─────┬─────┬─────┬─────┬─────┐
//!             │ 1f  │ a0  │ 37  │ 00  │ c4  │ 09  │
//!             └──┬──┴─────┴──┬──┴─────┴──┬──┴─────┘
//!   a key        1f    ^     37    ^     c4          = ec, is that its fingerprint? then it is in
//! ```
//!
//! Any other key finds its fingerprint there only by chance, which is 1 in 256 if it has 8 bits,
//! whatever the table holds. How a table is found that is right for all keys at once is told in
//! `build.rs`, where the slots are in `layout.rs`.
//!
//! # Invariants
//!
//! - The table has as many slots as its layout says.
//! - For each key of the set, the xor of its three slots is its fingerprint.
//!
//! # Complexity
//!
//! A look-up reads three slots, always: three cache misses in a large table, but all three at once.
//! Building takes O(n) expected time, and some 25 bytes a key while it lasts. About 1.13 slots a
//! key at a million keys and more, 1.28 at ten thousand.
//!
//! # What is left out
//!
//! There is no insertion: a filled slot is part of the sums of many keys. Four slots a key would
//! take 1.075 slots instead of 1.125, and a fourth cache miss.

mod build;
mod bytes;
mod fingerprint;
mod layout;

use std::fmt;
use std::hash::Hash;

use crate::{BloomError, hash_key};
use layout::Layout;

pub use bytes::BinaryFuseRef;
pub use fingerprint::Fingerprint;

/// A [`BinaryFuse`] of 9 bits a key, which errs at a rate of 1/256.
pub type BinaryFuse8 = BinaryFuse<u8>;

/// A [`BinaryFuse`] of 18 bits a key, which errs at a rate of 1/65 536.
pub type BinaryFuse16 = BinaryFuse<u16>;

/// How many seeds are tried. At the worst number of keys, two are enough on average.
const ATTEMPTS: u32 = 100;

// ANCHOR: struct
/// A static filter: all keys are given when it is built.
///
/// [`BinaryFuse8`] and [`BinaryFuse16`] differ in the width of the fingerprints, hence in size and
/// in rate. A filter of no keys errs at that rate too.
///
/// ```
/// use bloom::BinaryFuse8;
///
/// let filter = BinaryFuse8::try_from_keys(["ant", "bee", "cat"])?;
/// assert!(filter.contains("bee"));
/// assert!(!filter.contains("dog"));
/// # Ok::<(), bloom::BloomError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BinaryFuse<F> {
    core: Core,
    table: Box<[F]>,
}

/// What a filter is besides its table, wherever that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Core {
    layout: Layout,
    /// Of `hash_key`.
    seed: u64,
    /// With which hashes are mixed: the one for which a table was found.
    mix: u64,
    /// Keys in the set.
    len: usize,
}
// ANCHOR_END: struct

impl Core {
    // ANCHOR: contains
    /// Whether the three slots of a key give its fingerprint.
    #[inline]
    fn contains<F: Fingerprint>(&self, hash: u64, slot: impl Fn(usize) -> F) -> bool {
        let hash = mix(hash, self.mix);
        let [a, b, c] = self.layout.slots(hash);
        slot(a) ^ slot(b) ^ slot(c) == F::of(hash)
    }
    // ANCHOR_END: contains

    fn bits_per_key<F: Fingerprint>(&self) -> f64 {
        f64::from(F::BITS) * self.layout.len() as f64 / self.len as f64
    }
}

/// Another hash for every seed: both halves of a product, folded.
#[inline]
fn mix(hash: u64, seed: u64) -> u64 {
    let product = u128::from(hash ^ seed) * 0xf39c_c060_5ced_c835;
    (product as u64) ^ ((product >> 64) as u64)
}

impl<F: Fingerprint> BinaryFuse<F> {
    /// The filter of these keys; keys may repeat.
    ///
    /// # Errors
    ///
    /// As [`from_hashes`](Self::from_hashes).
    pub fn try_from_keys<K: Hash>(keys: impl IntoIterator<Item = K>) -> Result<Self, BloomError> {
        Self::try_from_keys_with_seed(keys, 0)
    }

    /// As [`try_from_keys`](Self::try_from_keys), with a seed for [`hash_key`].
    ///
    /// A secret seed keeps others from finding keys for which the filter errs.
    ///
    /// # Errors
    ///
    /// As [`from_hashes`](Self::from_hashes).
    pub fn try_from_keys_with_seed<K: Hash>(
        keys: impl IntoIterator<Item = K>,
        seed: u64,
    ) -> Result<Self, BloomError> {
        let hashes: Vec<u64> = keys.into_iter().map(|key| hash_key(&key, seed)).collect();
        Self::from_hashes(&hashes, seed)
    }

    /// The filter of the keys whose [`hash_key`] with `seed` are `hashes`; they may repeat.
    ///
    /// Other 64-bit hashes will do as well if they are as evenly distributed, for a filter that is
    /// asked by [`contains_hash`](Self::contains_hash) only.
    ///
    /// # Errors
    ///
    /// [`BloomError::TooManyBits`] over 3.8 thousand million keys, and [`BloomError::NotPeelable`]
    /// if no table was found, which does not happen by chance.
    ///
    /// # Complexity
    ///
    /// O(n) expected; O(n log n) if keys repeat, which is found out by failing once.
    pub fn from_hashes(hashes: &[u64], seed: u64) -> Result<Self, BloomError> {
        Self::search(hashes, seed, ATTEMPTS)
    }

    // ANCHOR: retry
    /// Tries one seed after the other. If the first fails, it may be because keys repeat.
    fn search(hashes: &[u64], seed: u64, attempts: u32) -> Result<Self, BloomError> {
        let mut distinct = Vec::new();
        for attempt in 0..attempts {
            let keys = match attempt {
                0 => hashes,
                _ => distinct_of(hashes, &mut distinct),
            };
            // Where segments are too long for the number of keys, every other attempt succeeds.
            let layout = Layout::for_keys(keys.len(), attempt % 2 == 1)
                .ok_or_else(|| too_many::<F>(keys.len()))?;
            let mix_seed = u64::from(attempt + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = build::by_segment(keys, |hash| mix(hash, mix_seed));
            if let Some(table) = build::table(&layout, &mixed) {
                let core = Core {
                    layout,
                    seed,
                    mix: mix_seed,
                    len: keys.len(),
                };
                return Ok(BinaryFuse { core, table });
            }
        }
        Err(BloomError::NotPeelable { attempts })
    }
    // ANCHOR_END: retry

    /// Whether the key is in the set: `false` for certain, `true` probably.
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.core.seed))
    }

    /// [`contains`](Self::contains) for a key of which one has the hash.
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        self.core.contains(hash, |slot| self.table[slot])
    }

    /// Distinct keys in the set. As keys are told apart by 64-bit hashes, it may be less by one in
    /// sets of thousands of millions.
    pub fn len(&self) -> usize {
        self.core.len
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.core.len == 0
    }

    /// Bits of the table for each key; infinite without keys.
    pub fn bits_per_key(&self) -> f64 {
        self.core.bits_per_key::<F>()
    }

    /// The rate at which keys that are not in the set are said to be: 2⁻⁸ or 2⁻¹⁶.
    pub fn false_positive_rate(&self) -> f64 {
        0.5_f64.powi(F::BITS as i32)
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.core.seed
    }
}

impl<F> fmt::Debug for BinaryFuse<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinaryFuse")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

/// `hashes` without repetitions, made in `distinct` the first time.
fn distinct_of<'a>(hashes: &[u64], distinct: &'a mut Vec<u64>) -> &'a [u64] {
    if distinct.is_empty() {
        distinct.extend_from_slice(hashes);
        distinct.sort_unstable();
        distinct.dedup();
    }
    distinct
}

fn too_many<F: Fingerprint>(keys: usize) -> BloomError {
    let bits = u64::from(F::BITS);
    BloomError::TooManyBits {
        bits: (keys as u64).saturating_mul(bits + bits / 8),
        max: u64::from(u32::MAX) * bits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_fails_is_an_error_when_it_was_the_last() {
        let twice = [7, 7];
        let error = BinaryFuse8::search(&twice, 0, 1).unwrap_err();
        assert_eq!(error, BloomError::NotPeelable { attempts: 1 });
        assert_eq!(BinaryFuse8::search(&twice, 0, 2).unwrap().len(), 1);
    }

    #[test]
    fn few_attempts_are_needed_at_any_number_of_keys() {
        for keys in (0..300).chain((300..30_000).step_by(997)) {
            let hashes: Vec<u64> = (0..keys).map(|key| hash_key(&key, 1)).collect();
            assert!(BinaryFuse8::search(&hashes, 0, 10).is_ok(), "{keys} keys");
        }
    }
}
