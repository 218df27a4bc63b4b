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
    match options.json {
        true => measure(options, |_| ())?.print_json(),
        false => {
            measure(options, report::print_last)?.print_rest();
            Ok(())
        }
    }
}

/// Measures everything; `each` sees the report whenever there is something new in it.
fn measure(options: &Options, each: impl Fn(&Report)) -> Result<Report, LatencyError> {
    let machine = Machine::look();
    let disk = Disk::prepare(&options.dir, options.quick)?;
    let mut report = Report::new(machine, options.quick);
    each(&report);
    for measurement in &MEASUREMENTS {
        let bench = Bench {
            machine: &report.machine,
            disk: &disk,
            quick: options.quick,
        };
        let row = Row::of(measurement, (measurement.run)(&bench));
        report.rows.push(row);
        each(&report);
    }
    report.ladder = memory::ladder(&report.machine, options.quick)?;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick(dir: PathBuf) -> Options {
        Options {
            quick: true,
            json: false,
            dir,
        }
    }

    #[test]
    fn a_quick_report_has_every_row_and_every_row_a_figure() {
        let dir = tempfile::tempdir().unwrap();
        let report = measure(&quick(dir.path().to_owned()), |_| ()).unwrap();
        let json: serde_json::Value = serde_json::to_value(&report).unwrap();
        let rows = json["rows"].as_array().unwrap();
        assert_eq!(rows.len(), MEASUREMENTS.len());
        for (row, measurement) in rows.iter().zip(&MEASUREMENTS) {
            assert_eq!(row["key"], measurement.key);
            let median = row["measured"]["median_ns"]
                .as_f64()
                .expect(measurement.key);
            let p99 = row["measured"]["p99_ns"].as_f64().unwrap();
            assert!(0.0 <= median && median <= p99, "{row}");
            assert_eq!(row["textbook"].is_null(), measurement.textbook.is_none());
        }
        assert!(json["ladder"].as_array().unwrap().len() >= 10);
    }

    #[test]
    fn nothing_is_left_in_the_directory() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::prepare(dir.path(), true).unwrap();
        disk.append(true).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let error = run(&quick("/nobody/has/this".into())).unwrap_err();
        assert!(error.to_string().contains("/nobody/has/this"), "{error}");
    }
}
