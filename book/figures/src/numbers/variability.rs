//! The same server, as busy, with requests that are more or less alike.

use queueing::sim::{Arrivals, Config, Times, simulate};
use queueing::theory::Mg1;

use super::queue_chart::{self, Curve, Panel, fine};
use crate::{Figure, FigureError};

const MEAN: f64 = 1.0;
/// Of services of which a few are very long.
const VARIABILITY: f64 = 8.0;
const LOADS: [f64; 8] = [0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9];
const TITLE: &str = "Mean and 99th percentile of response times of one server against utilisation: \
                     least with constant services, more with exponential ones, much more if arrivals \
                     come in bursts, and most with a few very long services.";

/// What is compared: the services, whether arrivals come in bursts, and the colours.
const COMPARED: [(&str, Times, bool, usize); 4] = [
    (
        "all services alike",
        Times::Constant { mean: MEAN },
        false,
        3,
    ),
    (
        "exponential services",
        Times::Exponential { mean: MEAN },
        false,
        1,
    ),
    (
        "a few very long services",
        Times::Hyperexponential {
            mean: MEAN,
            variability: VARIABILITY,
        },
        false,
        4,
    ),
    (
        "exponential, arrivals in bursts",
        Times::Exponential { mean: MEAN },
        true,
        2,
    ),
];

/// The figure.
pub fn figure() -> Result<Figure, FigureError> {
    let (mut means, mut tails) = (Vec::new(), Vec::new());
    for (name, service, bursts, colour) in COMPARED {
        let curve = || Curve {
            name: name.to_owned(),
            colour,
            theory: Vec::new(),
            simulated: Vec::new(),
        };
        let (mut mean, mut tail) = (curve(), curve());
        for load in LOADS {
            let config = Config::new(arrivals(load, bursts), service);
            let report = simulate(&Config {
                requests: if load > 0.6 { 500_000 } else { 100_000 },
                ..config
            })?;
            mean.simulated.push((load, report.response));
            tail.simulated.push((load, report.response_quantile(0.99)?));
        }
        if !bursts {
            for load in fine(0.01) {
                let queue = Mg1::new(load, MEAN, service.variability())?;
                mean.theory.push((load, queue.response()));
            }
        }
        means.push(mean);
        tails.push(tail);
    }
    let panel = |caption, top, curves| Panel {
        caption,
        from: 0.0,
        top,
        curves,
    };
    let panels = [
        panel("Mean", 25.0, means),
        panel("99th percentile", 100.0, tails),
    ];
    queue_chart::figure("numbers-variability.svg", TITLE, &panels)
}

/// A fifth of the time twice as many come as on average, for ten services at a time.
fn arrivals(rate: f64, bursts: bool) -> Arrivals {
    if bursts {
        Arrivals::Bursts {
            rate,
            peak: 2.0,
            burst: 10.0,
            pause: 40.0,
        }
    } else {
        Arrivals::Poisson { rate }
    }
}
