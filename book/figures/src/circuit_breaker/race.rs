//! The race of the breakers, once it has been run.

use std::path::Path;

use crate::race::Report;
use crate::{Figure, FigureError};

const RACE: &str = "breaker";
const CASES: [(&str, &str); 6] = [
    ("closed, 1 thread", "closed/1-thread"),
    ("closed, 2 threads", "closed/2-threads"),
    ("1 in 10 fails, 1 thread", "failing/1-thread"),
    ("2 threads", "failing/2-threads"),
    ("open, 1 thread", "open/1-thread"),
    ("open, 2 threads", "open/2-threads"),
];
const PLOTTED: [(&str, &str); 4] = [
    ("Calls that succeed, one thread", "closed/1-thread"),
    ("Calls that succeed, two threads", "closed/2-threads"),
    ("One call in ten fails, two threads", "failing/2-threads"),
    (
        "Refused: the circuit is open, two threads",
        "open/2-threads",
    ),
];

/// A table, a plot, and where it was run. Nothing without a record.
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
    let plot = report.plot("breaker-race.svg", title, &PLOTTED)?;
    let about = format!("{}\n{}", report.legend(&CASES), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("breaker-race.svg", plot),
        figure("breaker-race.md", report.by_case(&CASES, |_| true)),
        figure("breaker-race-about.md", about),
    ])
}
