//! The results, as a table for people and as JSON for programs.

use serde::Serialize;

use crate::error::LatencyError;
use crate::machine::Machine;
use crate::measurements::{Measurement, Textbook, UNMEASURED};
use crate::memory::{Step, beyond};
use crate::times::Measured;

/// All that was found out.
#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    quick: bool,
    /// Whether it was compiled without optimisation, and says little.
    debug: bool,
    /// Bytes through which the walk through main memory went.
    walked_bytes: usize,
    pub rows: Vec<Row>,
    /// The time of a step of a walk, by the memory that it goes through.
    pub ladder: Vec<Step>,
}

/// An operation.
#[derive(Debug, Serialize)]
pub struct Row {
    key: &'static str,
    name: &'static str,
    textbook: Option<Textbook>,
    /// Nothing if it could not be measured.
    measured: Option<Figures>,
    /// Why the figures may not be what they are called, or are missing.
    note: Option<String>,
}

/// What was measured of an operation, in nanoseconds.
#[derive(Debug, Serialize)]
struct Figures {
    median_ns: f64,
    p99_ns: f64,
    /// The median by the textbook's figure.
    ratio: Option<f64>,
    /// Times from which these are.
    samples: u64,
    /// Operations in each of the times, which is their mean.
    group: u32,
}

impl Row {
    /// What is to be said of a measurement.
    pub fn of(measurement: &Measurement, result: Result<Measured, LatencyError>) -> Self {
        let textbook = measurement.textbook;
        let (measured, note) = match result {
            Ok(Measured { times, note }) => {
                let median_ns = times.nanoseconds_at(0.5);
                let figures = Figures {
                    median_ns,
                    p99_ns: times.nanoseconds_at(0.99),
                    ratio: textbook.map(|textbook| median_ns / textbook.ns),
                    samples: times.len(),
                    group: times.group(),
                };
                (Some(figures), note)
            }
            Err(error) => (None, Some(format!("not measured: {error}"))),
        };
        Row {
            key: measurement.key,
            name: measurement.name,
            textbook,
            measured,
            note,
        }
    }
}

impl Report {
    /// A report without any rows yet.
    pub fn new(machine: Machine, quick: bool) -> Self {
        Report {
            walked_bytes: beyond(&machine, quick),
            machine,
            quick,
            debug: cfg!(debug_assertions),
            rows: Vec::new(),
            ladder: Vec::new(),
        }
    }

    /// Prints all of it as JSON.
    ///
    /// # Errors
    ///
    /// [`LatencyError::Json`].
    pub fn print_json(&self) -> Result<(), LatencyError> {
        println!("{}", serde_json::to_string_pretty(self)?);
        Ok(())
    }

    /// Prints what stands below the rows.
    pub fn print_rest(&self) {
        println!("\nWhat one machine cannot measure:\n");
        for (name, textbook) in UNMEASURED {
            println!("{name:<31}{:>31} ({})", time(textbook.ns), textbook.year);
        }
        println!("\nA step of a random walk through so much memory:\n");
        for step in &self.ladder {
            let bar = "▪".repeat((step.median_ns.log2() * 6.0).clamp(1.0, 60.0) as usize);
            println!("{:>9}{:>10}  {bar}", size(step.bytes), time(step.median_ns));
        }
        println!(
            "\nThe caches' rows are walks through half of what the system says is their size,"
        );
        println!("main memory's is one through {}.", size(self.walked_bytes));
        println!("*  timed in groups, so p99 is that of the groups' means");
        if self.machine.caches.is_empty() {
            println!("The system does not tell the sizes of the caches: typical ones were taken.");
        }
        if self.machine.is_virtual == Some(true) {
            println!(
                "This is a virtual machine. Its host may keep the disk's blocks in memory, and"
            );
            println!("what it answers to a sync is the host's word.");
        }
        if self.quick {
            println!("Measured quickly: p99 means little.");
        }
        if self.debug {
            println!("Compiled without optimisation: run it with --release.");
        }
    }
}

/// Prints the last of the rows, or the heading if there is none yet.
pub fn print_last(report: &Report) {
    match report.rows.last() {
        Some(row) => print_row(row, report.rows.first()),
        None => print_heading(&report.machine),
    }
}

/// Prints of which machine the rows will be.
fn print_heading(machine: &Machine) {
    let cpu = machine
        .cpu
        .as_deref()
        .unwrap_or("a processor of unknown name");
    println!("{cpu}, {} processors, {}", machine.cores, machine.system);
    let caches = machine.caches.iter();
    let caches = caches.map(|cache| format!("L{} {}", cache.level, size(cache.bytes)));
    println!("{}\n", caches.collect::<Vec<_>>().join(", "));
    println!(
        "{:<31}{:>10}{:>11}{:>10}{:>10}  if L1 took 1 s",
        "", "median", "p99", "textbook", "ratio"
    );
}

/// Prints a row, and what it would be if the `first` one, a hit in the first cache, took a second.
fn print_row(row: &Row, first: Option<&Row>) {
    let textbook = row
        .textbook
        .map_or("–".to_owned(), |textbook| time(textbook.ns));
    match &row.measured {
        Some(figures) => {
            let star = if figures.group > 1 { '*' } else { ' ' };
            let ratio = figures
                .ratio
                .map_or("–".to_owned(), |ratio| format!("{ratio:.2}×"));
            let second = first
                .unwrap_or(row)
                .measured
                .as_ref()
                .map(|first| first.median_ns);
            let scaled = second.map_or(String::new(), |second| scaled(figures.median_ns / second));
            println!(
                "{:<31}{:>10}{:>10}{star}{textbook:>10}{ratio:>10}  {scaled}",
                row.name,
                time(figures.median_ns),
                time(figures.p99_ns),
            );
        }
        None => println!("{:<31}{:>10}{:>10} {textbook:>10}", row.name, "–", "–"),
    }
    if let Some(note) = &row.note {
        println!("    ! {note}");
    }
}

/// Nanoseconds, in the unit that suits, with two or three digits.
fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        ..1e6 => (nanoseconds / 1e3, "µs"),
        ..1e9 => (nanoseconds / 1e6, "ms"),
        _ => (nanoseconds / 1e9, "s"),
    };
    match value {
        ..10.0 => format!("{value:.1} {unit}"),
        _ => format!("{value:.0} {unit}"),
    }
}

/// Seconds as people count them.
fn scaled(seconds: f64) -> String {
    const UNITS: [(f64, &str); 6] = [
        (1.0, "s"),
        (60.0, "min"),
        (3_600.0, "h"),
        (86_400.0, "days"),
        (2_629_800.0, "months"),
        (31_557_600.0, "years"),
    ];
    let unit = UNITS.iter().rev().find(|(unit, _)| seconds >= 2.0 * unit);
    let (unit, name) = unit.unwrap_or(&UNITS[0]);
    let value = seconds / unit;
    match value {
        ..10.0 => format!("{value:.1} {name}"),
        _ => format!("{value:.0} {name}"),
    }
}

/// Bytes, in the unit that suits.
fn size(bytes: usize) -> String {
    match bytes {
        ..1_048_576 => format!("{} KiB", bytes >> 10),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
