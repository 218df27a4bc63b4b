//! The list: each operation, how it is measured, and what the textbook says.
//!
//! The textbook's figures are Jeff Dean's, of a talk in 2009, who had most of them from Peter
//! Norvig; for the solid state disk, those that Jonas Bonér added in 2012. They are of that time's
//! machines, and have been quoted since. What has none there has none here.

use serde::Serialize;

use crate::disk::Disk;
use crate::error::LatencyError;
use crate::machine::Machine;
use crate::times::Measured;
use crate::{memory, processor, system};

/// What measurements need.
pub struct Bench<'a> {
    pub machine: &'a Machine,
    pub disk: &'a Disk,
    /// Fewer repetitions.
    pub quick: bool,
}

/// An operation and how it is measured.
pub struct Measurement {
    /// For programs.
    pub key: &'static str,
    /// For people.
    pub name: &'static str,
    pub textbook: Option<Textbook>,
    pub run: fn(&Bench<'_>) -> Result<Measured, LatencyError>,
}

/// A figure that is quoted.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Textbook {
    pub ns: f64,
    /// Of what year it is.
    pub year: u16,
}

const fn dean(ns: f64) -> Option<Textbook> {
    Some(Textbook { ns, year: 2009 })
}

const fn boner(ns: f64) -> Option<Textbook> {
    Some(Textbook { ns, year: 2012 })
}

const fn row(
    key: &'static str,
    name: &'static str,
    textbook: Option<Textbook>,
    run: fn(&Bench<'_>) -> Result<Measured, LatencyError>,
) -> Measurement {
    Measurement {
        key,
        name,
        textbook,
        run,
    }
}

/// The order of the report: by the place, from the nearest to the farthest.
// ANCHOR: list
pub const MEASUREMENTS: [Measurement; 18] = [
    row("l1", "L1 cache reference", dean(0.5), |b| {
        memory::cache(b.machine, 1, b.quick)
    }),
    row("l2", "L2 cache reference", dean(7.0), |b| {
        memory::cache(b.machine, 2, b.quick)
    }),
    row("mispredict", "branch mispredicted", dean(5.0), |b| {
        processor::mispredict(b.quick)
    }),
    row("l3", "L3 cache reference", None, |b| {
        memory::cache(b.machine, 3, b.quick)
    }),
    row("mutex", "mutex lock and unlock", dean(25.0), |b| {
        processor::mutex(b.quick)
    }),
    row("clock", "reading the clock", None, |b| {
        processor::clock(b.quick)
    }),
    row("memory", "main memory reference", dean(100.0), |b| {
        memory::main_memory(b.machine, b.quick)
    }),
    row("hash", "checksum of 1 KiB", None, |b| {
        processor::checksum(b.quick)
    }),
    row("syscall", "system call", None, |b| system::call(b.quick)),
    row("compress", "compress 1 KiB", dean(3_000.0), |b| {
        processor::compress(b.quick)
    }),
    row("switch", "switch between two threads", None, |b| {
        system::switch(b.quick)
    }),
    row("spawn", "start and end a thread", None, |b| {
        system::spawn(b.quick)
    }),
    row("loopback", "TCP round trip, loopback", None, |b| {
        system::loopback(b.quick)
    }),
    row(
        "memory_mib",
        "read 1 MiB in order, memory",
        dean(250_000.0),
        |b| memory::megabyte_in_order(b.machine, b.quick),
    ),
    row(
        "disk_page",
        "read 4 KiB anywhere, disk",
        boner(150_000.0),
        |b| b.disk.read_page(b.quick),
    ),
    row(
        "disk_mib",
        "read 1 MiB in order, disk",
        boner(1_000_000.0),
        |b| b.disk.read_megabyte(),
    ),
    row("fsync", "append 128 bytes and sync", None, |b| {
        b.disk.append(b.quick)
    }),
    row("write_mib", "append 1 MiB and sync", None, |b| {
        Ok(b.disk.write_megabyte())
    }),
];
// ANCHOR_END: list

/// What one machine cannot measure: it takes a network, a distance, or a disk that spins.
pub const UNMEASURED: [(&str, Textbook); 5] = [
    (
        "send 2 KB over 1 Gbit/s",
        Textbook {
            ns: 2e4,
            year: 2009,
        },
    ),
    (
        "round trip in a data centre",
        Textbook {
            ns: 5e5,
            year: 2009,
        },
    ),
    (
        "seek on a spinning disk",
        Textbook {
            ns: 1e7,
            year: 2009,
        },
    ),
    (
        "read 1 MB from one in order",
        Textbook {
            ns: 2e7,
            year: 2009,
        },
    ),
    (
        "California–Netherlands and back",
        Textbook {
            ns: 1.5e8,
            year: 2009,
        },
    ),
];
