//! Which values share a cell: the one idea that all the rest stands on.
//!
//! # The problem
//!
//! A latency may be a microsecond or an hour. A cell for each microsecond of an hour is
//! 3 600 000 000 cells; a thousand equal cells make one of them out of the first four seconds.
//! What one wants to know is the *leading digits* of each value, however large it is.
//!
//! # The idea
//!
//! Double the width of the cells each time that the values double. With `2^half` cells for every
//! doubling ("octave"), a cell is never wider than `1 / 2^half` of the values in it:
//!
//! ```text
//!  half = 2     0 1 2 3 4 5 6 7 |  8   10   12   14  |  16     20     24     28    | 32 …
//!  width        1 1 1 1 1 1 1 1 |  2    2    2    2  |   4      4      4      4    |  8
//!  cell         0 1 2 3 4 5 6 7 |  8    9   10   11  |  12     13     14     15    | 16 …
//!               octave 0: twice |  octave 1          |  octave 2
//!               as many cells   |                    |
//! ```
//!
//! A value's cell is found without a loop or a division: the position of its highest bit is the
//! octave, and the `half` bits after it are the place in the octave.
//!
//! # Invariants
//!
//! * `value_of(i) <= v <= last_of(i)` if and only if `index_of(v) == i`.
//! * For `v >= low << half`: `last_of(i) - value_of(i) <= v / 2^half <= v / 10^figures`. Below
//!   that, a cell is as wide as the largest power of two that is no more than `low`.
//!
//! # Complexity
//!
//! Every function here is a few instructions. The source is Gil Tene's HdrHistogram.

use crate::HistogramError;

/// How values are mapped to cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Ones where values of octave 0 may have bits: `unit + half + 1` of them.
    mask: u64,
    /// Values that differ only in this many lowest bits are not told apart.
    unit: u32,
    /// The binary logarithm of the number of cells in an octave.
    half: u32,
    /// The lowest value that the user wants told from 0.
    low: u64,
    figures: u8,
}

impl Layout {
    /// Cells for values that are told apart from `low` on, to so many significant figures.
    pub(crate) fn new(low: u64, high: u64, figures: u8) -> Result<Self, HistogramError> {
        if !(1..=5).contains(&figures) {
            return Err(HistogramError::Figures {
                given: figures.into(),
            });
        }
        if low == 0 || low > high / 2 {
            return Err(HistogramError::Bounds { low, high });
        }
        let unit = low.ilog2();
        // Not 10^figures cells an octave but the next power of two: an octave's first value has
        // the widest cells in relation to it.
        let half = 10_u32.pow(figures.into()).next_power_of_two().ilog2();
        if unit + half + 1 > 63 {
            return Err(HistogramError::Precision { low, figures });
        }
        let mask = (1 << (unit + half + 1)) - 1;
        Ok(Self {
            mask,
            unit,
            half,
            low,
            figures,
        })
    }

    /// The cell of `value`.
    // ANCHOR: index
    #[inline]
    pub(crate) fn index_of(&self, value: u64) -> usize {
        // The mask lifts small values into octave 0, so that there is no case for them.
        // Not ilog2, and the mask not a NonZeroU64: where the processor only has `bsr`, which leaves
        // its register alone if there is no bit, that would make each value wait for the last one.
        let highest_bit = 63 - (self.mask | value).leading_zeros();
        let shift = highest_bit - self.half;
        let octave = (shift - self.unit) as usize;
        // The leading half + 1 bits. Their first is a one in every octave but 0, which adds one
        // octave's cells: just those that octave 0 has more than the others.
        let leading = (value >> shift) as usize;
        (octave << self.half) + leading
    }
    // ANCHOR_END: index

    /// The lowest value of a cell.
    // ANCHOR: value
    #[inline]
    pub(crate) fn value_of(&self, index: usize) -> u64 {
        let octave = self.octave(index);
        let leading = index - (octave << self.half);
        (leading as u64) << (octave as u32 + self.unit)
    }

    /// The highest value of a cell.
    #[inline]
    pub(crate) fn last_of(&self, index: usize) -> u64 {
        self.value_of(index) + (self.width_of(index) - 1)
    }
    // ANCHOR_END: value

    /// How many values share a cell.
    #[inline]
    pub(crate) fn width_of(&self, index: usize) -> u64 {
        1 << (self.octave(index) as u32 + self.unit)
    }

    #[inline]
    fn octave(&self, index: usize) -> usize {
        (index >> self.half).saturating_sub(1)
    }

    /// The number of cells that hold all values up to `high`: whole octaves.
    pub(crate) fn cells_for(&self, high: u64) -> usize {
        ((self.index_of(high) >> self.half) + 1).max(2) << self.half
    }

    /// The cell that a value of this layout would be found in, given as a value.
    pub(crate) fn lowest_equivalent(&self, value: u64) -> u64 {
        self.value_of(self.index_of(value))
    }

    pub(crate) fn low(&self) -> u64 {
        self.low
    }

    pub(crate) fn figures(&self) -> u8 {
        self.figures
    }

    /// Whether the two mean the same values by the same cell.
    pub(crate) fn same_cells(&self, other: &Self) -> bool {
        (self.unit, self.half) == (other.unit, other.half)
    }
}
