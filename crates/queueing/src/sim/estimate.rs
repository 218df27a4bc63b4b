//! A number that was measured, and how far it can be trusted.

use std::fmt;
use std::ops::RangeInclusive;

/// Student's t for 95 % and 29 degrees of freedom.
const STUDENT: f64 = 2.045;

/// A mean, and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean of the batches' means.
    pub mean: f64,
    /// The standard error of that mean. Infinite if fewer than two batches had anything to measure.
    pub error: f64,
}

impl Estimate {
    // ANCHOR: batch_means
    /// What batches have measured, of which each counts the same.
    pub(crate) fn of(batches: impl Iterator<Item = f64>) -> Self {
        let means: Vec<f64> = batches.collect();
        let count = means.len() as f64;
        if means.len() < 2 {
            let mean = means.first().copied().unwrap_or_default();
            let error = f64::INFINITY;
            return Estimate { mean, error };
        }
        let mean = means.iter().sum::<f64>() / count;
        let squares: f64 = means.iter().map(|each| (each - mean).powi(2)).sum();
        let error = (squares / (count - 1.0) / count).sqrt();
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
