//! What a race writes down: one flat JSON document, `arena/results/<race>.json`.
//!
//! The book's tables and plots are drawn from these files, so a field keeps its name and meaning; a
//! change that a reader of the file could notice raises [`SCHEMA`]. Optional numbers are `null`
//! when the case does not have them.
//!
//! | object | holds |
//! |---|---|
//! | [`Report`] | the run: when, where, how many rounds, and the two lists below |
//! | [`CaseNote`] | one per case, in the order in which to show them |
//! | [`Row`] | one per case and contestant; everything a table needs, so that no join is necessary |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the format that this module describes.
pub const SCHEMA: u32 = 1;

/// One run of one race.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`] of the arena that wrote the file.
    pub schema: u32,
    /// The race's name: `lru`.
    pub race: String,
    /// What is raced, in a sentence.
    pub about: String,
    /// The day of the run, `YYYY-MM-DD`.
    pub date: String,
    /// The command that repeats the run.
    pub command: String,
    /// How often each contestant took its turn at each case.
    pub rounds: u32,
    /// Whether this was a smoke test: one short round, whose figures mean little.
    pub quick: bool,
    /// The first round's seed; round `r` (from 0) has `seed + r`.
    pub seed: u64,
    /// Where it ran.
    pub machine: Machine,
    /// What holds for every case: hasher, allocator, how turns are taken. Sentences, fit to be
    /// printed below a table.
    pub notes: Vec<String>,
    /// The cases, in order.
    pub cases: Vec<CaseNote>,
    /// The results: by case, in the order of `cases`; within a case, the reference first.
    pub rows: Vec<Row>,
}

/// The machine and the compiler of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Machine {
    /// The processor, as it calls itself.
    pub cpu: String,
    /// Logical processors.
    pub cores: usize,
    /// Main memory, in bytes.
    pub memory_bytes: u64,
    /// Operating system, version and architecture.
    pub os: String,
    /// `rustc --version` of the compiler that built the arena.
    pub rustc: String,
    /// Runnable processes, averaged over the minute before the run: what else the machine was
    /// doing. Below 0.3 is quiet.
    pub load_before: f64,
}

/// What one case measures.
#[derive(Debug, Serialize, Deserialize)]
pub struct CaseNote {
    /// The case's name: `get-hit/100k`. The part before the slash names the workload, the part
    /// after it the variant.
    pub case: String,
    /// What an operation is and on what state, in a sentence or two.
    pub about: String,
    /// Threads that work at once.
    pub threads: u32,
    /// Whether it is one of the cases that the chapter's claim rests on.
    pub main: bool,
    /// Whether it ran in the first round only, because nothing in it varies.
    pub once: bool,
}

/// How one contestant did in one case.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// The case's name, as in [`CaseNote::case`].
    pub case: String,
    /// The contestant's name, unique in the race: `moka::sync`, or `book::LruCache` for one of
    /// ours.
    pub contestant: String,
    /// The crate that it comes from.
    pub package: String,
    /// The crate's version.
    pub version: String,
    /// What it is, in a few words: policy and structure.
    pub what: String,
    /// Whether it is one of the book's.
    pub ours: bool,
    /// Whether it is the contestant that this case's ratios are against; its own `ratio` is 1.
    pub reference: bool,
    /// Nanoseconds of wall-clock time per operation: the median over rounds. With several threads,
    /// time divided by the operations of all of them. An absolute time: for orientation, not for
    /// claims. `null` in a case that measures no time.
    pub ns_per_op: Option<f64>,
    /// First quartile over rounds of the time per operation.
    pub ns_lo: Option<f64>,
    /// Third quartile over rounds of the time per operation.
    pub ns_hi: Option<f64>,
    /// **The claim.** This contestant's time divided by the reference's time of the same round: the
    /// median over rounds. Above 1 means that the reference is faster.
    pub ratio: Option<f64>,
    /// First quartile over rounds of the ratio, by linear interpolation.
    pub ratio_lo: Option<f64>,
    /// Third quartile over rounds of the ratio, by linear interpolation.
    pub ratio_hi: Option<f64>,
    /// The time per operation in each round, in the order of the rounds: the ratio of any two rows
    /// of a case is taken between entries of the same index.
    pub ns_rounds: Vec<f64>,
    /// The ratio of each round, in the order of the rounds.
    pub ratio_rounds: Vec<f64>,
    /// What else was measured, by name; the median over rounds. A name ends in its unit, as in
    /// `bytes_per_entry`, `fsyncs_per_op`; a name without one is a fraction between 0 and 1, as in
    /// `hit_rate`, or a factor, as in `write_amplification`.
    pub measures: BTreeMap<String, f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_a_row_as_it_is_written() {
        let readme = include_str!("../README.md");
        let (_, example) = readme
            .split_once("```json")
            .expect("the README has an example");
        let (example, _) = example.split_once("```").expect("the example ends");
        let shown: serde_json::Value = serde_json::from_str(example).expect("the example is JSON");
        let row: Row = serde_json::from_value(shown.clone()).expect("the example is a row");
        assert_eq!(
            serde_json::to_value(row).expect("a row can be written"),
            shown,
            "and has nothing else"
        );
    }
}
