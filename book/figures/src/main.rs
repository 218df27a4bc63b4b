//! `cargo book figures`: writes the figures, or says which are stale.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

/// Draws the book's figures and tables.
#[derive(Parser)]
#[command(name = "cargo book figures")]
struct Options {
    /// Write nothing; fail if a committed figure is not what would be written.
    #[arg(long)]
    check: bool,
    /// Replay the traces that are there before drawing (half a minute).
    #[arg(long, conflicts_with = "check")]
    replay: bool,
    /// Measure the filters' rates of false positives before drawing (some minutes).
    #[arg(long, conflicts_with = "check")]
    measure: bool,
    /// Ask filters of a word list for names of places before drawing (seconds).
    #[arg(long, conflicts_with = "check")]
    words: bool,
    /// Time small durable writes, in order and in no order, before drawing (a minute).
    #[arg(long, conflicts_with = "check")]
    writes: bool,
    /// Measure the latency numbers of this machine before drawing (a minute or two).
    #[arg(long, conflicts_with = "check")]
    latency: bool,
    /// Start the edge proxy's demo and break it before drawing (some minutes, its ports free).
    #[arg(long, conflicts_with = "check")]
    breaks: bool,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match run(&root, &Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, options: &Options) -> Result<ExitCode, book_figures::FigureError> {
    if options.replay {
        book_figures::replay(root)?.save(root)?;
    }
    if options.measure {
        book_figures::measure()?.save(root)?;
    }
    if options.words {
        book_figures::Words::measure(root)?.save(root)?;
    }
    if options.writes {
        book_figures::Writes::measure(root)?.save(root)?;
    }
    if options.latency {
        book_figures::Latencies::measure(root)?.save(root)?;
    }
    if options.breaks {
        book_figures::Breaks::measure(root)?.save(root)?;
    }
    let figures = book_figures::all(root)?;
    if !options.check {
        for path in book_figures::write(root, &figures)? {
            println!("wrote {}", path.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let stale = book_figures::stale(root, &figures)?;
    for path in &stale {
        eprintln!("{} is stale: run `cargo book figures`", path.display());
    }
    Ok(if stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
