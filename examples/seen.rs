//! Which lines of one list are in another? A hash set knows; the filters of the Bloom chapter
//! nearly know, in a fraction of the memory.
//!
//! ```text
//! cargo run --release --example seen -- seen.txt asked.txt --rate 0.01
//! ```
//!
//! For example, which of a log's paths were there on the first day:
//!
//! ```text
//! zcat access.log.gz | grep 17/May | awk '{print $7}' > seen.txt
//! zcat access.log.gz | grep -v 17/May | awk '{print $7}' > asked.txt
//! ```

use std::collections::HashSet;
use std::error::Error;
use std::path::PathBuf;

use bloom::{BinaryFuse8, BinaryFuse16, BlockedBloomFilter, BloomFilter};
use clap::Parser;

/// Asks sets and filters of one list's lines for another list's, and prints what each of them takes
/// and how often it is wrong.
#[derive(Parser)]
struct Options {
    /// The lines that have been seen; .gz, .xz and .zst are decompressed.
    seen: PathBuf,
    /// The lines to ask for.
    asked: PathBuf,
    /// The rate of false positives, for the filters that can choose it.
    #[arg(long, default_value_t = 0.01)]
    rate: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let seen: HashSet<String> = lines_of(&options.seen)?;
    let asked: HashSet<String> = lines_of(&options.asked)?;
    let strangers: Vec<&String> = asked.difference(&seen).collect();
    println!(
        "{} lines seen, {} asked for, of which {} were not seen",
        seen.len(),
        asked.len(),
        strangers.len()
    );

    let mut bloom = BloomFilter::with_false_positive_rate(seen.len(), options.rate)?;
    let mut blocked = BlockedBloomFilter::with_false_positive_rate(seen.len(), options.rate)?;
    for line in &seen {
        bloom.insert(line);
        blocked.insert(line);
    }
    let fuse8 = BinaryFuse8::try_from_keys(&seen)?;
    let fuse16 = BinaryFuse16::try_from_keys(&seen)?;

    println!(
        "{:>24} {:>12} {:>10} {:>8}",
        "", "bits a line", "mistakes", "%"
    );
    let report = |name: &str, bits: f64, contains: &dyn Fn(&str) -> bool| {
        assert!(
            seen.iter().all(|line| contains(line)),
            "{name} denies a line that was seen"
        );
        let mistakes = strangers.iter().filter(|line| contains(line)).count();
        let percent = 100.0 * mistakes as f64 / strangers.len().max(1) as f64;
        println!("{name:>24} {bits:>12.1} {mistakes:>10} {percent:>8.3}");
    };
    let lines = seen.len().max(1) as f64;
    let bytes: usize = seen.iter().map(String::capacity).sum();
    let table = seen.capacity() * (size_of::<String>() + 1);
    report("hash set", 8.0 * (bytes + table) as f64 / lines, &|line| {
        seen.contains(line)
    });
    report("Bloom", bloom.bits() as f64 / lines, &|line| {
        bloom.contains(line)
    });
    report("blocked Bloom", blocked.bits() as f64 / lines, &|line| {
        blocked.contains(line)
    });
    report("binary fuse, 8 bits", fuse8.bits_per_key(), &|line| {
        fuse8.contains(line)
    });
    report("binary fuse, 16 bits", fuse16.bits_per_key(), &|line| {
        fuse16.contains(line)
    });
    Ok(())
}

fn lines_of(path: &std::path::Path) -> Result<HashSet<String>, book_traces::TraceError> {
    Ok(book_traces::read_lines(path)?.into_iter().collect())
}
