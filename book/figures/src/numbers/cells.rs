//! How wide the cells of a histogram are, and what that makes of the error.

use histogram::Histogram;

use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

/// Values that are shown: six octaves of one figure.
const LAST: u64 = 512;

/// A staircase and a saw.
///
/// # Errors
///
/// [`FigureError::Histogram`] and [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let histogram = Histogram::new_with_max(LAST, 1)?;
    let of_each = |what: &dyn Fn(u64) -> f64| {
        let points = (1..LAST).map(|value| (value as f64, what(value)));
        points.collect::<Vec<_>>()
    };
    let width = of_each(&|value| histogram.equivalent_range(value) as f64);
    let error = of_each(&|value| {
        let off = histogram.highest_equivalent(value) - value;
        100.0 * off as f64 / value as f64
    });
    let panels = [
        Panel {
            caption: "A cell's width doubles with the values".to_owned(),
            x: "value".to_owned(),
            y: "values in its cell".to_owned(),
            lines: vec![Line {
                name: "one significant figure".to_owned(),
                points: width,
                colour: 1,
            }],
        },
        Panel {
            caption: "so the relative error stays".to_owned(),
            x: "value".to_owned(),
            y: "error, % of the value".to_owned(),
            lines: vec![
                Line {
                    name: "what is promised".to_owned(),
                    points: vec![(1.0, 10.0), (LAST as f64, 10.0)],
                    colour: 4,
                },
                Line {
                    name: "one significant figure".to_owned(),
                    points: error,
                    colour: 1,
                },
            ],
        },
    ];
    let title = "Width of the cells of a histogram of one significant figure, and the largest error of a value in them";
    Ok(Figure {
        name: "numbers-cells.svg".to_owned(),
        contents: lines("numbers-cells.svg", title, &panels, 2, 260)?,
    })
}
