//! How long calls take: any percentile of the recent ones, in constant memory.
//!
//! A histogram whose buckets grow with what they hold: eight to each power of two, so that a value
//! is known to an eighth of itself, whether it is microseconds or minutes (as in HdrHistogram, by
//! Gil Tene). Whenever it holds some 4000 samples, every bucket is halved: what is recent counts
//! for more, and what is old fades away.
//!
//! # Complexity
//!
//! [`record`](Latencies::record) is two atomic additions, and every 64th time a walk over the 496
//! buckets. [`percentile`](Latencies::percentile) is one load. 2 KiB, no allocation afterwards.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use clock::nanos;

/// Eight for each of the 61 powers of two from 2^3, and one for each number below that.
const BUCKETS: usize = 62 * 8;
/// After how many samples the percentile is computed anew.
const REFRESH: u64 = 64;
/// With how many samples the buckets are halved.
const FULL: u64 = 4096;

/// Recent latencies, and one percentile of them.
#[derive(Debug)]
pub(crate) struct Latencies {
    percentile: f64,
    buckets: Box<[AtomicU32]>,
    recorded: AtomicU64,
    /// In nanoseconds. Zero: there were too few samples so far.
    current: AtomicU64,
}

impl Latencies {
    /// None yet. The percentile is from 0 to 100.
    pub(crate) fn new(percentile: f64) -> Self {
        Latencies {
            percentile,
            buckets: (0..BUCKETS).map(|_| AtomicU32::new(0)).collect(),
            recorded: AtomicU64::new(0),
            current: AtomicU64::new(0),
        }
    }

    /// The percentile as of the last multiple of 64 samples, or up to an eighth more. None before
    /// there were as many.
    pub(crate) fn percentile(&self) -> Option<Duration> {
        match self.current.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    pub(crate) fn record(&self, latency: Duration) {
        // Relaxed throughout: a sample that is counted a little late does no harm.
        self.buckets[bucket(nanos(latency))].fetch_add(1, Ordering::Relaxed);
        let recorded = self.recorded.fetch_add(1, Ordering::Relaxed) + 1;
        if recorded.is_multiple_of(REFRESH) {
            self.refresh();
        }
    }

    fn refresh(&self) {
        let count = |bucket: &AtomicU32| u64::from(bucket.load(Ordering::Relaxed));
        let total: u64 = self.buckets.iter().map(count).sum();
        let rank = (total as f64 * self.percentile / 100.0).ceil() as u64;
        let mut below = 0;
        let reached = self.buckets.iter().position(|bucket| {
            below += count(bucket);
            below >= rank.max(1)
        });
        if let Some(reached) = reached {
            self.current
                .store(highest(reached).max(1), Ordering::Relaxed);
        }
        if total >= FULL {
            for bucket in &self.buckets {
                let half = bucket.load(Ordering::Relaxed) / 2;
                bucket.fetch_sub(half, Ordering::Relaxed);
            }
        }
    }
}

/// The bucket for a value: the position of its highest bit, and the three bits after it.
fn bucket(value: u64) -> usize {
    let Some(shift) = (u64::BITS - value.leading_zeros()).checked_sub(4) else {
        return value as usize;
    };
    shift as usize * 8 + (value >> shift) as usize
}

/// The highest value in a bucket.
fn highest(bucket: usize) -> u64 {
    match bucket {
        0..16 => bucket as u64,
        _ => {
            let (shift, top) = (bucket / 8 - 1, bucket as u64 % 8 + 8);
            (top << shift) | ((1 << shift) - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_is_in_a_bucket_whose_top_is_at_most_an_eighth_above(value: u64) {
            let bucket = bucket(value);
            prop_assert!(bucket < BUCKETS);
            let top = highest(bucket);
            prop_assert!(value <= top && top - value <= value / 8);
            prop_assert!(bucket == 0 || highest(bucket - 1) < value);
        }
    }

    #[test]
    fn a_percentile_follows_what_is_recent() {
        let latencies = Latencies::new(90.0);
        let record = |from: u64, to: u64| {
            (from..to).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        };
        record(1, 64);
        assert_eq!(latencies.percentile(), None);
        record(64, 65);
        let p90 = latencies.percentile().unwrap().as_millis();
        assert!((58..=58 * 9 / 8).contains(&p90), "{p90} ms");
        // A server that was fast for a hundred thousand calls is slow for five thousand.
        (0..100).for_each(|_| record(1, 1001));
        (0..5).for_each(|_| record(1001, 2001));
        let p90 = latencies.percentile().unwrap().as_millis();
        assert!((1700..=1910 * 9 / 8).contains(&p90), "{p90} ms");
    }
}
