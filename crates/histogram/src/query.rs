//! What a histogram answers: quantiles, extremes, moments.
//!
//! # The idea
//!
//! The `q`-quantile is the value that `q` of all values do not exceed. With counts in order of
//! value, it is where a running sum reaches `ceil(q * len)`. The sum may as well run downwards
//! from the highest value until no more than `len - ceil(q * len)` values are above, and since
//! the quantiles that people ask for are high ones, and the cells of high values are few, that is
//! a much shorter way: to p99 past a hundredth of the values and not past all the others.
//!
//! # Complexity
//!
//! Linear in the number of cells between the lowest and the highest value recorded, sixteen of
//! them in a few instructions; constant for [`len`](Histogram::len), [`min`](Histogram::min) and
//! [`max`](Histogram::max).

use crate::Histogram;

impl Histogram {
    /// The highest value of the cell in which the running count reaches `quantile` of all values;
    /// 0 if there are none.
    ///
    /// A quantile above 1 is taken for 1, one below 0 for the smallest that there is. Of the
    /// quantile 0 it is the lowest value of the cell, so that it equals [`min`](Self::min).
    // ANCHOR: quantile
    pub fn value_at_quantile(&self, quantile: f64) -> u64 {
        let quantile = if quantile > 1.0 { 1.0 } else { quantile };
        let wanted = (quantile * self.total as f64).ceil() as u64;
        // At least the first; and products of large floats may be rounded to above the total.
        let wanted = wanted.clamp(1, self.total.max(1));
        let above = self.total - wanted.min(self.total);

        let cells = self.occupied.cells();
        let found = if above < wanted && self.total != u64::MAX {
            self.counts.reach_from_above(cells, above)
        } else {
            self.counts.reach(cells, wanted)
        };
        match found {
            None => 0,
            Some(index) if quantile == 0.0 => self.layout.value_of(index),
            Some(index) => self.layout.last_of(index),
        }
    }
    // ANCHOR_END: quantile

    /// [`value_at_quantile`](Self::value_at_quantile) of a hundredth of this.
    pub fn value_at_percentile(&self, percentile: f64) -> u64 {
        self.value_at_quantile(percentile / 100.0)
    }

    /// The share of values that lie in the cell of `value` or below it; 1 if there are none.
    pub fn quantile_below(&self, value: u64) -> f64 {
        if self.total == 0 {
            return 1.0;
        }
        let end = self.index_or_last(value) + 1;
        let cells = self.occupied.cells();
        self.counts.sum(cells.start..end.min(cells.end)) as f64 / self.total as f64
    }

    /// [`quantile_below`](Self::quantile_below) times a hundred.
    pub fn percentile_below(&self, value: u64) -> f64 {
        self.quantile_below(value) * 100.0
    }

    /// The number of values from the cell of `low` to the cell of `high`, both included.
    pub fn count_between(&self, low: u64, high: u64) -> u64 {
        self.counts
            .sum(self.index_or_last(low)..self.index_or_last(high) + 1)
    }

    /// The number of values in the cell of `value`; in the last cell, for a value above the bound.
    pub fn count_at(&self, value: u64) -> u64 {
        self.counts.get(self.index_or_last(value))
    }

    /// The lowest value of the lowest cell that was recorded in; 0 if none was.
    pub fn min(&self) -> u64 {
        self.layout.value_of(self.occupied.cells().start)
    }

    /// The lowest value, other than 0, of a cell that was recorded in; `u64::MAX` if none was.
    pub fn min_nz(&self) -> u64 {
        let cells = self.occupied.cells();
        let first = self.counts.reach(cells.start.max(1)..cells.end, 1);
        first.map_or(u64::MAX, |index| self.layout.value_of(index))
    }

    /// The highest value of the highest cell that was recorded in; 0 if none was.
    pub fn max(&self) -> u64 {
        let cells = self.occupied.cells();
        cells.last().map_or(0, |index| self.layout.last_of(index))
    }

    /// The mean of the values, each taken for the middle of its cell; 0 if there are none.
    pub fn mean(&self) -> f64 {
        let total = self.total as f64;
        self.middles()
            .map(|(value, count)| value * count / total)
            .sum()
    }

    /// The standard deviation of the values, each taken for the middle of its cell.
    pub fn stdev(&self) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        let mean = self.mean();
        let squares: f64 = self
            .middles()
            .map(|(value, n)| (value - mean).powi(2) * n)
            .sum();
        (squares / self.total as f64).sqrt()
    }

    /// The middle and the count of each cell that was recorded in.
    fn middles(&self) -> impl Iterator<Item = (f64, f64)> {
        self.occupied
            .cells()
            .filter_map(|index| match self.counts.get(index) {
                0 => None,
                count => {
                    let middle = self.layout.value_of(index) + self.layout.width_of(index) / 2;
                    Some((middle as f64, count as f64))
                }
            })
    }

    fn index_or_last(&self, value: u64) -> usize {
        self.layout.index_of(value).min(self.distinct_values() - 1)
    }
}
