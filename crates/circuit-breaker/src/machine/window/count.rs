//! The last N calls.
//!
//! A ring with one hexadecimal digit a call, sixteen to a word, and beside it the [`Tally`] of what
//! is in the ring:
//!
//! ```text
//!   next ──▶ 7                             0 no call yet     1 success     5 slow success
//!   ring     1113 1111 1511 1111 …                           3 failure     7 slow failure
//!   tally    calls 100, failed 1, slow 1
//! ```
//!
//! A call takes the next place, puts its digit there, and changes the tally by the difference to
//! the digit that was there. Two shortcuts make it cheap:
//!
//! - a digit that is there already is not written;
//! - when the window is full of quick successes, one more changes nothing, *wherever* it is put:
//!   then not even the next place is taken, and recording it is a single load. Threads that only
//!   read share a cache line without a fight, so the common case costs the same however many there
//!   are.
//!
//! # Invariants
//!
//! - Whenever no call is being recorded, the tally is the sum of the ring: every thread adds
//!   exactly the difference that its own compare-and-swap made.
//! - A thread that changed the ring has not yet changed the tally. If it sleeps there for a whole
//!   round, the tally can seem to be less than nothing; [`Tally::of`] says `None` then, and whoever
//!   adds the missing part sees the sum.
//!
//! # Complexity
//!
//! O(1) a call; half a byte a call of the window. Clearing it takes N / 16 steps.

use std::sync::atomic::Ordering::Relaxed;

use super::{Rates, Recorded};
use crate::sync::AtomicU64;

/// A call in the ring.
const PRESENT: u64 = 1;
const FAILED: u64 = 2;
const SLOW: u64 = 4;

const DIGIT: u32 = 4;
const DIGITS: u64 = 16;

pub(crate) struct CountWindow {
    size: u64,
    /// 2⁶⁴ / `size`, rounded down, for [`remainder`](Self::remainder).
    reciprocal: u64,
    ring: Box<[AtomicU64]>,
    tally: AtomicU64,
    /// Alone in its cache line: it is the one that is written all the time.
    next: Apart,
}

#[repr(align(128))]
struct Apart(AtomicU64);

impl CountWindow {
    pub(crate) fn new(size: u32) -> Self {
        let size = u64::from(size);
        CountWindow {
            size,
            reciprocal: u64::MAX / size,
            ring: (0..size.div_ceil(DIGITS))
                .map(|_| AtomicU64::new(0))
                .collect(),
            tally: AtomicU64::new(0),
            next: Apart(AtomicU64::new(0)),
        }
    }

    // ANCHOR: record
    /// Counts a call. `Unchanged` if the rates are what they were.
    #[inline]
    pub(crate) fn record(&self, failed: bool, slow: bool) -> Recorded {
        let digit = PRESENT | (u64::from(failed) * FAILED) | (u64::from(slow) * SLOW);
        // Relaxed, here and below: the ring and the tally are changed by read-modify-writes, each
        // of which sees the one before it, and publish nothing else.
        if digit == PRESENT && self.tally.load(Relaxed) == Tally::healthy(self.size) {
            return Recorded::Unchanged;
        }
        self.put(digit)
    }

    fn put(&self, digit: u64) -> Recorded {
        let place = self.remainder(self.next.0.fetch_add(1, Relaxed));
        let old = self.replace(place, digit);
        if old == digit {
            return Recorded::Unchanged;
        }
        let change = Tally::one(digit).wrapping_sub(Tally::one(old));
        let tally = self.tally.fetch_add(change, Relaxed).wrapping_add(change);
        Tally::of(tally, self.size).map_or(Recorded::Unchanged, Recorded::Changed)
    }
    // ANCHOR_END: record

    /// `count % self.size` by a multiplication, which takes a quarter of a division's time. The
    /// quotient is one too small at most.
    #[inline]
    fn remainder(&self, count: u64) -> u64 {
        let quotient = (u128::from(count) * u128::from(self.reciprocal)) >> 64;
        let rest = count - quotient as u64 * self.size;
        if rest < self.size {
            rest
        } else {
            rest - self.size
        }
    }

    // ANCHOR: replace
    /// Puts a digit in its place; the one that was there.
    fn replace(&self, place: u64, digit: u64) -> u64 {
        let word = &self.ring[(place / DIGITS) as usize];
        let shift = (place % DIGITS) as u32 * DIGIT;
        let mut seen = word.load(Relaxed);
        loop {
            let old = (seen >> shift) & 0xf;
            if old == digit {
                return old;
            }
            let changed = seen ^ ((old ^ digit) << shift);
            match word.compare_exchange_weak(seen, changed, Relaxed, Relaxed) {
                Ok(_) => return old,
                Err(newer) => seen = newer,
            }
        }
    }
    // ANCHOR_END: replace

    pub(crate) fn rates(&self) -> Rates {
        Tally::of(self.tally.load(Relaxed), self.size).unwrap_or_default()
    }

    /// Forgets all calls: takes out of the tally exactly what it takes out of the ring.
    pub(crate) fn clear(&self) {
        for word in &self.ring {
            let mut taken = word.swap(0, Relaxed);
            let mut tally = 0u64;
            while taken != 0 {
                tally = tally.wrapping_add(Tally::one(taken & 0xf));
                taken >>= DIGIT;
            }
            self.tally.fetch_add(0u64.wrapping_sub(tally), Relaxed);
        }
    }
}

// ANCHOR: tally
/// How many calls are in the ring, how many of them failed, and how many were slow: three numbers
/// of 21 bits in one, so that one addition changes all of them.
///
/// ```text
///  62      42 41      21 20       0
/// ┌──────────┬──────────┬──────────┐
/// │ slow     │ failed   │ calls    │
/// └──────────┴──────────┴──────────┘
/// ```
struct Tally;

const FIELD: u32 = 21;

impl Tally {
    /// What one digit of the ring adds.
    fn one(digit: u64) -> u64 {
        let bit = |mask: u64| u64::from(digit & mask != 0);
        bit(PRESENT) | bit(FAILED) << FIELD | bit(SLOW) << (2 * FIELD)
    }

    /// A full window of quick successes.
    #[inline]
    fn healthy(size: u64) -> u64 {
        size
    }

    /// The numbers; `None` if they cannot be, because a thread has yet to add its part.
    fn of(tally: u64, size: u64) -> Option<Rates> {
        let field = |shift: u32| (tally >> shift) & ((1 << FIELD) - 1);
        let (calls, failed, slow) = (field(0), field(FIELD), tally >> (2 * FIELD));
        (calls <= size && failed <= calls && slow <= calls).then_some(Rates {
            calls,
            failed,
            slow,
        })
    }
}
// ANCHOR_END: tally
