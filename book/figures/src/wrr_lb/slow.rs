//! One server of ten is ten times slower for a while: who notices?

use std::time::Duration;

use wrr_lb::Algorithm;
use wrr_lb::cluster::ClusterConfig;

use super::named;
use super::sim::{Done, Run, quantile};
use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const SERVERS: usize = 10;
const SLOW: usize = 3;
const WORK: Duration = Duration::from_millis(10);
/// Servers are busy for half of the time.
const GAP: Duration = Duration::from_millis(2);
/// When it is slow.
const FROM: Duration = Duration::from_secs(5);
const TO: Duration = Duration::from_secs(15);
const END: Duration = Duration::from_secs(20);
const NAME: &str = "lb-slow.svg";
const TITLE: &str = "Requests at a server that is ten times slower for ten seconds: with round robin \
                     they pile up, the others stop sending";

fn compared() -> [(&'static str, Algorithm, usize); 4] {
    [
        ("round robin", Algorithm::RoundRobin, 0),
        ("least connections", Algorithm::LeastConnections, 4),
        ("two choices", Algorithm::PowerOfTwo, 3),
        ("peak EWMA", Algorithm::peak_ewma(), 1),
    ]
}

fn run(algorithm: Algorithm) -> Result<Vec<Done>, FigureError> {
    let config = ClusterConfig {
        algorithm,
        seed: Some(1),
        ..ClusterConfig::default()
    };
    let mut run = Run::new(config, SERVERS)?;
    run.until(END, GAP, |at, server| {
        let is_slow = server == SLOW && (FROM..TO).contains(&at);
        if is_slow { 10 * WORK } else { WORK }
    });
    Ok(run.done)
}

/// The requests at the slow server, and a table of what all of them met.
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let mut table = String::from(
        "| while it is slow | requests to it, % | median, ms | 99th percentile, ms | longest, ms |\n\
         |---|--:|--:|--:|--:|\n",
    );
    let mut drawn = Vec::new();
    for (name, algorithm, colour) in compared() {
        let done = run(algorithm)?;
        let then = || {
            done.iter()
                .copied()
                .filter(|done| (FROM..TO).contains(&done.at))
        };
        let to_it = then().filter(|done| done.server == SLOW).count();
        table += &format!(
            "| {name} | {:.1} | {:.0} | {:.0} | {:.0} |\n",
            100.0 * to_it as f64 / then().count() as f64,
            quantile(then(), 0.5),
            quantile(then(), 0.99),
            quantile(then(), 0.999_99),
        );
        drawn.push(Line {
            name: name.to_owned(),
            points: waiting(&done),
            colour,
        });
    }
    let panel = Panel {
        caption: String::new(),
        x: "seconds".to_owned(),
        y: "requests at the slow server".to_owned(),
        lines: drawn,
    };
    let plot = lines(NAME, TITLE, &[panel], 1, 280)?;
    Ok(vec![named(NAME, plot), named("lb-slow.md", table)])
}

/// How many requests the slow server has, every quarter of a second.
fn waiting(done: &[Done]) -> Vec<(f64, f64)> {
    let at = |tick: u32| {
        let now = Duration::from_millis(250) * tick;
        let there =
            |done: &&Done| done.server == SLOW && done.at <= now && now < done.at + done.latency;
        (now.as_secs_f64(), done.iter().filter(there).count() as f64)
    };
    (0..=80).map(at).collect()
}
