//! The ways in which a server of the demo can fail, and the switch between them.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// All modes, as they are written.
pub const MODES: &str = "ok, hang, slow:MILLISECONDS, status:CODE, close, flap:REQUESTS";

/// How a server treats its requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Answers them.
    #[default]
    Ok,
    /// Takes them and never answers.
    Hang,
    /// Answers late.
    Slow(Duration),
    /// Answers with this status.
    Status(u16),
    /// Executes them, and closes the connection without an answer: for the client, the worst case.
    Close,
    /// Answers so many, then as many with 500, and so on.
    Flap(u64),
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is none of {MODES}");
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number.parse::<u64>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        match (name, number) {
            ("ok", None) => Ok(Mode::Ok),
            ("hang", None) => Ok(Mode::Hang),
            ("close", None) => Ok(Mode::Close),
            ("slow", Some(millis)) => Ok(Mode::Slow(Duration::from_millis(millis))),
            ("status", Some(status @ 200..=599)) => Ok(Mode::Status(status as u16)),
            ("flap", Some(requests @ 1..)) => Ok(Mode::Flap(requests)),
            _ => Err(wrong()),
        }
    }
}

/// The mode of a server, and whether its health checks see it.
#[derive(Debug, Default)]
pub struct Fault {
    mode: Mutex<(Mode, bool)>,
    turn: AtomicU64,
}

impl Fault {
    /// Changes the mode. Health checks are answered well in spite of it if `hidden`.
    pub fn set(&self, mode: Mode, hidden: bool) {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner) = (mode, hidden);
        self.turn.store(0, Ordering::Relaxed);
    }

    /// How the next request is to be treated. Never [`Mode::Flap`], which is resolved by counting.
    pub fn next(&self, is_check: bool) -> Mode {
        let (mode, hidden) = *self.mode.lock().unwrap_or_else(PoisonError::into_inner);
        match mode {
            _ if is_check && hidden => Mode::Ok,
            // A check looks at the phase; only requests move it.
            Mode::Flap(length) => {
                let step = u64::from(!is_check);
                // Relaxed: all that matters is that each request has its number.
                let turn = self.turn.fetch_add(step, Ordering::Relaxed);
                match (turn / length).is_multiple_of(2) {
                    true => Mode::Ok,
                    false => Mode::Status(500),
                }
            }
            mode => mode,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_as_they_are_written() {
        for (text, mode) in [
            ("ok", Mode::Ok),
            ("slow:20", Mode::Slow(Duration::from_millis(20))),
            ("status:503", Mode::Status(503)),
            ("flap:2", Mode::Flap(2)),
        ] {
            assert_eq!(text.parse(), Ok(mode));
        }
        for wrong in [
            "",
            "okay",
            "slow",
            "slow:x",
            "status:99",
            "status:600",
            "flap:0",
            "hang:1",
        ] {
            assert!(wrong.parse::<Mode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn flapping_alternates_by_count_and_checks_do_not_move_it() {
        let fault = Fault::default();
        fault.set(Mode::Flap(2), false);
        let bad = Mode::Status(500);
        let seen: Vec<Mode> = (0..5)
            .map(|_| {
                let mode = fault.next(false);
                fault.next(true);
                mode
            })
            .collect();
        assert_eq!(seen, [Mode::Ok, Mode::Ok, bad, bad, Mode::Ok]);
        fault.set(Mode::Hang, true);
        assert_eq!(
            (fault.next(true), fault.next(false)),
            (Mode::Ok, Mode::Hang)
        );
    }
}
