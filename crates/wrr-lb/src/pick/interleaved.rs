//! Interleaved weighted round robin, as the Linux Virtual Server has it.
//!
//! One goes round the endpoints again and again, and takes those whose weight is at least a bar.
//! The bar falls by the weights' greatest common divisor with every round, from the greatest weight
//! down to that divisor, and starts again.
//!
//! ```text
//!   weights  a 4  b 3  c 2        bar 4: a
//!                                 bar 3: a b
//!                                 bar 2: a b c
//!                                 bar 1: a b c        →  a a b a b c a b c
//! ```
//!
//! It needs no number for each endpoint, which is why the kernel has it; but a heavy endpoint is
//! picked several times in a row when its weight is far above the others'. The smooth one spreads
//! better.
//!
//! # Invariants
//!
//! - In a period of as many picks as the weights' sum by their greatest common divisor, every
//!   endpoint is picked by its weight.
//!
//! # Complexity
//!
//! A pick of [`Interleaved`] is O(n·max/gcd) at worst: when one weight is far above all others, it
//! goes round once for each pick. [`Cycle::interleaved`](crate::Cycle::interleaved) is O(1).
//!
//! The algorithm is `ip_vs_wrr.c` of the Linux kernel (Wensong Zhang, 1998).

/// The Linux Virtual Server's weighted round robin, for one thread.
///
/// ```
/// use wrr_lb::Interleaved;
///
/// let picks: Vec<_> = Interleaved::new(&[4, 3, 2]).take(9).collect();
/// assert_eq!(picks, [0, 0, 1, 0, 1, 2, 0, 1, 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Interleaved {
    weights: Box<[u32]>,
    max: u32,
    step: u32,
    bar: u32,
    at: usize,
}

impl Interleaved {
    /// At the beginning of a period.
    pub fn new(weights: &[u32]) -> Self {
        let max = weights.iter().copied().max().unwrap_or(0);
        Interleaved {
            weights: weights.into(),
            max,
            step: weights.iter().copied().fold(0, gcd),
            bar: max,
            at: 0,
        }
    }
}

/// Without end, unless all weights are zero: then there is nobody to pick.
impl Iterator for Interleaved {
    type Item = usize;

    // ANCHOR: next
    fn next(&mut self) -> Option<usize> {
        if self.max == 0 {
            return None;
        }
        loop {
            if self.at == self.weights.len() {
                self.at = 0;
                self.bar -= self.step;
                if self.bar == 0 {
                    self.bar = self.max;
                }
            }
            self.at += 1;
            if self.weights[self.at - 1] >= self.bar {
                return Some(self.at - 1);
            }
        }
    }
    // ANCHOR_END: next
}

/// The greatest common divisor; that of a number and zero is the number.
pub(super) fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A period of the same sequence, in time linear in its length: who is above the bar stays above
/// it, so that each round is the one before with the new ones merged in.
pub(super) fn cycle(weights: &[u32]) -> Vec<u32> {
    let step = weights.iter().copied().fold(0, gcd);
    let mut by_weight: Vec<u32> = (0..).take(weights.len()).collect();
    let weight = |endpoint: u32| weights[endpoint as usize];
    by_weight.retain(|&endpoint| weight(endpoint) > 0);
    // The heaviest at the end, from where they are taken.
    by_weight.sort_by_key(|&endpoint| (weight(endpoint), endpoint));
    let mut bar = by_weight.last().map_or(0, |&endpoint| weight(endpoint));
    let (mut picks, mut round) = (Vec::new(), Vec::new());
    while bar > 0 {
        let lighter = by_weight.partition_point(|&endpoint| weight(endpoint) < bar);
        if lighter < by_weight.len() {
            round.extend(by_weight.drain(lighter..));
            // Two sorted runs, which the sort finds and merges.
            round.sort();
        }
        picks.extend_from_slice(&round);
        bar -= step;
    }
    picks
}
