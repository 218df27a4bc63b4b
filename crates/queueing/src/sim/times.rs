//! How long something takes.

use super::random::Random;
use crate::error::{Error, positive, within};

/// The most that a variability may be.
const MOST_VARIABILITY: f64 = 1e6;

/// The distribution of a time: of services, or between arrivals.
///
/// The variability is the squared coefficient of variation, variance / mean².
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Times {
    /// Always the same: variability 0.
    Constant {
        /// How long.
        mean: f64,
    },
    /// Exponential: variability 1.
    Exponential {
        /// How long on average.
        mean: f64,
    },
    /// One of two exponential distributions, such that both are responsible for half of the time:
    /// many short ones and a few long ones.
    Hyperexponential {
        /// How long on average.
        mean: f64,
        /// 1 to 10⁶.
        variability: f64,
    },
    /// Lognormal, which measured service times often resemble.
    Lognormal {
        /// How long on average.
        mean: f64,
        /// Up to 10⁶.
        variability: f64,
    },
}

impl Times {
    /// How long on average.
    pub fn mean(&self) -> f64 {
        match *self {
            Times::Constant { mean }
            | Times::Exponential { mean }
            | Times::Hyperexponential { mean, .. }
            | Times::Lognormal { mean, .. } => mean,
        }
    }

    /// Variance / mean².
    pub fn variability(&self) -> f64 {
        match *self {
            Times::Constant { .. } => 0.0,
            Times::Exponential { .. } => 1.0,
            Times::Hyperexponential { variability, .. } | Times::Lognormal { variability, .. } => {
                variability
            }
        }
    }

    pub(crate) fn check(&self, what: &'static str) -> Result<(), Error> {
        positive(what, self.mean())?;
        let least = match self {
            Times::Hyperexponential { .. } => 1.0,
            _ => 0.0,
        };
        within("variability", self.variability(), least, MOST_VARIABILITY)?;
        Ok(())
    }

    pub(crate) fn draw(&self, random: &mut Random) -> f64 {
        match *self {
            Times::Constant { mean } => mean,
            Times::Exponential { mean } => mean * random.exponential(),
            Times::Hyperexponential { mean, variability } => {
                let lean = ((variability - 1.0) / (variability + 1.0)).sqrt();
                let share = f64::midpoint(1.0, lean); // of the short ones
                let share = if random.uniform() <= share {
                    share
                } else {
                    1.0 - share
                };
                mean / (2.0 * share) * random.exponential()
            }
            Times::Lognormal { mean, variability } => {
                let variance = variability.ln_1p(); // of the logarithm
                mean * (variance.sqrt() * random.normal() - variance / 2.0).exp()
            }
        }
    }
}
