//! The calls of the last while.
//!
//! Time is cut into ticks of a tenth of the window. Each tick has a bucket in a ring, and beside
//! the buckets is their total:
//!
//! ```text
//!   tick        17   18   19 │ 10   11   12   13   14   15   16
//!   buckets    [40] [38] [12]│[41] [40] [39] [ 2] [ 0] [44] [40]      a bucket: calls, failed,
//!   slow
//!                         ▲    ▲
//!                       now    the next tick takes these out of the total, and starts from nothing
//!   total      296
//! ```
//!
//! # Invariants
//!
//! - Whenever no call is being recorded, the total is the sum of the buckets. A call is added to
//!   the total first and to its bucket second; what has expired is taken from the bucket first and
//!   from the total second. So the total is never less than the buckets.
//! - One thread turns the ring. It takes out exactly what it saw in the buckets before the turn, by
//!   subtraction: what others add meanwhile stays. No call is lost; a thread that sleeps between
//!   the clock and its bucket counts late.
//! - Nobody waits for the thread that turns. Who meets it judges by a total in which the expired
//!   calls may still be, as if it had come just before the turn.
//!
//! # Complexity
//!
//! O(1) a call, amortised over a tick, in constant memory. The window is up to a tenth shorter than
//! it says, because a tick ends as a whole. resilience4j's ticks are seconds.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use clock::Nanos;

use super::{Rates, Recorded};
use crate::sync::{AtomicU64, TICKS};

/// The lowest bit of `turn`: a thread is turning the ring.
const TURNING: u64 = 1;

pub(crate) struct TimeWindow {
    /// Nanoseconds.
    tick: u64,
    /// The tick that is now, times two, and [`TURNING`].
    turn: AtomicU64,
    /// By how many ticks the ring is ahead of the clock: a window is cleared by skipping all of it.
    ahead: AtomicU64,
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
            ahead: AtomicU64::new(0),
            total: Bucket::default(),
            ring: Default::default(),
        }
    }

    // ANCHOR: time
    pub(crate) fn record(&self, failed: bool, slow: bool, now: Nanos) -> Recorded {
        let tick = self.turn_to(now);
        let call = 1 | u64::from(failed) << 32;
        let total = self.total.add(call, u64::from(slow));
        self.bucket(tick).add(call, u64::from(slow));
        Recorded::Changed(total)
    }

    /// Takes out the buckets whose time is over; the tick to count in.
    fn turn_to(&self, now: Nanos) -> u64 {
        let ahead = self.ahead.load(Relaxed);
        // Acquire, with the release below: who turns sees what the one before took out.
        let turn = self.turn.load(Acquire);
        let current = turn / 2;
        // Where it ends takes a multiplication, and which tick it is a division: ten times as long.
        let end = (current + 1)
            .saturating_sub(ahead)
            .saturating_mul(self.tick);
        if now.0 < end || turn & TURNING != 0 {
            return current;
        }
        let tick = now.0 / self.tick + ahead;
        let seen = self.ring.each_ref().map(Bucket::sum);
        let mine = (tick * 2) | TURNING;
        // Release, so that the sums are read before the turn.
        if let Err(newer) = self.turn.compare_exchange(turn, mine, AcqRel, Relaxed) {
            return newer / 2;
        }
        for over in (current + 1..=tick).take(TICKS as usize) {
            let sum = seen[(over % TICKS) as usize];
            self.bucket(over).take(sum);
            self.total.take(sum);
        }
        self.turn.store(tick * 2, Release);
        tick
    }
    // ANCHOR_END: time

    fn bucket(&self, tick: u64) -> &Bucket {
        &self.ring[(tick % TICKS) as usize]
    }

    pub(crate) fn rates(&self, now: Nanos) -> Rates {
        self.turn_to(now);
        self.total.rates(self.total.failed_and_calls.load(Acquire))
    }

    /// Forgets all calls: the next to turn the ring finds that all of it is over.
    pub(crate) fn clear(&self) {
        // Relaxed: the transition that follows publishes it.
        self.ahead.fetch_add(TICKS, Relaxed);
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

    fn sum(&self) -> (u64, u64) {
        (self.failed_and_calls.load(Relaxed), self.slow.load(Relaxed))
    }

    fn take(&self, (failed_and_calls, slow): (u64, u64)) {
        self.failed_and_calls.fetch_sub(failed_and_calls, Relaxed);
        self.slow.fetch_sub(slow, Relaxed);
    }
}
