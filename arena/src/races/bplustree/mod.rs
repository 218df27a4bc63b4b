//! Race `bplustree`: ordered maps with one owner.
//!
//! - [`ordered`](super::ordered): what it shares with other races of ordered maps.
//! - [`peers`], [`book`]: the maps.
//! - [`work`]: what they are put through beyond that.

mod book;
mod peers;
mod work;

use work::{InsertAscending, Remove, ScanAll};

use super::ordered::{
    SoloWork, case,
    contender::{Alone, Removing},
    enter,
    peers::{Indexset, Scc, Std},
    solo::{Fill, Get, Insert, Scan},
};
use crate::harness::{Case, Contestant, Race, Turn};

/// A workload of maps from which entries can be removed.
trait RemovingWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Removing>(self, turn: &mut Turn);
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "bplustree",
        about: "ordered maps: the book's B+ tree against BTreeMap, indexset, scc and a sorted array",
        notes: vec![
            "Keys and values are u64; in no order (SplitMix64 of 0, 1, 2, …) unless a case says otherwise. Maps are filled by \
             inserting one entry after the other, except for the sorted Vec, which is sorted once."
                .to_owned(),
            "Allocator: the system's. Every turn is a fresh process, with its own memory layout.".to_owned(),
            "scc::TreeIndex is for threads, and pays for it here, where there is one: an epoch is pinned for each get and each \
             scan."
                .to_owned(),
            "Order: the book's map has its default, 64 entries a leaf and 64 keys an inner node.".to_owned(),
        ],
        cases: cases(),
    }
}

const SMALL: u32 = 1_000;
const MIDDLE: u32 = 100_000;
const LARGE: u32 = 1_000_000;

fn cases() -> Vec<Case> {
    let mut cases = reading();
    cases.extend(writing());
    cases
}

fn reading() -> Vec<Case> {
    let mut small = searched(Get { entries: SMALL });
    small.push(enter::<peers::Linear, _>(Get { entries: SMALL }));
    vec![
        case(
            "get/1k",
            "get of a key that is there, uniformly random; 1 000 entries (fits the L2 cache)",
            small,
        ),
        case(
            "get/100k",
            "get of a key that is there, uniformly random; 100 000 entries",
            searched(Get { entries: MIDDLE }),
        ),
        Case {
            main: true,
            ..case(
                "get/1m",
                "get of a key that is there, uniformly random; 1 000 000 entries",
                searched(Get { entries: LARGE }),
            )
        },
        Case {
            main: true,
            ..case(
                "scan-100/1m",
                "the sum of 100 values from a random key on; 1 000 000 entries; time per scan",
                searched(Scan { entries: LARGE }),
            )
        },
        Case {
            main: true,
            ..case(
                "scan-all/1m",
                "the sum of all values, in the order of keys; 1 000 000 entries; time per entry",
                searched(ScanAll { entries: LARGE }),
            )
        },
    ]
}

fn writing() -> Vec<Case> {
    vec![
        case(
            "insert/100k",
            "insert of 100 000 keys in no order into an empty map; time per insertion",
            trees(Insert { entries: MIDDLE }),
        ),
        Case {
            main: true,
            ..case(
                "insert/1m",
                "insert of 1 000 000 keys in no order into an empty map; time per insertion",
                trees(Insert { entries: LARGE }),
            )
        },
        case(
            "insert/1m-ascending",
            "insert of the keys 0 to 999 999 in this order into an empty map; time per insertion",
            trees(InsertAscending { entries: LARGE }),
        ),
        case(
            "remove/1m",
            "remove of all of 1 000 000 keys, in no order; time per removal",
            removing(Remove { entries: LARGE }),
        ),
        Case {
            once: true,
            ..case(
                "memory/1m",
                "bytes allocated per entry after 1 000 000 u64 to u64 entries were inserted in no order; what malloc adds to \
                 each block comes on top",
                searched(Fill { entries: LARGE }),
            )
        },
    ]
}

/// All trees, ours first.
fn trees<W: SoloWork>(work: W) -> Vec<Contestant> {
    vec![
        enter::<book::Tree, W>(work),
        enter::<Std, W>(work),
        enter::<Indexset, W>(work),
        enter::<Alone<Scc>, W>(work),
    ]
}

/// All that can be searched, ours first.
fn searched<W: SoloWork>(work: W) -> Vec<Contestant> {
    let mut all = trees(work);
    all.push(enter::<peers::Sorted, W>(work));
    all
}

/// All from which entries can be removed, ours first.
fn removing<W: RemovingWork>(work: W) -> Vec<Contestant> {
    vec![
        remove::<book::Tree, W>(work),
        remove::<Std, W>(work),
        remove::<Indexset, W>(work),
        remove::<Alone<Scc>, W>(work),
    ]
}

fn remove<C: Removing, W: RemovingWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}
