//! The cells themselves: counts of 64 bits that take 32 until one of them needs more.
//!
//! # The problem
//!
//! A histogram of three figures up to an hour of microseconds has 24 thousand cells. Counts of
//! 64 bits make 188 KiB of them, more than a processor keeps close at hand; counts of 32 bits are
//! half of that, but overflow after four thousand million.
//!
//! # The idea
//!
//! An odometer. The low 32 bits of each count lie together; the high 32 bits lie in a second
//! array, which is made when the first count carries. Until then, which for most histograms is
//! for ever, memory and the time to scan it are halved; afterwards they are what 64 bits cost.
//!
//! ```text
//!  low   [ 17 | 0 | 4294967295 | 2 | … ]      count(i) = high[i] * 2^32 + low[i]
//!  high  [ ]  →  after a carry  [ 0 | 0 | 1 | 0 | … ]
//! ```
//!
//! # Invariants
//!
//! * `high` is empty or as long as `low`.
//! * A count stays at `u64::MAX` once it has got there: it never wraps.

use std::ops::Range;

/// Sums are made of so many cells at a time, which the compiler does with vector instructions.
const CHUNK: usize = 16;

#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    low: Vec<u32>,
    high: Vec<u32>,
}

impl Counts {
    pub(crate) fn new(cells: usize) -> Self {
        Self {
            low: vec![0; cells],
            high: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.low.len()
    }

    /// Makes room for so many cells; never fewer than there are.
    pub(crate) fn grow(&mut self, cells: usize) {
        if cells > self.low.len() {
            self.low.resize(cells, 0);
            if !self.high.is_empty() {
                self.high.resize(cells, 0);
            }
        }
    }

    /// The count of a cell; 0 beyond the last.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> u64 {
        let low = self.low.get(index).copied().unwrap_or(0);
        let high = self.high.get(index).copied().unwrap_or(0);
        u64::from(high) << 32 | u64::from(low)
    }

    /// Adds to a cell. False if there is no such cell.
    // ANCHOR: add
    #[inline]
    pub(crate) fn add(&mut self, index: usize, count: u64) -> bool {
        let Some(low) = self.low.get_mut(index) else {
            return false;
        };
        match u32::try_from(count)
            .ok()
            .and_then(|count| low.checked_add(count))
        {
            Some(sum) => *low = sum,
            None => self.carry(index, count),
        }
        true
    }

    /// What [`add`](Self::add) does once in four thousand million times.
    #[cold]
    #[inline(never)]
    fn carry(&mut self, index: usize, count: u64) {
        self.set(index, self.get(index).saturating_add(count));
    }
    // ANCHOR_END: add

    /// Sets the count of a cell that there is.
    pub(crate) fn set(&mut self, index: usize, count: u64) {
        let high = (count >> 32) as u32;
        if high != 0 && self.high.is_empty() {
            self.high = vec![0; self.low.len()];
        }
        self.low[index] = count as u32;
        if let Some(cell) = self.high.get_mut(index) {
            *cell = high;
        }
    }

    /// Adds the cells of another to the same ones here, which there are; no count will then be
    /// above `most`.
    // ANCHOR: add_all
    pub(crate) fn add_all(&mut self, other: &Self, cells: Range<usize>, most: u64) {
        if most <= u64::from(u32::MAX) {
            // Nothing can carry, so there is nothing to ask in the loop, and the compiler makes
            // vector instructions of it.
            let sums = self.low[cells.clone()].iter_mut().zip(&other.low[cells]);
            sums.for_each(|(sum, &count)| *sum = sum.wrapping_add(count));
        } else {
            for index in cells {
                self.set(index, self.get(index).saturating_add(other.get(index)));
            }
        }
    }
    // ANCHOR_END: add_all

    /// Sets every count to 0.
    pub(crate) fn clear(&mut self) {
        self.low.fill(0);
        self.high = Vec::new();
    }

    /// The sum of a range of cells, at most `u64::MAX`.
    pub(crate) fn sum(&self, cells: Range<usize>) -> u64 {
        let cells = cells.start.min(self.len())..cells.end.min(self.len());
        if cells.is_empty() {
            return 0;
        }
        // No overflow: there are fewer than 2^32 cells.
        let low: u64 = self.low[cells.clone()]
            .iter()
            .map(|&low| u64::from(low))
            .sum();
        if self.high.is_empty() {
            return low;
        }
        let high: u64 = self.high[cells].iter().map(|&high| u64::from(high)).sum();
        u64::try_from((u128::from(high) << 32) + u128::from(low)).unwrap_or(u64::MAX)
    }

    /// The first cell of the range at which the running sum from its start reaches `target`.
    pub(crate) fn reach(&self, cells: Range<usize>, target: u64) -> Option<usize> {
        let mut running = 0_u64;
        let mut start = cells.start;
        while start < cells.end {
            let end = (start + CHUNK).min(cells.end);
            let after = running.saturating_add(self.sum(start..end));
            if after >= target {
                return (start..end).find(|&index| {
                    running = running.saturating_add(self.get(index));
                    running >= target
                });
            }
            running = after;
            start = end;
        }
        None
    }

    /// The last cell of the range at which the running sum from its end goes beyond `limit`.
    pub(crate) fn reach_from_above(&self, cells: Range<usize>, limit: u64) -> Option<usize> {
        let mut running = 0_u64;
        let mut end = cells.end;
        while end > cells.start {
            let start = end.saturating_sub(CHUNK).max(cells.start);
            let after = running.saturating_add(self.sum(start..end));
            if after > limit {
                return (start..end).rev().find(|&index| {
                    running = running.saturating_add(self.get(index));
                    running > limit
                });
            }
            running = after;
            end = start;
        }
        None
    }

    #[cfg(test)]
    pub(crate) fn check_invariants(&self) {
        assert!(self.high.is_empty() || self.high.len() == self.low.len());
    }

    /// Bytes of memory that the cells take.
    pub(crate) fn bytes(&self) -> usize {
        (self.low.len() + self.high.len()) * size_of::<u32>()
    }
}
