//! A histogram that many threads record in at once, through a shared reference.
//!
//! # The idea
//!
//! Cells are independent, so no lock is needed for them: a recorder adds one to one cell with one
//! atomic instruction, and there is nothing else to update. What a histogram keeps besides its
//! cells, the total and the occupied range, is found out when a reader takes a copy.
//!
//! A copy is not a moment in time: a value recorded while it is taken is in it or not. But each is
//! in *exactly one* of the copies that [`AtomicHistogram::drain`] takes, because a cell is read
//! and set to 0 in one step.
//!
//! Threads that record in the same cells have to wait for each other's cache lines, and latencies
//! are mostly in the same few cells. Where that matters, [`SyncHistogram`](crate::SyncHistogram)
//! gives every thread cells of its own.
//!
//! # Complexity
//!
//! Recording is one atomic addition; a copy is linear in all cells. Eight bytes a cell.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::counts::Counts;
use crate::layout::Layout;
use crate::{Histogram, HistogramError};

/// A histogram of fixed bounds that is recorded in through `&self`.
///
/// ```
/// # fn main() -> Result<(), histogram::HistogramError> {
/// use histogram::AtomicHistogram;
///
/// let latencies = AtomicHistogram::new_with_max(60_000_000, 3)?;
/// std::thread::scope(|threads| {
///     for _ in 0..2 {
///         threads.spawn(|| (1..=1_000).try_for_each(|micros| latencies.record(micros)));
///     }
/// });
/// let minute = latencies.drain();
/// assert_eq!(minute.len(), 2_000);
/// assert_eq!(minute.value_at_quantile(0.5), 500);
/// assert!(latencies.drain().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AtomicHistogram {
    shape: Shape,
    // Relaxed suffices for all operations: cells are counters that nothing else is inferred from.
    cells: Box<[AtomicU64]>,
}

impl AtomicHistogram {
    /// A histogram of values from 0 to `high`.
    ///
    /// # Errors
    ///
    /// As [`Histogram::new_with_bounds`].
    pub fn new_with_max(high: u64, figures: u8) -> Result<Self, HistogramError> {
        Self::new_with_bounds(1, high, figures)
    }

    /// A histogram with the bounds of [`Histogram::new_with_bounds`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn new_with_bounds(low: u64, high: u64, figures: u8) -> Result<Self, HistogramError> {
        let shape = Shape::new(low, high, figures)?;
        Ok(Self {
            cells: shape.cells(),
            shape,
        })
    }

    /// Counts a value once.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if there is no cell for it.
    // ANCHOR: record
    #[inline]
    pub fn record(&self, value: u64) -> Result<(), HistogramError> {
        self.record_n(value, 1)
    }

    /// Counts a value `count` times. After 2^64 in one cell, it starts again from 0.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    #[inline]
    pub fn record_n(&self, value: u64, count: u64) -> Result<(), HistogramError> {
        match self.cells.get(self.shape.layout.index_of(value)) {
            Some(cell) => {
                cell.fetch_add(count, Relaxed);
                Ok(())
            }
            None => Err(self.shape.beyond(value)),
        }
    }

    /// All values recorded since the last [`drain`](Self::drain).
    pub fn snapshot(&self) -> Histogram {
        self.shape
            .histogram(self.cells.iter().map(|cell| cell.load(Relaxed)))
    }

    /// All values recorded since the last drain, which are then forgotten here. Each value is in
    /// exactly one of the histograms drained.
    pub fn drain(&self) -> Histogram {
        self.shape
            .histogram(self.cells.iter().map(|cell| cell.swap(0, Relaxed)))
    }
    // ANCHOR_END: record

    /// Bytes of memory that this histogram takes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>() + self.cells.len() * size_of::<AtomicU64>()
    }
}

/// What the cells mean that are shared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) layout: Layout,
    pub(crate) high: u64,
}

impl Shape {
    pub(crate) fn new(low: u64, high: u64, figures: u8) -> Result<Self, HistogramError> {
        Ok(Self {
            layout: Layout::new(low, high, figures)?,
            high,
        })
    }

    /// Cells for it, all 0.
    pub(crate) fn cells<C: FromIterator<AtomicU64>>(&self) -> C {
        (0..self.layout.cells_for(self.high))
            .map(|_| AtomicU64::new(0))
            .collect()
    }

    /// The error for a value that has no cell.
    #[cold]
    pub(crate) fn beyond(&self, value: u64) -> HistogramError {
        let last = self.layout.cells_for(self.high) - 1;
        HistogramError::AboveBound {
            value,
            bound: self.layout.last_of(last),
        }
    }

    /// A histogram of these counts.
    pub(crate) fn histogram(&self, counts: impl Iterator<Item = u64>) -> Histogram {
        let cells = Counts::new(self.layout.cells_for(self.high));
        let mut histogram = Histogram::of(self.layout, self.high, cells);
        for (index, count) in counts.enumerate().filter(|&(_, count)| count != 0) {
            histogram.counts.set(index, count);
        }
        histogram.recount();
        histogram
    }
}
