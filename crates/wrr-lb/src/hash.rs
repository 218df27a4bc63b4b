//! Hashes that are the same in every process.
//!
//! Balancers that choose by key must agree on the hash of the key, so it cannot have a random seed
//! as that of a `HashMap` has, and it cannot be one that the next version of the standard library
//! may change. This one folds eight bytes at a time into the state, as wyhash and its relatives do:
//! multiply to 128 bits and xor the halves.

use std::hash::{Hash, Hasher};

/// An odd number without pattern: the golden ratio's fraction, 64 bits of it.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of `key`, for ever.
pub(crate) fn stable<K: Hash + ?Sized>(key: &K) -> u64 {
    let mut hasher = StableHasher(GOLDEN);
    key.hash(&mut hasher);
    hasher.finish()
}

/// All bits of the result depend on all bits of `x`, and different `x` give different results. This
/// is the output function of splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
#[inline]
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A number in `0..n`, in proportion to where `random` lies among all numbers of 64 bits: a
/// multiplication in place of a division (Lemire, 2019).
#[inline]
pub(crate) fn scale(random: u64, n: usize) -> usize {
    ((u128::from(random) * n as u128) >> 64) as usize
}

struct StableHasher(u64);

impl StableHasher {
    #[inline]
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(0xa076_1d64_78bd_642f_u64);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ GOLDEN;
    }
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.fold(u64::from_le_bytes(word));
        }
        // Zeros at the end are not the same as nothing.
        self.0 = self.0.wrapping_add(bytes.len() as u64);
    }

    fn write_u8(&mut self, byte: u8) {
        self.fold(u64::from(byte) | 1 << 8);
    }

    fn write_u64(&mut self, word: u64) {
        self.fold(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.fold(word as u64);
    }

    fn finish(&self) -> u64 {
        mix(self.0)
    }
}
