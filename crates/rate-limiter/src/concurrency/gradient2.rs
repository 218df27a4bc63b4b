//! Netflix's Gradient2: the limit follows how latency now compares with latency as it usually is.
//!
//! ```text
//!   gradient  = tolerance · long rtt / short rtt      kept between ½ and 1
//!   new limit = limit · gradient + queue
//! ```
//!
//! While requests take no longer than usual, within the tolerance, the gradient is 1 and the limit
//! grows by the small queue that it allows; when they take longer, the limit shrinks in the same
//! proportion, without waiting for a request to be lost. The usual is an exponential average over
//! some hundred samples, so that a service that has become slower for good is accepted as such
//! after a while, rather than strangled for ever as by an algorithm that remembers the least
//! latency it saw.
//!
//! That is its weakness too: overload that lasts becomes what is usual, and the limit creeps up
//! with it. Its samples should therefore be of windows ([`Windowed`](super::Windowed)), as at
//! Netflix, where the long average covers ten minutes. And where Netflix's does not look at drops,
//! this one takes a drop for the worst gradient: clients that give up all give up after the same
//! time, which would soon be what is usual, and the limit would grow while nobody is answered any
//! more.
//!
//! # Invariants
//!
//! - `min ≤ limit ≤ max`, and a sample takes at most half of `smoothing` of the limit.
//! - It does not grow while less than half of it is in use.

use super::{Bounds, Limit, Sample};
use crate::ConfigError;

/// The limit that shrinks when requests take longer than they usually do.
///
/// One sample costs constant time and no allocation.
#[derive(Clone, Debug)]
pub struct Gradient2 {
    bounds: Bounds,
    limit: f64,
    smoothing: f64,
    tolerance: f64,
    queue: f64,
    long_rtt: Average,
}

impl Gradient2 {
    /// A limit from `min` to `max`, both inclusive, that begins at `min`, with Netflix's defaults:
    /// a tolerance of 1.5, smoothing of 0.2, room for a queue of 4, and a long average over 600
    /// samples.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if `min` is 0 or more than `max`.
    pub fn new(min: u32, max: u32) -> Result<Self, ConfigError> {
        let bounds = Bounds::new(min, max)?;
        Ok(Gradient2 {
            bounds,
            limit: f64::from(min),
            smoothing: 0.2,
            tolerance: 1.5,
            queue: 4.0,
            long_rtt: Average::over(600),
        })
    }

    /// Begins at `limit` (at the nearest of the bounds, when it is outside of them).
    pub fn initial(mut self, limit: u32) -> Self {
        self.limit = self.bounds.clamp(f64::from(limit));
        self
    }

    /// How many times its usual latency a request may take before the limit shrinks.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is less than 1 or not a number.
    pub fn tolerance(mut self, tolerance: f64) -> Result<Self, ConfigError> {
        if !(tolerance >= 1.0 && tolerance.is_finite()) {
            return Err(ConfigError::new(
                "tolerance",
                format!("{tolerance} is not a number of at least 1"),
            ));
        }
        self.tolerance = tolerance;
        Ok(self)
    }

    /// What share of a change a sample makes.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is not more than 0 and at most 1.
    pub fn smoothing(mut self, smoothing: f64) -> Result<Self, ConfigError> {
        if !(smoothing > 0.0 && smoothing <= 1.0) {
            return Err(ConfigError::new(
                "smoothing",
                format!("{smoothing} is not more than 0 and at most 1"),
            ));
        }
        self.smoothing = smoothing;
        Ok(self)
    }

    /// How many requests may wait at the server: by as many the limit grows while all is well.
    pub fn queue_size(mut self, requests: u32) -> Self {
        self.queue = f64::from(requests);
        self
    }

    /// Over how many samples the usual latency is averaged; 0 is taken as 1.
    pub fn long_window(mut self, samples: u32) -> Self {
        self.long_rtt = Average::over(samples);
        self
    }
}

impl Limit for Gradient2 {
    fn limit(&self) -> u32 {
        self.limit as u32
    }

    // ANCHOR: gradient2
    fn on_sample(&mut self, sample: &Sample) -> u32 {
        // A nanosecond at least, because it divides.
        let short_rtt = sample.rtt.as_secs_f64().max(1e-9);
        let long_rtt = self.long_rtt.add(short_rtt);
        // After a long overload, what is usual comes down faster than it went up.
        if long_rtt > 2.0 * short_rtt {
            self.long_rtt.scale(0.95);
        }
        // Requests that do not fill the limit say nothing about whether it is too low.
        if f64::from(sample.inflight) * 2.0 < self.limit {
            return self.limit();
        }
        // An outlier may not take more than half; a fast answer is no reason to leap.
        let mut gradient = (self.tolerance * long_rtt / short_rtt).clamp(0.5, 1.0);
        if sample.dropped {
            gradient = 0.5;
        }
        let target = self.limit * gradient + self.queue;
        let limit = self.limit + self.smoothing * (target - self.limit);
        self.limit = self.bounds.clamp(limit);
        self.limit()
    }
    // ANCHOR_END: gradient2
}

/// An exponential average that begins as a plain one, so that the first sample does not weigh on it
/// for ever.
#[derive(Clone, Debug)]
struct Average {
    value: f64,
    samples: u32,
    window: u32,
}

impl Average {
    /// As many samples as are averaged plainly.
    const WARM_UP: u32 = 10;

    fn over(window: u32) -> Self {
        Average {
            value: 0.0,
            samples: 0,
            window: window.max(1),
        }
    }

    fn add(&mut self, sample: f64) -> f64 {
        let weight = if self.samples < Self::WARM_UP {
            self.samples += 1;
            1.0 / f64::from(self.samples)
        } else {
            2.0 / (f64::from(self.window) + 1.0)
        };
        self.value += weight * (sample - self.value);
        self.value
    }

    fn scale(&mut self, by: f64) {
        self.value *= by;
    }
}
