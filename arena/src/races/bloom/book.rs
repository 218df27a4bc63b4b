//! The book's filters.

use bloom::{BinaryFuse8, BlockedBloomFilter, BloomFilter, theory};

use super::contender::{CLASSIC_BITS, CLASSIC_HASHES, Filter, Growing, RATE, SEED, hash};
use crate::harness::Identity;

/// The classic filter.
pub struct Classic(BloomFilter);

impl Filter for Classic {
    const WHO: Identity = book(
        "book::BloomFilter",
        "classic: positions are the digits of one hash, four probes without a branch",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains_hash(hash(key))
    }

    fn bits(&self) -> usize {
        self.0.bits()
    }
}

impl Growing for Classic {
    fn for_items(items: usize) -> Self {
        let bits = (CLASSIC_BITS * items as f64) as usize;
        let filter = BloomFilter::with_bits_and_hashes(bits, CLASSIC_HASHES);
        Self(filter.expect("bits and hashes are valid").with_seed(SEED))
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert_hash(hash(key));
    }
}

/// The blocked filter.
pub struct Blocked(BlockedBloomFilter);

impl Filter for Blocked {
    const WHO: Identity = book(
        "book::BlockedBloomFilter",
        "blocks of 512 bits in eight lanes of 64, SSE2",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains_hash(hash(key))
    }

    fn bits(&self) -> usize {
        self.0.bits()
    }
}

impl Growing for Blocked {
    fn for_items(items: usize) -> Self {
        let bits = (theory::blocked_bits_per_item(RATE) * items as f64) as usize;
        let filter = BlockedBloomFilter::with_bits(bits).expect("a race's filter has bits");
        Self(filter.with_seed(SEED))
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert_hash(hash(key));
    }
}

/// The static filter.
pub struct Fuse8(BinaryFuse8);

impl Filter for Fuse8 {
    const WHO: Identity = book(
        "book::BinaryFuse8",
        "static binary fuse: three fingerprints of 8 bits",
    );
    const RATE: f64 = 1.0 / 256.0;

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        let hashes: Vec<u64> = keys.map(hash).collect();
        Self(BinaryFuse8::from_hashes(&hashes, SEED).expect("different hashes can be arranged"))
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains_hash(hash(key))
    }

    fn bits(&self) -> usize {
        (self.0.bits_per_key() * self.0.len() as f64).round() as usize
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "bloom",
        what,
        ours: true,
    }
}
