//! Random numbers for jitter: not secret, but different in each process and reproducible from a
//! seed.
//!
//! SplitMix64 (Steele, Lea and Flood, 2014): a counter that advances by the golden ratio, and a
//! mixing function that makes its steps look like chance. One word of state, one nanosecond.

use std::hash::{BuildHasher, RandomState};

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
}

/// What the counter advances by: 2^64 divided by the golden ratio.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number from `low` to `high`, both included; `low` if they are the wrong way round.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        // The high half of a product spreads 64 random bits over the span (Lemire, 2019), with an
        // error of at most span / 2^64 of the probability, which no delay will show.
        let span = u128::from(high.saturating_sub(low)) + 1;
        low + ((u128::from(self.next()) * span) >> 64) as u64
    }
}

/// Makes neighbouring numbers look unrelated.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A seed from the operating system, by way of the keys of `std`'s hash maps. A new one each time.
pub(crate) fn os_seed() -> u64 {
    RandomState::new().hash_one(0)
}
