//! One server, and everything at random.
//!
//! The problem: a server that is busy for a share ρ of the time; how long is the line? The idea:
//! look at the step between *n inside* and *n+1 inside*. It is taken upwards at the rate λ and
//! downwards at the rate μ = 1/S, and in the long run as often up as down. So each state is ρ = λS
//! times as likely as the one below, and all of them together have probability 1: `p(n) = (1-ρ)ρⁿ`,
//! with the mean `L = ρ/(1-ρ)`.
//!
//! ```text
//! ρ          0.5   0.7   0.8   0.9   0.95   0.99
//! W / S      2     3.3   5     10    20     100
//! ```

use super::{Load, little, quantile};
use crate::error::Error;

/// M/M/1: Poisson arrivals, exponential service times, one server, first come first served.
///
/// Times are in the unit of the service time, and rates are per that unit.
///
/// ```
/// use queueing::theory::Mm1;
///
/// // 90 requests a second, 10 ms each.
/// let queue = Mm1::new(90.0, 0.010)?;
/// assert!((queue.utilisation() - 0.9).abs() < 1e-12);
/// assert!((queue.response() - 0.100).abs() < 1e-9); // ten times its service
/// # Ok::<(), queueing::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mm1 {
    load: Load,
}

impl Mm1 {
    /// A queue at which `arrival_rate` requests come in a unit of time, which take `service_time`
    /// each on average.
    ///
    /// # Errors
    ///
    /// [`Error::NotPositive`], [`Error::Unstable`].
    pub fn new(arrival_rate: f64, service_time: f64) -> Result<Self, Error> {
        let load = Load::new(arrival_rate, service_time, 1)?.stable()?;
        Ok(Mm1 { load })
    }

    /// ρ, the share of time during which the server is busy; between 0 and 1, both excluded.
    pub fn utilisation(&self) -> f64 {
        self.load.utilisation()
    }

    // ANCHOR: response
    /// W, the mean time from arrival to answer: `S/(1-ρ)`.
    pub fn response(&self) -> f64 {
        self.load.service_time / (1.0 - self.utilisation())
    }
    // ANCHOR_END: response

    /// The time within which a share `q` of the requests is answered. Response times are
    /// exponential, so the 99th percentile is always 4.6 times the mean.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..1`.
    // ANCHOR: quantile
    pub fn response_quantile(&self, q: f64) -> Result<f64, Error> {
        Ok(-(-quantile(q)?).ln_1p() * self.response())
    }
    // ANCHOR_END: quantile

    /// Wq, the mean time in line.
    pub fn wait(&self) -> f64 {
        self.utilisation() * self.response()
    }

    /// The time in line that a share `q` of the requests does not exceed; 0 up to `q = 1 - ρ`,
    /// since these do not wait.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..1`.
    pub fn wait_quantile(&self, q: f64) -> Result<f64, Error> {
        let waits = self.utilisation() / (1.0 - quantile(q)?);
        Ok(waits.ln().max(0.0) * self.response())
    }

    /// L, how many are in line and in service on average.
    pub fn in_system(&self) -> f64 {
        little::in_system(self.load.arrival_rate, self.response())
    }

    /// Lq, how many are in line on average.
    pub fn in_queue(&self) -> f64 {
        little::in_system(self.load.arrival_rate, self.wait())
    }
}
