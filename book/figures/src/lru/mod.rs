//! The figures of the LRU chapter.

pub mod curves;
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
    let curves = curves::Curves::load(root)?;
    let report = Report::load(root, "lru")?;
    let drawn = [
        steps::lru(),
        steps::arc(),
        steps::s3_fifo(),
        curves.figure()?,
        curves.table(),
    ];
    Ok(drawn.into_iter().chain(race(&report)?).collect())
}

const SOLO: [(&str, &str); 3] = [
    ("get, hit", "get-hit/100k"),
    ("put, evicting", "put-evict/100k"),
    ("Zipf mix", "mix/100k"),
];
const SHARED: [(&str, &str); 2] = [
    ("one thread", "shared/1-thread"),
    ("two threads", "shared/2-threads"),
];

fn race(report: &Report) -> Result<Vec<Figure>, FigureError> {
    let bytes = |value: f64| format!("{value:.0}");
    let percent = |value: f64| format!("{:.1}", 100.0 * value);
    let mut solo: Vec<(&str, Column)> = SOLO
        .iter()
        .map(|&(heading, case)| (heading, Column::Ratio(case)))
        .collect();
    solo.push((
        "bytes an entry",
        Column::Measure("memory/1m", "bytes_per_entry", bytes),
    ));
    solo.push((
        "web07, hit %",
        Column::Measure("trace/web07", "hit_rate", percent),
    ));
    let mut shared: Vec<(&str, Column)> = SHARED
        .iter()
        .map(|&(heading, case)| (heading, Column::Ratio(case)))
        .collect();
    shared.push((
        "hit %",
        Column::Measure("shared/2-threads", "hit_rate", percent),
    ));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let cases: Vec<(&str, &str)> = SOLO
        .into_iter()
        .chain([("Shared by two threads", "shared/2-threads")])
        .collect();
    let plot = report.plot("lru-race.svg", title, &cases)?;
    let legend = report.legend(&[&SOLO[..], &SHARED[..]].concat());
    let table = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        table("lru-race.svg", plot),
        table("lru-race-solo.md", report.table(&solo)),
        table("lru-race-shared.md", report.table(&shared)),
        table(
            "lru-race-about.md",
            format!("{legend}\n{}", report.provenance()),
        ),
    ])
}
