//! The best filters of the ecosystem.

use xorf::{BinaryFuse8, Filter as _};

use super::contender::{
    CLASSIC_BITS, CLASSIC_HASHES, Filter, Growing, SEED, SPLIT_BLOCK_BITS, hash,
};
use crate::harness::Identity;

/// fastbloom with our hash.
pub struct Fastbloom(fastbloom::BloomFilter);

impl Filter for Fastbloom {
    const WHO: Identity = peer(
        "fastbloom",
        "fastbloom",
        "classic: positions by rotating and adding, XXH3",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains_hash(hash(key))
    }

    fn bits(&self) -> usize {
        self.0.num_bits()
    }
}

impl Growing for Fastbloom {
    fn for_items(items: usize) -> Self {
        let bits = (CLASSIC_BITS * items as f64) as usize;
        let filter = fastbloom::BloomFilter::with_num_bits(bits).seed(&SEED.into());
        Self(filter.hashes(CLASSIC_HASHES))
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert_hash(hash(key));
    }
}

/// fastbloom with its own hash.
pub struct FastbloomDefault(fastbloom::BloomFilter);

impl Filter for FastbloomDefault {
    const WHO: Identity = peer(
        "fastbloom (SipHash)",
        "fastbloom",
        "classic: positions by rotating and adding, its default hash",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains(&key)
    }

    fn bits(&self) -> usize {
        self.0.num_bits()
    }
}

impl Growing for FastbloomDefault {
    fn for_items(items: usize) -> Self {
        let Fastbloom(filter) = Fastbloom::for_items(items);
        Self(filter)
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert(&key);
    }
}

/// bloomfilter.
pub struct Bloomfilter(bloomfilter::Bloom<u64>);

impl Filter for Bloomfilter {
    const WHO: Identity = peer(
        "bloomfilter",
        "bloomfilter",
        "classic: double hashing of two SipHashes, remainders",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.check(&key)
    }

    fn bits(&self) -> usize {
        self.0.len() as usize
    }
}

impl Growing for Bloomfilter {
    fn for_items(items: usize) -> Self {
        let bytes = (CLASSIC_BITS * items as f64 / 8.0) as usize;
        // Two keys of 16 bytes: were they the same, so would be its two hashes.
        let seed = std::array::from_fn(|index| index as u8);
        let filter = bloomfilter::Bloom::new_with_seed(bytes, items, &seed);
        let filter = filter.expect("a race's filter has bits");
        assert_eq!(filter.number_of_hash_functions(), CLASSIC_HASHES);
        Self(filter)
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.set(&key);
    }
}

/// sbbf-rs, through its safe wrapper.
pub struct Sbbf(sbbf_rs_safe::Filter);

impl Filter for Sbbf {
    const WHO: Identity = peer(
        "sbbf-rs",
        "sbbf-rs-safe",
        "blocks of 256 bits in eight lanes of 32, as Parquet's; AVX2",
    );

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::grown(keys)
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains_hash(hash(key))
    }

    fn bits(&self) -> usize {
        8 * self.0.as_bytes().len()
    }
}

impl Growing for Sbbf {
    fn for_items(items: usize) -> Self {
        // It takes whole bits a key only; so one bit a key, for as many keys as it is to have bits.
        Self(sbbf_rs_safe::Filter::new(
            1,
            (SPLIT_BLOCK_BITS * items as f64) as usize,
        ))
    }

    #[inline(always)]
    fn insert(&mut self, key: u64) {
        self.0.insert_hash(hash(key));
    }
}

/// xorf's binary fuse filter.
pub struct XorfFuse8(BinaryFuse8);

impl Filter for XorfFuse8 {
    const WHO: Identity = peer(
        "xorf::BinaryFuse8",
        "xorf",
        "static binary fuse: three fingerprints of 8 bits",
    );
    const RATE: f64 = 1.0 / 256.0;

    fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        let hashes: Vec<u64> = keys.map(hash).collect();
        Self(BinaryFuse8::try_from(&hashes).expect("different hashes can be arranged"))
    }

    #[inline(always)]
    fn contains(&self, key: u64) -> bool {
        self.0.contains(&hash(key))
    }

    fn bits(&self) -> usize {
        8 * self.0.len()
    }
}

const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}
