//! One server, one stall, and what three testers say of it.

use histogram::{Histogram, HistogramError};

use super::nines::{self, Curve};
use crate::{Figure, FigureError};

const MS: u64 = 1_000;
const SECOND: u64 = 1_000 * MS;
/// How long the testers ask, in microseconds, as all here.
const END: u64 = 100 * SECOND;
/// How often they mean to ask.
const INTERVAL: u64 = 10 * MS;
/// When the server does nothing.
const STALL: std::ops::Range<u64> = 50 * SECOND..52 * SECOND;

/// A server that takes one request at a time, each for about a millisecond.
#[derive(Default)]
struct Server {
    free_at: u64,
    served: u64,
}

impl Server {
    /// When the answer comes to what was asked at this time.
    fn answer(&mut self, asked: u64) -> u64 {
        let mut start = asked.max(self.free_at);
        if STALL.contains(&start) {
            start = STALL.end;
        }
        self.served += 1;
        // From 0.8 to 1.2 ms, by the number of the request.
        self.free_at = start + 800 + self.served * 7_919 % 400;
        self.free_at
    }
}

/// The testers' measurements.
struct Measured {
    closed: Histogram,
    corrected: Histogram,
    open: Histogram,
}

impl Measured {
    fn new() -> Result<Self, HistogramError> {
        let [mut closed, mut corrected, mut open] =
            [Histogram::new(3)?, Histogram::new(3)?, Histogram::new(3)?];
        // Waits for the answer, then until it is time to ask again.
        let (mut server, mut now) = (Server::default(), 0);
        while now < END {
            let latency = server.answer(now) - now;
            closed.record(latency)?;
            corrected.record_correct(latency, INTERVAL)?;
            now += latency.max(INTERVAL);
        }
        // Asks when it is time to, and counts from then.
        let mut server = Server::default();
        for due in (0..END).step_by(INTERVAL as usize) {
            open.record(server.answer(due) - due)?;
        }
        Ok(Self {
            closed,
            corrected,
            open,
        })
    }

    fn rows(&self) -> [(&'static str, &Histogram); 3] {
        [
            ("waits for answers", &self.closed),
            ("the same, corrected", &self.corrected),
            ("keeps to the clock", &self.open),
        ]
    }
}

/// The three curves.
///
/// # Errors
///
/// [`FigureError::Histogram`] and [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let measured = Measured::new()?;
    let curve = |(place, (name, histogram)): (usize, (&str, &Histogram))| Curve {
        name: name.to_owned(),
        points: points(histogram),
        // The corrected curve lies on the last one, which is drawn first and wider.
        width: [2, 2, 6][place],
        colour: [4, 3, 0][place],
    };
    let curves: Vec<Curve> = measured.rows().into_iter().enumerate().map(curve).collect();
    let title = "Latency by percentile of a server that stalled for two seconds in a hundred, as three testers measure it";
    nines::figure("numbers-omission.svg", title, &curves)
}

/// Nines and milliseconds.
fn points(histogram: &Histogram) -> Vec<(f64, f64)> {
    let steps = (0..=4 * 50).map(|step| f64::from(step) / 50.0);
    steps
        .map(|nines| {
            let quantile = 1.0 - 0.1_f64.powf(nines);
            (
                nines,
                histogram.value_at_quantile(quantile) as f64 / MS as f64,
            )
        })
        .collect()
}

/// The same in figures.
///
/// # Errors
///
/// [`FigureError::Histogram`].
pub fn table() -> Result<Figure, FigureError> {
    let mut table = String::from(
        "| the tester | values | mean | p50 | p90 | p99 | p99.9 | highest |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, histogram) in Measured::new()?.rows() {
        let quantiles = [0.5, 0.9, 0.99, 0.999, 1.0];
        let cells = quantiles.map(|quantile| histogram.value_at_quantile(quantile) as f64);
        let cells: String = [histogram.mean()]
            .iter()
            .chain(&cells)
            .map(|micros| format!(" {:.1}\u{202f}ms |", micros / MS as f64))
            .collect();
        table.push_str(&format!("| {name} | {} |{cells}\n", histogram.len()));
    }
    Ok(Figure {
        name: "numbers-omission.md".to_owned(),
        contents: table,
    })
}
