//! Random numbers that a seed reproduces: SplitMix64 (Steele, Lea and Flood, 2014).

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
}

/// What the counter advances by: 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// A generator of its own for each purpose, so that drawing for one does not change another.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Random {
            state: seed ^ purpose.wrapping_mul(GOLDEN).rotate_left(17),
        }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        let z = self.state;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included; `low` if they are the wrong way round.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = u128::from(high.saturating_sub(low)) + 1;
        low + ((u128::from(self.next()) * span) >> 64) as u64
    }

    /// One of so many, by number; 0 if there are none.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        self.between(0, (count as u64).saturating_sub(1)) as usize
    }
}
