//! The average of percentiles, beside the percentile that it is taken for.

use std::fmt::Write as _;

use histogram::{Histogram, HistogramError};

use crate::{Figure, FigureError};

/// What one server did in a minute: so many requests, of which so many in a thousand took three
/// seconds instead of some twenty milliseconds.
struct Server {
    requests: u64,
    slow_in_thousand: u64,
}

const WELL: Server = Server {
    requests: 6_000,
    slow_in_thousand: 0,
};

struct Fleet {
    name: &'static str,
    servers: Vec<Server>,
}

/// The table.
///
/// # Errors
///
/// [`FigureError::Histogram`].
pub fn table() -> Result<Figure, FigureError> {
    let mut table = String::from(
        "| | requests above a second | mean of the means | mean of the p99s | highest p99 | p99 of all |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for fleet in fleets() {
        let row = row(&fleet)?;
        table.push_str(&row);
    }
    Ok(Figure {
        name: "numbers-percentiles.md".to_owned(),
        contents: table,
    })
}

/// Ten servers each.
fn fleets() -> [Fleet; 4] {
    let nine = |tenth| (0..9).map(|_| WELL).chain([tenth]).collect();
    let slow = |requests, slow_in_thousand| Server {
        requests,
        slow_in_thousand,
    };
    [
        Fleet {
            name: "all are well",
            servers: nine(WELL),
        },
        Fleet {
            name: "one is slow, one request in five",
            servers: nine(slow(6_000, 200)),
        },
        Fleet {
            name: "the same, but it has a hundredth of the load",
            servers: nine(slow(60, 200)),
        },
        Fleet {
            name: "all are slow, one request in 67",
            servers: (0..10).map(|_| slow(6_000, 15)).collect(),
        },
    ]
}

fn row(fleet: &Fleet) -> Result<String, HistogramError> {
    let mut all = Histogram::new(3)?;
    let (mut p99s, mut means) = (Vec::new(), Vec::new());
    for server in &fleet.servers {
        let minute = server.minute()?;
        p99s.push(minute.value_at_quantile(0.99) as f64);
        means.push(minute.mean());
        all.add(&minute)?;
    }
    let slow = 100.0 - all.percentile_below(1_000_000);
    let highest = p99s.iter().copied().fold(0.0, f64::max);
    let cells = [
        average(&means),
        average(&p99s),
        highest,
        all.value_at_quantile(0.99) as f64,
    ];
    let mut row = format!("| {} | {slow:.2} % |", fleet.name);
    for micros in cells {
        write!(row, " {:.0}\u{202f}ms |", micros / 1_000.0).expect("a string grows");
    }
    row.push('\n');
    Ok(row)
}

impl Server {
    /// Its latencies, in microseconds.
    fn minute(&self) -> Result<Histogram, HistogramError> {
        let mut histogram = Histogram::new(3)?;
        for request in 0..self.requests {
            // Spread evenly, so that the table says the same each time.
            let is_slow = request * self.slow_in_thousand % 1_000 < self.slow_in_thousand;
            let usual = 10_000 + request * 7_919 % 20_000;
            histogram.record(if is_slow && self.slow_in_thousand > 0 {
                3_000_000
            } else {
                usual
            })?;
        }
        Ok(histogram)
    }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
