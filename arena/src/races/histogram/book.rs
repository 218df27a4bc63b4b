//! The book's histograms.

use std::sync::Arc;

use ours_histogram as ours;

use super::contender::{Correcting, FIGURES, HOUR, Shared, Solo};
use crate::harness::Identity;

const POSSIBLE: &str = "an hour to three figures is possible";
const IN_RANGE: &str = "no value is above an hour";

/// The histogram of one thread.
pub struct Histogram(ours::Histogram);

impl Solo for Histogram {
    const WHO: Identity = book(
        "book::Histogram",
        "HDR: cells of 32 bits until one needs more; total and occupied cells are kept",
    );

    fn empty() -> Self {
        Self(ours::Histogram::new_with_max(HOUR, FIGURES).expect(POSSIBLE))
    }

    #[inline(always)]
    fn record(&mut self, value: u64) {
        self.0.record(value).expect(IN_RANGE);
    }

    fn quantile(&self, quantile: f64) -> u64 {
        self.0.value_at_quantile(quantile)
    }

    fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect(IN_RANGE);
    }
}

impl Correcting for Histogram {
    #[inline(always)]
    fn record_correct(&mut self, value: u64, interval: u64) {
        self.0.record_correct(value, interval).expect(IN_RANGE);
    }
}

/// One writer to a cell.
pub struct Sync(ours::SyncHistogram);

impl Shared for Sync {
    const WHO: Identity = book(
        "book::SyncHistogram",
        "cells for each thread, which only it writes and anyone may read",
    );

    type Handle = ours::Recorder;

    fn empty() -> Self {
        Self(ours::SyncHistogram::new_with_max(HOUR, FIGURES).expect(POSSIBLE))
    }

    fn handle(&self) -> ours::Recorder {
        self.0.recorder()
    }

    #[inline(always)]
    fn record(handle: &mut ours::Recorder, value: u64) {
        handle.record(value).expect(IN_RANGE);
    }

    fn total(&mut self) -> u64 {
        self.0.refresh().len()
    }
}

/// Cells that all threads write.
pub struct Atomic(Arc<ours::AtomicHistogram>);

impl Shared for Atomic {
    const WHO: Identity = book(
        "book::AtomicHistogram",
        "cells that all threads add to, by one atomic instruction",
    );

    type Handle = Arc<ours::AtomicHistogram>;

    fn empty() -> Self {
        Self(Arc::new(
            ours::AtomicHistogram::new_with_max(HOUR, FIGURES).expect(POSSIBLE),
        ))
    }

    fn handle(&self) -> Self::Handle {
        Arc::clone(&self.0)
    }

    #[inline(always)]
    fn record(handle: &mut Self::Handle, value: u64) {
        handle.record(value).expect(IN_RANGE);
    }

    fn total(&mut self) -> u64 {
        self.0.drain().len()
    }
}

const fn book(name: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package: "histogram",
        what,
        ours: true,
    }
}
