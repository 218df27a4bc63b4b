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

use histogram::Histogram;

use crate::error::LatencyError;

/// Three digits: an error of a thousandth, far below a machine's own noise.
const DIGITS: u8 = 3;

/// The times of an operation.
#[derive(Clone, Debug)]
pub struct Times {
    picoseconds: Histogram,
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
    // ANCHOR_END: time

    /// Keeps the times that `group` returns, each of a whole group, after those of the warm-up.
    ///
    /// # Errors
    ///
    /// The first one of `group`'s; and [`LatencyError::TooLong`].
    // ANCHOR: collect
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
    // ANCHOR_END: collect

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_single_operations() {
        let mut times = Times::new(10).unwrap();
        for number in 1..=100 {
            times.record(Duration::from_nanos(10 * number)).unwrap();
        }
        assert_eq!(times.len(), 100);
        for (quantile, nanoseconds) in [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0)] {
            let found = times.nanoseconds_at(quantile);
            assert!(
                (found / nanoseconds - 1.0f64).abs() < 1e-3,
                "{quantile}: {found} ns"
            );
        }
    }

    #[test]
    fn less_than_a_nanosecond_is_not_rounded_away() {
        let mut times = Times::new(1_000).unwrap();
        times.record(Duration::from_nanos(625)).unwrap();
        assert!((times.nanoseconds_at(0.5) - 0.625).abs() < 0.001);
    }

    #[test]
    fn the_warm_up_is_not_counted() {
        let plan = Plan {
            groups: 25,
            group: 4,
        };
        let (mut operations, mut groups) = (0, 0);
        let timed = plan.time_sure(|| operations += 1).unwrap();
        assert_eq!(timed.times.len(), 25);
        assert_eq!(
            operations,
            (25 + 3) * 4,
            "a tenth, rounded up, is thrown away"
        );
        let slow_at_first = plan.collect(|| {
            groups += 1;
            Ok(Duration::from_secs(if groups <= 3 { 100 } else { 1 }))
        });
        let slowest = slow_at_first.unwrap().times.nanoseconds_at(1.0);
        assert!(slowest < 1.01e9 / 4.0, "{slowest}");
    }

    #[test]
    fn what_fails_is_not_timed_on() {
        let mut left = 3;
        let timed = Plan::new(100, 1, false).time(|| {
            left -= 1;
            if left == 0 {
                Err(LatencyError::Partner)
            } else {
                Ok(())
            }
        });
        assert!(timed.is_err());
        assert_eq!(left, 0);
    }
}
