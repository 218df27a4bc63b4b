//! The race of the histograms, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "histogram";
const RECORDING: [(&str, &str); 3] = [
    ("record, log-normal", "record/lognormal"),
    ("uniform", "record/uniform"),
    ("and correct", "record-correct/stalls"),
];
const ASKING: [(&str, &str); 3] = [
    ("p50", "quantile/p50"),
    ("p99", "quantile/p99"),
    ("merge", "merge/16-machines"),
];
const SHARED: [(&str, &str); 2] = [
    ("shared, 1 thread", "shared/1-thread"),
    ("2 threads", "shared/2-threads"),
];
const MEMORY: &str = "memory/million";
const PLOTTED: [(&str, &str); 4] = [
    ("A latency recorded", "record/lognormal"),
    ("p99 of a million", "quantile/p99"),
    ("A machine's histogram merged", "merge/16-machines"),
    ("Recorded by two threads", "shared/2-threads"),
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
    let plot = report.plot("numbers-histogram-race.svg", title, &PLOTTED)?;
    let kib = |bytes: f64| format!("{:.0} KiB", bytes / 1_024.0);
    let mut asking = report.ratios(&ASKING);
    asking.push(("memory", Column::Measure(MEMORY, "histogram_bytes", kib)));
    let tables = [
        report.table(&report.ratios(&RECORDING)),
        report.table(&asking),
        report.table(&report.ratios(&SHARED)),
    ];
    let all = [&RECORDING[..], &ASKING, &SHARED, &[("memory", MEMORY)]].concat();
    let about = format!("{}\n{}", report.legend(&all), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("numbers-histogram-race.svg", plot),
        figure("numbers-histogram-race.md", tables.join("\n")),
        figure("numbers-histogram-race-about.md", about),
    ])
}
