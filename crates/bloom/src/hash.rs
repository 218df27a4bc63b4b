//! One hash for all filters: seeded, and the same for ever.
//!
//! A filter that is written to disk is read by another process, on another machine, years later.
//! The hash of a key must then be what it was. `std`'s default hasher promises no such thing, so
//! the hash is [XXH3-64], whose algorithm is published and frozen.
//!
//! `std::hash::Hash` feeds a hasher with a sequence of writes: a tuple writes each field. Each
//! write is hashed as a message of its own, and its digest is the seed of the next:
//!
//! ```text
//!   ("ab", 7_u32)   seed ──▶ XXH3("ab") ──▶ XXH3(ff) ──▶ XXH3(07 00 00 00) ──▶ hash
//! ```
//!
//! So there is no state but one word, and an integer key costs exactly one short XXH3. Integers
//! are little-endian, `usize` and `isize` are 64 bits wide, whatever the platform's own are.
//!
//! # What is stable
//!
//! [`hash_bytes`] is XXH3-64 and no more, so every implementation of XXH3 gives the same value.
//! [`hash_key`] adds what `Hash` writes: this is pinned by tests here for integers, strings, byte
//! slices and tuples, but `std` leaves itself the right to change it, and `[u16]` and wider
//! slices are written in the byte order of the machine. Where bytes are what you have, or the
//! filter is to be read by programs in other languages, use [`hash_bytes`].
//!
//! [XXH3-64]: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The 64-bit hash of any key, as the filters compute it.
///
/// For whoever hashes a key once and asks several filters with the `_hash` methods.
///
/// ```
/// use bloom::{hash_bytes, hash_key};
///
/// assert_eq!(hash_key(&7_u32, 42), hash_bytes(&[7, 0, 0, 0], 42));
/// assert_ne!(hash_key(&7_u32, 42), hash_key(&7_u32, 43));
/// ```
#[inline]
pub fn hash_key<T: Hash + ?Sized>(key: &T, seed: u64) -> u64 {
    let mut hasher = Chain(seed);
    key.hash(&mut hasher);
    hasher.finish()
}

/// The 64-bit hash of some bytes: XXH3-64 with a seed.
///
/// This is not `hash_key` of the same slice, to which `Hash` adds its length.
#[inline]
pub fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

// ANCHOR: chain
/// Hashes each write with the digest of those before it as the seed.
struct Chain(u64);

impl Hasher for Chain {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }
    // ANCHOR_END: chain

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.write(&number.to_le_bytes());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    // The signed ones would otherwise be written in the machine's byte order.
    #[inline]
    fn write_i16(&mut self, number: i16) {
        self.write_u16(number as u16);
    }

    #[inline]
    fn write_i32(&mut self, number: i32) {
        self.write_u32(number as u32);
    }

    #[inline]
    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn write_i128(&mut self, number: i128) {
        self.write_u128(number as u128);
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as i64 as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
