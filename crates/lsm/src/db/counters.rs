//! What readers count, for statistics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that only grow.
#[derive(Debug, Default)]
pub(crate) struct ReadCounters {
    /// Look-ups.
    gets: AtomicU64,
    /// Tables whose blocks a look-up read.
    tables_probed: AtomicU64,
    /// Filters that were asked.
    filter_checks: AtomicU64,
    /// Filters that said no.
    filter_skips: AtomicU64,
}

/// What one look-up did, or all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadCounts {
    pub gets: u64,
    pub tables_probed: u64,
    pub filter_checks: u64,
    pub filter_skips: u64,
}

impl ReadCounters {
    /// Adds what a look-up did.
    pub fn add(&self, counts: ReadCounts) {
        let pairs = [
            (&self.gets, counts.gets),
            (&self.tables_probed, counts.tables_probed),
            (&self.filter_checks, counts.filter_checks),
            (&self.filter_skips, counts.filter_skips),
        ];
        for (counter, count) in pairs {
            if count > 0 {
                // Relaxed: numbers for their own sake.
                counter.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// All so far.
    pub fn total(&self) -> ReadCounts {
        ReadCounts {
            gets: self.gets.load(Ordering::Relaxed),
            tables_probed: self.tables_probed.load(Ordering::Relaxed),
            filter_checks: self.filter_checks.load(Ordering::Relaxed),
            filter_skips: self.filter_skips.load(Ordering::Relaxed),
        }
    }
}
