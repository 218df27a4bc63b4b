//! Looks into the files of an [`lsm::Db`], and fills one.

mod dump_sst;
mod failure;
mod load;
mod manifest;
mod progress;
mod read;
mod stats;
mod text;
mod verify;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Looks into the files of an LSM tree, and fills one.
///
/// stats, dump-sst, verify and manifest read the files as they lie there and change nothing: they
/// are for databases that are damaged, or that a crash has left. load, get and scan open the
/// database, which replays and cuts its log.
///
/// Keys and values are printed on one line, and taken, with escapes for all that is not printable
/// ASCII: \n, \t, \\, \x00.
#[derive(Parser)]
#[command(name = "lsm", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints levels, sizes and amplification.
    Stats {
        /// The database's directory.
        directory: PathBuf,
    },
    /// Prints what a table's file is made of: properties, parts, blocks, range tombstones.
    DumpSst {
        /// The table's file, NNNNNN.sst.
        file: PathBuf,
        /// Prints all entries too.
        #[arg(long)]
        keys: bool,
    },
    /// Reads every block of every table, the manifest and the log, and names what is damaged.
    Verify {
        /// The database's directory.
        directory: PathBuf,
    },
    /// Prints the manifest's edits, one by one.
    Manifest {
        /// The database's directory.
        directory: PathBuf,
    },
    /// Puts lines of standard input into the database: key, tab, value. They are taken as they are,
    /// without escapes.
    Load {
        /// The database's directory; it is made if it is missing.
        directory: PathBuf,
    },
    /// Prints the value of a key.
    Get {
        /// The database's directory.
        directory: PathBuf,
        /// The key, with escapes.
        key: String,
    },
    /// Prints entries in order: key, tab, value.
    Scan {
        /// The database's directory.
        directory: PathBuf,
        /// Only keys that begin so; with escapes.
        #[arg(long, default_value = "")]
        prefix: String,
        /// So many entries at most.
        #[arg(long)]
        limit: Option<usize>,
    },
}

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let outcome = run(Arguments::parse().command, &mut out);
    // What was found before a failure is worth seeing.
    let outcome = outcome.and(out.flush().map_err(Failure::from));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough: `| head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _ = out.flush();
            eprintln!("lsm: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, out: &mut impl Write) -> Result<(), Failure> {
    match command {
        Command::Stats { directory } => stats::run(&directory, out),
        Command::DumpSst { file, keys } => dump_sst::run(&file, keys, out),
        Command::Verify { directory } => verify::run(&directory, out),
        Command::Manifest { directory } => manifest::run(&directory, out),
        Command::Load { directory } => load::run(&directory, out),
        Command::Get { directory, key } => read::get(&directory, &key, out),
        Command::Scan {
            directory,
            prefix,
            limit,
        } => read::scan(&directory, &prefix, limit, out),
    }
}
