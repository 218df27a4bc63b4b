//! The histogram: making one, and recording in it.

use std::ops::Range;

use crate::HistogramError;
use crate::counts::Counts;
use crate::layout::Layout;

/// How often each value occurred, every value to a number of significant figures.
///
/// Values are integers of a unit that you choose: microseconds, bytes, requests waiting. A
/// percentile of them is wrong by at most `10^-figures` of itself, wherever it lies between 1 and
/// `u64::MAX`; the memory is the same after a thousand million values as after the first; and two
/// histograms added are the histogram of both, which no two percentiles ever are.
///
/// Counts are `u64`, not a type parameter as in `hdrhistogram`: cells take 32 bits until one of
/// them needs more (`counts.rs`), so that there is nothing to choose and nothing to overflow.
///
/// # Invariants
///
/// * `total` is the sum of the cells, or `u64::MAX` if that is more.
/// * `occupied` is empty if all cells are 0; else its first and its last cell are not, and all
///   cells outside it are.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), histogram::HistogramError> {
/// use histogram::Histogram;
///
/// let mut latencies = Histogram::new(3)?;
/// for micros in [250, 260, 270, 280, 90_000] {
///     latencies.record(micros)?;
/// }
/// assert_eq!(latencies.value_at_quantile(0.5), 270);
/// // The highest value that shares its cell.
/// assert_eq!(latencies.max(), 90_047);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Histogram {
    pub(crate) layout: Layout,
    /// The highest trackable value that was asked for, or has been grown to.
    pub(crate) high: u64,
    pub(crate) auto_resize: bool,
    /// Those of a histogram read from bytes may end before its bound does, until more are needed.
    pub(crate) counts: Counts,
    pub(crate) total: u64,
    /// From the first cell that is not 0 to the last.
    pub(crate) occupied: Occupied,
}

/// A range of cells that is asked one question for every value recorded: is this cell outside?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occupied {
    first: usize,
    /// The last cell minus the first.
    span: usize,
}

impl Occupied {
    /// No cell lies in it: the first that there is could be `usize::MAX` alone.
    pub(crate) const EMPTY: Self = Self {
        first: usize::MAX,
        span: 0,
    };

    /// One comparison for both ends: a cell before the first wraps to a large number.
    #[inline]
    fn excludes(self, index: usize) -> bool {
        index.wrapping_sub(self.first) > self.span
    }

    pub(crate) fn include(&mut self, index: usize) {
        let cells = self.cells();
        *self = if cells.is_empty() {
            Self {
                first: index,
                span: 0,
            }
        } else {
            let first = cells.start.min(index);
            Self {
                first,
                span: (cells.end - 1).max(index) - first,
            }
        };
    }

    pub(crate) fn cells(self) -> Range<usize> {
        if self == Self::EMPTY {
            0..0
        } else {
            self.first..self.first + self.span + 1
        }
    }
}

impl Histogram {
    /// A histogram of values from 0 on that grows to hold whatever is recorded.
    ///
    /// # Errors
    ///
    /// [`Figures`](HistogramError::Figures) unless 1 to 5 significant figures are asked for.
    pub fn new(figures: u8) -> Result<Self, HistogramError> {
        let mut histogram = Self::new_with_bounds(1, 2, figures)?;
        histogram.auto_resize = true;
        Ok(histogram)
    }

    /// A histogram of values from 0 to `high`, which allocates no memory when it records.
    ///
    /// # Errors
    ///
    /// As [`new_with_bounds`](Self::new_with_bounds).
    pub fn new_with_max(high: u64, figures: u8) -> Result<Self, HistogramError> {
        Self::new_with_bounds(1, high, figures)
    }

    /// A histogram of values up to `high` in which values less than `low` apart may be taken for
    /// equal: with `low` at 1000, nanoseconds are kept as what microseconds would be.
    ///
    /// It has whole octaves of cells, so values somewhat above `high` may be recorded too.
    ///
    /// # Errors
    ///
    /// [`Figures`](HistogramError::Figures) unless 1 to 5 figures are asked for,
    /// [`Bounds`](HistogramError::Bounds) unless `low` is at least 1 and `high` at least twice
    /// `low`, and [`Precision`](HistogramError::Precision) if so many figures of values so large
    /// do not fit 63 bits.
    pub fn new_with_bounds(low: u64, high: u64, figures: u8) -> Result<Self, HistogramError> {
        let layout = Layout::new(low, high, figures)?;
        Ok(Self::of(layout, high, Counts::new(layout.cells_for(high))))
    }

    /// An empty histogram with the bounds, figures and growth of another.
    pub fn new_from(source: &Self) -> Self {
        let counts = Counts::new(source.distinct_values());
        Self {
            auto_resize: source.auto_resize,
            ..Self::of(source.layout, source.high, counts)
        }
    }

    /// A fixed histogram with these cells, or the first of them, which are all 0.
    pub(crate) fn of(layout: Layout, high: u64, counts: Counts) -> Self {
        Self {
            layout,
            high,
            auto_resize: false,
            counts,
            total: 0,
            occupied: Occupied::EMPTY,
        }
    }

    /// Counts a value once.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if there is no cell for it and the histogram
    /// does not grow. Nothing is counted then.
    ///
    /// # Complexity
    ///
    /// Constant: no loop, no division, no allocation unless the histogram grows.
    #[inline]
    pub fn record(&mut self, value: u64) -> Result<(), HistogramError> {
        self.record_n(value, 1)
    }

    /// Counts a value `count` times.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    // ANCHOR: record
    #[inline]
    pub fn record_n(&mut self, value: u64, count: u64) -> Result<(), HistogramError> {
        let index = self.layout.index_of(value);
        if !self.counts.add(index, count) {
            return self.record_beyond(value, count);
        }
        if self.occupied.excludes(index) {
            self.occupy(index);
        }
        self.total = self.total.saturating_add(count);
        Ok(())
    }
    // ANCHOR_END: record

    /// Counts a value once; one above the bound is counted as the bound.
    #[inline]
    pub fn saturating_record(&mut self, value: u64) {
        self.saturating_record_n(value, 1);
    }

    /// Counts a value `count` times; one above the bound is counted as the bound.
    #[inline]
    pub fn saturating_record_n(&mut self, value: u64, count: u64) {
        if self.layout.index_of(value) < self.distinct_values() {
            // It is not above the bound.
            let _ = self.record_n(value, count);
        } else {
            let _ = self.record_n(self.high, count);
        }
    }

    /// Whether values above the bound make the histogram grow.
    pub fn auto(&mut self, enabled: bool) {
        self.auto_resize = enabled;
    }

    /// Forgets all values; keeps the bounds and the memory.
    pub fn clear(&mut self) {
        self.counts.clear();
        self.total = 0;
        self.occupied = Occupied::EMPTY;
    }

    /// There is no cell: grow, or refuse.
    ///
    /// It does not call `record_n`, which would then call itself and could not be inlined.
    #[cold]
    #[inline(never)]
    fn record_beyond(&mut self, value: u64, count: u64) -> Result<(), HistogramError> {
        self.reach_to(value)?;
        let index = self.layout.index_of(value);
        self.counts.add(index, count);
        self.occupy(index);
        self.total = self.total.saturating_add(count);
        Ok(())
    }

    /// Makes sure that there is a cell for `value`.
    pub(crate) fn reach_to(&mut self, value: u64) -> Result<(), HistogramError> {
        let index = self.layout.index_of(value);
        if index >= self.distinct_values() {
            let bound = |high| self.layout.last_of(self.layout.cells_for(high) - 1);
            if !self.auto_resize {
                let bound = bound(self.high);
                return Err(HistogramError::AboveBound { value, bound });
            }
            self.high = bound(value);
        }
        if index >= self.counts.len() {
            self.counts.grow(self.distinct_values());
        }
        Ok(())
    }

    /// A cell that was 0 outside the occupied range is not 0 any more, unless 0 was added to it.
    #[cold]
    #[inline(never)]
    fn occupy(&mut self, index: usize) {
        if self.counts.get(index) != 0 {
            self.occupied.include(index);
        }
    }

    /// The number of values recorded; at most `u64::MAX`.
    pub fn len(&self) -> u64 {
        self.total
    }

    /// Whether nothing has been recorded.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The lowest value that is told from 0.
    pub fn low(&self) -> u64 {
        self.layout.low()
    }

    /// The highest trackable value: what was asked for, or what the histogram has grown to.
    pub fn high(&self) -> u64 {
        self.high
    }

    /// The significant figures that values are kept to.
    pub fn sigfig(&self) -> u8 {
        self.layout.figures()
    }

    /// Whether values above the bound make the histogram grow.
    pub fn is_auto_resize(&self) -> bool {
        self.auto_resize
    }

    /// The number of cells: of values that can be told apart.
    pub fn distinct_values(&self) -> usize {
        self.layout.cells_for(self.high)
    }

    /// Bytes of memory that this histogram takes, itself and its cells.
    ///
    /// Four for every cell, and eight once a single cell has counted more than four thousand
    /// million values.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.counts.bytes()
    }

    /// Whether the two values share a cell.
    pub fn equivalent(&self, a: u64, b: u64) -> bool {
        self.layout.index_of(a) == self.layout.index_of(b)
    }

    /// The lowest value that shares a cell with `value`.
    pub fn lowest_equivalent(&self, value: u64) -> u64 {
        self.layout.lowest_equivalent(value)
    }

    /// The highest value that shares a cell with `value`.
    pub fn highest_equivalent(&self, value: u64) -> u64 {
        self.layout.last_of(self.layout.index_of(value))
    }

    /// The value in the middle of the cell of `value`.
    pub fn median_equivalent(&self, value: u64) -> u64 {
        self.lowest_equivalent(value) + self.equivalent_range(value) / 2
    }

    /// The lowest value above `value` in another cell; `u64::MAX` if there is none.
    pub fn next_non_equivalent(&self, value: u64) -> u64 {
        self.highest_equivalent(value).saturating_add(1)
    }

    /// How many values share a cell with `value`, itself included.
    pub fn equivalent_range(&self, value: u64) -> u64 {
        self.layout.width_of(self.layout.index_of(value))
    }
}

/// The same cells of the same values, whatever their bounds.
impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        self.layout.low() == other.layout.low()
            && self.layout.figures() == other.layout.figures()
            && self.total == other.total
            && self.occupied == other.occupied
            && self
                .occupied
                .cells()
                .all(|cell| self.counts.get(cell) == other.counts.get(cell))
    }
}

#[cfg(test)]
impl Histogram {
    fn check_invariants(&self) {
        self.counts.check_invariants();
        let cells = self.occupied.cells();
        let all = 0..self.counts.len();
        assert_eq!(self.counts.sum(all.clone()), self.total);
        assert_eq!(cells.is_empty(), self.total == 0);
        if let Some(last) = cells.clone().last() {
            assert!(self.counts.get(cells.start) > 0 && self.counts.get(last) > 0);
        }
        assert!(
            all.filter(|cell| !cells.contains(cell))
                .all(|cell| self.counts.get(cell) == 0)
        );
        assert!(self.counts.len() <= self.distinct_values());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One operation on a histogram, by number.
    fn act(histogram: &mut Histogram, action: u8, value: u64, count: u64) {
        let mut other = Histogram::new_from(histogram);
        let _ = other.record_n(value, count);
        // What is refused must leave the invariants as they were, too.
        let _ = match action {
            0..4 => histogram.record_n(value, count),
            4 => histogram.record_correct(value, count),
            5 => histogram.add(&other),
            6 => histogram.subtract(&other),
            7 => histogram.add_correct(&other, count),
            8 => {
                histogram.saturating_record_n(value, count);
                Ok(())
            }
            _ => {
                histogram.clear();
                Ok(())
            }
        };
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn invariants_hold_after_every_operation(
            grows in any::<bool>(),
            actions in prop::collection::vec(
                (0..10_u8, 0..5_000_u64, prop_oneof![0..3_u64, Just(u64::from(u32::MAX))]),
                0..30,
            ),
        ) {
            let mut histogram = Histogram::new_with_max(1_000, 1).unwrap();
            histogram.auto(grows);
            for (action, value, count) in actions {
                act(&mut histogram, action, value, count);
                histogram.check_invariants();
            }
        }
    }
}
