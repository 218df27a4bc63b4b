//! Coordinated omission: the values that a stalled tester never asked for.
//!
//! # The problem
//!
//! A load tester that waits for each answer before it asks again cannot ask while the server
//! stalls. A second's stall is then *one* bad value among thousands of good ones, where a tester
//! that kept to its plan of a request each millisecond would have had a thousand requests waiting
//! for a second, 999 ms, 998 ms and so on. The measurement leaves out just what it is there for,
//! in step with the server: hence *coordinated*.
//!
//! # The idea
//!
//! Given the interval at which one meant to ask, fill in what is missing. A value of `v` stands
//! for the requests that should have been sent while it was under way:
//!
//! ```text
//!  interval = 10      recorded: 45      filled in: 35, 25, 15
//! ```
//!
//! This is a correction by assumption. A tester that sends by the clock and measures from when a
//! request *should* have been sent needs none, and is to be preferred.
//!
//! # Complexity
//!
//! The values that fall into one cell are counted, not enumerated: [`Histogram::record_correct`]
//! takes time in proportion to the cells below the value, however small the interval.

use crate::{Histogram, HistogramError};

impl Histogram {
    /// Counts a value, and those that a tester missed who meant to ask every `interval`.
    ///
    /// They are `value - interval`, `value - 2 * interval` and so on, while they are no less than
    /// the interval. An interval of 0 corrects nothing.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    #[inline]
    pub fn record_correct(&mut self, value: u64, interval: u64) -> Result<(), HistogramError> {
        self.record_n_correct(value, 1, interval)
    }

    /// Counts a value `count` times, and each time those that were missed.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    #[inline]
    pub fn record_n_correct(
        &mut self,
        value: u64,
        count: u64,
        interval: u64,
    ) -> Result<(), HistogramError> {
        self.record_n(value, count)?;
        if interval != 0 && value / 2 >= interval {
            self.fill_in(value - interval, count, interval);
        }
        Ok(())
    }

    /// Counts `highest`, `highest - interval`, … down to `interval`, which all have cells.
    // ANCHOR: fill_in
    fn fill_in(&mut self, highest: u64, count: u64, interval: u64) {
        let mut value = highest;
        // While cells are wider than the interval, one division says how many fall into each.
        while value >= interval {
            let index = self.layout.index_of(value);
            if self.layout.width_of(index) <= interval {
                break;
            }
            let end = self.layout.value_of(index).max(interval);
            let inside = (value - end) / interval + 1;
            // There is a cell: that of the value just recorded is not below it.
            let _ = self.record_n(value, count.saturating_mul(inside));
            value -= inside * interval;
        }
        // Below that, cells only get narrower.
        while value >= interval {
            let _ = self.record_n(value, count);
            value -= interval;
        }
    }
    // ANCHOR_END: fill_in

    /// A copy with what was missed filled in, as if each value had been recorded by
    /// [`record_correct`](Self::record_correct).
    ///
    /// Values are filled in from the highest of each cell on, for which reason it may differ by
    /// a cell from correcting while recording. Never do both.
    pub fn clone_correct(&self, interval: u64) -> Self {
        let mut corrected = Self::new_from(self);
        // All values have cells, and what is filled in lies below them.
        let _ = corrected.add_correct(self, interval);
        corrected
    }

    /// Adds the values of another histogram, with what was missed filled in.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if the other holds a value that this one has no
    /// cell for and does not grow to. Nothing is added then.
    pub fn add_correct(&mut self, source: &Self, interval: u64) -> Result<(), HistogramError> {
        if source.is_empty() {
            return Ok(());
        }
        self.reach_to(source.max())?;
        for index in source.occupied.cells() {
            let count = source.counts.get(index);
            if count != 0 {
                self.record_n_correct(source.layout.last_of(index), count, interval)?;
            }
        }
        Ok(())
    }
}
