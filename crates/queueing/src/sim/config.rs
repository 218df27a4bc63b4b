//! What is simulated.

use super::arrivals::Arrivals;
use super::lines::Lines;
use super::times::Times;
use super::{BATCHES, Choice};
use crate::error::{Error, within};

/// The most servers that are simulated.
const MOST_SERVERS: u32 = 1 << 20;
/// The most requests that are simulated; their numbers are exact as `f64` as well.
const MOST_REQUESTS: u64 = 1 << 40;

/// A system, and how long to watch it.
///
/// ```
/// use queueing::sim::{Arrivals, Choice, Config, Lines, Times, simulate};
///
/// let config = Config {
///     servers: 8,
///     lines: Lines::Each(Choice::TwoChoices),
///     ..Config::new(Arrivals::Poisson { rate: 6.4 }, Times::Exponential { mean: 1.0 })
/// };
/// let report = simulate(&config)?;
/// println!("{} in the mean, {} for 99 %", report.response, report.response_quantile(0.99)?);
/// # Ok::<(), queueing::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// How requests come.
    pub arrivals: Arrivals,
    /// How long their service takes.
    pub service: Times,
    /// How many servers there are.
    pub servers: u32,
    /// Where requests wait.
    pub lines: Lines,
    /// How many may wait in a line, not counting those in service; who finds it full is lost.
    /// `None`: any number.
    pub room: Option<u32>,
    /// How many requests come first, and are not measured.
    pub warm_up: u64,
    /// How many come then, and are measured.
    pub requests: u64,
    /// What determines all random numbers.
    pub seed: u64,
}

impl Config {
    /// One server with an endless line, watched for 300 000 requests after 30 000 others.
    pub fn new(arrivals: Arrivals, service: Times) -> Self {
        Config {
            arrivals,
            service,
            servers: 1,
            lines: Lines::One,
            room: None,
            warm_up: 30_000,
            requests: 300_000,
            seed: 1,
        }
    }

    /// The load as a share of what the servers can do, which may be above 1.
    pub fn utilisation(&self) -> f64 {
        self.arrivals.rate() * self.service.mean() / f64::from(self.servers.max(1))
    }

    /// How many lines with how many servers each, and how one of them is chosen.
    pub(crate) fn lines(&self) -> (u32, u32, Choice) {
        match self.lines {
            Lines::One => (1, self.servers, Choice::Turns),
            Lines::Each(choice) => (self.servers, 1, choice),
        }
    }

    /// All but the arrivals, which check themselves.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.servers == 0 {
            return Err(Error::NoServers);
        }
        if self.servers > MOST_SERVERS {
            return Err(Error::TooManyServers { most: MOST_SERVERS });
        }
        self.service.check("service time")?;
        let most = MOST_REQUESTS as f64;
        within(
            "number of requests",
            self.requests as f64,
            BATCHES as f64,
            most,
        )?;
        within("length of the warm-up", self.warm_up as f64, 0.0, most)?;
        Ok(())
    }
}
