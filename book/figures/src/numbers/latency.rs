//! The record of `examples/latency_numbers`: what operations took on one machine.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::{Figure, FigureError};

const RECORD: &str = "book/figures/data/latency.json";
/// How the record is made, from the repository's root.
const COMMAND: [&str; 6] = [
    "run",
    "--release",
    "--example",
    "latency_numbers",
    "--",
    "--json",
];

/// The record.
#[derive(Debug, Serialize, Deserialize)]
pub struct Latencies {
    pub(super) date: String,
    pub(super) command: String,
    pub(super) report: Report,
}

/// What the example reports.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    pub machine: Machine,
    pub quick: bool,
    pub debug: bool,
    /// Bytes through which the walk through main memory went.
    pub walked_bytes: u64,
    pub rows: Vec<Row>,
    pub ladder: Vec<Step>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Machine {
    pub cpu: Option<String>,
    pub cores: u32,
    pub caches: Vec<Cache>,
    pub memory_bytes: Option<u64>,
    pub is_virtual: Option<bool>,
    pub system: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cache {
    pub level: u8,
    pub bytes: u64,
}

/// An operation.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub key: String,
    pub name: String,
    pub textbook: Option<Textbook>,
    /// Nothing if it could not be measured.
    pub measured: Option<Measured>,
    pub note: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Textbook {
    pub ns: f64,
    pub year: u16,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Measured {
    pub median_ns: f64,
    pub p99_ns: f64,
    /// The median by the textbook's figure.
    pub ratio: Option<f64>,
    pub samples: u64,
    /// Operations that were timed together.
    pub group: u32,
}

/// A step of a random walk through so much memory.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub bytes: u64,
    pub median_ns: f64,
}

impl Latencies {
    /// Runs the example of the repository at `root`: about a minute, once it is compiled.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] if it could not be run, [`FigureError::Record`] if what it wrote is not
    /// its report.
    pub fn measure(root: &Path) -> Result<Self, FigureError> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(COMMAND)
            .current_dir(root)
            .stderr(Stdio::inherit())
            .output();
        let output = output.map_err(io)?;
        if !output.status.success() {
            let failed = format!("the example ended with {}", output.status);
            return Err(io(std::io::Error::other(failed)));
        }
        let today = Command::new("date").arg("+%F").output().map_err(io)?;
        Ok(Latencies {
            date: String::from_utf8_lossy(&today.stdout).trim().to_owned(),
            command: format!("cargo {}", COMMAND.join(" ")),
            report: serde_json::from_slice(&output.stdout).map_err(record)?,
        })
    }

    /// Reads the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Self, FigureError> {
        let json = fs::read_to_string(root.join(RECORD)).map_err(io)?;
        serde_json::from_str(&json).map_err(record)
    }

    /// Writes the record into the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn save(&self, root: &Path) -> Result<(), FigureError> {
        let json = serde_json::to_string_pretty(self).map_err(record)?;
        fs::write(root.join(RECORD), json + "\n").map_err(io)
    }

    /// The row of that key.
    pub(super) fn row(&self, key: &str) -> Option<&Row> {
        self.report.rows.iter().find(|row| row.key == key)
    }
}

/// Nanoseconds in the unit that suits, with two digits.
pub(super) fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        ..1e6 => (nanoseconds / 1e3, "µs"),
        ..1e9 => (nanoseconds / 1e6, "ms"),
        _ => (nanoseconds / 1e9, "s"),
    };
    match value {
        ..9.95 => format!("{value:.1}\u{202f}{unit}"),
        _ => format!("{value:.0}\u{202f}{unit}"),
    }
}

/// Bytes in the unit that suits.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        ..1_048_576 => format!("{}\u{202f}KiB", bytes >> 10),
        _ => format!("{}\u{202f}MiB", bytes >> 20),
    }
}

/// A table or a text.
pub(super) fn markdown(name: &str, contents: String) -> Figure {
    Figure {
        name: name.to_owned(),
        contents,
    }
}

fn io(source: std::io::Error) -> FigureError {
    FigureError::Io {
        path: RECORD.into(),
        source,
    }
}

fn record(source: serde_json::Error) -> FigureError {
    FigureError::Record {
        path: RECORD.into(),
        source,
    }
}
