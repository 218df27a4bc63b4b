//! A limit that many threads share, without a lock.
//!
//! A limiter on a hot path is asked by every thread at once. A lock would make them queue, and one
//! that is descheduled while it holds it would stop the service. But what a good algorithm has to
//! remember fits one 64-bit word, and a processor can replace a word *if it is still what it was*:
//!
//! ```text
//!   load ──▶ decide ──▶ compare and swap ──▶ admitted
//!    ▲          │               │ somebody was faster
//!    └──────────┼───────────────┘
//!               └─▶ denied: nothing was written
//! ```
//!
//! So an algorithm is a pure function from the word, the time and the request to the next word or
//! a denial: a [`Rule`]. It never hears of threads.
//!
//! # Invariants
//!
//! - Decisions are those of one thread that makes them one after the other, in the order of the
//!   swaps: what is decided on a word that has changed is thrown away.
//! - A denied request writes nothing, so a flood that is denied costs the others nothing.
//!
//! # Complexity
//!
//! One reading of the clock, one load, a handful of instructions and one swap. A swap that fails
//! means that another thread's has succeeded: there is always somebody who gets on (*lock-free*).

use clock::{Clock, Nanos};

use crate::sync::{AtomicU64, Ordering};
use crate::{Decision, DefaultClock, Limiter, Quota, Rule};

/// A [`Rule`] with its state, which threads share, and its clock.
#[derive(Debug)]
pub struct Shared<R, C = DefaultClock> {
    state: Line,
    rule: R,
    clock: C,
}

/// The state has two cache lines to itself, because processors fetch them in pairs: otherwise each
/// swap would take the rule and the clock, which never change, away from the other threads.
#[derive(Debug)]
#[repr(align(128))]
struct Line(AtomicU64);

impl<R: Rule, C: Clock> Shared<R, C> {
    /// A limiter that follows `rule`, by `clock`.
    pub fn with_rule(rule: R, clock: C) -> Self {
        Shared {
            state: Line(AtomicU64::new(0)),
            rule,
            clock,
        }
    }

    // ANCHOR: check
    /// Decides at a time that the caller has read: for several limits that are asked together.
    // Inlined for the reason that `GcraRule::decide` gives.
    #[inline(always)]
    pub fn check_at(&self, now: Nanos, n: u32) -> Decision {
        // All Relaxed: the word is all that threads tell each other, nothing lies behind it.
        let word = &self.state.0;
        let mut state = word.load(Ordering::Relaxed);
        loop {
            let (next, admitted) = self.rule.decide(state, now, n)?;
            if n == 0 {
                return Ok(admitted);
            }
            match word.compare_exchange_weak(state, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(admitted),
                Err(changed) => state = changed,
            }
        }
    }
    // ANCHOR_END: check

    /// Asks for one. See [`Limiter::check`].
    #[inline(always)]
    pub fn check(&self) -> Decision {
        self.check_at(self.clock.now(), 1)
    }

    /// Asks for `n` together. See [`Limiter::check_n`].
    #[inline]
    pub fn check_n(&self, n: u32) -> Decision {
        self.check_at(self.clock.now(), n)
    }

    /// What is allowed.
    pub fn quota(&self) -> Quota {
        self.rule.quota()
    }

    /// The clock that it goes by.
    pub fn clock(&self) -> &C {
        &self.clock
    }
}

impl<R: Rule, C: Clock> Limiter for Shared<R, C> {
    #[inline]
    fn check(&self) -> Decision {
        Shared::check(self)
    }

    #[inline]
    fn check_n(&self, n: u32) -> Decision {
        Shared::check_n(self, n)
    }

    fn quota(&self) -> Quota {
        Shared::quota(self)
    }
}
