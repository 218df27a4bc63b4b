//! Smooth weighted round robin, as nginx has it.
//!
//! Weights 5, 1, 1 could be served as `a a a a a b c`: the shares are right, and yet `a` gets five
//! requests in a row. nginx spreads them out: `a a b a c a a`. Everybody saves up by weight, the
//! richest is picked, and pays for it what all have earned together.
//!
//! ```text
//!   weights    5  1  1          sum 7
//!   earned     5  1  1   a  pays →  −2  1  1
//!              3  2  2   a          −4  2  2
//!              1  3  3   b           1 −4  3
//!              6 −3  4   a          −1 −3  4
//!              4 −2  5   c           4 −2 −2
//!              9 −1 −1   a           2 −1 −1
//!              7  0  0   a           0  0  0   and again
//! ```
//!
//! # Invariants
//!
//! - Between picks the savings add up to zero, and after as many picks as the weights' sum (or that
//!   sum by their greatest common divisor) all are zero again: the sequence repeats, and in each
//!   period every endpoint is picked exactly by its weight.
//! - Of equally rich endpoints the first is picked.
//!
//! # Complexity
//!
//! A pick of [`SmoothWeighted`] is O(n). [`Cycle::smooth`](crate::Cycle::smooth) computes a period
//! once and shares it among threads: O(1). It does so in O(d) a pick for d *different* weights,
//! because endpoints of one weight take turns among each other; and since a period of p picks has
//! room for at most √2p different weights, that is never long.
//!
//! The algorithm came with nginx 1.3.1 (2012, commit 52327e0627f4).

use std::hint::select_unpredictable;

/// nginx's smooth weighted round robin, for one thread.
///
/// ```
/// use wrr_lb::SmoothWeighted;
///
/// let mut turns = SmoothWeighted::new(&[5, 1, 1]);
/// let picks: Vec<_> = turns.by_ref().take(7).collect();
/// assert_eq!(picks, [0, 0, 1, 0, 2, 0, 0]);
/// ```
#[derive(Clone, Debug)]
pub struct SmoothWeighted {
    weights: Box<[u32]>,
    savings: Box<[i64]>,
    sum: i64,
}

impl SmoothWeighted {
    /// At the beginning of a period.
    pub fn new(weights: &[u32]) -> Self {
        SmoothWeighted {
            weights: weights.into(),
            savings: vec![0; weights.len()].into(),
            sum: weights.iter().map(|&weight| i64::from(weight)).sum(),
        }
    }

    /// What each endpoint has saved up: nginx's *current weight*.
    pub fn savings(&self) -> &[i64] {
        &self.savings
    }
}

/// Without end, unless all weights are zero: then there is nobody to pick.
impl Iterator for SmoothWeighted {
    type Item = usize;

    // ANCHOR: next
    fn next(&mut self) -> Option<usize> {
        let mut richest = None;
        let earners = self.savings.iter_mut().zip(&self.weights).enumerate();
        for (endpoint, (savings, &weight)) in earners {
            *savings += i64::from(weight);
            if weight > 0 && richest.is_none_or(|(most, _)| *savings > most) {
                richest = Some((*savings, endpoint));
            }
        }
        let (_, endpoint) = richest?;
        self.savings[endpoint] -= self.sum;
        Some(endpoint)
    }
    // ANCHOR_END: next
}

/// Endpoints of the same weight. Those who were picked in this round are behind those who were not.
struct Class {
    /// The savings of the member whose turn it is, and in the lower half its number's complement:
    /// the greatest is the richest, and of equally rich ones the first.
    rank: i64,
    /// What each pick adds to that.
    weight: i64,
    /// Where the members begin, whose turn it is, and where they end.
    first: usize,
    turn: usize,
    end: usize,
}

/// The same sequence in O(different weights) a pick: its first `length` picks.
///
/// Savings are within a period's length of zero, and 2³¹ picks would not fit the memory.
pub(super) fn cycle(weights: &[u32], length: usize) -> Box<[u32]> {
    let high = |number: i64| number << 32;
    let complement = |member: u64| i64::from(!(member as u32));
    // By weight, and then by number.
    let members = (0u64..).zip(weights).filter(|&(_, &weight)| weight > 0);
    let mut members: Vec<u64> = members
        .map(|(endpoint, &weight)| u64::from(weight) << 32 | endpoint)
        .collect();
    members.sort_unstable();
    let weight = |member: u64| (member >> 32) as i64;
    let mut end = 0;
    let classes = members
        .chunk_by(|&a, &b| weight(a) == weight(b))
        .map(|class| {
            let first = end;
            end += class.len();
            Class {
                rank: complement(class[0]),
                weight: high(weight(class[0])),
                first,
                turn: first,
                end,
            }
        });
    let mut classes: Vec<Class> = classes.collect();
    let sum = weights.iter().map(|&weight| i64::from(weight)).sum();
    let picks = (0..length).map(|_| {
        let (mut most, mut richest) = (i64::MIN, 0);
        for (number, class) in classes.iter_mut().enumerate() {
            class.rank += class.weight;
            // Who is richer cannot be foreseen.
            richest = select_unpredictable(class.rank > most, number, richest);
            most = most.max(class.rank);
        }
        let class = &mut classes[richest];
        let endpoint = members[class.turn] as u32;
        class.turn += 1;
        if class.turn == class.end {
            // The next round, in which all of them have paid once more.
            class.turn = class.first;
            class.rank -= high(sum);
        }
        class.rank = class.rank >> 32 << 32 | complement(members[class.turn]);
        endpoint
    });
    picks.collect()
}
