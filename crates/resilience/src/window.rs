//! Two counts over the last few slots of time, shared without a lock: what came in, and what was
//! allowed to go out against it.
//!
//! ```text
//!   slot number     …  41    42    43    44    45    46    47    48    49    50
//!                    ┌─────┬─────┬─────┬─────┬─────┬─────┬─────┬─────┬─────┬─────┐
//!   deposits         │ 120 │ 118 │ 125 │  97 │ 121 │ 119 │ 120 │ 122 │ 118 │  31 │
//!   withdrawals      │   0 │   3 │   0 │  40 │  12 │   0 │   0 │   1 │   0 │   2 │
//!                    └─────┴─────┴─────┴─────┴─────┴─────┴─────┴─────┴─────┴─────┘
//!                       ▲ reused by slot 51, which first sees that the tag is old
//! ```
//!
//! Each count is one word, whose upper half is the number of its slot: a thread that finds an old
//! number there starts the count afresh with the same compare-and-swap that adds to it, so that
//! nobody has to clean up.
//!
//! # Invariants
//!
//! When a withdrawal in slot `n` is allowed, those allowed so far in slots `n - 9` to `n`, itself
//! among them, are no more than `limit(deposits in the same slots)`. Threads that withdraw at the
//! same time may refuse each other, but never break this: each counts itself *before* it looks at
//! the sum, so that the last one to count sees all of them.
//!
//! # Complexity
//!
//! A deposit is one read-modify-write; a withdrawal is three and twenty loads.

use crate::sync::{AtomicU64, Ordering};

/// Into how many slots the window is divided.
pub(crate) const SLOTS: u64 = 10;

/// The counts. Slots are numbered upwards by the caller's clock.
#[derive(Debug)]
pub(crate) struct Window {
    deposits: [AtomicU64; SLOTS as usize],
    withdrawals: [AtomicU64; SLOTS as usize],
    /// The newest slot in which anyone has tried to withdraw.
    newest: AtomicU64,
}

impl Window {
    pub(crate) fn new() -> Self {
        Window {
            deposits: std::array::from_fn(|_| AtomicU64::new(0)),
            withdrawals: std::array::from_fn(|_| AtomicU64::new(0)),
            newest: AtomicU64::new(0),
        }
    }

    /// Counts a deposit in slot `now`. It is lost when that slot has been reused already.
    pub(crate) fn deposit(&self, now: u64) {
        let word = &self.deposits[(now % SLOTS) as usize];
        count(word, now, 1);
    }

    // ANCHOR: withdraw
    /// Counts a withdrawal in slot `now` if `limit` of the window's deposits allows one more.
    pub(crate) fn withdraw(&self, now: u64, limit: impl Fn(u64) -> u64) -> bool {
        let mut slot = self.newest.fetch_max(now, Ordering::AcqRel).max(now);
        loop {
            let word = &self.withdrawals[(slot % SLOTS) as usize];
            count(word, slot, 1);
            // Whoever moves on to a newer slot after this sees the count above: the two updates of
            // `newest` synchronise. Whoever did so before it makes us count there instead.
            let newest = self.newest.fetch_max(slot, Ordering::AcqRel);
            let newer = newest > slot;
            if !newer && self.sum(&self.withdrawals, slot) <= limit(self.sum(&self.deposits, slot))
            {
                return true;
            }
            count(word, slot, -1);
            if !newer {
                return false;
            }
            slot = newest;
        }
    }
    // ANCHOR_END: withdraw

    /// How many of each the window up to slot `now` holds: deposits, then withdrawals.
    pub(crate) fn sums(&self, now: u64) -> (u64, u64) {
        let sum = |words| self.sum(words, now);
        (sum(&self.deposits), sum(&self.withdrawals))
    }

    fn sum(&self, words: &[AtomicU64], now: u64) -> u64 {
        let oldest = now.saturating_sub(SLOTS - 1);
        let in_window =
            |&(tag, _): &(u32, u32)| (now as u32).wrapping_sub(tag) <= (now - oldest) as u32;
        // Acquire: a withdrawal that this reads from was counted after all that its thread saw.
        let words = words
            .iter()
            .map(|word| unpack(word.load(Ordering::Acquire)));
        words
            .filter(in_window)
            .map(|(_, count)| u64::from(count))
            .sum()
    }
}

/// Adds to a word that counts for slot `now`, starting at zero if it counts for an older one. One
/// that counts for a newer slot already is left alone.
fn count(word: &AtomicU64, now: u64, change: i32) {
    // Release, for the acquire-load in `sum`. The update fails only if there is nothing to do.
    let _ = word.fetch_update(Ordering::AcqRel, Ordering::Relaxed, |old| {
        let (tag, count) = unpack(old);
        let age = (now as u32).wrapping_sub(tag) as i32;
        match age {
            0 => Some(pack(tag, count.saturating_add_signed(change))),
            1.. if change > 0 => Some(pack(now as u32, change as u32)),
            _ => None,
        }
    });
}

/// The low 32 bits of the slot's number, which repeat after 13 years of tenths of a second.
fn unpack(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}

fn pack(tag: u32, count: u32) -> u64 {
    u64::from(tag) << 32 | u64::from(count)
}
