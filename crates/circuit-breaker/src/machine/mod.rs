//! The state machine: who may call, and what becomes of what they found. No clock, no listeners; it
//! asks for the time when it needs it, and reports what it did.

mod limits;
mod wait;
mod window;
mod word;

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::time::Duration;

use clock::Nanos;

use crate::sync::AtomicU64;
use crate::{Config, Open, State};
use limits::Limits;
use wait::{Deadline, Waits};
pub(crate) use window::Rates;
use window::{Calls, Recorded};
use word::Word;

/// # Invariants
///
/// - The state changes only by a compare-and-swap of `word`, which begins a new epoch. So each
///   transition is made by one thread, which reports it.
/// - In half-open, `ended ≤ issued ≤ permitted`, and `failed` and `slow` are at most `ended`. The
///   outcome that completes the trials and the transition are one compare-and-swap.
/// - The window is cleared before the circuit closes.
pub(crate) struct Machine {
    word: AtomicU64,
    limits: Limits,
    calls: Calls,
    deadline: Deadline,
    waits: Waits,
    refused: Apart,
    opened: AtomicU64,
}

/// Alone in its cache line, so that counting refusals does not slow down the others.
#[repr(align(128))]
struct Apart(AtomicU64);

/// What the machine did that others may want to know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Transition { from: State, to: State },
    FailureRateExceeded(f32),
    SlowRateExceeded(f32),
}

impl Machine {
    pub(crate) fn new(config: &Config, seed: u64, now: Nanos) -> Self {
        let waits = Waits::new(config, seed);
        let first = match config.initial_state {
            State::HalfOpen => config.max_wait_in_half_open,
            _ => waits.after(0, 0),
        };
        Machine {
            word: AtomicU64::new(Word::new(config.initial_state).0),
            limits: Limits::new(config),
            calls: Calls::new(config),
            deadline: Deadline::new(now + first),
            waits,
            refused: Apart(AtomicU64::new(0)),
            opened: AtomicU64::new(0),
        }
    }

    #[inline]
    fn word(&self) -> Word {
        // Acquire, with the compare-and-swaps' release: who sees a closed circuit sees its window
        // cleared.
        Word(self.word.load(Acquire))
    }

    fn swap(&self, from: Word, to: Word) -> Result<(), Word> {
        match self.word.compare_exchange(from.0, to.0, AcqRel, Acquire) {
            Ok(_) => Ok(()),
            Err(newer) => Err(Word(newer)),
        }
    }

    pub(crate) fn state(&self) -> State {
        self.word().state()
    }

    // ANCHOR: try_acquire
    /// Asks for permission. What it returns is what the call's outcome has to be handed in with.
    #[inline]
    pub(crate) fn try_acquire(
        &self,
        now: impl Fn() -> Nanos,
        report: impl Fn(Step),
    ) -> Result<u32, Open> {
        let word = self.word();
        match word.state() {
            State::Closed | State::Disabled | State::MetricsOnly => Ok(word.tag()),
            State::Open | State::HalfOpen | State::ForcedOpen => {
                self.try_acquire_unhealthy(word, now, report)
            }
        }
    }
    // ANCHOR_END: try_acquire

    // ANCHOR: half_open
    #[cold]
    fn try_acquire_unhealthy(
        &self,
        mut word: Word,
        now: impl Fn() -> Nanos,
        report: impl Fn(Step),
    ) -> Result<u32, Open> {
        loop {
            let next = match word.state() {
                State::Closed | State::Disabled | State::MetricsOnly => return Ok(word.tag()),
                State::ForcedOpen => return self.refuse(Duration::MAX),
                State::Open => {
                    let now = now();
                    let left = self.deadline(word, now) - now;
                    if !left.is_zero() {
                        return self.refuse(left);
                    }
                    word.next(State::HalfOpen).issue() // the first trial is this one
                }
                State::HalfOpen if self.is_over(word, &now) => {
                    self.cleared(word.next(self.limits.after_half_open))
                }
                State::HalfOpen if word.issued() == self.limits.permitted => {
                    return self.refuse(Duration::ZERO);
                }
                State::HalfOpen => word.issue(),
            };
            match self.swap(word, next) {
                Err(newer) => word = newer,
                Ok(()) => {
                    self.entered(word, next, &now, &report);
                    if next.state() == State::HalfOpen {
                        return Ok(next.tag());
                    }
                    word = next;
                }
            }
        }
    }
    // ANCHOR_END: half_open

    fn refuse(&self, retry_after: Duration) -> Result<u32, Open> {
        self.refused.0.fetch_add(1, Relaxed);
        Err(Open { retry_after })
    }

    // ANCHOR: settle
    /// Takes the outcome of a call that was permitted as `tag`. If that was in an epoch that is
    /// over, the outcome is about a state of things that is over, too: it is dropped.
    #[inline]
    pub(crate) fn record(
        &self,
        tag: u32,
        failed: bool,
        slow: bool,
        now: impl Fn() -> Nanos,
        report: impl Fn(Step),
    ) {
        let word = self.word();
        if word.tag() != tag {
            return;
        }
        match word.state() {
            State::Closed | State::MetricsOnly => {
                if let Recorded::Changed(rates) = self.calls.record(failed, slow, &now) {
                    self.judge(word, rates, now, report);
                }
            }
            State::HalfOpen => self.end_trial(word, failed, slow, now, report),
            State::Disabled | State::Open | State::ForcedOpen => {}
        }
    }
    // ANCHOR_END: settle

    // ANCHOR: judge
    /// Opens the circuit if a rate is too high.
    fn judge(&self, word: Word, rates: Rates, now: impl Fn() -> Nanos, report: impl Fn(Step)) {
        if rates.calls < self.limits.minimum {
            return;
        }
        let (failures, slow) = self.limits.exceeded(rates);
        if !failures && !slow {
            return;
        }
        if word.state() == State::MetricsOnly {
            return self.report_once(word, rates, report);
        }
        // Fails if the circuit is no longer closed. Then it has been opened by another, or by hand.
        let next = word.next(State::Open);
        if self.swap(word, next).is_ok() {
            self.report_rates(rates, failures, slow, &report);
            self.entered(word, next, &now, &report);
        }
    }
    // ANCHOR_END: judge

    // ANCHOR: end_trial
    #[cold]
    fn end_trial(
        &self,
        mut word: Word,
        failed: bool,
        slow: bool,
        now: impl Fn() -> Nanos,
        report: impl Fn(Step),
    ) {
        let tag = word.tag();
        while word.tag() == tag {
            let ended = word.end(failed, slow);
            let next = match self.verdict(ended) {
                _ if self.is_over(word, &now) => word.next(self.limits.after_half_open),
                Some(state) => ended.next(state),
                None => ended,
            };
            match self.swap(word, self.cleared(next)) {
                Ok(()) => return self.entered(ended, next, &now, &report),
                Err(newer) => word = newer,
            }
        }
    }

    /// What the trials that have ended decide, if there are enough of them.
    fn verdict(&self, word: Word) -> Option<State> {
        if word.ended() < self.limits.trials {
            return None;
        }
        match self.limits.exceeded(word.trials()) {
            (false, false) => Some(State::Closed),
            _ => Some(State::Open),
        }
    }
    // ANCHOR_END: end_trial

    // ANCHOR: give_back
    /// The call was none: a trial's place is free again.
    #[inline]
    pub(crate) fn ignore(&self, tag: u32) {
        let mut word = self.word();
        while word.tag() == tag && word.state() == State::HalfOpen {
            match self.swap(word, word.give_back()) {
                Ok(()) => return,
                Err(newer) => word = newer,
            }
        }
    }
    // ANCHOR_END: give_back

    /// Changes the state by hand: a new epoch, even if the state is the same.
    pub(crate) fn force(
        &self,
        state: State,
        wait: Option<Duration>,
        now: impl Fn() -> Nanos,
        report: impl Fn(Step),
    ) {
        let mut word = self.word();
        loop {
            let next = self.cleared(word.next(state));
            match self.swap(word, next) {
                Err(newer) => word = newer,
                Ok(()) => {
                    if let Some(wait) = wait {
                        self.deadline.set(next.epoch(), now() + wait);
                    }
                    return self.entered(word, next, &now, &report);
                }
            }
        }
    }

    /// A word that is about to become the state: one that counts anew starts from nothing.
    fn cleared(&self, next: Word) -> Word {
        let anew = matches!(next.state(), State::Closed | State::MetricsOnly);
        if anew {
            self.calls.clear();
        }
        next
    }

    /// This thread has changed the word: if that was a transition, it reports it, and starts the
    /// wait.
    fn entered(&self, from: Word, to: Word, now: &impl Fn() -> Nanos, report: &impl Fn(Step)) {
        if from.tag() == to.tag() {
            return;
        }
        if to.state() == State::Open || self.ends(to) {
            self.deadline(to, now());
        }
        if to.state() == State::Open {
            self.opened.fetch_add(1, Relaxed);
        }
        let (from, to) = (from.state(), to.state());
        if from != to {
            report(Step::Transition { from, to });
        }
    }

    /// When the epoch of this word ends by itself. It begins now, if nobody knows.
    fn deadline(&self, word: Word, now: Nanos) -> Nanos {
        let epoch = word.epoch();
        self.deadline.get_or_set(epoch, || match word.state() {
            State::HalfOpen => now + self.limits.half_open,
            _ => now + self.waits.after(word.reopened(), epoch),
        })
    }

    /// Whether this is a half-open epoch that ends by itself.
    fn ends(&self, word: Word) -> bool {
        word.state() == State::HalfOpen && !self.limits.half_open.is_zero()
    }

    /// Whether a half-open epoch has lasted too long.
    fn is_over(&self, word: Word, now: &impl Fn() -> Nanos) -> bool {
        self.ends(word) && {
            let now = now();
            now >= self.deadline(word, now)
        }
    }

    /// Metrics only: reports each rate once an epoch.
    fn report_once(&self, mut word: Word, rates: Rates, report: impl Fn(Step)) {
        let tag = word.tag();
        let (failures, slow) = self.limits.exceeded(rates);
        while word.tag() == tag {
            let next = word.reported(failures, slow);
            if next == word {
                return;
            }
            match self.swap(word, next) {
                Ok(()) => {
                    let new = Word(next.0 ^ word.0);
                    return self.report_rates(rates, new.0 & 1 != 0, new.0 & 2 != 0, &report);
                }
                Err(newer) => word = newer,
            }
        }
    }

    fn report_rates(&self, rates: Rates, failures: bool, slow: bool, report: &impl Fn(Step)) {
        if failures {
            report(Step::FailureRateExceeded(rates.failure_rate()));
        }
        if slow {
            report(Step::SlowRateExceeded(rates.slow_rate()));
        }
    }

    /// The state and what it counts: the trials of a half-open breaker, or else the window; and
    /// whether these are enough to be judged.
    pub(crate) fn counts(&self, now: impl Fn() -> Nanos) -> (State, Rates, bool) {
        let word = self.word();
        match word.state() {
            State::HalfOpen => {
                let judged = word.ended() >= self.limits.trials;
                (State::HalfOpen, word.trials(), judged)
            }
            state => {
                let rates = self.calls.rates(now);
                (state, rates, rates.calls >= self.limits.minimum)
            }
        }
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.0.load(Relaxed)
    }

    pub(crate) fn opened(&self) -> u64 {
        self.opened.load(Relaxed)
    }
}
