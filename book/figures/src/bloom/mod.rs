//! The figures of the Bloom filter chapter.

pub mod rates;
mod rates_chart;
mod space;
mod steps;
pub mod words;

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let rates = rates::Rates::load(root)?;
    let drawn = [
        steps::classic()?,
        rates.figure()?,
        rates.space_figure()?,
        rates.space_table(),
        words::Words::load(root)?.table(),
    ];
    let race = race(&Report::load(root, RACE)?)?;
    Ok(drawn.into_iter().chain(race).collect())
}

const RACE: &str = "bloom";
/// A filter that fits a cache, and one that does not.
const CACHED: [(&str, &str); 3] = [
    ("hit", "contains-hit/1m"),
    ("miss", "contains-miss/1m"),
    ("insert", "insert/1m"),
];
const LARGE: [(&str, &str); 3] = [
    ("hit", "contains-hit/100m"),
    ("miss", "contains-miss/100m"),
    ("insert", "insert/100m"),
];
const PLOTTED: [(&str, &str); 4] = [
    ("Hit, 10⁶ bits", "contains-hit/1m"),
    ("Miss, 10⁶ bits", "contains-miss/1m"),
    ("Hit, 10⁸ bits", "contains-hit/100m"),
    ("Miss, 10⁸ bits", "contains-miss/100m"),
];

fn race(report: &Report) -> Result<Vec<Figure>, FigureError> {
    let ratios = |cases: &[(&'static str, &'static str)]| -> Vec<(&'static str, Column)> {
        let ratio = |&(heading, case): &(&'static str, _)| (heading, Column::Ratio(case));
        cases.iter().map(ratio).collect()
    };
    let mut cached = ratios(&CACHED);
    let measure = |name, print| Column::Measure(CACHED[1].1, name, print);
    let bits = |value: f64| format!("{value:.1}");
    let percent = |value: f64| format!("{:.2}", 100.0 * value);
    cached.push(("bits an item", measure("bits_per_item", bits)));
    cached.push(("wrong, %", measure("false_positive_rate", percent)));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plot = report.plot("bloom-race.svg", title, &PLOTTED)?;
    let about = format!("{}\n{}", report.legend(&LARGE), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("bloom-race.svg", plot),
        figure("bloom-race-cached.md", report.table(&cached)),
        figure("bloom-race-large.md", report.table(&ratios(&LARGE))),
        figure("bloom-race-about.md", about),
    ])
}
