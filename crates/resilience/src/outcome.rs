//! The words of a retry: what an attempt is told, what to do about its result, why it was the last.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::Deadline;

/// What to do about the result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Return it: it is a success, or an error that would come again.
    Done,
    /// Try again after a delay of the backoff.
    Retry,
    /// Try again after this much time, which the server asked for (`Retry-After`), and a delay of
    /// the backoff on top, so that those it refused together do not come back together.
    RetryAfter(Duration),
}

/// An attempt that is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// When the call is over. Pass it on.
    pub deadline: Deadline,
}

/// Why there was no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// The predicate said that trying again is no use.
    NotRetryable,
    /// The attempts were used up.
    Attempts,
    /// The retry budget was empty: too many calls are failing.
    Budget,
    /// The next attempt would have come too late.
    Deadline,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::NotRetryable => "not retryable",
            Why::Attempts => "no attempts left",
            Why::Budget => "no retry budget left",
            Why::Deadline => "no time left",
        })
    }
}

/// A call failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GaveUp<E> {
    /// The error of the last attempt.
    pub last: E,
    /// Why it was the last.
    pub why: Why,
    /// How many attempts were made.
    pub attempts: u32,
}

impl<E: fmt::Display> fmt::Display for GaveUp<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GaveUp {
            last,
            why,
            attempts,
        } = self;
        let plural = if *attempts == 1 { "" } else { "s" };
        write!(
            f,
            "gave up after {attempts} attempt{plural} ({why}): {last}"
        )
    }
}

impl<E: Error + 'static> Error for GaveUp<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.last)
    }
}
