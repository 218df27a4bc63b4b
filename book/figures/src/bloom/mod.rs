//! The figures of the Bloom filter chapter.

pub mod rates;
mod rates_chart;
mod space;
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
    let rates = rates::Rates::load(root)?;
    let drawn = [
        steps::classic()?,
        rates.figure()?,
        rates.space_figure()?,
        rates.space_table(),
    ];
    // Until the race has been run, there is nothing to draw of it.
    let race = match Report::exists(root, RACE) {
        true => race(&Report::load(root, RACE)?)?,
        false => Vec::new(),
    };
    Ok(drawn.into_iter().chain(race).collect())
}

const RACE: &str = "bloom";
/// What is drawn and listed: a filter larger than the caches, where it matters.
const CASES: [(&str, &str); 3] = [
    ("contains, hit", "contains-hit/100m"),
    ("contains, miss", "contains-miss/100m"),
    ("insert", "insert/100m"),
];
const CACHED: [(&str, &str); 2] = [
    ("hit, in the L2 cache", "contains-hit/1m"),
    ("miss, in the L2 cache", "contains-miss/1m"),
];

fn race(report: &Report) -> Result<Vec<Figure>, FigureError> {
    let cases = [&CACHED[..], &CASES[..]].concat();
    let ratio = |&(heading, case): &(&'static str, &'static str)| (heading, Column::Ratio(case));
    let mut columns: Vec<(&str, Column)> = cases.iter().map(ratio).collect();
    let measure = |name, print| Column::Measure(CASES[1].1, name, print);
    let bits = |value: f64| format!("{value:.1}");
    let percent = |value: f64| format!("{:.2}", 100.0 * value);
    columns.push(("bits an item", measure("bits_per_item", bits)));
    columns.push(("wrong, %", measure("false_positive_rate", percent)));

    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plot = report.plot("bloom-race.svg", title, &cases)?;
    let about = format!("{}\n{}", report.legend(&cases), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("bloom-race.svg", plot),
        figure("bloom-race.md", report.table(&columns)),
        figure("bloom-race-about.md", about),
    ])
}
