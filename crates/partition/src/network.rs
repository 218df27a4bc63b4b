//! Links between sites: how long a message takes, and when it is lost.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use crate::error::{SimError, micros};
use crate::random::Random;

/// A site, by its place in the list of sites.
pub(crate) type Site = usize;

/// A time during which some sites cannot talk to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// In simulated time. It is mended at the end.
    pub during: Range<Duration>,
    /// For each site, the number of its group. Sites of different groups cannot talk.
    pub group: Vec<usize>,
}

/// All links.
#[derive(Debug)]
pub(crate) struct Network {
    /// The shortest and the longest delay in microseconds, from each site to each.
    delays: Vec<Vec<(u64, u64)>>,
    cuts: Vec<Cut>,
    random: Random,
}

impl Network {
    pub(crate) fn new(sites: usize, delay: (u64, u64), cuts: Vec<Cut>, random: Random) -> Self {
        Network {
            delays: vec![vec![delay; sites]; sites],
            cuts,
            random,
        }
    }

    /// Gives the link between two sites, in both directions, a delay of its own.
    pub(crate) fn set(&mut self, a: Site, b: Site, delay: (u64, u64)) {
        self.delays[a][b] = delay;
        self.delays[b][a] = delay;
    }

    /// No message takes longer.
    pub(crate) fn longest_delay(&self) -> u64 {
        let all = self.delays.iter().flatten();
        all.map(|(_, longest)| *longest).max().unwrap_or(0)
    }

    // ANCHOR: deliver
    /// When a message that is sent now arrives; `None` if it is lost. It is, when the link is cut
    /// at the one end of its journey or at the other. The sender is not told.
    pub(crate) fn deliver(&mut self, from: Site, to: Site, now: u64) -> Option<u64> {
        if from == to {
            return Some(now);
        }
        let (shortest, longest) = self.delays[from][to];
        let arrives = now + self.random.between(shortest, longest);
        let is_cut = |at| {
            let at = Duration::from_micros(at);
            let separates = |cut: &Cut| cut.group[from] != cut.group[to];
            let mut cuts = self.cuts.iter();
            cuts.any(|cut| cut.during.contains(&at) && separates(cut))
        };
        (!is_cut(now) && !is_cut(arrives)).then_some(arrives)
    }
    // ANCHOR_END: deliver
}

/// A range of delays in microseconds.
pub(crate) fn delay(
    field: &'static str,
    range: &RangeInclusive<Duration>,
) -> Result<(u64, u64), SimError> {
    if range.is_empty() {
        let (from, to) = (range.start(), range.end());
        return Err(SimError::Range {
            field,
            problem: format!("from {from:?} to {to:?} is the wrong way round"),
        });
    }
    Ok((micros(field, *range.start())?, micros(field, *range.end())?))
}
