//! Earliest deadline first: the fairest of the weighted round robins, in O(log n).
//!
//! An endpoint of weight w is due every 1/w: its first turn is to be had between the times 0 and
//! 1/w, its second between 1/w and 2/w, and so on. A pick lets 1/W of time pass, where W is the
//! weights' sum, and goes to the turn that ends first *of those that have begun*.
//!
//! ```text
//!   weights 5, 1, 1         0   1/7  2/7  3/7  4/7  5/7  6/7   1
//!   turns of a              [  1  )[   2   )[  3  )[   4  )[ 5  )
//!   turn of b, turn of c    [               1                   )
//!   picks                     a    b    a    a    c    a    a
//! ```
//!
//! Envoy's scheduler does not ask whether a turn has begun, and keeps one heap instead of the two
//! here. Then a heavy endpoint takes its turns far ahead of time: with one weight of 1 000 among a
//! thousand of 1, the first 1 000 picks are all its own. With the question, nobody is ever a pick
//! ahead or behind.
//!
//! # Invariants
//!
//! - After k picks an endpoint has had more than k·w/W − 1 of them, and less than k·w/W + 1. So of
//!   any k consecutive picks, its number is within 2 of k·w/W.
//! - A turn has always begun: if everyone were ahead of k·w/W, there would be more than k picks.
//! - Of turns that end at the same time, that of the first endpoint goes first. Times are compared
//!   as fractions, without rounding.
//!
//! # Complexity
//!
//! A pick is O(log n) amortised: one turn begins for each that is taken. Shared by
//! [`Cycle::edf`](crate::Cycle::edf) it is O(1).
//!
//! This is the schedule of Baruah, Cohen, Plaxton and Varvel (*Proportionate progress*, 1996);
//! EEVDF (Stoica and Abdel-Wahab, 1995), Linux's scheduler of processes, is the same idea.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Weighted round robin by deadlines, for one thread.
///
/// ```
/// use wrr_lb::Edf;
///
/// let picks: Vec<_> = Edf::new(&[5, 1, 1]).take(7).collect();
/// assert_eq!(picks, [0, 1, 0, 0, 2, 0, 0]);
/// ```
#[derive(Clone, Debug)]
pub struct Edf {
    /// Turns that have begun, by when they end.
    begun: BinaryHeap<Reverse<Turn>>,
    /// Turns that have not, by when they begin.
    waiting: BinaryHeap<Reverse<Turn>>,
    picks: u64,
    sum: u64,
}

/// A moment in an endpoint's time: the end of its `count`-th turn, where the next one begins.
#[derive(Clone, Copy, Debug)]
struct Turn {
    count: u64,
    weight: u32,
    endpoint: u32,
}

impl Edf {
    /// At time zero.
    pub fn new(weights: &[u32]) -> Self {
        let turn = |(endpoint, &weight)| Turn {
            count: 0,
            weight,
            endpoint,
        };
        let turns = (0..).zip(weights).map(turn).filter(|turn| turn.weight > 0);
        Edf {
            begun: BinaryHeap::new(),
            waiting: turns.map(Reverse).collect(),
            picks: 0,
            sum: weights.iter().map(|&weight| u64::from(weight)).sum(),
        }
    }

    /// Whether the next turn of one that waits has begun: count / weight ≤ picks / sum.
    fn has_begun(&self, Turn { count, weight, .. }: Turn) -> bool {
        u128::from(count) * u128::from(self.sum) <= u128::from(self.picks) * u128::from(weight)
    }
}

/// Without end, unless all weights are zero: then there is nobody to pick.
impl Iterator for Edf {
    type Item = usize;

    // ANCHOR: next
    fn next(&mut self) -> Option<usize> {
        while let Some(&Reverse(turn)) = self.waiting.peek()
            && self.has_begun(turn)
        {
            self.waiting.pop();
            // From its beginning to its end.
            let count = turn.count + 1;
            self.begun.push(Reverse(Turn { count, ..turn }));
        }
        let Reverse(earliest) = self.begun.pop()?;
        self.picks += 1;
        // The end of this turn is where its next begins.
        self.waiting.push(Reverse(earliest));
        Some(earliest.endpoint as usize)
    }
    // ANCHOR_END: next
}

/// By time, and by endpoint where that is the same.
impl Ord for Turn {
    fn cmp(&self, other: &Self) -> Ordering {
        let mine = u128::from(self.count) * u128::from(other.weight);
        let others = u128::from(other.count) * u128::from(self.weight);
        mine.cmp(&others).then(self.endpoint.cmp(&other.endpoint))
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Turn {}
