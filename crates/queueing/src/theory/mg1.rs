//! One server, and service times of any kind.
//!
//! The problem: services are not exponential. Some take always the same time; others have a cache
//! in front, and one in a hundred takes a hundred times as long. The idea: who comes at random is
//! more likely to come while a *long* request is served, because it is served for longer. So the
//! rest of the request that one finds in service is not half a mean service time but `S(1+C²)/2`,
//! where C² is the variance of service times divided by the square of their mean.
//!
//! | service times | C² | mean wait against constant ones |
//! |---|---|---|
//! | all the same | 0 | 1 |
//! | exponential | 1 | 2 |
//! | one in a hundred takes a hundred times as long | 24.5 | 25.5 |
//!
//! Sources: F. Pollaczek (1930) and A. Khinchine (1932) for the exact formula; J. F. C. Kingman,
//! *The single server queue in heavy traffic* (1961), for the approximation.

use super::{Load, little};
use crate::error::{Error, within};

/// M/G/1: Poisson arrivals, one server, service times of which only the mean and the variability
/// are known.
///
/// Quantiles depend on more than that, and so there are none.
///
/// ```
/// use queueing::theory::{Mg1, Mm1};
///
/// let same = Mg1::new(90.0, 0.010, 0.0)?;
/// let random = Mm1::new(90.0, 0.010)?;
/// assert!((random.wait() / same.wait() - 2.0).abs() < 1e-9);
/// # Ok::<(), queueing::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mg1 {
    load: Load,
    variability: f64,
}

impl Mg1 {
    /// A queue at which `arrival_rate` requests come in a unit of time, which take `service_time`
    /// each on average. `variability` is the squared coefficient of variation of service times:
    /// variance / mean². It is 0 if they are all the same, and 1 if they are exponential.
    ///
    /// # Errors
    ///
    /// [`Error::NotPositive`], [`Error::Unstable`]; [`Error::OutOfRange`] if the variability is
    /// negative or not finite.
    pub fn new(arrival_rate: f64, service_time: f64, variability: f64) -> Result<Self, Error> {
        Ok(Mg1 {
            load: Load::new(arrival_rate, service_time, 1)?.stable()?,
            variability: within("variability", variability, 0.0, f64::MAX)?,
        })
    }

    /// ρ, the share of time during which the server is busy; between 0 and 1, both excluded.
    pub fn utilisation(&self) -> f64 {
        self.load.utilisation()
    }

    // ANCHOR: wait
    /// Wq, the mean time in line: the formula of Pollaczek and Khinchine. Three factors: how busy
    /// the server is, how unlike the requests are, and how long one takes.
    pub fn wait(&self) -> f64 {
        let busy = self.utilisation() / (1.0 - self.utilisation());
        busy * ((1.0 + self.variability) / 2.0) * self.load.service_time
    }
    // ANCHOR_END: wait

    /// W, the mean time from arrival to answer.
    pub fn response(&self) -> f64 {
        self.wait() + self.load.service_time
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

// ANCHOR: kingman
/// The mean time in line before one server, approximately, whatever the arrivals and service times
/// are: Kingman's formula.
///
/// `arrivals` and `services` are squared coefficients of variation, of the times between arrivals
/// and of service times. The approximation is good when the server is busy, exact for random
/// arrivals, and supposes that the times between arrivals do not depend on one another: arrivals
/// that come in bursts wait longer.
///
/// # Errors
///
/// [`Error::NotPositive`], [`Error::Unstable`]; [`Error::OutOfRange`] if a variability is negative
/// or not finite.
pub fn kingman(
    arrival_rate: f64,
    service_time: f64,
    arrivals: f64,
    services: f64,
) -> Result<f64, Error> {
    let load = Load::new(arrival_rate, service_time, 1)?.stable()?;
    let arrivals = within("variability of arrivals", arrivals, 0.0, f64::MAX)?;
    let services = within("variability of services", services, 0.0, f64::MAX)?;
    let busy = load.utilisation() / (1.0 - load.utilisation());
    Ok(busy * f64::midpoint(arrivals, services) * service_time)
}
// ANCHOR_END: kingman
