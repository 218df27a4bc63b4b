//! The race of the ordered maps, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "bplustree";
const ONE: [(&str, &str); 3] = [
    ("get", "get/1m"),
    ("insert", "insert/1m"),
    ("delete", "delete/1m"),
];
const MANY: [(&str, &str); 3] = [
    ("scan of 100", "scan-100/1m"),
    ("full scan", "full-scan/1m"),
    ("insert, ascending", "insert/1m-sequential"),
];
const PLOTTED: [(&str, &str); 4] = [
    ("Get", "get/1m"),
    ("Insert", "insert/1m"),
    ("Scan of 100", "scan-100/1m"),
    ("Delete", "delete/1m"),
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
    let bytes = |value: f64| format!("{value:.0}");
    let ratios = |cases: &[(&'static str, &'static str)]| -> Vec<(&'static str, Column)> {
        let ratio = |(heading, case)| (heading, Column::Ratio(case));
        report.run_of(cases).map(ratio).collect()
    };
    let mut one = ratios(&ONE);
    one.push((
        "bytes an entry",
        Column::Measure("memory/1m", "bytes_per_entry", bytes),
    ));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plotted: Vec<_> = report.run_of(&PLOTTED).collect();
    let listed: Vec<_> = report.run_of(&[&ONE[..], &MANY[..]].concat()).collect();
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    let about = format!("{}\n{}", report.legend(&listed), report.provenance());
    Ok(vec![
        figure(
            "bplustree-race.svg",
            report.plot("bplustree-race.svg", title, &plotted)?,
        ),
        figure("bplustree-race-one.md", report.table(&one)),
        figure("bplustree-race-many.md", report.table(&ratios(&MANY))),
        figure("bplustree-race-about.md", about),
    ])
}
