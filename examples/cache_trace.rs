//! Replays a recorded cache trace on the caches of the LRU chapter and prints their hit rates.
//!
//! ```text
//! cargo run --release --example cache_trace -- crates/lru/tests/data/web07.trace.xz --sizes 500,1000,2000
//! ```
//!
//! A log becomes a trace once it is cut to the column of interest, which `--format lines` takes as
//! keys:
//!
//! ```text
//! zcat access.log.gz | awk '{print $7}' > paths.txt
//! cargo run --release --example cache_trace -- paths.txt --format lines --policies lru,s3-fifo
//! ```

use std::collections::HashSet;
use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use book_traces::{Format, Policy};
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

/// Replays a cache trace on one policy after the other and prints a table of hit rates.
#[derive(Parser)]
struct Options {
    /// The trace: decimal keys, the ARC paper's .lis, or big-endian 32-bit keys; .gz, .xz and .zst
    /// are decompressed.
    trace: PathBuf,
    /// How the trace's records are written; guessed from its first lines by default.
    #[arg(long, value_enum)]
    format: Option<TraceFormat>,
    /// The policies, by name.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "fifo,lru,lfu,arc,s3-fifo,opt"
    )]
    policies: Vec<Policy>,
    /// Capacities in entries; by default 1, 2, 5, 10, 20 and 50 % of the trace's distinct keys.
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<NonZeroUsize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum TraceFormat {
    /// One decimal key a line.
    Keys,
    /// Runs of keys: `first count ignored request`.
    Arc,
    /// Big-endian 32-bit keys.
    Be32,
    /// Each line is a key.
    Lines,
}

impl From<TraceFormat> for Format {
    fn from(format: TraceFormat) -> Self {
        match format {
            TraceFormat::Keys => Format::Keys,
            TraceFormat::Arc => Format::Arc,
            TraceFormat::Be32 => Format::Be32,
            TraceFormat::Lines => Format::Lines,
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let trace = match options.format {
        Some(format) => book_traces::read_as(&options.trace, format.into())?,
        None => book_traces::read(&options.trace)?,
    };
    let distinct = trace.iter().collect::<HashSet<_>>().len();
    let sizes = if options.sizes.is_empty() {
        shares_of(distinct)
    } else {
        options.sizes
    };
    println!(
        "{}: {} requests to {distinct} keys",
        options.trace.display(),
        trace.len()
    );

    let replays = (options.policies.len() * sizes.len()) as u64;
    let bar = progress_bar(replays * trace.len() as u64);
    let rows: Vec<Vec<u64>> = sizes
        .iter()
        .map(|&size| {
            options
                .policies
                .iter()
                .map(|policy| policy.hits(&trace, size, |n| bar.inc(n)))
                .collect()
        })
        .collect();
    bar.finish_and_clear();

    print!("{:>10}", "entries");
    options
        .policies
        .iter()
        .for_each(|policy| print!("{policy:>10}"));
    println!("    hit rate, %");
    for (size, row) in sizes.iter().zip(rows) {
        print!("{size:>10}");
        row.iter()
            .for_each(|&hits| print!("{:>10.2}", 100.0 * hits as f64 / trace.len() as f64));
        println!();
    }
    Ok(())
}

fn shares_of(distinct: usize) -> Vec<NonZeroUsize> {
    let share =
        |percent: usize| NonZeroUsize::new(distinct * percent / 100).unwrap_or(NonZeroUsize::MIN);
    let mut sizes = [1, 2, 5, 10, 20, 50].map(share).to_vec();
    sizes.dedup();
    sizes
}

/// Counts requests; drawn on standard error, and only on a terminal, so that the table can be
/// piped.
fn progress_bar(requests: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{bar:40} {percent:>3} %  {human_pos} of {human_len} requests  {eta} left",
    );
    ProgressBar::new(requests).with_style(style.expect("the template is valid"))
}
