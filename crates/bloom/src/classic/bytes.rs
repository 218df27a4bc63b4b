//! The classic filter on disk, and look-ups in the bytes where they are.
//!
//! The header is that of `format.rs`, with kind 1, the number of hashes and the seed. The four
//! parameters are zero. The body is the filter's words, each of 8 bytes, little-endian: bit `i` is
//! bit `i % 8` of the body's byte `i / 8`.
//!
//! A look-up in bytes reads its words one by one from wherever they are, aligned or not, so a
//! filter in a file that was read or mapped into memory needs neither copy nor allocation.

use std::{fmt, hash::Hash};

use super::{BloomFilter, MAX_BITS, MAX_HASHES, Words, contains_hash};
use crate::{
    BloomError,
    format::{self, Header, Kind},
    hash_key,
};

impl BloomFilter {
    /// The filter as bytes: 64 of header, and then the bits.
    ///
    /// The same filter gives the same bytes, on every platform and in every version of this crate
    /// that writes this version of the format.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            hashes: self.hashes,
            seed: self.seed,
            params: [0; 4],
        };
        format::seal(Kind::Classic, header, 8 * self.words.len(), |body| {
            body.extend(self.words.iter().flat_map(|word| word.to_le_bytes()));
        })
    }

    /// The filter whose bytes these are.
    ///
    /// # Errors
    ///
    /// Bytes that are damaged, cut short, continued, or something else. No bytes make it panic, or
    /// allocate more than they are long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        BloomRef::from_bytes(bytes).map(|filter| filter.to_owned())
    }
}

// ANCHOR: reference
/// A [`BloomFilter`] in bytes that belong to someone else: a file, a block of an SSTable.
///
/// ```
/// use bloom::{BloomFilter, BloomRef};
///
/// # fn main() -> Result<(), bloom::BloomError> {
/// let mut filter = BloomFilter::with_false_positive_rate(1_000, 0.01)?;
/// filter.insert("a");
/// let file = filter.to_bytes();
///
/// let filter = BloomRef::from_bytes(&file)?; // checks, and copies nothing
/// assert!(filter.contains("a"));
/// assert!(!filter.contains("b"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct BloomRef<'a> {
    words: &'a [[u8; 8]],
    hashes: u32,
    seed: u64,
}

impl Words for [[u8; 8]] {
    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn word(&self, index: usize) -> u64 {
        u64::from_le_bytes(self[index])
    }
}
// ANCHOR_END: reference

impl<'a> BloomRef<'a> {
    /// The filter that [`BloomFilter::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// As [`BloomFilter::from_bytes`].
    ///
    /// # Complexity
    ///
    /// Reads all bytes once, for the checksum.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::parse(format::open(Kind::Classic, bytes)?)
    }

    /// The same in constant time, without the checksum, for bytes that were verified before.
    ///
    /// # Errors
    ///
    /// What can be seen from the header and the length. Damage in the bits goes unseen, and then
    /// answers are wrong; nothing worse happens.
    pub fn from_verified_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::parse(format::open_unverified(Kind::Classic, bytes)?)
    }

    fn parse((header, body): (Header, &'a [u8])) -> Result<Self, BloomError> {
        let invalid = |name, value| Err(BloomError::InvalidParameter { name, value });
        let (words, rest) = body.as_chunks();
        if words.is_empty() || !rest.is_empty() || words.len() as u64 > MAX_BITS / 64 {
            return invalid("length of the bits in bytes", body.len() as u64);
        }
        if !(1..=MAX_HASHES).contains(&header.hashes) {
            return invalid("number of hashes", header.hashes.into());
        }
        if let Some(&value) = header.params.iter().find(|&&param| param != 0) {
            return invalid("unused parameter", value);
        }
        Ok(BloomRef {
            words,
            hashes: header.hashes,
            seed: header.seed,
        })
    }

    /// As [`BloomFilter::contains`].
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// As [`BloomFilter::contains_hash`].
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        contains_hash(self.words, self.hashes, hash)
    }

    /// The number of bits.
    pub fn bits(&self) -> usize {
        self.words.len() * 64
    }

    /// How many bits a key sets.
    pub fn hashes(&self) -> u32 {
        self.hashes
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A copy that owns its bits, and can be inserted into.
    pub fn to_owned(&self) -> BloomFilter {
        let words = self.words.iter().map(|&word| u64::from_le_bytes(word));
        BloomFilter {
            words: words.collect(),
            hashes: self.hashes,
            seed: self.seed,
        }
    }
}

impl fmt::Debug for BloomRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BloomRef")
            .field("bits", &self.bits())
            .field("hashes", &self.hashes)
            .field("seed", &self.seed)
            .finish()
    }
}
