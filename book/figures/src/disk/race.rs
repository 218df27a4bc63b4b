//! The race of the stores, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "disk";
const WRITING: [(&str, &str); 4] = [
    ("load, ascending", "load/sorted"),
    ("insert", "insert/random"),
    ("commit of 1 put", "commit/1-put"),
    ("commit of 1000", "commit/1000-puts"),
];
const READING: [(&str, &str); 4] = [
    ("get", "get/random"),
    ("scan of 1000", "scan/1000"),
    ("full scan", "scan/all"),
    ("open", "open/clean"),
];
const PLOTTED: [(&str, &str); 4] = [
    ("Insert in no order", "insert/random"),
    ("Durable commit of one put", "commit/1-put"),
    ("Get", "get/random"),
    ("Scan of 1000", "scan/1000"),
];

/// Two tables, a plot, and where it was run. Nothing without a record.
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
    let plotted: Vec<_> = report.run_of(&PLOTTED).collect();
    let plot = report.plot("disk-race.svg", title, &plotted)?;
    let all: Vec<_> = report
        .run_of(&[&WRITING[..], &READING[..]].concat())
        .collect();
    let about = format!("{}\n{}", report.legend(&all), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("disk-race.svg", plot),
        figure("disk-race-writing.md", report.table(&writing(&report))),
        figure("disk-race-reading.md", report.table(&reading(&report))),
        figure("disk-race-about.md", about),
    ])
}

fn writing(report: &Report) -> Vec<(&'static str, Column)> {
    let syncs = |count: f64| format!("{count:.1}");
    let commit = WRITING[2].1;
    let mut columns = report.ratios(&WRITING);
    columns.push((
        "fsyncs a commit",
        Column::Measure(commit, "fsyncs_per_commit", syncs),
    ));
    columns
}

fn reading(report: &Report) -> Vec<(&'static str, Column)> {
    let bytes = |count: f64| format!("{count:.0}");
    let mut columns = report.ratios(&READING);
    let size = |case| Column::Measure(case, "bytes_per_entry", bytes);
    columns.push(("bytes an entry, loaded", size("load/sorted")));
    columns.push(("inserted", size("insert/random")));
    columns
}
