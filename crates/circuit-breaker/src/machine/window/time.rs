//! The calls of the last while.
//!
//! Time is cut into ticks of a tenth of the window. Each tick has a bucket in a ring, and beside the
//! buckets is their total:
//!
//! ```text
//!   tick        17   18   19 │ 10   11   12   13   14   15   16
//!   buckets    [40] [38] [12]│[41] [40] [39] [ 2] [ 0] [44] [40]      a bucket: calls, failed, slow
//!                         ▲    ▲
//!                       now    the next tick takes these out of the total, and starts from nothing
//!   total      296
//! ```
//!
//! # Invariants
//!
//! - Whenever no call is being recorded, the total is the sum of the buckets. A call is added to the
//!   total first and to the bucket second, and a bucket is emptied first (by a swap, which says what
//!   was in it) and taken from the total second: so the total is never less than the buckets.
//! - One thread turns the ring; those that meet it there do not wait, but count in the bucket that is
//!   about to end. A thread that sleeps between the clock and the bucket counts late. No call is lost.
//!
//! # Complexity
//!
//! O(1) a call, amortised over a tick, in constant memory. The window is up to a tenth shorter than
//! it says, because a tick ends as a whole. resilience4j's ticks are seconds.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use clock::Nanos;

use super::{Rates, Recorded};
use crate::sync::AtomicU64;

/// How many ticks a window has.
const TICKS: u64 = 10;
/// The lowest bit of `turn`: a thread is turning the ring.
const TURNING: u64 = 1;

pub(crate) struct TimeWindow {
    /// Nanoseconds.
    tick: u64,
    /// The tick that is now, times two, and [`TURNING`].
    turn: AtomicU64,
    total: Bucket,
    ring: [Bucket; TICKS as usize],
}

/// Sums of calls. Failures are in the upper half of the first word, so that one addition counts a
/// call and its outcome.
#[derive(Default)]
struct Bucket {
    failed_and_calls: AtomicU64,
    slow: AtomicU64,
}

impl TimeWindow {
    pub(crate) fn new(length: Duration) -> Self {
        TimeWindow {
            tick: (clock::nanos(length) / TICKS).max(1),
            turn: AtomicU64::new(0),
            total: Bucket::default(),
            ring: Default::default(),
        }
    }

    // ANCHOR: time
    pub(crate) fn record(&self, failed: bool, slow: bool, now: Nanos) -> Recorded {
        let tick = self.turn_to(now.0 / self.tick);
        let call = 1 | u64::from(failed) << 32;
        let total = self.total.add(call, u64::from(slow));
        self.bucket(tick).add(call, u64::from(slow));
        Recorded::Changed(total)
    }

    /// Empties the buckets whose time is over; the tick to count in.
    fn turn_to(&self, tick: u64) -> u64 {
        // Acquire, with the release below: who counts in a tick finds its bucket emptied.
        let turn = self.turn.load(Acquire);
        let current = turn / 2;
        if tick <= current || turn & TURNING != 0 {
            return current;
        }
        let mine = self
            .turn
            .compare_exchange(turn, turn | TURNING, Relaxed, Relaxed);
        if mine.is_err() {
            return current;
        }
        for over in (current + 1..=tick).take(TICKS as usize) {
            self.bucket(over).empty(&self.total);
        }
        self.turn.store(tick * 2, Release);
        tick
    }
    // ANCHOR_END: time

    fn bucket(&self, tick: u64) -> &Bucket {
        &self.ring[(tick % TICKS) as usize]
    }

    pub(crate) fn rates(&self, now: Nanos) -> Rates {
        self.turn_to(now.0 / self.tick);
        self.total.rates(self.total.failed_and_calls.load(Acquire))
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        for bucket in &self.ring {
            bucket.empty(&self.total);
        }
    }
}

impl Bucket {
    /// Adds a call; the sum.
    fn add(&self, failed_and_calls: u64, slow: u64) -> Rates {
        if slow != 0 {
            self.slow.fetch_add(slow, Relaxed);
        }
        // Acquire and release, so that of several threads the last to add its call also sees the
        // slow ones of the others, which they added before: one of them sees everything.
        let before = self.failed_and_calls.fetch_add(failed_and_calls, AcqRel);
        self.rates(before + failed_and_calls)
    }

    fn rates(&self, failed_and_calls: u64) -> Rates {
        Rates {
            calls: failed_and_calls & u64::from(u32::MAX),
            failed: failed_and_calls >> 32,
            slow: self.slow.load(Relaxed),
        }
    }

    /// Takes what is in this bucket out of it, and out of the total.
    fn empty(&self, total: &Bucket) {
        let sum = self.failed_and_calls.swap(0, Relaxed);
        total.failed_and_calls.fetch_sub(sum, Relaxed);
        let slow = self.slow.swap(0, Relaxed);
        total.slow.fetch_sub(slow, Relaxed);
    }
}
