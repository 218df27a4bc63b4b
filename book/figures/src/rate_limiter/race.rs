//! The race of the limiters, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "limiter";
const ONE: [(&str, &str); 4] = [
    ("admitted, 1 thread", "admit/1-thread"),
    ("admitted, 2 threads", "admit/2-threads"),
    ("denied, 1 thread", "deny/1-thread"),
    ("denied, 2 threads", "deny/2-threads"),
];
const NUMBERS: [(&str, &str); 4] = [
    ("numbers, admitted, 1 thread", "keyed-admit/1-thread"),
    ("admitted, 2 threads", "keyed-admit/2-threads"),
    ("denied, 1 thread", "keyed-deny/1-thread"),
    ("denied, 2 threads", "keyed-deny/2-threads"),
];
const ADDRESSES: [(&str, &str); 4] = [
    ("addresses, admitted, 1 thread", "addresses-admit/1-thread"),
    ("admitted, 2 threads", "addresses-admit/2-threads"),
    ("denied, 1 thread", "addresses-deny/1-thread"),
    ("denied, 2 threads", "addresses-deny/2-threads"),
];
const STRANGERS: &str = "strangers/1-thread";
const PLOTTED: [(&str, &str); 4] = [
    ("One limiter, admitted, one thread", "admit/1-thread"),
    ("Two threads", "admit/2-threads"),
    (
        "Ten thousand keys, admitted, one thread",
        "keyed-admit/1-thread",
    ),
    ("Two threads", "keyed-admit/2-threads"),
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
    let plot = report.plot("limiter-race.svg", title, &PLOTTED)?;
    let all = [
        &ONE[..],
        &NUMBERS,
        &ADDRESSES,
        &[("a million strangers", STRANGERS)],
    ]
    .concat();
    let about = format!("{}\n{}", report.legend(&all), report.provenance());
    let bytes = |bytes: f64| format!("{bytes:.0}");
    let memory = Column::Measure(STRANGERS, "bytes_per_key", bytes);
    let mut strangers = report.ratios(&[("a million strangers", STRANGERS)]);
    strangers.push(("bytes a stranger", memory));
    let keyed = [
        report.table(&report.ratios(&NUMBERS)),
        report.table(&report.ratios(&ADDRESSES)),
        report.table(&strangers),
    ];
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("limiter-race.svg", plot),
        figure("limiter-race-one.md", report.table(&report.ratios(&ONE))),
        figure("limiter-race-keyed.md", keyed.join("\n")),
        figure("limiter-race-about.md", about),
    ])
}
