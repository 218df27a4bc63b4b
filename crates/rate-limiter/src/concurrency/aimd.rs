//! Additive increase, multiplicative decrease: a little more while it goes well, a part of it less
//! when it does not.
//!
//! ```text
//!   limit │   ╱│  ╱│  ╱│      it grows by one each time the limit was used up and answered in
//!         │  ╱ │ ╱ │ ╱ │      time; a drop takes a tenth of it
//!         │ ╱  │╱  │╱  │
//!         └──────────────▶
//! ```
//!
//! Of all that adds or multiplies, this alone leads several clients of one server to equal shares
//! without their knowing of each other: a decrease takes more from who has more, an increase gives
//! all the same (Chiu and Jain 1989). It needs a sign of overload, though, and the sign here is a
//! request that was lost: until the first timeout, it does not see latency at all. So it settles
//! where requests take as long as the timeout, not where the queue begins.
//!
//! # Invariants
//!
//! - `min ≤ limit ≤ max`.
//! - It shrinks once for all the requests that were in flight together when they were dropped, as
//!   TCP does once a round trip. Shrinking for each, a full server's worth of timeouts would close
//!   it.
//! - It does not grow unless at least half of it is in use, else a quiet night would raise it to
//!   the maximum, and the morning would find no limit at all.

use std::time::Duration;

use clock::Nanos;

use super::{Bounds, Limit, Sample};
use crate::ConfigError;

/// Grows by one for each limit's worth of answers, shrinks by a share with each drop.
///
/// One sample costs constant time and no allocation.
#[derive(Clone, Debug)]
pub struct Aimd {
    bounds: Bounds,
    limit: f64,
    backoff: f64,
    timeout: Duration,
    /// When the limit was last decreased.
    decreased: Nanos,
}

impl Aimd {
    /// A limit from `min` to `max`, both inclusive, that begins at `min`, keeps nine tenths when a
    /// request is dropped, and takes one that lasted more than 5 s as dropped.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if `min` is 0 or more than `max`.
    pub fn new(min: u32, max: u32) -> Result<Self, ConfigError> {
        let bounds = Bounds::new(min, max)?;
        Ok(Aimd {
            bounds,
            limit: f64::from(min),
            backoff: 0.9,
            timeout: Duration::from_secs(5),
            decreased: Nanos::ZERO,
        })
    }

    /// Begins at `limit` (at the nearest of the bounds, when it is outside of them).
    pub fn initial(mut self, limit: u32) -> Self {
        self.limit = self.bounds.clamp(f64::from(limit));
        self
    }

    /// What is left of the limit after a drop.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is not at least 0.5 and less than 1.
    pub fn backoff(mut self, ratio: f64) -> Result<Self, ConfigError> {
        if !(0.5..1.0).contains(&ratio) {
            return Err(ConfigError::new(
                "backoff",
                format!("{ratio} is not at least 0.5 and less than 1"),
            ));
        }
        self.backoff = ratio;
        Ok(self)
    }

    /// An answer that took longer counts as a drop: whoever asked has gone.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl Limit for Aimd {
    fn limit(&self) -> u32 {
        self.limit as u32
    }

    // ANCHOR: aimd
    fn on_sample(&mut self, sample: &Sample) -> u32 {
        if sample.dropped || sample.rtt > self.timeout {
            // A drop of a request that began before the last decrease says nothing of the limit
            // since then: one overload drops many, and is to be answered once.
            let began = sample.at - sample.rtt;
            if began >= self.decreased {
                self.decreased = sample.at;
                // At least one less, so that a small limit can shrink too.
                self.limit = (self.limit * self.backoff).min(self.limit - 1.0);
            }
        } else if f64::from(sample.inflight) * 2.0 >= self.limit {
            // A limit's worth of answers makes one more.
            self.limit += 1.0 / self.limit;
        }
        self.limit = self.bounds.clamp(self.limit);
        self.limit()
    }
    // ANCHOR_END: aimd
}
