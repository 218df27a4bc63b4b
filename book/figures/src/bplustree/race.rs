//! The race of the ordered maps, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "bplustree";
/// One key at a time.
const KEYS: [(&str, &str); 4] = [
    ("get", "get/1m"),
    ("insert", "insert/1m"),
    ("insert, ascending", "insert/1m-ascending"),
    ("remove", "remove/1m"),
];
const SCANS: [(&str, &str); 2] = [("scan of 100", "scan-100/1m"), ("full scan", "scan-all/1m")];
/// Maps that fit a cache.
const SMALL: [(&str, &str); 3] = [
    ("get, 1000", "get/1k"),
    ("get, 100 000", "get/100k"),
    ("insert, 100 000", "insert/100k"),
];
const PLOTTED: [(&str, &str); 4] = [
    ("Get", "get/1m"),
    ("Insert", "insert/1m"),
    ("Scan of 100", "scan-100/1m"),
    ("Remove", "remove/1m"),
];

/// Three tables, a plot, and where it was run. Nothing without a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    if !Report::exists(root, RACE) {
        return Ok(Vec::new());
    }
    let report = Report::load(root, RACE)?;
    let bytes = |value: f64| format!("{value:.0}");
    let mut scans = report.ratios(&SCANS);
    scans.push((
        "bytes an entry",
        Column::Measure("memory/1m", "bytes_per_entry", bytes),
    ));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plotted: Vec<_> = report.run_of(&PLOTTED).collect();
    let plot = report.plot("bplustree-race.svg", title, &plotted)?;
    let all: Vec<_> = report
        .run_of(&[&KEYS[..], &SCANS, &SMALL].concat())
        .collect();
    let about = format!("{}\n{}", report.legend(&all), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("bplustree-race.svg", plot),
        figure(
            "bplustree-race-keys.md",
            report.table(&report.ratios(&KEYS)),
        ),
        figure("bplustree-race-scans.md", report.table(&scans)),
        figure(
            "bplustree-race-small.md",
            report.table(&report.ratios(&SMALL)),
        ),
        figure("bplustree-race-about.md", about),
    ])
}
