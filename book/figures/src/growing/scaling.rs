//! What more processors give: the laws of Amdahl and Gunther, with coefficients that are assumed.

use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const NAME: &str = "growing-scaling.svg";
const TITLE: &str = "Throughput over the number of processors: in proportion; by Amdahl's law, which \
                     flattens; and by Gunther's law, which has a peak and falls behind it";
const MOST: u32 = 64;

/// The share of the work in which processors wait for one another, and the one that each pair costs.
const CURVES: [(&str, usize, f64, f64); 3] = [
    ("in proportion", 0, 0.0, 0.0),
    ("waiting 5 %", 1, 0.05, 0.0),
    ("waiting 5 %, talking 0.2 %", 4, 0.05, 0.002),
];

/// The figure.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let line = |(name, colour, waiting, talking): (&str, usize, f64, f64)| Line {
        name: name.to_owned(),
        points: (1..=MOST)
            .map(|n| (f64::from(n), speedup(f64::from(n), waiting, talking)))
            .collect(),
        colour,
    };
    let panel = Panel {
        caption: String::new(),
        x: "processors".to_owned(),
        y: "times the work of one".to_owned(),
        lines: CURVES.into_iter().map(line).collect(),
    };
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &[panel], 1, 300)?,
    })
}

/// Gunther's universal scalability law; Amdahl's if nobody talks.
fn speedup(n: f64, waiting: f64, talking: f64) -> f64 {
    n / (1.0 + waiting * (n - 1.0) + talking * n * (n - 1.0))
}
