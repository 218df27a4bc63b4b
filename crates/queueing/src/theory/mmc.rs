//! Several servers and one line.
//!
//! The problem: c servers take from one line, as the threads of a pool do; how long does a request
//! wait? The idea: while all are busy, the line behaves as with one server that is c times as fast,
//! and so a wait, *if* there is one, is exponential with the mean `1/(cμ - λ)`. How often there is
//! one is Erlang's C.
//!
//! A response is a wait and a service, and their sum is the sum of two exponential times, or the
//! service alone. Its tail can be written down, and its quantiles are found by halving.

use super::{Load, erlang, little, quantile};
use crate::error::Error;

/// M/M/c: Poisson arrivals, exponential service times, c servers with one line, first come first
/// served.
///
/// Times are in the unit of the service time, and rates are per that unit.
///
/// ```
/// use queueing::theory::{Mm1, Mmc};
///
/// // Ten servers are as busy as one with a tenth of the load; and hardly anybody waits.
/// let (one, ten) = (Mm1::new(80.0, 0.010)?, Mmc::new(800.0, 0.010, 10)?);
/// assert!(ten.wait() < 0.06 * one.wait());
/// # Ok::<(), queueing::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmc {
    load: Load,
    waits: f64,
}

impl Mmc {
    /// A queue at which `arrival_rate` requests come in a unit of time, which take one of `servers`
    /// for `service_time` each on average.
    ///
    /// # Errors
    ///
    /// [`Error::NotPositive`], [`Error::NoServers`], [`Error::Unstable`].
    ///
    /// # Complexity
    ///
    /// O(servers).
    pub fn new(arrival_rate: f64, service_time: f64, servers: u32) -> Result<Self, Error> {
        let load = Load::new(arrival_rate, service_time, servers)?.stable()?;
        let lost = erlang::erlang_b(servers, load.offered())?;
        Mmc::with_loss(arrival_rate, service_time, servers, lost)
    }

    /// The same, for those who know Erlang B already.
    pub(super) fn with_loss(
        arrival_rate: f64,
        service_time: f64,
        servers: u32,
        lost: f64,
    ) -> Result<Self, Error> {
        let load = Load::new(arrival_rate, service_time, servers)?.stable()?;
        let waits = erlang::of_lost(lost, load.utilisation());
        Ok(Mmc { load, waits })
    }

    /// ρ, the share of time during which a server is busy; between 0 and 1, both excluded.
    pub fn utilisation(&self) -> f64 {
        self.load.utilisation()
    }

    /// The share of requests that find all servers busy: Erlang C.
    pub fn waits(&self) -> f64 {
        self.waits
    }

    // ANCHOR: wait
    /// Wq, the mean time in line: how often one waits, times how long it then takes.
    pub fn wait(&self) -> f64 {
        self.waits / self.drain()
    }

    /// How many the servers can serve in a unit of time beyond those that come: `cμ - λ`.
    fn drain(&self) -> f64 {
        self.load.capacity() - self.load.arrival_rate
    }

    /// The share of requests that wait longer than `time`.
    pub fn wait_longer(&self, time: f64) -> f64 {
        self.waits * (-self.drain() * time.max(0.0)).exp()
    }
    // ANCHOR_END: wait

    /// The time in line that a share `q` of the requests does not exceed; 0 for the share that does
    /// not wait.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..1`.
    pub fn wait_quantile(&self, q: f64) -> Result<f64, Error> {
        let later = 1.0 - quantile(q)?;
        if self.waits <= later {
            return Ok(0.0);
        }
        Ok((self.waits / later).ln() / self.drain())
    }

    /// W, the mean time from arrival to answer.
    pub fn response(&self) -> f64 {
        self.wait() + self.load.service_time
    }

    /// The share of requests that are answered later than `time` after they came.
    pub fn response_longer(&self, time: f64) -> f64 {
        let time = time.max(0.0);
        let (served, drained) = (1.0 / self.load.service_time, self.drain());
        let both = sum_longer(served.min(drained), served.max(drained), time);
        (1.0 - self.waits) * (-served * time).exp() + self.waits * both
    }

    /// The time within which a share `q` of the requests is answered.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if `q` is not in `0..1`.
    pub fn response_quantile(&self, q: f64) -> Result<f64, Error> {
        let later = 1.0 - quantile(q)?;
        let mut high = self.response();
        while self.response_longer(high) > later {
            high *= 2.0;
        }
        let mut low = 0.0;
        // As many halvings as an f64 has bits, and a few for the doublings.
        for _ in 0..64 {
            let middle = f64::midpoint(low, high);
            if self.response_longer(middle) > later {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(high)
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

/// The probability that two exponential times with the rates `slow <= fast` are together longer
/// than `time`.
///
/// The textbook's formula divides by the difference of the rates, which may be zero, and which
/// loses all digits when it nearly is; so `(1 - e⁻ˣ)/x` is computed as a whole.
fn sum_longer(slow: f64, fast: f64, time: f64) -> f64 {
    let x = (fast - slow) * time;
    let quotient = if x == 0.0 { 1.0 } else { -(-x).exp_m1() / x };
    let tail = (-slow * time).exp();
    if tail == 0.0 {
        return 0.0; // also where `slow * time` is infinite
    }
    tail * (1.0 + slow * time * quotient)
}
