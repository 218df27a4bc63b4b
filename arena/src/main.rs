//! The arena: races of the book's crates against the best crates of the ecosystem. See README.md.

mod harness;
mod races;
mod report;
mod table;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Parser;

use harness::{Budget, Race, Settings, Spec};

/// Races a crate of the book against its peers, in turns, and writes the ratios of their times.
#[derive(Parser)]
#[command(name = "cargo arena", bin_name = "cargo arena", after_help = EXAMPLES)]
struct Args {
    /// The race to run; without it, the races are listed
    race: Option<String>,

    /// One short round that only shows that everything works
    #[arg(long)]
    quick: bool,

    /// How often each contestant takes its turn at each case
    #[arg(long, value_name = "N", default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Only what has TEXT in its "case contestant"; may be repeated
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,

    /// Where to write the results [default: arena/results/RACE.json for a full race, else
    /// arena/target/results/RACE.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Seed of the first round's workload and order
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The day to put into the results [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,

    /// Takes one turn; the arena calls itself with this
    #[arg(long, hide = true, value_name = "JSON")]
    turn: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  cargo arena                                  the races there are
  cargo arena lru                              the whole race, for the book
  cargo arena lru --quick                      does it work?
  cargo arena lru --filter get-hit             the cases with that name
  cargo arena lru --filter hashlink --rounds 5 ours against one peer";

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let Some(name) = &args.race else {
        list();
        return Ok(());
    };
    let mut race = races::all()
        .into_iter()
        .find(|race| race.name == name)
        .with_context(|| {
            let names: Vec<&str> = races::all().iter().map(|race| race.name).collect();
            format!(
                "there is no race {name}; the races are: {}",
                names.join(", ")
            )
        })?;
    if let Some(spec) = &args.turn {
        let spec: Spec =
            serde_json::from_str(spec).context("--turn is not what the arena passes to itself")?;
        return harness::take(&race, &spec);
    }
    race.retain(&args.filter);
    anyhow::ensure!(
        !race.cases.is_empty(),
        "nothing in race {name} matches {:?}",
        args.filter
    );
    hold(&race, &args)
}

/// Runs the race, prints its tables and writes its results.
fn hold(race: &Race, args: &Args) -> anyhow::Result<()> {
    let report = harness::run(race, &settings(race, args))?;
    println!("{}", table::render(&report));
    println!(
        "ratio: the contestant's time over the time of the case's first, in the same round; above 1 the first is faster."
    );
    println!(
        "Its median over {} round(s), and its quartiles.",
        report.rounds
    );
    let file = out(race, args);
    write(&file, &serde_json::to_string_pretty(&report)?)?;
    println!("Written to {}", file.display());
    Ok(())
}

fn settings(race: &Race, args: &Args) -> Settings {
    let (warm_up, measure) = if args.quick { (5, 20) } else { (50, 200) };
    Settings {
        rounds: if args.quick { 1 } else { args.rounds },
        seed: args.seed,
        quick: args.quick,
        budget: Budget {
            warm_up: Duration::from_millis(warm_up),
            measure: Duration::from_millis(measure),
        },
        date: args
            .date
            .clone()
            .unwrap_or_else(|| jiff::Zoned::now().date().to_string()),
        command: command(race, args),
    }
}

/// The command that repeats this run.
fn command(race: &Race, args: &Args) -> String {
    let mut command = format!("cargo arena {}", race.name);
    if args.quick {
        command += " --quick";
    } else {
        command += &format!(" --rounds {}", args.rounds);
    }
    for filter in &args.filter {
        command += &format!(" --filter '{filter}'");
    }
    command + &format!(" --seed {}", args.seed)
}

/// Only a full race may replace the results that the book shows.
fn out(race: &Race, args: &Args) -> PathBuf {
    let full = !args.quick && args.filter.is_empty();
    let folder = if full { "results" } else { "target/results" };
    let default = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(folder)
            .join(format!("{}.json", race.name))
    };
    args.out.clone().unwrap_or_else(default)
}

fn write(file: &Path, json: &str) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    std::fs::write(file, format!("{json}\n"))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn list() {
    println!("Races (cargo arena RACE; cargo arena --help):");
    for race in races::all() {
        println!("  {:12} {}", race.name, race.about);
        for case in &race.cases {
            println!(
                "    {:20} {} contestants",
                case.name,
                case.contestants.len()
            );
        }
    }
}
