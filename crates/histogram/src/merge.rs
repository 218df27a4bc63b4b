//! Histograms of parts into the histogram of the whole, and back.
//!
//! # The idea
//!
//! A histogram is a sum over its values, so that of two sets of values is the sum of theirs: cell
//! by cell. Percentiles have no such rule. The p99 of a fleet is not the mean of the machines'
//! p99s, nor any other function of them; so what a machine reports each minute is its histogram.
//!
//! Where two histograms differ in figures or in their lowest value, each cell of the one is
//! recorded in the other as the lowest value of that cell. What is reported after that may then be
//! wrong by the error of the one plus that of the other.
//!
//! # Complexity
//!
//! Linear in the occupied cells of the histogram that is added; of equal figures, many of them at
//! once by vector instructions.

use crate::histogram::Occupied;
use crate::{Histogram, HistogramError};

impl Histogram {
    /// Adds the values of another histogram to this one's.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if the other holds a value that this one has no
    /// cell for and does not grow to. Nothing is added then.
    // ANCHOR: add
    pub fn add(&mut self, source: &Self) -> Result<(), HistogramError> {
        if source.is_empty() {
            return Ok(());
        }
        self.reach_to(source.max())?;
        if !self.layout.same_cells(&source.layout) {
            return self.add_by_value(source);
        }
        let cells = source.occupied.cells();
        self.occupied.include(cells.start);
        self.occupied.include(cells.end - 1);
        self.total = self.total.saturating_add(source.total);
        self.counts.add_all(&source.counts, cells, self.total);
        Ok(())
    }
    // ANCHOR_END: add

    /// Where cells differ: records each of the other's as its lowest value.
    fn add_by_value(&mut self, source: &Self) -> Result<(), HistogramError> {
        for index in source.occupied.cells() {
            let count = source.counts.get(index);
            if count != 0 {
                self.record_n(source.layout.value_of(index), count)?;
            }
        }
        Ok(())
    }

    /// Takes the values of another histogram from this one's.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if the other holds a value that this one has no
    /// cell for, [`Underflow`](HistogramError::Underflow) if it holds more of a value than this
    /// one. Nothing is taken then.
    pub fn subtract(&mut self, subtrahend: &Self) -> Result<(), HistogramError> {
        // What is taken, in cells of this histogram: several of the other's may be one of them.
        let mut taken = Self {
            auto_resize: false,
            ..Self::new_from(self)
        };
        taken.add(subtrahend)?;
        let cells = taken.occupied.cells();
        for index in cells.clone() {
            let (count, taken) = (self.counts.get(index), taken.counts.get(index));
            if taken > count {
                let value = self.layout.value_of(index);
                return Err(HistogramError::Underflow {
                    value,
                    count,
                    taken,
                });
            }
        }
        for index in cells {
            let left = self.counts.get(index) - taken.counts.get(index);
            self.counts.set(index, left);
        }
        self.recount();
        Ok(())
    }

    /// Finds out what is occupied, and the total, after cells have been lowered or filled.
    pub(crate) fn recount(&mut self) {
        let all = 0..self.counts.len();
        self.occupied = Occupied::EMPTY;
        if let (Some(first), Some(last)) = (
            self.counts.reach(all.clone(), 1),
            self.counts.reach_from_above(all.clone(), 0),
        ) {
            self.occupied.include(first);
            self.occupied.include(last);
        }
        self.total = self.counts.sum(all);
    }
}
