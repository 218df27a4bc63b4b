//! The latency numbers that every programmer should know, of this machine.
//!
//! ```text
//! cargo run --release --example latency_numbers                   # half a minute
//! cargo run --release --example latency_numbers -- --quick        # some seconds
//! cargo run --release --example latency_numbers -- --dir /mnt/ssd # another disk
//! cargo run --release --example latency_numbers -- --json         # for programs
//! ```
//!
//! Each operation is done many times, and what is printed is the median and the 99th percentile,
//! beside the figure that textbooks have quoted since 2009. Nothing is subtracted in secret: where
//! a figure is a difference, its method says so, and what it costs to read the clock is a row of
//! its own.
//!
//! | file | idea |
//! |---|---|
//! | `measurements.rs` | the list: each operation, how it is measured, what the textbook says |
//! | `times.rs` | timing an operation, alone or in groups, into a histogram |
//! | `cycle.rs` | a walk through memory that no prefetcher can foresee |
//! | `memory.rs` | the caches and main memory, by that walk, and in order |
//! | `processor.rs` | a wrong guess, a lock, a checksum, compression |
//! | `system.rs` | what goes through the operating system, but to no device |
//! | `disk.rs` | syncs, writes, and reads that the page cache cannot answer |
//! | `machine.rs` | what is known of the machine, and where from |
//! | `report.rs` | the results as a table for people and as JSON |
//!
//! Run it on a quiet machine. A virtual one measures its host's neighbours too.

mod cycle;
mod disk;
mod error;
mod machine;
mod measurements;
mod memory;
mod processor;
mod report;
mod system;
mod times;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use disk::Disk;
use error::LatencyError;
use machine::Machine;
use measurements::{Bench, MEASUREMENTS};
use report::{Report, Row};

/// Measures what operations of a computer take, on this one.
#[derive(Parser)]
struct Options {
    /// Fewer repetitions: some seconds, and percentiles that mean less.
    #[arg(long)]
    quick: bool,
    /// Write JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// A directory on the disk to measure. The file that is made there has no name, so that nothing
    /// is left of it, however this program ends.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), LatencyError> {
    let machine = Machine::look();
    let disk = Disk::prepare(&options.dir, options.quick)?;
    let bench = Bench {
        machine,
        disk,
        quick: options.quick,
    };
    if !options.json {
        report::print_heading(&bench.machine);
    }
    let mut rows: Vec<Row> = Vec::new();
    for measurement in &MEASUREMENTS {
        let row = Row::of(measurement, (measurement.run)(&bench));
        if !options.json {
            report::print_row(&row, rows.first());
        }
        rows.push(row);
    }
    let ladder = memory::ladder(&bench.machine, bench.quick)?;
    let report = Report::new(bench, rows, ladder);
    match options.json {
        true => report.print_json(),
        false => {
            report.print_rest();
            Ok(())
        }
    }
}
