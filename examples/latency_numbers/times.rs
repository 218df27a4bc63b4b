//! Timing an operation, alone or in groups, into a histogram.
//!
//! Reading the clock costs about as much as twenty nanoseconds of work. What takes a microsecond or
//! more is timed one by one, and its percentiles are those of single operations. What takes less is
//! timed in *groups*, of so many that the clock is lost among them; then a percentile is one of
//! groups' means, and a single slow operation in a group hides among the others. How large the
//! groups were stands beside each result.
//!
//! # Invariants
//!
//! * Times are kept in picoseconds, so that a hit in the first cache is not rounded to 1 ns.
//! * The first tenth of the groups is thrown away: it finds the caches and the branch predictor
//!   cold, and the processor's clock slow.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::error::LatencyError;

/// Three digits: an error of a thousandth, far below a machine's own noise.
const DIGITS: u8 = 3;

/// The times of an operation.
#[derive(Clone, Debug)]
pub struct Times {
    picoseconds: Histogram<u64>,
    /// Operations that were timed together.
    group: u32,
}

/// The times of an operation, and what is to be known of them.
#[derive(Debug)]
pub struct Measured {
    /// The times.
    pub times: Times,
    /// Why they may not be what they are called.
    pub note: Option<String>,
}

/// How often to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Times that are kept.
    pub groups: u32,
    /// Operations that are timed together, of which the mean is kept.
    pub group: u32,
}

impl Times {
    /// No times yet, of operations in groups of `group`.
    ///
    /// # Errors
    ///
    /// None that a fixed number of digits can cause.
    pub fn new(group: u32) -> Result<Self, LatencyError> {
        let picoseconds = Histogram::new(DIGITS).map_err(|_| LatencyError::TooLong)?;
        Ok(Times { picoseconds, group })
    }

    /// Counts a group that took `time` as a whole.
    ///
    /// # Errors
    ///
    /// [`LatencyError::TooLong`].
    pub fn record(&mut self, time: Duration) -> Result<(), LatencyError> {
        let picoseconds = time.as_nanos() * 1_000 / u128::from(self.group);
        let picoseconds = u64::try_from(picoseconds).map_err(|_| LatencyError::TooLong)?;
        let recorded = self.picoseconds.record(picoseconds);
        recorded.map_err(|_| LatencyError::TooLong)
    }

    /// The time that a share of `quantile` of the groups did not exceed, in nanoseconds an
    /// operation.
    pub fn nanoseconds_at(&self, quantile: f64) -> f64 {
        self.picoseconds.value_at_quantile(quantile) as f64 / 1e3
    }

    /// Groups that were counted.
    pub fn len(&self) -> u64 {
        self.picoseconds.len()
    }

    /// Operations that were timed together.
    pub fn group(&self) -> u32 {
        self.group
    }
}

impl Plan {
    /// `groups` groups of `group` operations; a twentieth of the groups if it is to be quick.
    pub fn new(groups: u32, group: u32, quick: bool) -> Self {
        let groups = if quick { groups.div_ceil(20) } else { groups };
        Plan { groups, group }
    }

    /// Times `operation` by this plan.
    ///
    /// # Errors
    ///
    /// The first one of `operation`'s; and [`LatencyError::TooLong`].
    // ANCHOR: time
    pub fn time(
        self,
        mut operation: impl FnMut() -> Result<(), LatencyError>,
    ) -> Result<Measured, LatencyError> {
        self.collect(|| {
            let start = Instant::now();
            for _ in 0..self.group {
                operation()?;
            }
            Ok(start.elapsed())
        })
    }

    /// Keeps the times that `group` returns, each of a whole group, after those of the warm-up.
    ///
    /// # Errors
    ///
    /// The first one of `group`'s; and [`LatencyError::TooLong`].
    pub fn collect(
        self,
        mut group: impl FnMut() -> Result<Duration, LatencyError>,
    ) -> Result<Measured, LatencyError> {
        for _ in 0..self.warm_up() {
            group()?;
        }
        let mut times = Times::new(self.group)?;
        for _ in 0..self.groups {
            times.record(group()?)?;
        }
        Ok(Measured { times, note: None })
    }
    // ANCHOR_END: time

    /// Groups that are thrown away.
    pub fn warm_up(self) -> u32 {
        self.groups.div_ceil(10)
    }

    /// Times what cannot fail.
    ///
    /// # Errors
    ///
    /// [`LatencyError::TooLong`].
    pub fn time_sure(self, mut operation: impl FnMut()) -> Result<Measured, LatencyError> {
        self.time(|| {
            operation();
            Ok(())
        })
    }
}
