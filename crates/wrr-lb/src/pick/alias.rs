//! Weighted random: one draw, one comparison, whatever the weights (the alias method).
//!
//! Cut the weights so that they fill n columns of the same height, each with at most two endpoints
//! in it. Then a random column and a random height in it find an endpoint by its weight.
//!
//! ```text
//!   weights a 5  b 1  c 1, sum 7; three columns of 7/3, here in thirds
//!
//!   height 7 ┌───┬───┬───┐
//!            │ a │ a │ a │      column a: all a       5·3 = 15 = 7 + 4 + 4
//!            │ a │ a │ a │      column b: 3 b, 4 a
//!          3 │ a ├───┼───┤      column c: 3 c, 4 a
//!            │ a │ b │ c │
//!            └───┴───┴───┘
//! ```
//!
//! Against a round robin: balancers that know nothing of each other do not fall in step, and there
//! is nothing for threads to share. The price is that n picks of an endpoint are only n ± √n.
//!
//! # Invariants
//!
//! - The columns are cut in whole numbers (weights times n, height the sum), so that no rounding is
//!   left over: an endpoint of weight zero has no part of any column.
//! - A part is then rounded to a multiple of 2⁻³² of a column.
//!
//! # Complexity
//!
//! A pick is O(1), without anything atomic but a load and a store. Building is O(n) and takes 8
//! bytes an endpoint; nothing at all if all weights are the same.
//!
//! Source: Walker (1977), with the table built as by Vose (1991).

use crate::hash::scale;
use crate::random::Random;
use crate::{Picker, Request};

/// Endpoints drawn at random by weight.
///
/// ```
/// use wrr_lb::{Picker, Request, WeightedRandom};
///
/// let picker = WeightedRandom::new(&[5, 1, 1], 42);
/// let picks = (0..7_000).map(|_| picker.pick(Request::default()).unwrap());
/// let first = picks.filter(|&pick| pick == 0).count();
/// assert!((4_850..5_150).contains(&first));
/// ```
#[derive(Debug)]
pub struct WeightedRandom {
    table: Table,
    random: Random,
}

impl WeightedRandom {
    /// Endpoints by weight, drawn with this seed. Equal seeds give equal picks to one thread.
    pub fn new(weights: &[u32], seed: u64) -> Self {
        WeightedRandom {
            table: Table::new(weights),
            random: Random::new(seed),
        }
    }
}

impl Picker for WeightedRandom {
    #[inline]
    fn pick(&self, _: Request) -> Option<usize> {
        self.table.draw(self.random.next())
    }
}

/// The columns.
#[derive(Debug)]
pub(super) enum Table {
    /// All weights are the same, and there are this many.
    Even(usize),
    Columns(Box<[Column]>),
}

/// The column of the endpoint with the same number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// The part below which it is that endpoint, in 2⁻³² of the column.
    own: u32,
    /// Who has the rest.
    alias: u32,
}

impl Table {
    // ANCHOR: build
    /// Cuts the weights: as long as some column is too low, it is filled up from one too high.
    pub(super) fn new(weights: &[u32]) -> Self {
        let height: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let n = weights.len();
        if height == 0 || weights.iter().all(|&weight| weight == weights[0]) {
            return Table::Even(if height == 0 { 0 } else { n });
        }
        let mut left: Vec<u64> = weights.iter().map(|&w| u64::from(w) * n as u64).collect();
        let (mut low, mut high): (Vec<usize>, Vec<usize>) =
            (0..n).partition(|&column| left[column] < height);
        let full = |column| Column {
            own: u32::MAX,
            alias: column,
        };
        let mut columns: Vec<Column> = (0..).take(n).map(full).collect();
        while let (Some(short), Some(&tall)) = (low.pop(), high.last()) {
            let own = (u128::from(left[short]) << 32) / u128::from(height);
            columns[short] = Column {
                own: own as u32,
                alias: tall as u32,
            };
            left[tall] -= height - left[short];
            if left[tall] < height {
                low.extend(high.pop());
            }
        }
        Table::Columns(columns.into())
    }
    // ANCHOR_END: build

    // ANCHOR: draw
    /// The endpoint at a random number: its upper half is the column, its lower the height.
    #[inline]
    pub(super) fn draw(&self, random: u64) -> Option<usize> {
        let columns = match self {
            Table::Even(0) => return None,
            Table::Even(n) => return Some(scale(random, *n)),
            Table::Columns(columns) => columns,
        };
        let column = (((random >> 32) * columns.len() as u64) >> 32) as usize;
        let Column { own, alias } = columns[column];
        Some(if (random as u32) < own {
            column
        } else {
            alias as usize
        })
    }
    // ANCHOR_END: draw
}
