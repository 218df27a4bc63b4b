//! The histograms of the ecosystem.

use std::sync::Arc;

use hdrhistogram::sync::{Recorder, SyncHistogram};

use super::contender::{Correcting, FIGURES, HOUR, Shared, Solo};
use crate::harness::Identity;

const POSSIBLE: &str = "an hour to three figures is possible";
const IN_RANGE: &str = "no value is above an hour";

/// hdrhistogram, with its usual counters.
pub struct Hdr(hdrhistogram::Histogram<u64>);

impl Solo for Hdr {
    const WHO: Identity = Identity {
        name: "hdrhistogram",
        package: "hdrhistogram",
        what: "HDR: cells of 64 bits that saturate; total, least and greatest are kept",
        ours: false,
    };

    fn empty() -> Self {
        Self(hdrhistogram::Histogram::new_with_max(HOUR, FIGURES).expect(POSSIBLE))
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

impl Correcting for Hdr {
    #[inline(always)]
    fn record_correct(&mut self, value: u64, interval: u64) {
        self.0.record_correct(value, interval).expect(IN_RANGE);
    }
}

/// hdrhistogram, recorders whose values are merged when they are read.
pub struct HdrSync(SyncHistogram<u64>);

impl Shared for HdrSync {
    const WHO: Identity = Identity {
        name: "hdrhistogram::Recorder",
        package: "hdrhistogram",
        what: "a histogram for each thread, which it hands over when the reader asks",
        ours: false,
    };

    type Handle = Recorder<u64>;

    fn empty() -> Self {
        Self(Hdr::empty().0.into_sync())
    }

    fn handle(&self) -> Recorder<u64> {
        self.0.recorder()
    }

    #[inline(always)]
    fn record(handle: &mut Recorder<u64>, value: u64) {
        handle.record(value).expect(IN_RANGE);
    }

    fn total(&mut self) -> u64 {
        self.0.refresh();
        self.0.len()
    }
}

/// The least power of two of cells an octave that gives [`FIGURES`].
const GROUPING_POWER: u8 = 10;

/// The least power of two above [`HOUR`].
const MAX_VALUE_POWER: u8 = 32;

/// Pelikan's histogram.
pub struct Pelikan(pelikan_histogram::Histogram);

impl Solo for Pelikan {
    const WHO: Identity = Identity {
        name: "histogram",
        package: "histogram",
        what: "H2: HDR's cells, of 64 bits that wrap, and nothing else is kept",
        ours: false,
    };

    fn empty() -> Self {
        let made = pelikan_histogram::Histogram::new(GROUPING_POWER, MAX_VALUE_POWER);
        Self(made.expect(POSSIBLE))
    }

    #[inline(always)]
    fn record(&mut self, value: u64) {
        self.0.increment(value).expect(IN_RANGE);
    }

    fn quantile(&self, quantile: f64) -> u64 {
        let bucket = self
            .0
            .quantile_bucket(quantile)
            .expect("it is between 0 and 1");
        bucket.expect("there are values").end()
    }

    fn merge(&mut self, other: &Self) {
        self.0
            .checked_add_assign(&other.0)
            .expect("counts are small");
    }
}

/// Pelikan's histogram of atomic cells.
pub struct PelikanAtomic(Arc<pelikan_histogram::AtomicHistogram>);

impl Shared for PelikanAtomic {
    const WHO: Identity = Identity {
        name: "histogram::AtomicHistogram",
        package: "histogram",
        what: "cells that all threads add to, by one atomic instruction",
        ours: false,
    };

    type Handle = Arc<pelikan_histogram::AtomicHistogram>;

    fn empty() -> Self {
        let made = pelikan_histogram::AtomicHistogram::new(GROUPING_POWER, MAX_VALUE_POWER);
        Self(Arc::new(made.expect(POSSIBLE)))
    }

    fn handle(&self) -> Self::Handle {
        Arc::clone(&self.0)
    }

    #[inline(always)]
    fn record(handle: &mut Self::Handle, value: u64) {
        handle.increment(value).expect(IN_RANGE);
    }

    fn total(&mut self) -> u64 {
        self.0.drain().as_slice().iter().sum()
    }
}

/// Datadog's sketch.
pub struct DdSketch(sketches_ddsketch::DDSketch);

impl Solo for DdSketch {
    const WHO: Identity = Identity {
        name: "sketches-ddsketch",
        package: "sketches-ddsketch",
        what: "DDSketch: floats, a cell by the logarithm; cells for what has occurred",
        ours: false,
    };

    fn empty() -> Self {
        // So many cells that none has to be given up for an hour.
        let config = sketches_ddsketch::Config::new(0.001, 16_384, 1.0);
        Self(sketches_ddsketch::DDSketch::new(config))
    }

    #[inline(always)]
    fn record(&mut self, value: u64) {
        self.0.add(value as f64);
    }

    fn quantile(&self, quantile: f64) -> u64 {
        let value = self.0.quantile(quantile).expect("it is between 0 and 1");
        value.expect("there are values") as u64
    }

    fn merge(&mut self, other: &Self) {
        self.0.merge(&other.0).expect("they are of one precision");
    }
}
