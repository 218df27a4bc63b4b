//! One sample of many: a window of requests, averaged, before the algorithm hears of them.
//!
//! Single latencies are noise: one request hits a cache, the next one a garbage collection. And at
//! a thousand requests a second, an average over 600 *requests* forgets what is usual within a
//! second. A window gives an algorithm the mean of all that ended in, say, a tenth of a second: the
//! noise is gone, and the time it remembers no longer depends on the load.

use std::time::Duration;

use clock::Nanos;

use super::{Limit, Sample};

/// Hands windows of samples on to another [`Limit`], each as one sample: the mean latency, the most
/// that were in flight, and dropped if any was.
///
/// One sample costs constant time and no allocation.
#[derive(Clone, Debug)]
pub struct Windowed<L> {
    inner: L,
    length: Duration,
    least: u32,
    window: Window,
}

/// What has been heard since the last window ended.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    start: Nanos,
    samples: u32,
    rtts: Duration,
    inflight: u32,
    dropped: bool,
}

impl<L: Limit> Windowed<L> {
    /// Windows that last `length`, or longer if fewer than 10 requests ended in it.
    pub fn new(inner: L, length: Duration) -> Self {
        Windowed {
            inner,
            length,
            least: 10,
            window: Window::default(),
        }
    }

    /// Windows of at least so many samples; 0 is taken as 1.
    pub fn at_least(mut self, samples: u32) -> Self {
        self.least = samples.max(1);
        self
    }
}

impl<L: Limit> Limit for Windowed<L> {
    fn limit(&self) -> u32 {
        self.inner.limit()
    }

    fn on_sample(&mut self, sample: &Sample) -> u32 {
        let window = &mut self.window;
        if window.samples == 0 {
            window.start = sample.at;
        }
        window.samples += 1;
        window.rtts = window.rtts.saturating_add(sample.rtt);
        window.inflight = window.inflight.max(sample.inflight);
        window.dropped |= sample.dropped;

        if window.samples < self.least || sample.at - window.start < self.length {
            return self.inner.limit();
        }
        let whole = Sample {
            at: sample.at,
            rtt: window.rtts / window.samples,
            inflight: window.inflight,
            dropped: window.dropped,
        };
        self.window = Window::default();
        self.inner.on_sample(&whole)
    }
}
