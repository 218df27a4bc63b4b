//! The figures of the skip list chapter.

mod comparisons;
mod steps;

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [steps::search(), steps::ranks(), comparisons::figure()?];
    let race = race(&Report::load(root, "skiplist")?)?;
    Ok(drawn.into_iter().chain(race).collect())
}

/// What everybody takes part in.
const SOLO: [(&str, &str); 3] = [
    ("get", "get/100k"),
    ("insert", "insert/100k"),
    ("scan of 100", "scan-100/100k"),
];
const LARGE: [(&str, &str); 2] = [("get", "get/1m"), ("insert", "insert/1m")];
const SHARED: [(&str, &str); 2] = [("get", "get/2-threads"), ("insert", "insert/2-threads")];
const PLOTTED: [(&str, &str); 4] = [
    ("Get", "get/100k"),
    ("Insert", "insert/100k"),
    ("Get, two threads", "get/2-threads"),
    ("Insert, two threads", "insert/2-threads"),
];
/// As the legend calls them.
const THREADS: [(&str, &str); 2] = [
    ("get by two threads", "get/2-threads"),
    ("insert by two threads", "insert/2-threads"),
];
const RANKS: [(&str, &str); 2] = [
    ("rank of a key", "rank/100k"),
    ("key of a rank", "by-rank/100k"),
];

fn race(report: &Report) -> Result<Vec<Figure>, FigureError> {
    let ratios = |cases: &[(&'static str, &'static str)]| -> Vec<(&'static str, Column)> {
        let ratio = |&(heading, case): &(&'static str, _)| (heading, Column::Ratio(case));
        cases.iter().map(ratio).collect()
    };
    let bytes = |value: f64| format!("{value:.0}");
    let mut solo = ratios(&SOLO);
    solo.push((
        "bytes an entry",
        Column::Measure("memory/1m", "bytes_per_entry", bytes),
    ));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plot = report.plot("skiplist-race.svg", title, &PLOTTED)?;
    let legend = report.legend(&[&SOLO[..], &RANKS[..], &THREADS].concat());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("skiplist-race.svg", plot),
        figure("skiplist-race-solo.md", report.table(&solo)),
        figure("skiplist-race-large.md", report.table(&ratios(&LARGE))),
        figure("skiplist-race-shared.md", report.table(&ratios(&SHARED))),
        figure("skiplist-race-ranks.md", report.table(&ratios(&RANKS))),
        figure(
            "skiplist-race-about.md",
            format!("{legend}\n{}", report.provenance()),
        ),
    ])
}
