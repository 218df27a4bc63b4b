//! A server that has just started is slow until its caches are warm: with and without slow start.

use std::time::Duration;

use wrr_lb::Algorithm;
use wrr_lb::cluster::ClusterConfig;

use super::named;
use super::sim::{Done, Run, quantile};
use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const SERVERS: usize = 10;
/// The number of the one that joins.
const FRESH: usize = SERVERS;
const WORK: Duration = Duration::from_millis(10);
/// Of eleven servers, each is busy for about six tenths of the time.
const GAP: Duration = Duration::from_micros(1_500);
/// What is drawn begins here: the others have started slowly by then, too.
const DRAWN: u64 = 20;
const JOINS: Duration = Duration::from_secs(DRAWN + 5);
const END: Duration = Duration::from_secs(DRAWN + 40);
/// How much slower it is at first, and after how many requests that has fallen to 1/e.
const COLD: f64 = 8.0;
const WARMS: f64 = 60.0;
const NAME: &str = "lb-fresh.svg";
const TITLE: &str = "The 99th percentile of latency at a server that joins with cold caches, second \
                     by second: with slow start it stays low, without it is seconds";

fn run(slow_start: Duration) -> Result<Vec<Done>, FigureError> {
    let config = ClusterConfig {
        algorithm: Algorithm::SmoothWeighted,
        slow_start,
        slow_start_from: 5,
        seed: Some(1),
        ..ClusterConfig::default()
    };
    let mut run = Run::new(config, SERVERS)?;
    let mut served = 0.0;
    let mut work = |_, server| {
        if server != FRESH {
            return WORK;
        }
        served += 1.0;
        WORK.mul_f64(1.0 + (COLD - 1.0) * f64::exp(-served / WARMS))
    };
    run.until(JOINS, GAP, &mut work);
    run.cluster.add(&FRESH.to_string(), 1, FRESH)?;
    run.until(END, GAP, &mut work);
    Ok(run.done)
}

/// Latencies, and how many requests the server gets.
pub fn figure() -> Result<Figure, FigureError> {
    let mut latencies = Vec::new();
    let mut shares = Vec::new();
    for (name, slow_start, colour) in [
        ("at once", Duration::ZERO, 4),
        ("slow start, 20 s", Duration::from_secs(20), 3),
    ] {
        let done = run(slow_start)?;
        let at = |second: u64| {
            let from = Duration::from_secs(second);
            let within = from..from + Duration::from_secs(1);
            done.iter()
                .copied()
                .filter(move |done| within.contains(&done.at))
        };
        let fresh = |second| at(second).filter(|done| done.server == FRESH);
        let line = |points: Vec<(f64, f64)>| Line {
            name: name.to_owned(),
            points,
            colour,
        };
        let seconds = DRAWN..END.as_secs();
        let x = |second: u64| (second - DRAWN) as f64;
        latencies.push(line(
            seconds
                .clone()
                .map(|s| (x(s), quantile(fresh(s), 0.99)))
                .collect(),
        ));
        shares.push(line(
            seconds.map(|s| (x(s), fresh(s).count() as f64)).collect(),
        ));
    }
    let panel = |y: &str, lines| Panel {
        caption: String::new(),
        x: "seconds; it joins at 5".to_owned(),
        y: y.to_owned(),
        lines,
    };
    let panels = [
        panel("requests a second that it gets", shares),
        panel("their 99th percentile, ms", latencies),
    ];
    Ok(named(NAME, lines(NAME, TITLE, &panels, 2, 270)?))
}
