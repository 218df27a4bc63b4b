//! Rounds and turns: who goes when, and what their turns amount to.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    Case, Contestant, Race, locked_version, machine,
    stats::{Spread, median},
    turn::{Budget, Spec, Taken},
};
use crate::report::{CaseNote, Report, Row, SCHEMA};

/// How to run a race.
#[derive(Debug)]
pub struct Settings {
    /// Turns of each contestant at each case.
    pub rounds: u32,
    /// Seed of the first round.
    pub seed: u64,
    /// Whether this is a smoke test.
    pub quick: bool,
    /// Time for each turn.
    pub budget: Budget,
    /// The day, for the report.
    pub date: String,
    /// The command line, for the report.
    pub command: String,
}

/// The turns of one contestant at one case, by round.
type Turns = Vec<Taken>;

/// Runs `race` and reports.
///
/// # Errors
///
/// If a turn's process cannot be started or fails; the error has what it wrote.
pub fn run(race: &Race, settings: &Settings) -> anyhow::Result<Report> {
    let machine = machine::describe()?;
    let turns = all_turns(race, settings)?;
    let rows = race
        .cases
        .iter()
        .zip(&turns)
        .flat_map(|(case, turns)| rows(case, turns))
        .collect();
    Ok(Report {
        schema: SCHEMA,
        race: race.name.to_owned(),
        about: race.about.to_owned(),
        date: settings.date.clone(),
        command: settings.command.clone(),
        rounds: settings.rounds,
        quick: settings.quick,
        seed: settings.seed,
        machine,
        notes: race.notes.clone(),
        cases: race.cases.iter().map(note).collect(),
        rows,
    })
}

/// Every turn, indexed by case, contestant and round.
fn all_turns(race: &Race, settings: &Settings) -> anyhow::Result<Vec<Vec<Turns>>> {
    let mut turns: Vec<Vec<Turns>> = race
        .cases
        .iter()
        .map(|case| case.contestants.iter().map(|_| Turns::new()).collect())
        .collect();
    let progress = progress_bar(race.cases.iter().map(|case| turns_of(case, settings)).sum());
    for round in 0..settings.rounds {
        let seed = settings.seed + u64::from(round);
        let mut random = StdRng::seed_from_u64(seed);
        let this_round = race
            .cases
            .iter()
            .zip(&mut turns)
            .filter(|(case, _)| round == 0 || !case.once);
        for (case, turns) in this_round {
            for index in order(case.contestants.len(), &mut random) {
                let contestant = &case.contestants[index];
                progress.set_message(format!(
                    "round {}, {}: {}",
                    round + 1,
                    case.name,
                    contestant.who.name
                ));
                turns[index].push(one_turn(race, case, contestant, seed, settings)?);
                progress.inc(1);
            }
        }
    }
    progress.finish_and_clear();
    Ok(turns)
}

/// How many turns `case` takes.
fn turns_of(case: &Case, settings: &Settings) -> u64 {
    let rounds = if case.once { 1 } else { settings.rounds };
    case.contestants.len() as u64 * u64::from(rounds)
}

/// It moves between turns only: a bar that moved during one would take the processor from it.
fn progress_bar(turns: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} turns, {eta} to go  {msg}")
        .expect("the template is well-formed");
    ProgressBar::new(turns).with_style(style)
}

/// An order in which `contestants` take their turns.
fn order(contestants: usize, random: &mut StdRng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..contestants).collect();
    order.shuffle(random);
    order
}

/// One turn, in a process of its own.
fn one_turn(
    race: &Race,
    case: &Case,
    contestant: &Contestant,
    seed: u64,
    settings: &Settings,
) -> anyhow::Result<Taken> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let spec = Spec {
        case: case.name.clone(),
        contestant: contestant.who.name.to_owned(),
        seed,
        quick: settings.quick,
        budget: settings.budget,
        into: folder.path().join("taken.json"),
    };
    let process = Command::new(std::env::current_exe()?)
        .args([race.name, "--turn", &serde_json::to_string(&spec)?])
        // Else criterion asks cargo where the target folder is.
        .env("CRITERION_HOME", folder.path())
        // A check that fails says what is wrong; where in the arena it says so helps nobody.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .context("cannot start a turn's process")?;
    if !process.status.success() {
        let said = String::from_utf8_lossy(&process.stderr);
        bail!(
            "{} at {} failed ({}):\n{said}",
            contestant.who.name,
            case.name,
            process.status
        );
    }
    let taken = std::fs::read(&spec.into).context("a turn's process left no result")?;
    Ok(serde_json::from_slice(&taken)?)
}

fn note(case: &Case) -> CaseNote {
    CaseNote {
        case: case.name.clone(),
        about: case.about.clone(),
        threads: case.threads,
        main: case.main,
        once: case.once,
    }
}

/// The rows of one case: the first contestant is the one that the others are measured against.
fn rows(case: &Case, turns: &[Turns]) -> Vec<Row> {
    let rows = case.contestants.iter().zip(turns).enumerate();
    rows.map(|(index, (contestant, own))| {
        let who = contestant.who;
        let times: Vec<f64> = own.iter().filter_map(|taken| taken.ns_per_op).collect();
        let ratios = ratios(own, &turns[0]);
        let (time, ratio) = (Spread::of(&times), Spread::of(&ratios));
        Row {
            case: case.name.clone(),
            contestant: who.name.to_owned(),
            package: who.package.to_owned(),
            version: locked_version(who.package, who.ours).to_owned(),
            what: who.what.to_owned(),
            ours: who.ours,
            reference: index == 0,
            ns_per_op: time.map(|time| time.median),
            ns_lo: time.map(|time| time.lo),
            ns_hi: time.map(|time| time.hi),
            ratio: ratio.map(|ratio| ratio.median),
            ratio_lo: ratio.map(|ratio| ratio.lo),
            ratio_hi: ratio.map(|ratio| ratio.hi),
            ns_rounds: times,
            ratio_rounds: ratios,
            measures: medians(own),
        }
    })
    .collect()
}

/// Round by round: `own` time over the `reference`'s.
fn ratios(own: &[Taken], reference: &[Taken]) -> Vec<f64> {
    own.iter()
        .zip(reference)
        .filter_map(|(own, reference)| Some(own.ns_per_op? / reference.ns_per_op?))
        .collect()
}

/// The median over rounds of every measure.
fn medians(turns: &[Taken]) -> BTreeMap<String, f64> {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, value) in turns.iter().flat_map(|taken| &taken.measures) {
        values.entry(name).or_default().push(*value);
    }
    values
        .into_iter()
        .map(|(name, values)| (name.to_owned(), median(&values)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(times: &[f64]) -> Turns {
        times
            .iter()
            .map(|&time| Taken {
                ns_per_op: Some(time),
                ..Taken::default()
            })
            .collect()
    }

    #[test]
    fn ratios_are_taken_within_a_round_so_a_slow_round_cancels_out() {
        let (reference, peer) = (turns(&[10.0, 100.0, 10.0]), turns(&[15.0, 150.0, 15.0]));
        assert_eq!(ratios(&peer, &reference), [1.5, 1.5, 1.5]);
    }

    #[test]
    fn everyone_has_one_turn_and_the_order_changes() {
        let mut random = StdRng::seed_from_u64(1);
        let (first, second) = (order(9, &mut random), order(9, &mut random));
        assert_ne!(first, second);
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..9).collect::<Vec<_>>());
    }
}
