//! The race of the engines, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "lsm";
const DB_BENCH: [(&str, &str); 8] = [
    ("fillseq", "fill/seq"),
    ("fillrandom", "fill/random"),
    ("overwrite", "fill/overwrite"),
    ("fillsync", "fill/sync"),
    ("readrandom", "read/random"),
    ("readmissing", "read/missing"),
    ("seekrandom", "read/seek"),
    ("readwhilewriting", "read/while-writing"),
];
const YCSB: [(&str, &str); 6] = [
    ("A: half updates", "ycsb/a"),
    ("B: 5 % updates", "ycsb/b"),
    ("C: reads", "ycsb/c"),
    ("D: reads of the latest", "ycsb/d"),
    ("E: short scans", "ycsb/e"),
    ("F: read, modify, write", "ycsb/f"),
];
const PLOTTED: [(&str, &str); 6] = [
    ("fillrandom", "fill/random"),
    ("overwrite", "fill/overwrite"),
    ("readrandom", "read/random"),
    ("readmissing", "read/missing"),
    ("seekrandom", "read/seek"),
    ("YCSB A", "ycsb/a"),
];
/// The trees of pages that the engine is compared with.
const B_TREES: [&str; 2] = ["book::disk::Store", "redb"];

/// A plot, tables, and where it was run. Nothing without a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    if !Report::exists(root, RACE) {
        return Ok(Vec::new());
    }
    let report = Report::load(root, RACE)?;
    let [db_bench, ycsb, plotted]: [Vec<_>; 3] = [
        report.run_of(&DB_BENCH).collect(),
        report.run_of(&YCSB).collect(),
        report.run_of(&PLOTTED).collect(),
    ];
    let all = [&db_bench[..], &ycsb].concat();
    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let about = format!("{}\n{}", report.legend(&all), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    let everyone = |_: &str| true;
    Ok(vec![
        figure(
            "lsm-race.svg",
            report.plot("lsm-race.svg", title, &plotted)?,
        ),
        figure("lsm-race-dbbench.md", report.by_case(&db_bench, everyone)),
        figure("lsm-race-ycsb.md", report.by_case(&ycsb, everyone)),
        figure("lsm-race-cost.md", report.table(&cost(&report))),
        figure("lsm-race-about.md", about),
        figure("lsm-vs-btree.md", trees(&report, &all)),
    ])
}

fn one(value: f64) -> String {
    format!("{value:.1}")
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

/// What the engines take beside time.
fn cost(report: &Report) -> Vec<(&'static str, Column)> {
    let written = |case| Column::Measure(case, "write_amplification", one);
    let mut columns = vec![
        ("written a byte, fillseq", written("fill/seq")),
        ("fillrandom", written("fill/random")),
        ("overwrite", written("fill/overwrite")),
        (
            "MiB on the disk",
            Column::Measure(ON_DISK, "disk_mib", whole),
        ),
        (
            "MiB of memory, overwrite",
            Column::Measure("fill/overwrite", "peak_memory_mib", whole),
        ),
        (
            "readrandom",
            Column::Measure("read/random", "peak_memory_mib", whole),
        ),
        (
            "CPU seconds, overwrite",
            Column::Measure("fill/overwrite", "cpu_seconds", one),
        ),
    ];
    columns.retain(|(_, column)| report.has(column));
    columns
}

/// A case before which every engine is given the same records.
const ON_DISK: &str = "read/random";

/// The engine against trees of pages: the same work, the bytes written for it, and the room.
fn trees(report: &Report, all: &[(&str, &'static str)]) -> String {
    let is_tree = |contestant: &str| B_TREES.contains(&contestant);
    let written = |case| Column::Measure(case, "write_amplification", one);
    let mut table = report.by_case(all, is_tree);
    let rows = [
        ("bytes written a byte, fillrandom", written("fill/random")),
        ("bytes written a byte, overwrite", written("fill/overwrite")),
        (
            "MiB on the disk",
            Column::Measure(ON_DISK, "disk_mib", whole),
        ),
    ];
    for (heading, column) in rows.iter().filter(|(_, column)| report.has(column)) {
        table += &report.measure_row(heading, all, is_tree, column);
    }
    table
}
