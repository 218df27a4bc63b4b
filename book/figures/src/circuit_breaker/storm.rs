//! The retry storm under each policy, from the crate's own simulation.

use std::fmt::Write as _;
use std::time::Duration;

use resilience::storm::{Policy, Sample, Storm};

use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const NAME: &str = "breaker-storm.svg";
const TITLE: &str = "A server that was slow from second 10 to 20, under six policies of its \
                     clients: with retries at once, with backoff, and with jitter, it gets four \
                     times the load for ever and answers nobody; without retries, with a budget, \
                     and with a breaker, it is well again within seconds";

/// Colours of a quantity, the same in all panels.
const ATTEMPTS: usize = 4;
const GOODPUT: usize = 3;
const OFFERED: usize = 0;

/// A chart and a table.
///
/// # Errors
///
/// [`FigureError::Resilience`], [`FigureError::Draw`].
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let storm = Storm::default();
    let mut runs = Vec::new();
    for policy in Policy::ALL {
        runs.push((policy, storm.run(policy)?));
    }
    let panels: Vec<Panel> = runs
        .iter()
        .map(|(policy, samples)| panel(*policy, samples))
        .collect();
    Ok(vec![
        Figure {
            name: NAME.to_owned(),
            contents: lines(NAME, TITLE, &panels, 2, 210)?,
        },
        Figure {
            name: "breaker-storm.md".to_owned(),
            contents: table(&storm, &runs),
        },
    ])
}

fn name(policy: Policy) -> &'static str {
    match policy {
        Policy::NoRetry => "no retries",
        Policy::Naive => "three retries, at once",
        Policy::Backoff => "with backoff",
        Policy::Jitter => "and jitter",
        Policy::Budget => "and a budget",
        Policy::Breaker => "and a breaker",
    }
}

fn panel(policy: Policy, samples: &[Sample]) -> Panel {
    // Of two ticks each, so that what remains of chance does not hide the rest.
    let line = |name: &str, colour: usize, of: fn(&Sample) -> u64| {
        let point = |pair: &[Sample]| {
            let at = pair[pair.len() - 1].at.as_secs_f64();
            (at, pair.iter().map(of).sum::<u64>() as f64)
        };
        Line {
            name: name.to_owned(),
            points: samples.chunks(2).map(point).collect(),
            colour,
        }
    };
    Panel {
        caption: name(policy).to_owned(),
        x: "seconds".to_owned(),
        y: "a second".to_owned(),
        lines: vec![
            line("calls that begin", OFFERED, |sample| sample.offered),
            line("attempts, the load on the server", ATTEMPTS, |sample| {
                sample.attempts
            }),
            line("calls answered in time", GOODPUT, |sample| sample.goodput),
        ],
    }
}

/// What the lines add up to.
fn table(storm: &Storm, runs: &[(Policy, Vec<Sample>)]) -> String {
    let mut table = String::from(
        "| clients | calls lost | well again after | attempts a call in the hiccup | in the last 20 s |\n\
         |---|--:|--:|--:|--:|\n",
    );
    let end = storm.hiccup_at + storm.hiccup_length;
    for (policy, samples) in runs {
        let sum = |from: Duration, to: Duration, of: fn(&Sample) -> u64| -> u64 {
            let within = |sample: &&Sample| sample.at > from && sample.at <= to;
            samples.iter().filter(within).map(of).sum()
        };
        let rate = |from: Duration, to: Duration| {
            sum(from, to, |s| s.attempts) as f64 / sum(from, to, |s| s.offered) as f64
        };
        let all = |of| sum(Duration::ZERO, storm.length, of);
        let lost = all(|s| s.offered).saturating_sub(all(|s| s.goodput));
        let hiccup = rate(storm.hiccup_at, end);
        let late = rate(storm.length - Duration::from_secs(20), storm.length);
        let well = match recovers_after(storm, samples) {
            Some(time) => format!("{} s", time.as_secs()),
            None => "never".to_owned(),
        };
        let name = name(*policy);
        writeln!(
            table,
            "| {name} | {lost} | {well} | {hiccup:.2} | {late:.2} |"
        )
        .expect("a string grows");
    }
    table
}

/// How long after the hiccup it takes until, second by second, nine calls in ten are answered, for
/// good.
fn recovers_after(storm: &Storm, samples: &[Sample]) -> Option<Duration> {
    let end = storm.hiccup_at + storm.hiccup_length;
    let after: Vec<&Sample> = samples.iter().filter(|sample| sample.at > end).collect();
    let is_well = |second: &&[&Sample]| {
        let sum = |of: fn(&Sample) -> u64| second.iter().map(|s| of(s)).sum::<u64>();
        sum(|s| s.goodput) * 10 >= sum(|s| s.offered) * 9
    };
    let ticks = (Duration::from_secs(1).as_nanos() / storm.tick.as_nanos()).max(1) as usize;
    let seconds: Vec<&[&Sample]> = after.chunks(ticks).collect();
    let sick = seconds.iter().rposition(|second| !is_well(second));
    match sick.map_or(0, |last| last + 1) {
        well if well == seconds.len() => None,
        well => Some(Duration::from_secs(well as u64)),
    }
}
