//! One line for eight servers, or a line for each.

use queueing::sim::{Arrivals, Choice, Config, Lines, Times, simulate};
use queueing::theory::{Mm1, Mmc};

use super::queue_chart::{self, Curve, Panel, fine};
use crate::{Figure, FigureError};

const SERVERS: u32 = 8;
const FROM: f64 = 0.4;
const LOADS: [f64; 7] = [0.45, 0.55, 0.65, 0.75, 0.85, 0.9, 0.95];
/// How requests find their server, and the colours.
const COMPARED: [(&str, Lines, usize); 5] = [
    ("a line each, at random", Lines::Each(Choice::Random), 0),
    ("a line each, in turn", Lines::Each(Choice::Turns), 2),
    ("the shorter of two", Lines::Each(Choice::TwoChoices), 1),
    ("the shortest of all", Lines::Each(Choice::Shortest), 5),
    ("one line for all", Lines::One, 3),
];
const TITLE: &str = "Mean and 99th percentile of response times against utilisation with eight \
                     servers: a line each is worst when joined at random, two choices remove most of \
                     the difference to one line for all, which is best.";

/// The figure.
pub fn figure() -> Result<Figure, FigureError> {
    let (mut means, mut tails) = (Vec::new(), Vec::new());
    for (name, lines, colour) in COMPARED {
        let curve = || Curve {
            name: name.to_owned(),
            colour,
            theory: Vec::new(),
            simulated: Vec::new(),
        };
        let (mut mean, mut tail) = (curve(), curve());
        for load in LOADS {
            let rate = load * f64::from(SERVERS);
            let report = simulate(&Config {
                servers: SERVERS,
                lines,
                requests: if load > 0.8 { 400_000 } else { 100_000 },
                ..Config::new(Arrivals::Poisson { rate }, Times::Exponential { mean: 1.0 })
            })?;
            mean.simulated.push((load, report.response));
            tail.simulated.push((load, report.response_quantile(0.99)?));
        }
        for load in fine(FROM) {
            if let Some((response, p99)) = theory(lines, load)? {
                mean.theory.push((load, response));
                tail.theory.push((load, p99));
            }
        }
        means.push(mean);
        tails.push(tail);
    }
    let panel = |caption, top, curves| Panel {
        caption,
        from: FROM,
        top,
        curves,
    };
    let panels = [
        panel("Mean", 12.0, means),
        panel("99th percentile", 50.0, tails),
    ];
    queue_chart::figure("numbers-pooling.svg", TITLE, &panels)
}

/// Mean and 99th percentile, where there is a formula: a part of random arrivals that is picked at
/// random is random as well, so each of the eight is a queue of its own.
fn theory(lines: Lines, load: f64) -> Result<Option<(f64, f64)>, FigureError> {
    Ok(match lines {
        Lines::One => {
            let queue = Mmc::new(load * f64::from(SERVERS), 1.0, SERVERS)?;
            Some((queue.response(), queue.response_quantile(0.99)?))
        }
        Lines::Each(Choice::Random) => {
            let queue = Mm1::new(load, 1.0)?;
            Some((queue.response(), queue.response_quantile(0.99)?))
        }
        _ => None,
    })
}
