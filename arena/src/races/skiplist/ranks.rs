//! What maps that know ranks are put through.

use std::hint::black_box;

use super::RankedWork;
use crate::{
    harness::Turn,
    races::ordered::{
        contender::{Ranked, check_ranks},
        keys::{BATCH, key},
        solo::{filled, requests},
    },
};

/// How many keys are less than one that is there.
#[derive(Clone, Copy)]
pub struct Rank {
    /// Entries in the map.
    pub entries: u32,
}

impl RankedWork for Rank {
    fn run<C: Ranked>(self, turn: &mut Turn) {
        check_ranks::<C>();
        let map = filled::<C>(self.entries);
        let mut numbers = requests(self.entries, turn.seed());
        turn.iterate(BATCH as u64, || {
            let rank = |&number: &u32| map.rank(key(number.into()));
            black_box(numbers.batch().iter().map(rank).sum::<usize>());
        });
    }
}

/// The key of a rank.
#[derive(Clone, Copy)]
pub struct ByRank {
    /// Entries in the map.
    pub entries: u32,
}

impl RankedWork for ByRank {
    fn run<C: Ranked>(self, turn: &mut Turn) {
        check_ranks::<C>();
        let map = filled::<C>(self.entries);
        let mut ranks = requests(self.entries, turn.seed());
        turn.iterate(BATCH as u64, || {
            let by_rank = |&rank: &u32| map.by_rank(rank as usize);
            black_box(ranks.batch().iter().map(by_rank).fold(0, u64::wrapping_add));
        });
    }
}
