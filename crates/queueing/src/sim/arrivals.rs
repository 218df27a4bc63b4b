//! When requests come.

use super::random::Random;
use super::times::Times;
use crate::error::{Error, positive, within};

/// How requests come.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Arrivals {
    /// At random: many users who do not know of one another. The times between arrivals are
    /// exponential.
    Poisson {
        /// So many in a unit of time.
        rate: f64,
    },
    /// One after another, with times between them that are drawn independently: `Times::Constant`
    /// for a timer.
    Spaced(Times),
    /// At random, but at times more and at times fewer, and both last for exponential times: a
    /// Markov-modulated Poisson process with two states. Unlike with independent times, the next
    /// burst is not over with the next request.
    Bursts {
        /// So many in a unit of time on average, over all.
        rate: f64,
        /// In a burst, so many times `rate`; 1 or more.
        peak: f64,
        /// How long a burst lasts on average.
        burst: f64,
        /// How long it takes on average from the end of a burst to the next one. It must be `(peak
        /// - 1) × burst` or more, since less than nothing cannot come in between.
        pause: f64,
    },
}

impl Arrivals {
    /// So many in a unit of time on average.
    pub fn rate(&self) -> f64 {
        match *self {
            Arrivals::Poisson { rate } | Arrivals::Bursts { rate, .. } => rate,
            Arrivals::Spaced(times) => 1.0 / times.mean(),
        }
    }

    fn check(&self) -> Result<(), Error> {
        match *self {
            Arrivals::Poisson { rate } => drop(positive("arrival rate", rate)?),
            Arrivals::Spaced(times) => times.check("time between arrivals")?,
            Arrivals::Bursts {
                rate,
                peak,
                burst,
                pause,
            } => {
                positive("arrival rate", rate)?;
                positive("length of a burst", burst)?;
                positive("pause between bursts", pause)?;
                within("peak of a burst", peak, 1.0, (burst + pause) / burst)?;
            }
        }
        Ok(())
    }
}

/// Arrivals, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    arrivals: Arrivals,
    random: Random,
    /// Whether there is a burst, and until when.
    in_burst: bool,
    until: f64,
}

impl Source {
    pub(crate) fn new(arrivals: Arrivals, random: Random) -> Result<Self, Error> {
        arrivals.check()?;
        Ok(Source {
            arrivals,
            random,
            in_burst: true, // it ends at once, and a pause begins
            until: 0.0,
        })
    }

    /// When the next one comes after `now`, at which one has come.
    pub(crate) fn next(&mut self, now: f64) -> f64 {
        match self.arrivals {
            Arrivals::Poisson { rate } => now + self.random.exponential() / rate,
            Arrivals::Spaced(times) => now + times.draw(&mut self.random),
            Arrivals::Bursts {
                rate,
                peak,
                burst,
                pause,
            } => {
                let quiet = (1.0 + burst / pause * (1.0 - peak)).max(0.0);
                // How much has to have come until the next one comes, and how much comes until
                // things change.
                let (mut left, mut now) = (self.random.exponential(), now);
                loop {
                    let rate = rate * if self.in_burst { peak } else { quiet };
                    let share = (self.until - now) * rate;
                    if left < share {
                        return now + left / rate;
                    }
                    left -= share.max(0.0);
                    now = now.max(self.until);
                    self.in_burst = !self.in_burst;
                    let lasts = if self.in_burst { burst } else { pause };
                    self.until = now + lasts * self.random.exponential();
                }
            }
        }
    }
}
