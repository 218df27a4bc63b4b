//! Counting filters as bytes.
//!
//! In the form that all filters share (`format.rs`), with kind 3, the number of hashes and the
//! seed. The four parameters are zero. The body is the words of `nibbles.rs`, little-endian; as there are
//! 64 counters for each word of a plain filter, their number is a multiple of four.

use super::CountingBloomFilter;
use super::nibbles::Nibbles;
use crate::BloomError;
use crate::classic::{MAX_BITS, check_hashes};
use crate::format::{self, Header, Kind};

impl CountingBloomFilter {
    /// The filter as bytes, the same on every platform.
    ///
    /// For look-ups alone [`to_bloom`](Self::to_bloom)`().to_bytes()` is a quarter of that.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            hashes: self.hashes,
            seed: self.seed,
            params: [0; 4],
        };
        let words = self.counters.words();
        format::seal(Kind::Counting, header, 8 * words.len(), |body| {
            body.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        })
    }

    /// The filter whose bytes these are.
    ///
    /// # Errors
    ///
    /// Bytes that are damaged, cut short, continued, or something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        let (header, body) = format::open(Kind::Counting, bytes)?;
        let invalid = |name, value| Err(BloomError::InvalidParameter { name, value });
        check_hashes(header.hashes)?;
        if let Some(&value) = header.params.iter().find(|&&param| param != 0) {
            return invalid("unused parameter", value);
        }
        let (words, rest) = body.as_chunks();
        let whole = !words.is_empty() && words.len().is_multiple_of(4) && rest.is_empty();
        if !whole || body.len() as u64 * 2 > MAX_BITS {
            return invalid("length of the counters in bytes", body.len() as u64);
        }
        let words = words.iter().map(|&word| u64::from_le_bytes(word));
        Ok(CountingBloomFilter {
            counters: Nibbles::from_words(words),
            hashes: header.hashes,
            seed: header.seed,
        })
    }
}
