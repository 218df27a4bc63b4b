//! The latency numbers as a table, and where they were measured.

use std::fmt::Write as _;

use super::latency::{Latencies, markdown, size, time};
use crate::Figure;

/// Median, 99th percentile and the textbook's figure, and what it would be if a hit in the first
/// cache took a second.
pub fn table(latencies: &Latencies) -> Figure {
    let second = latencies.row("l1").and_then(|row| row.measured.as_ref());
    let second = second.map(|first| first.median_ns);
    let mut table =
        "| operation | median | p99 | textbook | ratio | if an L1 hit took a second |\n\
                     |---|--:|--:|--:|--:|--:|\n"
            .to_owned();
    for row in &latencies.report.rows {
        let textbook = match &row.textbook {
            Some(textbook) => time(textbook.ns),
            None => "–".to_owned(),
        };
        let figures = match &row.measured {
            Some(measured) => {
                let star = if measured.group > 1 { "\\*" } else { "" };
                let ratio = measured
                    .ratio
                    .map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
                let scaled = second.map(|second| scaled(measured.median_ns / second));
                format!(
                    "{} | {}{star} | {textbook} | {ratio} | {}",
                    time(measured.median_ns),
                    time(measured.p99_ns),
                    scaled.unwrap_or_default()
                )
            }
            None => format!("– | – | {textbook} | – | "),
        };
        writeln!(table, "| {} | {figures} |", row.name).expect("a string grows");
    }
    markdown("numbers-latency.md", table)
}

/// The machine, the command, and what the program had to say of rows.
pub fn about(latencies: &Latencies) -> Figure {
    let report = &latencies.report;
    let machine = &report.machine;
    let caches = machine.caches.iter();
    let caches = caches.map(|cache| format!("L{} of {}", cache.level, size(cache.bytes)));
    let below = match machine.is_virtual {
        Some(true) => ", a virtual machine",
        _ => "",
    };
    let mut text = format!(
        "`{}`, {}: {} processors of {}{below}; {}. The caches' rows are walks through half of each, \
         main memory's is one through {}. \\* Timed in groups: the 99th percentile is that of the \
         groups' means.\n",
        latencies.command,
        latencies.date,
        machine.cores,
        machine.cpu.as_deref().unwrap_or("an unknown kind"),
        caches.collect::<Vec<_>>().join(", "),
        size(report.walked_bytes),
    );
    for row in &report.rows {
        if let Some(note) = &row.note {
            writeln!(text, "{}: {note}.", row.name).expect("a string grows");
        }
    }
    markdown("numbers-latency-about.md", text)
}

/// Seconds as people count them.
fn scaled(seconds: f64) -> String {
    const UNITS: [(f64, &str); 6] = [
        (1.0, "s"),
        (60.0, "minutes"),
        (3_600.0, "hours"),
        (86_400.0, "days"),
        (2_629_800.0, "months"),
        (31_557_600.0, "years"),
    ];
    let unit = UNITS.iter().rev().find(|(unit, _)| seconds >= 2.0 * unit);
    let (unit, name) = unit.unwrap_or(&UNITS[0]);
    match seconds / unit {
        value @ ..9.95 => format!("{value:.1} {name}"),
        value => format!("{value:.0} {name}"),
    }
}
