//! Race `skiplist`: ordered maps.
//!
//! - [`ordered`](super::ordered): what it shares with other races of ordered maps.
//! - [`peers`], [`book`]: the maps.
//! - [`ranks`], [`shared`](mod@shared): what they are put through beyond that.
//!
//! Skip lists are here for what B-trees cannot: many writers without locks, ranks, an arena. The B-trees are here to show what
//! that costs.

mod book;
mod peers;
mod ranks;
mod shared;

use ranks::{ByRank, Rank};
use shared::{GetTogether, InsertTogether};

use super::ordered::{
    SoloWork, case,
    contender::{Alone, Ranked, Shared},
    enter,
    peers::{Indexset, Scc, Std},
    solo::{Fill, Get, Insert, Scan},
};
use crate::harness::{Case, Contestant, Race, Turn};

/// A workload of maps that know ranks.
trait RankedWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Ranked>(self, turn: &mut Turn);
}

/// A workload of maps that threads share.
trait SharedWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Shared>(self, turn: &mut Turn);
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "skiplist",
        about: "ordered maps: the book's skip lists against BTreeMap, crossbeam-skiplist, scc and indexset",
        notes: vec![
            "Keys and values are u64, in no order; book::ArenaSkipList has them as big-endian byte strings of 8 bytes, and makes \
             them of the number in the measured time."
                .to_owned(),
            "Allocator: the system's. Every turn is a fresh process, with its own memory layout. book::ArenaSkipList allocates \
             all its memory when it is made, which is not timed; the system sets pages aside when they are first written to, \
             which is."
                .to_owned(),
            "get gives a value for every map; crossbeam's and the book's concurrent map give an entry that stays valid, which \
             costs them a pinned epoch and, crossbeam's, a count."
                .to_owned(),
        ],
        cases: cases(),
    }
}

const MAIN: u32 = 100_000;
const LARGE: u32 = 1_000_000;

fn cases() -> Vec<Case> {
    vec![
        Case {
            main: true,
            ..case(
                "get/100k",
                "get of a key that is there, uniformly random; 100 000 entries",
                solo(Get { entries: MAIN }),
            )
        },
        case(
            "get/1m",
            "get of a key that is there, uniformly random; 1 000 000 entries",
            solo(Get { entries: LARGE }),
        ),
        Case {
            main: true,
            ..case(
                "insert/100k",
                "insert of 100 000 keys in no order into an empty map; time per insertion",
                solo(Insert { entries: MAIN }),
            )
        },
        case(
            "insert/1m",
            "insert of 1 000 000 keys in no order into an empty map; time per insertion",
            solo(Insert { entries: LARGE }),
        ),
        case(
            "scan-100/100k",
            "the sum of 100 values from a random key on; 100 000 entries; time per scan",
            solo(Scan { entries: MAIN }),
        ),
        case(
            "rank/100k",
            "how many keys are less than a random one; 100 000 entries",
            ranked(Rank { entries: MAIN }),
        ),
        case(
            "by-rank/100k",
            "the key of a random rank; 100 000 entries",
            ranked(ByRank { entries: MAIN }),
        ),
        Case {
            threads: 2,
            main: true,
            ..case(
                "get/2-threads",
                "as get/100k, by two threads at once; wall-clock time over the operations of both",
                shared(GetTogether { entries: MAIN }),
            )
        },
        Case {
            threads: 2,
            main: true,
            ..case(
                "insert/2-threads",
                "as insert/100k, by two threads with half of the keys each; wall-clock time over the insertions of both, \
                 starting the threads included",
                shared(InsertTogether { entries: MAIN }),
            )
        },
        Case {
            once: true,
            ..case(
                "memory/1m",
                "bytes allocated per entry after 1 000 000 u64 to u64 entries were inserted in no order; what malloc adds to \
                 each block comes on top",
                solo(Fill { entries: LARGE }),
            )
        },
    ]
}

/// All maps, on one thread; our concurrent one first.
fn solo<W: SoloWork>(work: W) -> Vec<Contestant> {
    vec![
        enter::<Alone<book::Concurrent>, W>(work),
        enter::<Alone<book::Arena>, W>(work),
        enter::<book::List, W>(work),
        enter::<Alone<peers::Crossbeam>, W>(work),
        enter::<Alone<Scc>, W>(work),
        enter::<Std, W>(work),
        enter::<Indexset, W>(work),
    ]
}

/// The maps that know ranks, ours first.
fn ranked<W: RankedWork>(work: W) -> Vec<Contestant> {
    vec![rank::<book::List, W>(work), rank::<Indexset, W>(work)]
}

/// The maps that threads share, ours first.
fn shared<W: SharedWork>(work: W) -> Vec<Contestant> {
    vec![
        share::<book::Concurrent, W>(work),
        share::<book::Arena, W>(work),
        share::<peers::Crossbeam, W>(work),
        share::<Scc, W>(work),
        share::<peers::Locked, W>(work),
    ]
}

fn rank<C: Ranked, W: RankedWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}

fn share<C: Shared, W: SharedWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}
