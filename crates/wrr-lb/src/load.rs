//! How busy an endpoint is, and how slow.
//!
//! Pickers read what whoever sends the requests writes: the number of requests that are under way,
//! and a moving average of how long they take. It is a cache line of its own per endpoint, so that
//! two threads that are busy with different endpoints do not slow each other down.
//!
//! The average is that of Finagle and Linkerd: exponentially weighted by *time*, not by the number
//! of answers, and sensitive to peaks. An answer that is slower than the average becomes the
//! average at once; one that is faster moves it by as much as time has passed since the answer
//! before:
//!
//! ```text
//!   average = max(latency, average · e^(−dt/decay) + latency · (1 − e^(−dt/decay)))
//! ```
//!
//! Between answers it decays towards zero, so that an endpoint that was slow once is tried again.
//!
//! # Invariants
//!
//! - No time is counted twice: of threads that finish requests at once, each takes for `dt` the
//!   time since the one before it, by one atomic maximum of the time of the last answer.
//! - [`Load::active`] is the number of calls of [`Load::start`] without their
//!   [`Load::finish`] or [`Load::release`].
//!
//! # Complexity
//!
//! Every operation is one or two atomic instructions on one cache line.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use clock::{Nanos, nanos};

/// What pickers know of an endpoint's requests. Shared between the picker and whoever sends them.
///
/// ```
/// use std::time::Duration;
/// use clock::Nanos;
/// use wrr_lb::Load;
///
/// let load = Load::new();
/// load.start();
/// assert_eq!(load.active(), 1);
/// load.finish(Duration::from_millis(3), Nanos(5_000_000));
/// assert_eq!(load.active(), 0);
/// assert_eq!(load.latency_ewma(Nanos(5_000_000)), Duration::from_millis(3));
/// ```
//
// All of its atomics are relaxed: they publish nothing but themselves.
#[derive(Debug)]
#[repr(align(64))]
pub struct Load {
    active: AtomicU32,
    /// The average in nanoseconds when it was last changed, as the bits of an f64.
    average: AtomicU64,
    /// When it was last changed.
    changed: AtomicU64,
    /// The nanoseconds in which the weight of an answer falls to 1/e, as the bits of an f64.
    decay: AtomicU64,
}

impl Load {
    /// How long an answer is remembered, if nobody says otherwise: 10 s, as in Finagle.
    pub const DEFAULT_DECAY: Duration = Duration::from_secs(10);

    /// Nothing under way, and nothing known about latency.
    pub fn new() -> Self {
        Load {
            active: AtomicU32::new(0),
            average: AtomicU64::new(0f64.to_bits()),
            changed: AtomicU64::new(0),
            decay: AtomicU64::new((nanos(Load::DEFAULT_DECAY) as f64).to_bits()),
        }
    }

    /// How many requests are under way.
    #[inline]
    pub fn active(&self) -> u32 {
        self.active.load(Relaxed)
    }

    /// A request is sent. It must be followed by [`Load::finish`] or [`Load::release`].
    #[inline]
    pub fn start(&self) {
        self.active.fetch_add(1, Relaxed);
    }

    /// A request is over, and says nothing about latency: it failed, or nobody waited for it. (The
    /// time of a failure is better left out: who refuses at once would look fast.)
    #[inline]
    pub fn release(&self) {
        self.active.fetch_sub(1, Relaxed);
    }

    // ANCHOR: finish
    /// A request is over, which took `latency`.
    pub fn finish(&self, latency: Duration, now: Nanos) {
        self.release();
        let latency = nanos(latency) as f64;
        // Of two threads that finish at once, the later gets the time since the earlier.
        let before = self.changed.fetch_max(now.0, Relaxed);
        let keep = self.remaining(now.0.saturating_sub(before));
        self.average.update(Relaxed, Relaxed, |bits| {
            let average = f64::from_bits(bits);
            let moved = average * keep + latency * (1.0 - keep);
            moved.max(latency).to_bits()
        });
    }
    // ANCHOR_END: finish

    /// The average latency as it is now, after the time since the last answer. Zero if nothing is
    /// known, or if it was long ago.
    pub fn latency_ewma(&self, now: Nanos) -> Duration {
        Duration::from_nanos(self.average(now) as u64)
    }

    /// The same in nanoseconds.
    #[inline]
    pub(crate) fn average(&self, now: Nanos) -> f64 {
        let average = f64::from_bits(self.average.load(Relaxed));
        average * self.remaining(now.0.saturating_sub(self.changed.load(Relaxed)))
    }

    /// Sets how long an answer is remembered. With zero, only the last one is, until time passes.
    pub fn set_decay(&self, decay: Duration) {
        self.decay.store((nanos(decay) as f64).to_bits(), Relaxed);
    }

    /// What is left of a weight after some nanoseconds.
    #[inline]
    fn remaining(&self, elapsed: u64) -> f64 {
        if elapsed == 0 {
            return 1.0;
        }
        (-(elapsed as f64) / f64::from_bits(self.decay.load(Relaxed))).exp()
    }
}

impl Default for Load {
    fn default() -> Self {
        Load::new()
    }
}
