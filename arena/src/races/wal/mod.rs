//! Race `wal`: logs.
//!
//! - [`contender`]: what every log must be able to do to take part, and the check that it does.
//! - [`peers`], [`book`]: the logs.
//! - [`work`]: what they are put through.

mod book;
mod contender;
mod peers;
mod work;

use std::path::Path;

use contender::{Durable, Log};
use tempfile::TempDir;
use work::Append;

use super::ordered::case;
use crate::harness::{Case, Contestant, Race, Turn};

/// A workload of logs.
trait LogWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Log>(self, turn: &mut Turn) -> anyhow::Result<()>;
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "wal",
        about: "write-ahead logs: the book's against okaywal, raft-engine, and one fsync for each record",
        notes: vec![
            "Durable means that the record is on the disk when append returns: every log waits for an fdatasync that began \
             after its record was written. fsyncs_per_append are those of the log's file: the book's log and the plain file \
             count them, raft-engine's are counted where it calls the system, okaywal's are not counted."
                .to_owned(),
            "Threads append as fast as they can, and are started in the measured time. The first record of each is not timed, \
             nor is making the first segment. A plain file, whose threads wait for each other's fsyncs, takes fewer of them."
                .to_owned(),
            "Configuration: segments of 16 MiB; okaywal with checkpoints that drop what they take out of the log; raft-engine \
             without compression, a Raft group for each thread, and a record as a value, of which it keeps a copy in memory. \
             The plain file is one, of any length, and has no checksums: `File` grows, `File, prepared` was filled with zeros \
             before. Neither is a log that could be recovered after a crash; they show what an fsync costs."
                .to_owned(),
            "Left out: walrus-rust and nano-wal sync each record for itself under a lock, as the plain file does; nano-wal has \
             no checksums, and walrus-rust takes its folder from the environment. commitlog and simple_wal promise no \
             durability: their flush is not an fsync."
                .to_owned(),
        ],
        cases: cases(),
    }
}

const SMALL: usize = 128;
const LARGE: usize = 4096;

fn cases() -> Vec<Case> {
    let durable = |threads, each, bytes| Append {
        threads,
        each,
        bytes,
        durable: Durable::OnReturn,
    };
    let later = |threads, each| Append {
        threads,
        each: (each, each),
        bytes: SMALL,
        durable: Durable::Later,
    };
    let [one, some, many] = [(300, 300), (400, 12), (200, 6)];
    vec![
        append("append/1-thread", durable(1, one, SMALL)),
        append("append/8-threads", durable(8, some, SMALL)),
        append("append/64-threads", durable(64, many, SMALL)),
        append("append-4k/1-thread", durable(1, one, LARGE)),
        append("append-4k/8-threads", durable(8, some, LARGE)),
        append("append-4k/64-threads", durable(64, many, LARGE)),
        append("append-os/1-thread", later(1, 200_000)),
        append("append-os/8-threads", later(8, 25_000)),
    ]
}

fn append(name: &'static str, work: Append) -> Case {
    let Append {
        threads,
        bytes,
        durable,
        ..
    } = work;
    let by = match threads {
        1 => "one thread".to_owned(),
        threads => format!("{threads} threads at once"),
    };
    let (when, mut contestants) = match durable {
        Durable::OnReturn => ("durable on return", vec![enter::<peers::Okay>(work)]),
        Durable::Later => (
            "written on return, durable when the system likes",
            Vec::new(),
        ),
    };
    let others = [
        enter::<book::Book>(work),
        enter::<peers::Raft>(work),
        enter::<peers::Plain<true>>(work),
        enter::<peers::Plain<false>>(work),
    ];
    contestants.extend(others);
    // Ours first.
    contestants.sort_by_key(|contestant| !contestant.who.ours);
    let about =
        format!("append of records of {bytes} bytes by {by}, {when}; time over the records of all");
    Case {
        threads,
        main: bytes == SMALL && durable == Durable::OnReturn,
        ..case(name, &about, contestants)
    }
}

fn enter<C: Log>(work: impl LogWork) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| {
            if let Err(error) = work.run::<C>(turn) {
                panic!("{error:#}");
            }
        }),
    }
}

/// A new folder on the disk that the arena is on: the system's folder for temporary files may be in
/// memory.
fn folder() -> TempDir {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/wal");
    std::fs::create_dir_all(&parent).expect("the arena's folder can be written to");
    TempDir::with_prefix_in("log-", parent).expect("the arena's folder can be written to")
}
