//! Race `lsm`: storage engines under db_bench's and YCSB's workloads.
//!
//! - [`engine`]: what every engine must be able to do to take part, and the check that it does.
//! - [`book`], [`trees`], [`fjall`], `rocksdb`: the engines.
//! - [`records`]: what is stored, and how it is asked for.
//! - [`db_bench`], [`ycsb`]: what engines are put through.
//! - [`gauge`]: what it costs beside time.

mod book;
mod db_bench;
mod engine;
mod fjall;
mod gauge;
mod records;
#[cfg(feature = "rocksdb")]
mod rocksdb;
mod trees;
mod ycsb;

use std::path::Path;

use tempfile::TempDir;

use db_bench::{Fill, FillSync, Read};
use engine::Engine;

use super::ordered::case;
use crate::harness::{Case, Contestant, Identity, Race, Turn};

/// A workload of engines.
trait LsmWork: Copy + 'static {
    /// Does the work on an `E` and measures it.
    fn run<E: Engine>(self, turn: &mut Turn) -> anyhow::Result<()>;
}

/// The race.
pub fn race() -> Race {
    Race {
        name: "lsm",
        about: "storage engines: the book's LSM tree against fjall, RocksDB and three B-trees",
        notes: notes(),
        cases: cases(),
    }
}

fn notes() -> Vec<String> {
    let mut notes: Vec<String> = [
        "A record is a key of 16 bytes and a value of 100, which compresses to about half. Engines have 1 000 000 records (a \
         quick run 20 000), put in no order; before reading they are settled: everything is in tables, and nothing is left to \
         compact. Each operation stands for itself: for the B-trees, a transaction.",
        "Same for all: a block or page cache of 64 MiB; and among LSM trees memtables of 64 MiB, LZ4 at all levels, Bloom \
         filters of 10 bits a key, leveled compaction and two background threads. redb, sled and the book's B+ tree do not \
         compress; the B+ tree has no cache of its own but maps its file, so that the file's pages count as its memory.",
        "Durability: but in fillsync, a write that has returned survives the end of the process and not that of the machine. \
         redb and the B+ tree commit without waiting, and durably after every 100 000 writes; they and sled would lose what \
         came since also if the process ended. In fillsync every put waits for the disk (sled's does not make the disk empty \
         its own cache).",
        "The B-trees and sled get a tenth of the puts in the fills, and of the operations in YCSB's workloads that write: their \
         figures there are those of a smaller run. sled takes part in some cases only, as it takes long to fill.",
        "Times are of the operations, as the caller sees them: work that an engine puts off goes on in the background, \
         and settled_ns_per_op has its end. write_amplification: bytes that the system counts as written by the process, the \
         log among them, over the bytes of keys and values; disk_mib: what files take after settling and closing; \
         peak_memory_mib: the process's, its workload's list of numbers included; cpu_seconds: of all its threads. Where reading \
         is timed, these are of the reading alone.",
    ]
    .map(str::to_owned)
    .into();
    if cfg!(feature = "rocksdb") {
        notes.push(
            "RocksDB is compiled with -O3 -march=haswell; everything else, the book's engine too, for any processor of its \
             architecture."
                .to_owned(),
        );
    }
    notes
}

fn cases() -> Vec<Case> {
    let mut cases = writing();
    cases.extend(reading());
    cases.extend(ycsb::WORKLOADS.map(|workload| Case {
        main: true,
        ..case(
            &format!("ycsb/{}", workload.name),
            &format!("YCSB's workload {}", workload.about),
            // Of YCSB's, sled has the one that is told most about and the one that scans.
            if matches!(workload.name, 'a' | 'e') {
                everyone(workload)
            } else {
                quick_ones(workload)
            },
        )
    }));
    cases
}

fn writing() -> Vec<Case> {
    vec![
        Case {
            main: true,
            ..case(
                "fill/seq",
                "fillseq: 1 000 000 puts, keys ascending, into an empty engine",
                quick_ones(Fill::Seq),
            )
        },
        Case {
            main: true,
            ..case(
                "fill/random",
                "fillrandom: 1 000 000 puts at random keys, into an empty engine",
                everyone(Fill::Random),
            )
        },
        Case {
            main: true,
            ..case(
                "fill/overwrite",
                "overwrite: 1 000 000 puts at random keys that are there",
                quick_ones(Fill::Overwrite),
            )
        },
        case(
            "fill/sync",
            "fillsync: 1 000 puts at random keys, each durable when it returns; mostly the disk's time",
            everyone(FillSync { puts: 1_000 }),
        ),
    ]
}

fn reading() -> Vec<Case> {
    vec![
        Case {
            main: true,
            ..case(
                "read/random",
                "readrandom: get of a key that is there",
                everyone(Read::Random),
            )
        },
        Case {
            main: true,
            ..case(
                "read/missing",
                "readmissing: get of a key that is not there, between keys that are",
                quick_ones(Read::Missing),
            )
        },
        Case {
            main: true,
            ..case(
                "read/seek",
                "seekrandom: a seek to a random key, and ten records from there on",
                everyone(Read::Seek),
            )
        },
        Case {
            main: true,
            threads: 2,
            ..case(
                "read/while-writing",
                "readwhilewriting: time of a get, while another thread puts at random keys, 10 MB a second (those who cannot \
                 keep up put as fast as they can)",
                quick_ones(Read::WhileWriting),
            )
        },
    ]
}

/// All engines, ours first.
fn everyone<W: LsmWork>(work: W) -> Vec<Contestant> {
    let mut all = quick_ones(work);
    all.push(enter::<trees::Sled, W>(work));
    all
}

/// All but sled, ours first.
fn quick_ones<W: LsmWork>(work: W) -> Vec<Contestant> {
    vec![
        enter::<book::Lsm, W>(work),
        enter::<fjall::Fjall, W>(work),
        #[cfg(feature = "rocksdb")]
        enter::<rocksdb::RocksDb, W>(work),
        enter::<book::BPlusTree, W>(work),
        enter::<trees::Redb, W>(work),
    ]
}

fn enter<E: Engine, W: LsmWork>(work: W) -> Contestant {
    Contestant {
        who: E::WHO,
        turn: Box::new(move |turn| {
            if let Err(error) = work.run::<E>(turn) {
                panic!("{error:#}");
            }
        }),
    }
}

const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}

/// A new folder on the disk that the arena is on: the system's folder for temporary files may be in
/// memory.
fn folder() -> TempDir {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lsm");
    std::fs::create_dir_all(&parent).expect("the arena's folder can be written to");
    TempDir::with_prefix_in("engine-", parent).expect("the arena's folder can be written to")
}
