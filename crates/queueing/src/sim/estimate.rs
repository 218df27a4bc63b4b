//! A number that was measured, and how far it can be trusted.

use std::fmt;
use std::ops::RangeInclusive;

/// Student's t for 95 % and 29 degrees of freedom.
const STUDENT: f64 = 2.045;

/// What was measured, and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// What was measured.
    pub mean: f64,
    /// Its standard error. Infinite if fewer than two batches had anything to measure.
    pub error: f64,
}

impl Estimate {
    // ANCHOR: batch_means
    /// The mean of what batches have measured, of which each counts the same.
    pub(crate) fn of(batches: &[f64]) -> Self {
        let sum: f64 = batches.iter().sum();
        Estimate::around(sum / (batches.len() as f64).max(1.0), batches)
    }

    /// What was measured over all batches at once, if each of them alone would have given these.
    pub(crate) fn around(mean: f64, batches: &[f64]) -> Self {
        let count = batches.len() as f64;
        let squares: f64 = batches.iter().map(|each| (each - mean).powi(2)).sum();
        let error = if batches.len() < 2 {
            f64::INFINITY
        } else {
            (squares / (count - 1.0) / count).sqrt()
        };
        Estimate { mean, error }
    }

    /// Half the width of the interval in which the true value is in 95 of 100 runs.
    pub fn margin(&self) -> f64 {
        STUDENT * self.error
    }
    // ANCHOR_END: batch_means

    /// The interval in which the true value is in 95 of 100 runs.
    pub fn interval(&self) -> RangeInclusive<f64> {
        self.mean - self.margin()..=self.mean + self.margin()
    }

    /// How many standard errors `value` is away.
    pub fn deviations(&self, value: f64) -> f64 {
        let distance = (value - self.mean).abs();
        if distance == 0.0 {
            0.0
        } else {
            distance / self.error.max(f64::MIN_POSITIVE)
        }
    }
}

/// `12.3 ± 0.4`; precision as for a number.
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        write!(f, "{:.digits$} ± {:.digits$}", self.mean, self.margin())
    }
}
