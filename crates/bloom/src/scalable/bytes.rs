//! Scalable filters as bytes.
//!
//! In the form that all filters share (`format.rs`), with kind 4, no number of hashes, and these
//! parameters:
//!
//! ```text
//!   offset  width  what
//!       32      8  keys for which the first slice was made
//!       40      8  keys in the newest slice
//!       48      8  the rate of all slices together, as the bits of an IEEE 754 double
//!       56      8  number of slices
//!       64      …  body: the slices, the oldest first, each as a classic filter
//! ```

use super::ScalableBloomFilter;
use crate::classic::check_rate;
use crate::format::{self, Header, Kind};
use crate::{BloomError, BloomFilter, theory};

impl ScalableBloomFilter {
    /// The filter as bytes, the same on every platform.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.first, self.newest, self.slices.len()].map(|number| number as u64);
        let header = Header {
            hashes: 0,
            seed: self.seed,
            params: [numbers[0], numbers[1], self.rate.to_bits(), numbers[2]],
        };
        let body: Vec<u8> = self.slices.iter().flat_map(BloomFilter::to_bytes).collect();
        format::seal(Kind::Scalable, header, body.len(), |bytes| {
            bytes.extend(body);
        })
    }

    /// The filter whose bytes these are.
    ///
    /// # Errors
    ///
    /// Bytes that are damaged, cut short, continued, or something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        let (header, mut body) = format::open(Kind::Scalable, bytes)?;
        let [first, newest, rate, slices] = header.params;
        let invalid = |name, value| BloomError::InvalidParameter { name, value };
        if header.hashes != 0 {
            return Err(invalid("number of hashes", header.hashes.into()));
        }
        let mut filter = ScalableBloomFilter {
            slices: Vec::new(),
            first: size("initial number of keys", first)?,
            newest: size("number of keys in the newest slice", newest)?,
            rate: f64::from_bits(rate),
            seed: header.seed,
        };
        check_rate(filter.rate)?;
        if first == 0 {
            return Err(invalid("initial number of keys", first));
        }
        while !body.is_empty() {
            let (slice, rest) = format::split_first(body);
            filter.push(BloomFilter::from_bytes(slice)?)?;
            body = rest;
        }
        if filter.slices.is_empty() || filter.slices.len() as u64 != slices {
            return Err(invalid("number of slices", slices));
        }
        if filter.newest > filter.capacity(filter.slices.len() - 1) {
            return Err(invalid("number of keys in the newest slice", newest));
        }
        Ok(filter)
    }

    /// Adds a slice that was read, if it is what [`grow`](Self::grow) would have added: the next
    /// one will be twice as large, so its size may not be a lie.
    fn push(&mut self, slice: BloomFilter) -> Result<(), BloomError> {
        let number = self.slices.len();
        let (items, rate) = (self.capacity(number), self.rate_of(number));
        let bits = items as f64 * theory::bits_per_item(rate, slice.hashes());
        // It is rounded up to a word, and three bits are unused.
        if !(0.0..=128.0).contains(&(slice.bits() as f64 - bits)) || slice.seed() != self.seed {
            let (name, value) = ("number of bits in a slice", slice.bits() as u64);
            return Err(BloomError::InvalidParameter { name, value });
        }
        self.slices.push(slice);
        Ok(())
    }
}

/// A number of things in memory.
fn size(name: &'static str, value: u64) -> Result<usize, BloomError> {
    usize::try_from(value).map_err(|_| BloomError::InvalidParameter { name, value })
}
