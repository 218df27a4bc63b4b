//! Vegas: counts the requests that must be waiting, from the latency that waiting costs.
//!
//! The least latency ever seen is what a request takes when nobody is before it. With `limit`
//! requests inside, each now taking `rtt`, by Little's law
//!
//! ```text
//!   queue = limit · (1 − least rtt / rtt)
//! ```
//!
//! of them are waiting. Fewer than a few: the server could do with more. More than twice as many:
//! there is nothing to gain from them but latency. "A few" is 3·log₁₀ of the limit, so that a limit
//! of 100 has a queue of 6 to 12.
//!
//! A change shows only in requests that begin after it, so there should be one decision for each
//! round trip, not for each request: wrap it in [`Windowed`](super::Windowed). Alone, it takes a
//! hundred steps before the first has shown, and swings.
//!
//! # Invariants
//!
//! - `min ≤ limit ≤ max`.
//! - The least latency is forgotten after every 30 limits' worth of samples: what was true of an
//!   idle server, or of the one before the upgrade, must not hold for ever. (Netflix draws the
//!   moment at random, so that clients do not probe at once; their samples differ enough for that.)

use super::{Bounds, Limit, Sample};
use crate::ConfigError;

/// The limit that keeps a short queue at the server.
///
/// One sample costs constant time and no allocation.
#[derive(Clone, Debug)]
pub struct Vegas {
    bounds: Bounds,
    limit: f64,
    /// In seconds; infinite before the first sample.
    least_rtt: f64,
    until_probe: u32,
}

impl Vegas {
    /// A limit from `min` to `max`, both inclusive, that begins at `min`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if `min` is 0 or more than `max`.
    pub fn new(min: u32, max: u32) -> Result<Self, ConfigError> {
        let bounds = Bounds::new(min, max)?;
        Ok(Vegas {
            bounds,
            limit: f64::from(min),
            least_rtt: f64::INFINITY,
            until_probe: probe_after(min),
        })
    }

    /// Begins at `limit` (at the nearest of the bounds, when it is outside of them).
    pub fn initial(mut self, limit: u32) -> Self {
        self.limit = self.bounds.clamp(f64::from(limit));
        self.until_probe = probe_after(self.limit());
        self
    }

    /// How many of the requests inside must be waiting.
    fn queue(&self, rtt: f64) -> f64 {
        (self.limit * (1.0 - self.least_rtt / rtt)).ceil()
    }
}

impl Limit for Vegas {
    fn limit(&self) -> u32 {
        self.limit as u32
    }

    // ANCHOR: vegas
    fn on_sample(&mut self, sample: &Sample) -> u32 {
        let rtt = sample.rtt.as_secs_f64().max(1e-9);
        self.until_probe = self.until_probe.saturating_sub(1);
        if self.until_probe == 0 {
            self.until_probe = probe_after(self.limit());
            self.least_rtt = rtt;
            return self.limit();
        }
        self.least_rtt = self.least_rtt.min(rtt);

        let step = self.limit.log10().max(1.0);
        let queue = self.queue(rtt);
        if sample.dropped || queue > 6.0 * step {
            self.limit -= step;
        } else if f64::from(sample.inflight) * 2.0 >= self.limit {
            if queue <= step {
                self.limit += 6.0 * step; // far from the knee: hurry
            } else if queue < 3.0 * step {
                self.limit += step;
            }
        }
        self.limit = self.bounds.clamp(self.limit);
        self.limit()
    }
    // ANCHOR_END: vegas
}

/// After how many samples the least latency is forgotten.
fn probe_after(limit: u32) -> u32 {
    limit.saturating_mul(30)
}
