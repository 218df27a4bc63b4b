//! Peak EWMA: the faster of two drawn at random.
//!
//! The number of requests under way says who is slow only after they have piled up. Who looks at
//! latencies knows with the first slow answer. The cost of sending a request to an endpoint is
//! estimated as the time that it will take to be through with it and with all that are before it:
//!
//! ```text
//!   cost = average latency · (requests under way + 1) / weight
//! ```
//!
//! The average rises at once with a slow answer and falls slowly; see [`Load`]. Two are drawn by
//! weight and the cheaper gets the request, as in [`PowerOfTwo`](crate::PowerOfTwo), so that not
//! everyone runs to the fastest.
//!
//! # Invariants
//!
//! - An endpoint that nothing is known about costs nothing while nothing is under way there, and
//!   more than any known one while something is: it gets one request to show what it can do.
//! - Equal costs: the first one drawn.
//!
//! # Complexity
//!
//! A pick is O(1): as the power of two choices, and two exponentials.
//!
//! Source: Finagle's `Aperture`/`P2C` with `PeakEwma`, and Linkerd's.

use std::time::Duration;

use clock::Nanos;

use super::p2c::Pairs;
use crate::{ConfigError, Load, Member, Picker, Request};

/// The endpoint with the lower expected latency of two drawn at random by weight.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use clock::Nanos;
/// use wrr_lb::{Load, Member, PeakEwma, Picker, Request};
///
/// let loads = [(); 2].map(|()| Arc::new(Load::new()));
/// let member = |name, load| Member { name, weight: 1, load };
/// let members = [member("slow", &loads[0]), member("fast", &loads[1])];
/// let picker = PeakEwma::new(&members, Load::DEFAULT_DECAY, 42)?;
/// for (load, millis) in loads.iter().zip([80, 5]) {
///     load.start();
///     load.finish(Duration::from_millis(millis), Nanos(1_000_000));
/// }
/// assert_eq!(picker.pick(Request::default().at(Nanos(2_000_000))), Some(1));
/// # Ok::<(), wrr_lb::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct PeakEwma(Pairs);

/// What an endpoint costs that has something to do and has never answered: more than any average
/// in nanoseconds, and finite, so that having two to do is worse.
const UNKNOWN: f64 = 1e18;

impl PeakEwma {
    /// A picker over the members whose weight is not zero, that draws with this seed. It sets how
    /// long their loads remember an answer, which is for `decay`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OutOfRange`] if `decay` is zero.
    pub fn new(members: &[Member<'_>], decay: Duration, seed: u64) -> Result<Self, ConfigError> {
        if decay.is_zero() {
            let allowed = "more than zero: with zero, the last answer would be all that counts";
            return Err(ConfigError::out_of_range("decay", "0s", allowed));
        }
        for member in members {
            member.load.set_decay(decay);
        }
        Ok(PeakEwma(Pairs::new(members, seed)))
    }
}

// ANCHOR: cost
/// The expected time until a request sent `now` would be through.
#[inline]
fn cost(load: &Load, weight: u64, now: Nanos) -> f64 {
    let (average, active) = (load.average(now), f64::from(load.active()));
    let time = match average {
        0.0 if active > 0.0 => UNKNOWN * active,
        average => average * (active + 1.0),
    };
    time / weight as f64
}
// ANCHOR_END: cost

impl Picker for PeakEwma {
    #[inline]
    fn pick(&self, request: Request) -> Option<usize> {
        let (one, other) = self.0.draw()?;
        let [a, b] = [one, other].map(|endpoint| {
            let (load, weight) = self.0.candidate(endpoint);
            cost(load, weight, request.now)
        });
        Some(if b < a { other } else { one })
    }

    fn needs_time(&self) -> bool {
        true
    }
}
