//! The blocked filter on disk, and look-ups in the bytes where they are.
//!
//! The header is that of `format.rs`, with kind 2 and the seed; the number of hashes and the four
//! parameters are zero. The body is the blocks, each of 64 bytes: the eight words of its lower half
//! and then the eight of its upper half, of 4 bytes each, little-endian.
//!
//! If the bytes begin at a multiple of 64, as those of a mapped file do, so does every block.

use std::{fmt, hash::Hash};

use super::{BLOCK, BlockedBloomFilter, MAX_BITS, block, block::Block, locate};
use crate::{
    BloomError,
    format::{self, Header, Kind},
    hash_key,
};

impl BlockedBloomFilter {
    /// The filter as bytes: 64 of header, and then the blocks.
    ///
    /// The same filter gives the same bytes, on every platform and in every version of this crate
    /// that writes this version of the format.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            hashes: 0,
            seed: self.seed,
            params: [0; 4],
        };
        let length = block::BYTES * self.blocks.len();
        format::seal(Kind::Blocked, header, length, |body| {
            let words = self.blocks.iter().flat_map(Block::words);
            body.extend(words.flat_map(u32::to_le_bytes));
        })
    }

    /// The filter whose bytes these are.
    ///
    /// # Errors
    ///
    /// Bytes that are damaged, cut short, continued, or something else. No bytes make it panic, or
    /// allocate more than they are long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        BlockedBloomRef::from_bytes(bytes).map(|filter| filter.to_owned())
    }
}

/// A [`BlockedBloomFilter`] in bytes that belong to someone else: a file, a block of an SSTable.
#[derive(Clone, Copy)]
pub struct BlockedBloomRef<'a> {
    blocks: &'a [[u8; block::BYTES]],
    seed: u64,
}

impl<'a> BlockedBloomRef<'a> {
    /// The filter that [`BlockedBloomFilter::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// As [`BlockedBloomFilter::from_bytes`].
    ///
    /// # Complexity
    ///
    /// Reads all bytes once, for the checksum.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::parse(format::open(Kind::Blocked, bytes)?)
    }

    /// The same in constant time, without the checksum, for bytes that were verified before.
    ///
    /// # Errors
    ///
    /// What can be seen from the header and the length. Damage in the bits goes unseen, and then
    /// answers are wrong; nothing worse happens.
    pub fn from_verified_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::parse(format::open_unverified(Kind::Blocked, bytes)?)
    }

    fn parse((header, body): (Header, &'a [u8])) -> Result<Self, BloomError> {
        let invalid = |name, value| Err(BloomError::InvalidParameter { name, value });
        let (blocks, rest) = body.as_chunks();
        if blocks.is_empty() || !rest.is_empty() || blocks.len() as u64 > MAX_BITS / BLOCK as u64 {
            return invalid("length of the blocks in bytes", body.len() as u64);
        }
        if header.hashes != 0 {
            return invalid("number of hashes", header.hashes.into());
        }
        if let Some(&value) = header.params.iter().find(|&&param| param != 0) {
            return invalid("unused parameter", value);
        }
        let seed = header.seed;
        Ok(BlockedBloomRef { blocks, seed })
    }

    /// As [`BlockedBloomFilter::contains`].
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.seed))
    }

    /// As [`BlockedBloomFilter::contains_hash`].
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        let (block, mixed) = locate(hash, self.blocks.len());
        Block::from_le_bytes(&self.blocks[block]).contains(mixed)
    }

    /// The number of bits.
    pub fn bits(&self) -> usize {
        self.blocks.len() * BLOCK
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A copy that owns its bits, and can be inserted into.
    pub fn to_owned(&self) -> BlockedBloomFilter {
        BlockedBloomFilter {
            blocks: self.blocks.iter().map(Block::from_le_bytes).collect(),
            seed: self.seed,
        }
    }
}

impl fmt::Debug for BlockedBloomRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockedBloomRef")
            .field("bits", &self.bits())
            .field("seed", &self.seed)
            .finish()
    }
}
