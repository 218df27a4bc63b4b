//! The race of the pickers, once it has been run.

use std::path::Path;

use super::named;
use crate::race::Report;
use crate::{Figure, FigureError};

const RACE: &str = "balance";
type Cases = [(&'static str, &'static str); 6];

const WEIGHTED: Cases = [
    ("3", "weighted-3/1-thread"),
    ("100", "weighted-100/1-thread"),
    ("10 000", "weighted-10k/1-thread"),
    ("3, 2 threads", "weighted-3/2-threads"),
    ("100, 2 threads", "weighted-100/2-threads"),
    ("10 000, 2 threads", "weighted-10k/2-threads"),
];
const LOADED: Cases = [
    ("3", "loaded-3/1-thread"),
    ("100", "loaded-100/1-thread"),
    ("10 000", "loaded-10k/1-thread"),
    ("3, 2 threads", "loaded-3/2-threads"),
    ("100, 2 threads", "loaded-100/2-threads"),
    ("10 000, 2 threads", "loaded-10k/2-threads"),
];
const RING: Cases = [
    ("3", "ring-3/1-thread"),
    ("100", "ring-100/1-thread"),
    ("10 000", "ring-10k/1-thread"),
    ("3, 2 threads", "ring-3/2-threads"),
    ("100, 2 threads", "ring-100/2-threads"),
    ("10 000, 2 threads", "ring-10k/2-threads"),
];
const TABLE: Cases = [
    ("3", "table-3/1-thread"),
    ("100", "table-100/1-thread"),
    ("10 000", "table-10k/1-thread"),
    ("3, 2 threads", "table-3/2-threads"),
    ("100, 2 threads", "table-100/2-threads"),
    ("10 000, 2 threads", "table-10k/2-threads"),
];
const BUILD: [[(&str, &str); 3]; 3] = [
    [
        ("3", "build-weighted/3"),
        ("100", "build-weighted/100"),
        ("10 000", "build-weighted/10k"),
    ],
    [
        ("3", "build-ring/3"),
        ("100", "build-ring/100"),
        ("10 000", "build-ring/10k"),
    ],
    [
        ("3", "build-table/3"),
        ("100", "build-table/100"),
        ("10 000", "build-table/10k"),
    ],
];
const PLOTTED: [(&str, &str); 4] = [
    ("By weight, of 100, two threads", "weighted-100/2-threads"),
    ("By load, of 100, two threads", "loaded-100/2-threads"),
    (
        "By key on a ring, of 100, two threads",
        "ring-100/2-threads",
    ),
    (
        "By key from a table, of 100, two threads",
        "table-100/2-threads",
    ),
];

/// A table for each kind of choice, one for building, a plot, and where it was run. Nothing without
/// a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    if !Report::exists(root, RACE) {
        return Ok(Vec::new());
    }
    let report = Report::load(root, RACE)?;
    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let table = |cases: &[(&'static str, &'static str)]| report.table(&report.ratios(cases));
    let build: Vec<String> = BUILD.iter().map(|cases| table(cases)).collect();
    Ok(vec![
        named("lb-race.svg", report.plot("lb-race.svg", title, &PLOTTED)?),
        named("lb-race-weighted.md", table(&WEIGHTED)),
        named("lb-race-loaded.md", table(&LOADED)),
        named("lb-race-ring.md", table(&RING)),
        named("lb-race-table.md", table(&TABLE)),
        named("lb-race-build.md", build.join("\n")),
        named(
            "lb-race-about.md",
            format!("{}\n{}", report.legend(&PLOTTED), report.provenance()),
        ),
    ])
}
