//! What each policy does to the same customers, with a cut and without, over many seeds.

use std::fmt::Write as _;
use std::time::Duration;

use partition::{Policy, Reads, Simulation, Summary, Verdict, Workload};

use crate::{Figure, FigureError};

const SEEDS: u64 = 20;
const POLICIES: [Policy; 6] = [
    Policy::Leader {
        reads: Reads::Leader,
    },
    Policy::Leader {
        reads: Reads::Local,
    },
    Policy::Quorum { read: 2, write: 2 },
    Policy::Quorum { read: 1, write: 1 },
    Policy::LastWriterWins,
    Policy::Merge,
];

/// The table, of a cut that lasts a third of the time, or of a quiet day.
///
/// # Errors
///
/// [`FigureError::Partition`].
pub fn table(is_cut: bool) -> Result<Figure, FigureError> {
    let mut contents = format!(
        "| policy | answered, % | refused, unknown, % | stale reads, % | lost updates, % | \
         p50, p99, ms | linear\u{ad}izable, of {SEEDS} |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for policy in POLICIES {
        let runs = (0..SEEDS).map(|seed| run(seed, policy, is_cut));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        write_row(&mut contents, policy, &runs);
    }
    let name = match is_cut {
        true => "growing-cut.md",
        false => "growing-quiet.md",
    };
    Ok(Figure {
        name: name.to_owned(),
        contents,
    })
}

fn run(seed: u64, policy: Policy, is_cut: bool) -> Result<Summary, partition::SimError> {
    let mut simulation = Simulation::new(seed).policy(policy);
    if is_cut {
        let during = Duration::from_secs(4)..Duration::from_secs(8);
        simulation = simulation.cut(during, &[&["Dublin"]]);
    }
    Ok(simulation.run(&Workload::default())?.summary())
}

fn write_row(table: &mut String, policy: Policy, runs: &[Summary]) {
    let sum = |count: fn(&Summary) -> usize| runs.iter().map(count).sum::<usize>();
    let asked = sum(|run| run.asked) as f64;
    let share = |count: fn(&Summary) -> usize| match sum(count) {
        0 => "0".to_owned(),
        some => format!("{:.1}", 100.0 * some as f64 / asked),
    };
    let mut latencies: Vec<Duration> = runs.iter().flat_map(|run| run.latencies.clone()).collect();
    latencies.sort_unstable();
    let percentile = |percent: usize| {
        let place = (latencies.len() * percent).div_ceil(100).max(1) - 1;
        latencies.get(place).map_or(0, Duration::as_millis)
    };
    let are_linearizable = |run: &&Summary| run.verdict == Verdict::Linearizable;
    writeln!(
        table,
        "| {policy} | {} | {}, {} | {} | {} | {}, {} | {} |",
        share(|run| run.answered),
        share(|run| run.refused),
        share(|run| run.unknown),
        share(|run| run.stale),
        share(|run| run.lost),
        percentile(50),
        percentile(99),
        runs.iter().filter(are_linearizable).count(),
    )
    .expect("a string grows");
}
