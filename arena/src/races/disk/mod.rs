//! Race `disk`: ordered stores in a file.
//!
//! - [`contender`]: what every store must be able to do to take part, and the check that it does.
//! - [`peers`], [`book`]: the stores.
//! - [`work`]: what they are put through.
//!
//! What is compared is the same promise: what was committed is there after a power failure.

mod book;
mod contender;
mod peers;
mod work;

use std::path::Path;

use tempfile::TempDir;
use work::{Get, Insert, Load, Open, Scan, ScanAll, Update};

use contender::Disk;

use super::ordered::case;
use crate::harness::{Case, Contestant, Race, Turn};

/// A workload of stores.
trait DiskWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Disk>(self, turn: &mut Turn) -> anyhow::Result<()>;
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "disk",
        about: "stores in a file: the book's copy-on-write B+ tree against redb, LMDB, sled and SQLite",
        notes: vec![
            "An entry is a key of 16 bytes, in no order, and a value of 100. Stores have 1 000 000 entries, inserted in no order \
             in one transaction unless a case says otherwise, and are in memory altogether (the system's page cache, or a cache \
             of their own of 1 GiB) before reading is timed. A quick run has 100 000."
                .to_owned(),
            "Durability: every commit is on the disk when it returns. The book's store and redb wait for one fsync, and detect an \
             unfinished commit by its checksums; LMDB waits for one, and for a synchronous write of its meta page; SQLite \
             (WAL, synchronous = FULL) for one of the log. sled's flush calls sync_file_range, which does not make the disk \
             empty its own cache: it promises less than the others, and cannot be told to promise more. It takes part in a \
             few cases only, as it takes long to fill."
                .to_owned(),
            "Configuration: redb with keys and values of fixed width; LMDB (heed) with MDB_APPEND where keys ascend, otherwise \
             as it is by default; sled in its mode HighThroughput, without flushing in between; SQLite with exclusive locking, a \
             memory-mapped file, prepared statements and a table WITHOUT ROWID; the book's store as it is by default, with \
             bulk_load where keys ascend."
                .to_owned(),
            "Reading is in transactions of a batch, 4 096 look-ups or 16 scans; sled has none. A value counts as read when its \
             first 8 bytes were. Files are on the disk that the arena is on; bytes are the lengths of files after closing."
                .to_owned(),
        ],
        cases: cases(),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = writing();
    cases.extend(reading());
    cases
}

fn writing() -> Vec<Case> {
    vec![
        Case {
            main: true,
            ..case(
                "load/sorted",
                "1 000 000 entries in the order of keys into an empty store, in one durable transaction, each store in its \
                 fastest way; time per entry, and bytes of the file per entry",
                quick_ones(Load),
            )
        },
        Case {
            main: true,
            ..case(
                "insert/random",
                "1 000 000 entries in no order into an empty store, in one durable transaction; time per entry, and bytes of \
                 the file per entry",
                everyone(Insert),
            )
        },
        Case {
            main: true,
            ..case(
                "commit/1-put",
                "durable transactions that each put a new value at one random key; time per transaction, which is mostly the \
                 disk's",
                everyone(Update {
                    puts: 1,
                    commits: 300,
                }),
            )
        },
        case(
            "commit/1000-puts",
            "durable transactions that each put new values at 1 000 random keys; time per put, and bytes of the file per entry \
             after 20 of them",
            quick_ones(Update {
                puts: 1_000,
                commits: 20,
            }),
        ),
    ]
}

fn reading() -> Vec<Case> {
    vec![
        Case {
            main: true,
            ..case(
                "get/random",
                "get of a key that is there, uniformly random",
                everyone(Get),
            )
        },
        Case {
            main: true,
            ..case(
                "scan/1000",
                "1 000 values from a random key on; time per scan",
                quick_ones(Scan { count: 1_000 }),
            )
        },
        case(
            "scan/all",
            "all values in the order of keys; time per entry",
            quick_ones(ScanAll),
        ),
        case(
            "open/clean",
            "opening a store that was closed, and looking up one key; closing is not timed",
            quick_ones(Open),
        ),
    ]
}

/// All stores, ours first.
fn everyone<W: DiskWork>(work: W) -> Vec<Contestant> {
    let mut all = quick_ones(work);
    all.push(enter::<peers::Sled, W>(work));
    all
}

/// All but sled, ours first.
fn quick_ones<W: DiskWork>(work: W) -> Vec<Contestant> {
    vec![
        enter::<book::Book, W>(work),
        enter::<peers::Redb, W>(work),
        enter::<peers::Heed, W>(work),
        enter::<peers::Sqlite, W>(work),
    ]
}

fn enter<C: Disk, W: DiskWork>(work: W) -> Contestant {
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
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/disk");
    std::fs::create_dir_all(&parent).expect("the arena's folder can be written to");
    TempDir::with_prefix_in("store-", parent).expect("the arena's folder can be written to")
}
