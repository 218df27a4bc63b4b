//! Response times against utilisation, for one server and for several: the knee.

use queueing::sim::{Arrivals, Config, Report, Times, simulate};
use queueing::theory::Mmc;

use super::queue_chart::{self, Curve, Panel, fine};
use crate::{Figure, FigureError};

/// Servers, and their colours.
const SERVERS: [(u32, usize); 3] = [(1, 4), (2, 1), (8, 3)];
const LOADS: [f64; 8] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95];
const TITLE: &str = "Mean and 99th percentile of response times against utilisation, for 1, 2 and 8 \
                     servers: flat for long, and then steep; the more servers, the later the bend. \
                     The simulated points are on the lines of the theory.";

/// The figure.
pub fn figure() -> Result<Figure, FigureError> {
    let (mut means, mut tails) = (Vec::new(), Vec::new());
    for (servers, colour) in SERVERS {
        let (mut mean, mut tail) = (curve(servers, colour), curve(servers, colour));
        for load in LOADS {
            let report = simulated(load, servers)?;
            mean.simulated.push((load, report.response));
            tail.simulated.push((load, report.response_quantile(0.99)?));
        }
        for load in fine(0.01) {
            let queue = Mmc::new(load * f64::from(servers), 1.0, servers)?;
            mean.theory.push((load, queue.response()));
            tail.theory.push((load, queue.response_quantile(0.99)?));
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
        panel("Mean", 14.0, means),
        panel("99th percentile", 60.0, tails),
    ];
    queue_chart::figure("numbers-knee.svg", TITLE, &panels)
}

fn curve(servers: u32, colour: usize) -> Curve {
    let plural = if servers == 1 { "" } else { "s" };
    Curve {
        name: format!("{servers} server{plural}"),
        colour,
        theory: Vec::new(),
        simulated: Vec::new(),
    }
}

fn simulated(load: f64, servers: u32) -> Result<Report, FigureError> {
    let rate = load * f64::from(servers);
    let config = Config {
        servers,
        // A busy line changes slowly, and must be watched for longer.
        requests: if load > 0.8 { 600_000 } else { 100_000 },
        ..Config::new(Arrivals::Poisson { rate }, Times::Exponential { mean: 1.0 })
    };
    Ok(simulate(&config)?)
}
