//! How tall the next tower is: a coin thrown by a generator with a seed.
//!
//! A tower reaches the next level with probability p. Pugh recommends p = 1/4: a search takes as
//! many steps as with p = 1/2 (more on each level, and there are half as many levels), and a tower
//! has 1/(1 - p) = 1⅓ links on average instead of 2. That is the coin of the lists that keep their
//! towers in arrays.
//!
//! A step down is cheaper than a step to the right, though, which waits for another element to come
//! from memory. Of those a search meets (1/p - p) on each level, so 3¾ on log₄ n levels with
//! p = 1/4, and 1½ on log₂ n with p = 1/2: a fifth less. So the lists that threads share, whose
//! elements lie anywhere in memory, throw the *even* coin: it costs them two thirds of a link an
//! element, which in the map mostly fits into what the allocator rounds up.
//!
//! The heights do not depend on the keys, so no order of insertions is a bad one. They are all that
//! is random in a skip list; with the seed given, two lists that went through the same operations
//! are the same in every link.
//!
//! # Complexity
//!
//! O(1): eight bytes of state, three multiplications and shifts a height, no loop over throws.

/// Levels that a list can have. With p = 1/4, sixteen are enough for 4¹⁶ = 2³² entries.
pub(crate) const MAX_HEIGHT: usize = 16;

/// Levels of a list with the even coin. For more than 2²⁴ entries, searches walk a little longer on
/// the highest.
pub(crate) const MAX_EVEN_HEIGHT: usize = 24;

/// The seed of lists that are not given one.
pub(crate) const DEFAULT_SEED: u64 = 1990;

/// What the state moves by: 2⁶⁴ divided by the golden ratio, odd, so that the state takes on every
/// value.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A sequence of heights.
#[derive(Clone, Debug)]
pub(crate) struct Heights {
    state: u64,
}

impl Heights {
    /// The sequence that `seed` stands for.
    pub(crate) fn new(seed: u64) -> Self {
        Heights { state: seed }
    }

    // ANCHOR: draw
    /// The next height, from 1 to [`MAX_HEIGHT`].
    pub(crate) fn draw(&mut self) -> usize {
        self.state = self.state.wrapping_add(STEP);
        height_of(self.state)
    }
    // ANCHOR_END: draw
}

// ANCHOR: height
/// The height that a state of the generator stands for: one, and one more for every pair of zeros
/// at the end of its hash.
///
/// Two bits are both zero in one of four cases, which is the coin; all its throws come from one
/// number.
pub(crate) fn height_of(state: u64) -> usize {
    let throws = mix(state).trailing_zeros() as usize / 2;
    (1 + throws).min(MAX_HEIGHT)
}
// ANCHOR_END: height

/// The same with p = 1/2: one more for every zero.
pub(crate) fn even_height_of(state: u64) -> usize {
    let throws = mix(state).trailing_zeros() as usize;
    (1 + throws).min(MAX_EVEN_HEIGHT)
}

/// SplitMix64's finaliser (Steele, Lea and Flood, 2014): every bit of the state changes half of the
/// result's.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The state after `draws` draws from `seed`, for those who count draws in an atomic.
pub(crate) fn state_after(seed: u64, draws: u64) -> u64 {
    seed.wrapping_add(draws.wrapping_mul(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_towers_on_a_level_reach_the_next() {
        let mut heights = Heights::new(DEFAULT_SEED);
        let drawn: Vec<_> = (0..1 << 20).map(|_| heights.draw()).collect();
        for level in 1..=6 {
            let here = drawn.iter().filter(|height| **height >= level).count() as f64;
            let above = drawn.iter().filter(|height| **height > level).count() as f64;
            // Four standard deviations of a binomial share.
            let tolerance = 4.0 * (0.25 * 0.75 / here).sqrt();
            assert!((above / here - 0.25).abs() < tolerance, "level {level}");
        }
    }

    #[test]
    fn counting_draws_gives_the_same_heights_as_drawing() {
        let mut heights = Heights::new(7);
        for draws in 1..1_000 {
            assert_eq!(heights.draw(), height_of(state_after(7, draws)));
        }
    }
}
