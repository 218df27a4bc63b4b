//! Race `lru`: bounded caches.
//!
//! - [`contender`]: what every cache must be able to do to take part, and the checks that it does.
//! - [`peers`], [`book`]: the caches.
//! - [`solo`](mod@solo), [`shared`](mod@shared): what they are put through, by one thread and by
//!   several.
//! - [`keys`]: key sequences, synthetic and recorded.
//!
//! Policies differ in what they keep, so two caches that are given the same requests need not do
//! the same work: one that hits more often inserts less. Where that matters, the hit rate is
//! recorded beside the time.

mod book;
mod contender;
pub(super) mod keys;
mod peers;
mod shared;
mod solo;

use contender::{Shared, Solo};
use shared::SharedMix;
use solo::{Fill, GetHit, Mix, PutEvict, Replay};

use crate::harness::{Case, Contestant, Race};

/// A workload of caches of which each thread has its own, with values of type `Value`.
trait SoloWork: Copy + 'static {
    /// What the caches hold.
    type Value: contender::Value;

    /// Does the work on a `C` and measures it.
    fn run<C: Solo<Self::Value>>(self, turn: &mut crate::harness::Turn);
}

/// A workload of caches that threads share.
trait SharedWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Shared<u64>>(self, turn: &mut crate::harness::Turn);
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "lru",
        about: "bounded caches: the book's lru against lru, hashlink, schnellru, quick_cache, mini-moka and moka",
        notes: vec![
            format!("Hasher: foldhash::fast::FixedState with seed {} for every contestant.", contender::HASH_SEED),
            "Keys are u64, spread over the whole range; values are u64, or 64 bytes in cases named 64b.".to_owned(),
            "Allocator: the system's. Every turn is a fresh process, with its own memory layout.".to_owned(),
            "Every contestant is told its capacity and, where it can be told, the expected number of entries."
                .to_owned(),
        ],
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    vec![
        case(
            "get-hit/1k",
            "get of a resident key, uniformly random; 1 000 entries (fits the L2 cache)",
            solo(GetHit { capacity: 1_000 }),
        ),
        Case {
            main: true,
            ..case(
                "get-hit/100k",
                "get of a resident key, uniformly random; 100 000 entries",
                solo(GetHit { capacity: 100_000 }),
            )
        },
        case(
            "get-hit/1m",
            "get of a resident key, uniformly random; 1 000 000 entries (larger than most L2 caches, near L3's size)",
            solo(GetHit {
                capacity: 1_000_000,
            }),
        ),
        case(
            "put-evict/100k",
            "put of a key never seen before into a full cache of 100 000 entries, so that each put evicts \
             (a cache with an admission policy may evict the newcomer)",
            solo(PutEvict::<u64>::new(100_000)),
        ),
        case(
            "put-evict/100k-64b",
            "as put-evict/100k, with values of 64 bytes",
            solo(PutEvict::<contender::Wide>::new(100_000)),
        ),
        Case {
            main: true,
            ..case(
                "mix/100k",
                "get, and put after a miss; keys Zipf-distributed (exponent 0.99) over ten times the capacity of 100 000 entries",
                solo(Mix { capacity: 100_000 }),
            )
        },
        case(
            "shared/1-thread",
            "thread-safe caches, one thread: 90 % get, 10 % put; Zipf (0.99) over ten times the capacity of 100 000 entries",
            shared(SharedMix {
                capacity: 100_000,
                threads: 1,
            }),
        ),
        Case {
            threads: 2,
            main: true,
            ..case(
                "shared/2-threads",
                "as shared/1-thread, with two threads at once; time is wall-clock time over the operations of both",
                shared(SharedMix {
                    capacity: 100_000,
                    threads: 2,
                }),
            )
        },
        case(
            "trace/web07",
            "a shop's 76 118 product-page requests (cache2k's trace web07, CC BY 4.0) on an empty cache of 2 000 entries: \
             get, and put after a miss; time per request",
            everyone(Replay { capacity: 2_000 }),
        ),
        Case {
            once: true,
            ..case(
                "memory/1m",
                "bytes allocated per resident entry after a million u64 to u64 entries were put into a cache of that capacity; \
             what malloc adds to each block comes on top",
                everyone(Fill {
                    capacity: 1_000_000,
                }),
            )
        },
    ]
}

/// A case of one thread.
fn case(name: &str, about: &str, contestants: Vec<Contestant>) -> Case {
    Case {
        name: name.to_owned(),
        about: about.to_owned(),
        threads: 1,
        main: false,
        once: false,
        contestants,
    }
}

/// The field of single-threaded caches, ours first.
fn solo<W: SoloWork>(work: W) -> Vec<Contestant> {
    vec![
        enter::<book::Lru<W::Value>, W>(work),
        enter::<book::S3Fifo<W::Value>, W>(work),
        enter::<peers::Lru<W::Value>, W>(work),
        enter::<peers::Hashlink<W::Value>, W>(work),
        enter::<peers::Schnellru<W::Value>, W>(work),
        enter::<peers::QuickUnsync<W::Value>, W>(work),
        enter::<peers::MiniMokaUnsync<W::Value>, W>(work),
    ]
}

/// The field of thread-safe caches, ours first.
fn shared<W: SharedWork>(work: W) -> Vec<Contestant> {
    vec![
        share::<book::ShardedS3Fifo, W>(work),
        share::<book::ShardedLru, W>(work),
        share::<book::Locked, W>(work),
        share::<peers::QuickSync, W>(work),
        share::<peers::MiniMokaSync, W>(work),
        share::<peers::Moka, W>(work),
    ]
}

/// Both fields, on one thread.
fn everyone<W: SoloWork<Value = u64>>(work: W) -> Vec<Contestant> {
    let mut all = solo(work);
    all.extend([
        enter::<book::Arc<u64>, W>(work),
        enter::<book::Lfu<u64>, W>(work),
        enter::<contender::Alone<book::ShardedS3Fifo>, W>(work),
        enter::<contender::Alone<peers::QuickSync>, W>(work),
        enter::<contender::Alone<peers::MiniMokaSync>, W>(work),
        enter::<contender::Alone<peers::Moka>, W>(work),
    ]);
    all
}

fn enter<C: Solo<W::Value>, W: SoloWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}

fn share<C: Shared<u64>, W: SharedWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}
