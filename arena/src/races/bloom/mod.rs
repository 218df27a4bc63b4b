//! Race `bloom`: filters at the same false-positive rate.
//!
//! - [`contender`]: what every filter must be able to do to take part, and the checks that it does.
//! - [`book`], [`peers`]: the filters.
//! - [`work`]: what they are put through.
//!
//! A filter can be as fast as one likes if it may err or be large. So all are sized to err equally often, as measured, and the
//! bits a key that this takes are recorded beside the time.

mod book;
mod contender;
mod peers;
mod work;

use contender::{Filter, Growing};
use work::{Find, Insert, Keys};

use crate::harness::{Case, Contestant, Race, Turn};

/// A workload of any filter.
trait Work: Copy + 'static {
    /// Does the work on an `F` and measures it.
    fn run<F: Filter>(self, turn: &mut Turn);
}

/// A workload of a filter that keys can be added to.
trait GrowingWork: Copy + 'static {
    /// Does the work on an `F` and measures it.
    fn run<F: Growing>(self, turn: &mut Turn);
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "bloom",
        about: "filters: the book's bloom against fastbloom, bloomfilter, sbbf-rs and xorf",
        notes: vec![
            "Every filter is sized to err once in a hundred look-ups of other keys; the measured rate and the bits a key are \
             recorded. Static filters have the rate that their fingerprints give: 0.4 % for 8 bits."
                .to_owned(),
            "Keys are u64. Hash: XXH3-64 for every filter that takes a hash, and in the time; SipHash-1-3 for \
             bloomfilter, which has no choice, and for fastbloom where it says so (its default)."
                .to_owned(),
            "Compiled for the smallest x86-64 (SSE2); sbbf-rs chooses AVX2 when it runs.".to_owned(),
        ],
        cases: cases(),
    }
}

/// Sizes of the classic filter, and where it then is.
const SIZES: [(&str, usize, &str); 3] = [
    ("10k", 10_000, "10⁴ bits (fits the L1 cache)"),
    ("1m", 1_000_000, "10⁶ bits (fits the L2 cache)"),
    ("100m", 100_000_000, "10⁸ bits (larger than the L2 cache)"),
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (keys, what) in [
        (Keys::Present, "look-up of a key that is in"),
        (Keys::Absent, "look-up of a key that is not in"),
    ] {
        for (size, bits, place) in SIZES {
            cases.push(Case {
                name: format!("{}/{size}", keys.name()),
                about: format!("{what}, uniformly random; as many keys as a classic filter of {place} holds at 1 %"),
                threads: 1,
                main: size == "1m",
                once: false,
                contestants: everyone(Find {
                    keys,
                    items: items(bits),
                }),
            });
        }
    }
    for (size, bits, place) in SIZES {
        cases.push(Case {
            name: format!("insert/{size}"),
            about: format!(
                "insertion of one of the keys that a classic filter of {place} holds at 1 %, into a filter that has them already: \
                 the same bits are written as the first time"
            ),
            threads: 1,
            main: false,
            once: false,
            contestants: growing(Insert { items: items(bits) }),
        });
    }
    cases
}

/// The keys that a classic filter of this many bits holds at 1 %.
fn items(bits: usize) -> usize {
    (bits as f64 / contender::CLASSIC_BITS) as usize
}

/// The filters that keys can be added to, ours first.
fn growing<W: GrowingWork>(work: W) -> Vec<Contestant> {
    vec![
        grow::<book::Classic, W>(work),
        grow::<book::Blocked, W>(work),
        grow::<peers::Fastbloom, W>(work),
        grow::<peers::FastbloomDefault, W>(work),
        grow::<peers::Bloomfilter, W>(work),
        grow::<peers::Sbbf, W>(work),
    ]
}

/// All filters, ours first.
fn everyone<W: Work>(work: W) -> Vec<Contestant> {
    vec![
        enter::<book::Classic, W>(work),
        enter::<book::Blocked, W>(work),
        enter::<peers::Fastbloom, W>(work),
        enter::<peers::FastbloomDefault, W>(work),
        enter::<peers::Bloomfilter, W>(work),
        enter::<peers::Sbbf, W>(work),
        enter::<book::Fuse8, W>(work),
        enter::<peers::XorfFuse8, W>(work),
    ]
}

fn enter<F: Filter, W: Work>(work: W) -> Contestant {
    Contestant {
        who: F::WHO,
        turn: Box::new(move |turn| work.run::<F>(turn)),
    }
}

fn grow<F: Growing, W: GrowingWork>(work: W) -> Contestant {
    Contestant {
        who: F::WHO,
        turn: Box::new(move |turn| work.run::<F>(turn)),
    }
}
