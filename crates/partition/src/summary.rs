//! A history in a line.

use std::fmt;
use std::time::Duration;

use crate::history::{History, Outcome};
use crate::linear::Verdict;

/// What a history comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many operations were asked.
    pub asked: usize,
    /// How many were answered.
    pub answered: usize,
    /// How many certainly did not happen.
    pub refused: usize,
    /// Of how many nobody knows.
    pub unknown: usize,
    /// How many reads were answered wrongly.
    pub stale: usize,
    /// How many acknowledged changes have left no trace.
    pub lost: usize,
    /// How often two carts met of which each knew a change that the other did not.
    pub conflicts: usize,
    /// The latencies of what was answered, in ascending order.
    pub latencies: Vec<Duration>,
    /// Whether one machine could have given these answers.
    pub verdict: Verdict,
}

impl History {
    /// The history in numbers. Takes as long as checking does: see [`History::linearizable`].
    pub fn summary(&self) -> Summary {
        let count = |outcome| {
            let those = self.records.iter().filter(|it| it.outcome == outcome);
            those.count()
        };
        let answered = self.records.iter().filter(|it| it.is_answered());
        let mut latencies: Vec<Duration> = answered.map(|record| record.latency()).collect();
        latencies.sort_unstable();
        Summary {
            asked: self.records.len(),
            answered: latencies.len(),
            refused: count(Outcome::Refused),
            unknown: count(Outcome::Unknown),
            stale: self.stale_reads().len(),
            lost: self.lost_updates().len(),
            conflicts: self.conflicts,
            latencies,
            verdict: self.linearizable(),
        }
    }
}

impl Summary {
    /// The share of operations that were answered, from 0 to 1; 1 if there were none.
    pub fn availability(&self) -> f64 {
        match self.asked {
            0 => 1.0,
            asked => self.answered as f64 / asked as f64,
        }
    }

    /// The smallest latency within which so many of a hundred answers came; zero if none did.
    /// `percent` is from 0 to 100, and taken to be so.
    pub fn percentile(&self, percent: f64) -> Duration {
        let share = percent.clamp(0.0, 100.0) / 100.0;
        let rank = (share * self.latencies.len() as f64).ceil() as usize;
        let place = rank.saturating_sub(1);
        self.latencies.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (p50, p99) = (self.percentile(50.0), self.percentile(99.0));
        write!(
            f,
            "{:3} of {} answered, {:2} refused, {:2} unknown; {:2} stale, {:2} lost; \
             p50 {} ms, p99 {} ms; {}",
            self.answered,
            self.asked,
            self.refused,
            self.unknown,
            self.stale,
            self.lost,
            p50.as_millis(),
            p99.as_millis(),
            self.verdict,
        )
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Linearizable => "linearizable",
            Verdict::Violated => "not linearizable",
            Verdict::Undecided => "undecided",
        })
    }
}
