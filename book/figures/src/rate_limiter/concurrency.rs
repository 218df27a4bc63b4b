//! Limits that find themselves, while the server slows down and recovers: the crate's simulation.

use std::time::Duration;

use rate_limiter::concurrency::sim::{Point, Scenario};
use rate_limiter::concurrency::{Aimd, Gradient2, Limit, Vegas, Windowed};

use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const NAME: &str = "limiter-concurrency.svg";
const TITLE: &str = "The limit of requests in flight, the requests answered in time and their latency, \
                     for three algorithms, before, while and after the server takes twice as long";
/// Points of the simulation that make one of the figure.
const MEAN: usize = 4;

/// The chart.
///
/// # Errors
///
/// [`FigureError::Limiter`] and [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let scenario = Scenario::default();
    let window = Duration::from_millis(100);
    let limits: [(&str, usize, Box<dyn Limit>); 3] = [
        (
            "AIMD",
            4,
            Box::new(Aimd::new(1, 1000)?.timeout(scenario.timeout)),
        ),
        (
            "Vegas",
            1,
            Box::new(Windowed::new(Vegas::new(1, 1000)?, window)),
        ),
        (
            "Gradient2",
            3,
            Box::new(Windowed::new(Gradient2::new(4, 1000)?, window)),
        ),
    ];
    let runs = limits.map(|(name, colour, limit)| (name, colour, scenario.run(limit)));
    let panel = |caption: &str, y: &str, value: &dyn Fn(&[Point]) -> f64| {
        let line = |(name, colour, points): &(&str, usize, Vec<Point>)| Line {
            name: (*name).to_owned(),
            points: points
                .chunks(MEAN)
                .filter_map(|chunk| Some((chunk.last()?.at.as_secs_f64(), value(chunk))))
                .collect(),
            colour: *colour,
        };
        Panel {
            caption: caption.to_owned(),
            x: "seconds".to_owned(),
            y: y.to_owned(),
            lines: runs.iter().map(line).collect(),
        }
    };
    let seconds = MEAN as f64 * scenario.every.as_secs_f64();
    let answered = |chunk: &[Point]| chunk.iter().map(|point| point.answered).sum::<u32>();
    let mean = |chunk: &[Point], value: fn(&Point) -> f64| {
        chunk.iter().map(value).sum::<f64>() / chunk.len() as f64
    };
    let mut panels = [
        panel("The limit", "in flight", &|chunk| {
            mean(chunk, |point| f64::from(point.limit))
        }),
        panel("Goodput", "answered a second", &|chunk| {
            f64::from(answered(chunk)) / seconds
        }),
        panel("Latency of those answered", "ms", &|chunk| {
            mean(chunk, |point| point.latency.as_secs_f64() * 1e3)
        }),
    ];
    panels[1].lines.insert(0, capacity(&scenario));
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &panels, 1, 190)?,
    })
}

/// What the server can do.
fn capacity(scenario: &Scenario) -> Line {
    let fast = f64::from(scenario.workers) / scenario.service.as_secs_f64();
    let slow = fast / scenario.slow_factor;
    let [from, until, end] =
        [scenario.slow_from, scenario.slow_until, scenario.length].map(|at| at.as_secs_f64());
    Line {
        name: "what the server can do".to_owned(),
        points: vec![
            (0.0, fast),
            (from, fast),
            (from, slow),
            (until, slow),
            (until, fast),
            (end, fast),
        ],
        colour: 0,
    }
}
