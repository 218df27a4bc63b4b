//! A histogram whose every thread records in cells of its own.
//!
//! # The problem
//!
//! Two threads that add to the same cell hand its cache line back and forth, at a price of tens
//! of nanoseconds; and even alone, an atomic addition costs what five ordinary ones do.
//!
//! # The idea
//!
//! One writer to a cell. Each [`Recorder`] has an array of cells that only it writes, so it needs
//! no atomic *addition*: it loads, adds one, and stores, and as no one else stores there, nothing
//! can get lost between. Anyone may read at any time, since loads and stores are atomic by
//! themselves. Recorders never wait, and neither does the reader.
//!
//! The reader may not set a cell to 0, which would be a second writer. It keeps instead how far it
//! has read each cell, and reports the difference: cells only ever go up.
//!
//! ```text
//!  recorder A   [ 5 | 0 | 17 | … ]   read so far [ 5 | 0 | 12 | … ]   → 5 new
//!  recorder B   [ 0 | 3 |  9 | … ]   read so far [ 0 | 1 |  9 | … ]   → 2 new
//! ```
//!
//! # Invariants
//!
//! * Each value recorded is in the histogram of exactly one [`SyncHistogram::refresh`], that of a
//!   recorder that has since been dropped included.
//!
//! # Complexity
//!
//! Recording is constant, without atomic read-modify-write. A refresh is linear in the cells of
//! all recorders; each of them takes sixteen bytes a cell.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::atomic::Shape;
use crate::{Histogram, HistogramError};

/// Hands out [`Recorder`]s, and reads what they have recorded.
///
/// ```
/// # fn main() -> Result<(), histogram::HistogramError> {
/// use histogram::SyncHistogram;
///
/// let latencies = SyncHistogram::new_with_max(60_000_000, 3)?;
/// std::thread::scope(|threads| {
///     for _ in 0..2 {
///         let mut recorder = latencies.recorder();
///         threads.spawn(move || (1..=1_000).try_for_each(|micros| recorder.record(micros)));
///     }
/// });
/// assert_eq!(latencies.refresh().len(), 2_000);
/// assert!(latencies.refresh().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SyncHistogram {
    shape: Shape,
    // Taken to add a recorder and to read, never to record.
    readers: Mutex<Vec<Reader>>,
}

/// Records, from one thread at a time; see [`SyncHistogram::recorder`].
///
/// It is not `Clone`: that no one else writes its cells is what makes it fast.
#[derive(Debug)]
pub struct Recorder {
    shape: Shape,
    cells: Arc<[AtomicU64]>,
}

/// A recorder's cells as seen from the other side.
#[derive(Debug)]
struct Reader {
    cells: Arc<[AtomicU64]>,
    /// What has been reported of each cell.
    read: Box<[u64]>,
}

impl Recorder {
    /// Counts a value once.
    ///
    /// # Errors
    ///
    /// [`AboveBound`](HistogramError::AboveBound) if there is no cell for it.
    #[inline]
    pub fn record(&mut self, value: u64) -> Result<(), HistogramError> {
        self.record_n(value, 1)
    }

    /// Counts a value `count` times. After 2^64 in one cell, it starts again from 0.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    // ANCHOR: record
    #[inline]
    pub fn record_n(&mut self, value: u64, count: u64) -> Result<(), HistogramError> {
        let Some(cell) = self.cells.get(self.shape.layout.index_of(value)) else {
            return Err(self.shape.beyond(value));
        };
        // Not fetch_add: no one else stores here, so nothing can come between the two. Relaxed,
        // because nothing else is inferred from a count.
        cell.store(cell.load(Relaxed).wrapping_add(count), Relaxed);
        Ok(())
    }
    // ANCHOR_END: record
}

impl Reader {
    /// Adds what is new in these cells.
    // ANCHOR: read
    fn add_new(&mut self, counts: &mut [u64]) {
        for ((cell, read), sum) in self.cells.iter().zip(&mut self.read).zip(counts) {
            let now = cell.load(Relaxed);
            *sum = sum.saturating_add(now.wrapping_sub(*read));
            *read = now;
        }
    }
    // ANCHOR_END: read
}

impl SyncHistogram {
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
        Ok(Self {
            shape: Shape::new(low, high, figures)?,
            readers: Mutex::default(),
        })
    }

    /// A recorder for one thread, with cells of its own. They are given back by the first
    /// [`refresh`](Self::refresh) after it has been dropped.
    pub fn recorder(&self) -> Recorder {
        let cells: Arc<[AtomicU64]> = self.shape.cells();
        let read = vec![0; cells.len()].into();
        self.readers().push(Reader {
            cells: Arc::clone(&cells),
            read,
        });
        Recorder {
            shape: self.shape,
            cells,
        }
    }

    /// The values recorded since the last refresh, by all recorders. Each value is in exactly one
    /// of the histograms that this returns.
    // ANCHOR: refresh
    pub fn refresh(&self) -> Histogram {
        let mut counts = vec![0; self.shape.layout.cells_for(self.shape.high)];
        self.readers().retain_mut(|reader| {
            // Asked before the cells are read: a recorder that is gone by now has written its
            // last, which get_mut, if it succeeds, makes visible here.
            let gone = Arc::get_mut(&mut reader.cells).is_some();
            reader.add_new(&mut counts);
            !gone
        });
        self.shape.histogram(counts.into_iter())
    }
    // ANCHOR_END: refresh

    /// Bytes of memory that this histogram and its recorders take.
    pub fn memory_bytes(&self) -> usize {
        let cells: usize = self.readers().iter().map(|reader| reader.cells.len()).sum();
        size_of::<Self>() + cells * (size_of::<AtomicU64>() + size_of::<u64>())
    }

    /// A thread that panicked while it held the lock has left nothing half done that matters: at
    /// worst, values of one refresh are lost with it.
    fn readers(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
