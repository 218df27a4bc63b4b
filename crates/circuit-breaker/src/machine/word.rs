//! The whole state of a breaker in 64 bits, so that one compare-and-swap can change all of it.
//!
// ANCHOR: layout
//! ```text
//!  63             40 39 37 36     32 31    24 23    16 15     8 7      0
//! ┌─────────────────┬─────┬─────────┬────────┬────────┬────────┬────────┐
//! │ epoch           │state│ reopened│ issued │ ended  │ failed │ slow   │
//! └─────────────────┴─────┴─────────┴────────┴────────┴────────┴────────┘
//!
//!   63–40  epoch     how many transitions there were, modulo 2²⁴
//!   39–37  state     closed, open, half-open, forced open, disabled, metrics only
//!   36–32  reopened  how often in a row the trials failed, up to 31
//!   31–24  issued    half-open: trials that began and were not given back
//!   23–16  ended     half-open: trials whose outcome is known
//!   15–8   failed    half-open: of these, failures
//!    7–0   slow      half-open: of these, slow ones
//! ```
// ANCHOR_END: layout
//!
//! The wait grows with `reopened`. While it only counts ([`State::MetricsOnly`]), bits 0 and 1 say
//! which rate has been reported.
//!
//! Every transition begins a new epoch. Epoch and state together are the [tag](Word::tag) that a
//! permit remembers: if the word has another when the call ends, the outcome is about a time that
//! is over, and does not count.

use super::window::Rates;
use crate::State;

// ANCHOR: word
/// A value of the state word. It is copied, looked at, and put back changed if nobody else did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u64);

const EPOCH: u32 = 40;
const STATE: u32 = 37;
const REOPENED: u32 = 32;
const ISSUED: u32 = 24;
const ENDED: u32 = 16;
const FAILED: u32 = 8;
const SLOW: u32 = 0;

/// How often in a row the trials can fail before the wait stops growing.
const MAX_REOPENED: u64 = 31;
// ANCHOR_END: word

impl Word {
    pub(crate) fn new(state: State) -> Word {
        Word(code(state) << STATE)
    }

    /// Epoch and state: what a permit remembers.
    #[inline]
    pub(crate) fn tag(self) -> u32 {
        (self.0 >> STATE) as u32
    }

    /// How many transitions there were, modulo 2²⁴.
    pub(crate) fn epoch(self) -> u64 {
        self.0 >> EPOCH
    }

    #[inline]
    pub(crate) fn state(self) -> State {
        match (self.0 >> STATE) & 0b111 {
            0 => State::Closed,
            1 => State::Open,
            2 => State::HalfOpen,
            3 => State::ForcedOpen,
            4 => State::Disabled,
            _ => State::MetricsOnly,
        }
    }

    pub(crate) fn reopened(self) -> u32 {
        self.field(REOPENED, 0x1f)
    }

    pub(crate) fn issued(self) -> u32 {
        self.field(ISSUED, 0xff)
    }

    pub(crate) fn ended(self) -> u32 {
        self.field(ENDED, 0xff)
    }

    pub(crate) fn failed(self) -> u32 {
        self.field(FAILED, 0xff)
    }

    pub(crate) fn slow(self) -> u32 {
        self.field(SLOW, 0xff)
    }

    /// The trials that have ended.
    pub(crate) fn trials(self) -> Rates {
        Rates {
            calls: self.ended().into(),
            failed: self.failed().into(),
            slow: self.slow().into(),
        }
    }

    fn field(self, shift: u32, mask: u64) -> u32 {
        ((self.0 >> shift) & mask) as u32
    }

    // ANCHOR: transition
    /// The first word of the next epoch, in which nothing has happened yet.
    ///
    /// From half-open to open, the trials failed once more; a circuit that closes has forgotten
    /// how often they did.
    pub(crate) fn next(self, state: State) -> Word {
        let epoch = (self.epoch() + 1) << EPOCH; // the 25th bit falls off
        let reopened = match (self.state(), state) {
            (State::HalfOpen, State::Open) => u64::from(self.reopened() + 1).min(MAX_REOPENED),
            (_, State::HalfOpen | State::Open) => u64::from(self.reopened()),
            _ => 0,
        };
        Word(epoch | code(state) << STATE | reopened << REOPENED)
    }
    // ANCHOR_END: transition

    // ANCHOR: trials
    /// One more trial has begun.
    pub(crate) fn issue(self) -> Word {
        Word(self.0 + (1 << ISSUED))
    }

    /// One trial was none: its place is free again.
    pub(crate) fn give_back(self) -> Word {
        Word(self.0 - (1 << ISSUED))
    }

    /// One trial has ended like this.
    pub(crate) fn end(self, failed: bool, slow: bool) -> Word {
        Word(self.0 + (1 << ENDED) + (u64::from(failed) << FAILED) + (u64::from(slow) << SLOW))
    }
    // ANCHOR_END: trials

    /// Metrics only: these rates have been reported.
    pub(crate) fn reported(self, failure_rate: bool, slow_rate: bool) -> Word {
        Word(self.0 | u64::from(failure_rate) | u64::from(slow_rate) << 1)
    }
}

fn code(state: State) -> u64 {
    match state {
        State::Closed => 0,
        State::Open => 1,
        State::HalfOpen => 2,
        State::ForcedOpen => 3,
        State::Disabled => 4,
        State::MetricsOnly => 5,
    }
}
