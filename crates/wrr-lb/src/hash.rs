//! Hashes that are the same in every process.
//!
//! Balancers that choose by key must agree on the hash of the key, so it cannot have a random seed
//! as that of a `HashMap` has, and it cannot be one that the next version of a library may change.
//! It is rapidhash V3, which is specified by its C++ source and the same on every platform.
//!
//! Rapidhash is a function of bytes, and `Hash` gives a hasher several pieces: of a string, the
//! text and an end mark. Each piece is hashed with the hash of the ones before it as the seed. So
//! the hash of a key of one piece, such as a number, is the rapidhash of its bytes.
//!
//! Source: Nicolas De Carli, *rapidhash* (2024); after Wang Yi, *wyhash*.

use std::hash::{Hash, Hasher};

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, RapidSecrets, rapidhash_v3, rapidhash_v3_inline};

/// An odd number without pattern: the golden ratio's fraction, 64 bits of it.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of `key`, for ever.
#[inline]
pub(crate) fn stable<K: Hash + ?Sized>(key: &K) -> u64 {
    let mut hasher = Pieces(DEFAULT_RAPID_SECRETS.seed);
    key.hash(&mut hasher);
    hasher.finish()
}

/// The hash of an endpoint's name, for ever.
pub(crate) fn of_name(name: &str) -> u64 {
    rapidhash_v3(name.as_bytes())
}

/// The `number`-th of the hashes that come from `hash`.
#[inline]
pub(crate) fn nth(hash: u64, number: u64) -> u64 {
    piece(
        DEFAULT_RAPID_SECRETS.seed,
        [hash, number].map(u64::to_le_bytes).as_flattened(),
    )
}

/// All bits of the result depend on all bits of `x`, and different `x` give different results. This
/// is the output function of splitmix64 (Steele, Lea and Flood, OOPSLA 2014), for random numbers
/// and for what is a hash already.
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

/// The hash of the pieces so far.
struct Pieces(u64);

/// The hash of bytes with a seed. Where it is called with a number, their length is known.
#[inline(always)]
fn piece(seed: u64, bytes: &[u8]) -> u64 {
    let secrets = RapidSecrets {
        seed,
        ..DEFAULT_RAPID_SECRETS
    };
    rapidhash_v3_inline::<true, false, false>(bytes, &secrets)
}

// Numbers in the same order of bytes on every machine, and as many bytes.
impl Hasher for Pieces {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = piece(self.0, bytes);
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.0 = piece(self.0, &[number]);
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.0 = piece(self.0, &number.to_le_bytes());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.0 = piece(self.0, &number.to_le_bytes());
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = piece(self.0, &number.to_le_bytes());
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.0 = piece(self.0, &number.to_le_bytes());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_rapidhash_of_its_bytes() {
        for number in [0, 17, u64::MAX] {
            assert_eq!(stable(&number), rapidhash_v3(&number.to_le_bytes()));
            assert_eq!(
                nth(number, 3),
                rapidhash_v3(&[number.to_le_bytes(), 3u64.to_le_bytes()].concat())
            );
        }
        assert_eq!(stable(&7usize), stable(&7u64));
        assert_eq!(stable(&-7i16), rapidhash_v3(&[0xf9, 0xff]));
    }
}
