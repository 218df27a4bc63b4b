//! Weighted round robins for many threads: a period is computed once, and walked together.
//!
//! The sequential algorithms change a number for each endpoint with every pick, which threads could
//! only do one after the other. But their sequences repeat, after W / gcd picks, where W is the
//! weights' sum. So the sequence is written down, and a pick is one atomic addition and one read.
//!
//! A period that is too long to be written down, because the weights are large numbers without a
//! common divisor, is made shorter: the weights are apportioned to about [`Cycle::LONGEST`] places
//! by the largest remainder, as seats of a parliament are.
//!
//! # Invariants
//!
//! - The threads' picks together are the algorithm's sequence, whoever makes them.
//! - When the period was shortened to p places, an endpoint has within one place of its share of p,
//!   and at least one. p is at least `LONGEST` and 16 places an endpoint, and one more for each
//!   endpoint whose share is below one place and that no other had to spare.
//!
//! # Complexity
//!
//! A pick is one atomic addition and a read that the processor has fetched ahead. Memory is 4 bytes
//! a place: at most 256 KiB up to 4 096 endpoints. Building is linear in the period, by O(log n)
//! for EDF and O(different weights) for the smooth one.

use std::borrow::Cow;

use super::interleaved::{self, gcd};
use super::round_robin::Walk;
use super::{Edf, smooth};
use crate::{Picker, Request};

/// A sequence of picks that threads walk through together, over and over.
///
/// ```
/// use wrr_lb::{Cycle, Picker, Request};
///
/// let picker = Cycle::smooth(&[5, 1, 1]);
/// assert_eq!(picker.picks(), [0, 0, 1, 0, 2, 0, 0]);
/// assert_eq!(picker.pick(Request::default()), Some(0));
/// ```
#[derive(Debug)]
pub struct Cycle {
    picks: Box<[u32]>,
    walk: Walk,
}

impl Cycle {
    /// The longest period that is kept as it is, in picks. For more than 4 096 endpoints it is 16
    /// for each of them.
    pub const LONGEST: usize = 1 << 16;

    /// nginx's sequence, [`SmoothWeighted`](crate::SmoothWeighted).
    pub fn smooth(weights: &[u32]) -> Self {
        let (weights, length) = short_period(weights);
        Cycle::new(smooth::cycle(&weights, length))
    }

    /// The fairest sequence, [`Edf`].
    pub fn edf(weights: &[u32]) -> Self {
        let (weights, length) = short_period(weights);
        let mut picks = Vec::with_capacity(length);
        picks.extend(
            Edf::new(&weights)
                .take(length)
                .map(|endpoint| endpoint as u32),
        );
        Cycle::new(picks.into())
    }

    /// The Linux Virtual Server's sequence, [`Interleaved`](crate::Interleaved).
    pub fn interleaved(weights: &[u32]) -> Self {
        let (weights, _) = short_period(weights);
        Cycle::new(interleaved::cycle(&weights).into())
    }

    fn new(picks: Box<[u32]>) -> Self {
        Cycle {
            picks,
            walk: Walk::default(),
        }
    }

    /// The same sequence from another place on: the first pick is the `offset`-th of
    /// [`Cycle::picks`], counted from zero and round the period.
    ///
    /// Whoever makes a new cycle each time that an endpoint comes or goes should start each at
    /// another place. Otherwise the first in the sequence are picked after each change, and the
    /// last perhaps never.
    ///
    /// ```
    /// use wrr_lb::{Cycle, Picker, Request};
    ///
    /// let picker = Cycle::smooth(&[5, 1, 1]).starting_at(2);
    /// assert_eq!(picker.pick(Request::default()), Some(1));
    /// ```
    pub fn starting_at(self, offset: u64) -> Self {
        let walk = Walk::starting_at(offset, self.picks.len());
        Cycle { walk, ..self }
    }

    /// The whole period.
    pub fn picks(&self) -> &[u32] {
        &self.picks
    }
}

impl Picker for Cycle {
    // ANCHOR: pick
    #[inline]
    fn pick(&self, _: Request) -> Option<usize> {
        if self.picks.is_empty() {
            return None;
        }
        let place = self.walk.step(self.picks.len());
        Some(self.picks[place] as usize)
    }
    // ANCHOR_END: pick
}

/// The weights by their greatest common divisor, or if need be rounded; and their sum, which is the
/// period.
fn short_period(weights: &[u32]) -> (Cow<'_, [u32]>, usize) {
    let divisor = weights.iter().copied().fold(0, gcd).max(1);
    let weights = match divisor {
        1 => Cow::from(weights),
        _ => weights.iter().map(|weight| weight / divisor).collect(),
    };
    let sum = |weights: &[u32]| -> u64 { weights.iter().map(|&weight| u64::from(weight)).sum() };
    let longest = Cycle::LONGEST.max(16 * weights.len());
    if sum(&weights) <= longest as u64 {
        let length = sum(&weights) as usize;
        return (weights, length);
    }
    let weights = apportion(&weights, longest as u64);
    let length = sum(&weights) as usize;
    (weights.into(), length)
}

// ANCHOR: apportion
/// Weights that add up to about `places`, by the largest remainder; at least one for each that was
/// not zero.
fn apportion(weights: &[u32], places: u64) -> Vec<u32> {
    let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
    let share = |weight: u32| u128::from(weight) * u128::from(places);
    let whole = |weight: u32| (share(weight) / u128::from(sum)) as u32;
    let mut shares: Vec<u32> = weights.iter().map(|&weight| whole(weight)).collect();
    let given: u64 = shares.iter().map(|&share| u64::from(share)).sum();
    // Who has none comes first, and then who has lost most by rounding down.
    let mut losers: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0).collect();
    losers.sort_by_key(|&i| {
        (
            shares[i] > 0,
            u128::MAX - share(weights[i]) % u128::from(sum),
        )
    });
    let empty = losers.partition_point(|&i| shares[i] == 0);
    for &loser in &losers[..empty.max((places - given) as usize)] {
        shares[loser] += 1;
    }
    shares
}
// ANCHOR_END: apportion
