//! The model's guesses beside what the book measured elsewhere.

use std::fs;
use std::path::Path;

use capacity::Source;
use serde::Deserialize;

use super::{plan, plan_with};
use crate::{Figure, FigureError};

const PROXIES: &str = "examples/edge-proxy/bench/result.json";
const ENGINES: &str = "arena/results/lsm.json";
/// Bytes of a record of the engines' race: a key of 16 and a value of 100.
const RECORD: f64 = 116.0;
/// How many of them there are.
const RECORDS: f64 = 1e6;

#[derive(Deserialize)]
struct Report {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    case: String,
    contestant: String,
    requests_per_second: Option<f64>,
    ns_per_op: Option<f64>,
    #[serde(default)]
    measures: std::collections::BTreeMap<String, f64>,
}

/// For each guess: what was measured, and what the plan says with that in its place.
pub(super) fn table(root: &Path, source: &Source) -> Result<Figure, FigureError> {
    let mut table =
        String::from("| what one machine handles | | servers or stores |\n|---|--:|--:|\n");
    let mut row = |what: &str, handles: &str, step: &str, input: &str| -> Result<(), FigureError> {
        let plan = match handles {
            "" => plan(source)?,
            handles => plan_with(source, input, handles)?,
        };
        let said = source
            .inputs()
            .into_iter()
            .find(|known| known.short() == input);
        let shown = match handles {
            "" => said.map(|said| said.text).unwrap_or_default(),
            handles => handles.to_owned(),
        };
        let count = plan.step(step).map(|step| step.shown()).unwrap_or_default();
        table += &format!("| {what} | {shown} | {count} |\n");
        Ok(())
    };
    row(
        "servers, as the model guesses",
        "",
        "servers",
        "servers.handles",
    )?;
    for (name, contestant) in [
        ("the book's edge proxy", "edge-proxy"),
        ("nginx as a proxy", "nginx"),
    ] {
        let rate = rate(&load(root, PROXIES)?, "1-worker", contestant);
        let what = format!("{name}, measured on one core");
        row(&what, &rate, "servers", "servers.handles")?;
    }
    row(
        "stores, as the model guesses",
        "",
        "stores for the work",
        "storage.handles",
    )?;
    let engines = load(root, ENGINES)?;
    for (name, case) in [
        ("half reads, half updates", "ycsb/a"),
        ("durable puts, one by one", "fill/sync"),
    ] {
        let what = format!("`lsm`, {name}, measured on one thread");
        let rate = rate(&engines, case, "book::Db");
        row(&what, &rate, "stores for the work", "storage.handles")?;
    }
    table += &format!("\n{}\n", on_disk(&engines));
    Ok(Figure {
        name: "capacity-measured.md".to_owned(),
        contents: table,
    })
}

/// Bytes on disk for each byte of a record: what a model calls its size is what is stored.
fn on_disk(engines: &Report) -> String {
    let mut said = Vec::new();
    for (name, contestant) in [
        ("`lsm`", "book::Db"),
        ("the B+ tree on disk", "book::disk::Store"),
    ] {
        let rows = engines.rows.iter();
        let mut rows = rows.filter(|row| row.case == "read/random" && row.contestant == contestant);
        let disk = rows.find_map(|row| row.measures.get("disk_mib").copied());
        if let Some(disk) = disk {
            let ratio = disk * 1024.0 * 1024.0 / RECORDS / RECORD;
            said.push(format!("{ratio:.1} in {name}"));
        }
    }
    format!(
        "Bytes on disk for each byte of key and value, after a million puts: {}.",
        said.join(", ")
    )
}

/// As a model's file would say it, to three digits.
fn rate(report: &Report, case: &str, contestant: &str) -> String {
    let mut rows = report.rows.iter();
    let row = rows.find(|row| row.case == case && row.contestant == contestant);
    let per_second = row.and_then(|row| {
        let by_time = row.ns_per_op.map(|ns| 1e9 / ns);
        row.requests_per_second.or(by_time)
    });
    capacity::show(per_second.unwrap_or(0.0), capacity::Dimension::Rate)
}

fn load(root: &Path, record: &str) -> Result<Report, FigureError> {
    let json = fs::read_to_string(root.join(record)).map_err(|source| FigureError::Io {
        path: record.into(),
        source,
    })?;
    serde_json::from_str(&json).map_err(|source| FigureError::Record {
        path: record.into(),
        source,
    })
}
