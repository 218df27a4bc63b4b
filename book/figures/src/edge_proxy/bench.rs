//! The race of the proxies, once it has been run: `examples/edge-proxy/bench/run` writes a record
//! in its own folder.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::chart::grouped;
use crate::{Figure, FigureError};

const RECORD: &str = "examples/edge-proxy/bench/result.json";
const WIDTH: i32 = 720;
const LEFT: i32 = 110;
const BAR: i32 = 16;

#[derive(Deserialize)]
struct Race {
    date: String,
    command: String,
    rounds: u32,
    seconds: u32,
    connections: u32,
    machine: Machine,
    cases: Vec<Case>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Machine {
    cpu: String,
    cores: u32,
}

#[derive(Deserialize)]
struct Case {
    case: String,
    about: String,
}

#[derive(Deserialize)]
struct Row {
    case: String,
    contestant: String,
    version: String,
    ours: bool,
    requests_per_second: f64,
    requests_per_cpu_second: f64,
    p50_us: f64,
    p99_us: f64,
    errors: f64,
    peak_memory_mib: f64,
    requests_per_second_vs_nginx: Option<f64>,
    requests_per_cpu_second_vs_nginx: Option<f64>,
    p99_vs_nginx: Option<f64>,
}

/// A table, a plot, and where it was run. Nothing without a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let path = root.join(RECORD);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let json = fs::read_to_string(path).map_err(|source| FigureError::Io {
        path: RECORD.into(),
        source,
    })?;
    let race: Race = serde_json::from_str(&json).map_err(|source| FigureError::Record {
        path: RECORD.into(),
        source,
    })?;
    let markdown = |name: &str, contents| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        markdown("edge-proxy-race.md", race.table()),
        markdown("edge-proxy-race-about.md", race.about()),
        race.plot(),
    ])
}

impl Race {
    fn rows_of<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.case == case.case)
    }

    fn table(&self) -> String {
        let mut table = "| | | requests/s | of nginx | requests per CPU second | of nginx | p50 | p99 | of nginx | errors | memory |\n\
                         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
            .to_owned();
        for case in &self.cases {
            for (number, row) in self.rows_of(case).enumerate() {
                let heading = if number == 0 {
                    case.case.replace('-', " ")
                } else {
                    String::new()
                };
                let name = match row.ours {
                    true => format!("**`{}`**", row.contestant),
                    false => format!("`{}` {}", row.contestant, row.version),
                };
                table += &format!(
                    "| {heading} | {name} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1} MiB |\n",
                    grouped(row.requests_per_second),
                    ratio(row.requests_per_second_vs_nginx),
                    grouped(row.requests_per_cpu_second),
                    ratio(row.requests_per_cpu_second_vs_nginx),
                    millis(row.p50_us),
                    millis(row.p99_us),
                    ratio(row.p99_vs_nginx),
                    grouped(row.errors),
                    row.peak_memory_mib,
                );
            }
        }
        table
    }

    fn about(&self) -> String {
        let cases = self
            .cases
            .iter()
            .map(|case| format!("- *{}*: {}.\n", case.case.replace('-', " "), case.about));
        let Machine { cpu, cores } = &self.machine;
        format!(
            "{}\n`{}`, {}: medians of {} rounds of {} s with {} connections, on {cores} cores of {cpu}.\n",
            cases.collect::<String>(),
            self.command.trim(),
            self.date,
            self.rounds,
            self.seconds,
            self.connections,
        )
    }

    /// Bars: requests for each second of the processor, and the 99th percentile.
    fn plot(&self) -> Figure {
        let mut canvas = Canvas::new(WIDTH);
        let mut y = 0;
        for case in &self.cases {
            canvas.text((0, y + 16), Anchor::Start, 14, &case.case.replace('-', " "));
            canvas.faint_text(
                (LEFT, y + 16),
                Anchor::Start,
                12,
                "requests per second of the processor",
            );
            canvas.faint_text(
                (LEFT + 330, y + 16),
                Anchor::Start,
                12,
                "99th percentile of the latency",
            );
            y += 26;
            let most = |what: fn(&Row) -> f64| self.rows.iter().map(what).fold(1.0, f64::max);
            let (requests, late) = (
                most(|row| row.requests_per_cpu_second),
                most(|row| row.p99_us),
            );
            for row in self.rows_of(case) {
                let ink = if row.ours {
                    Ink::Series(3)
                } else {
                    Ink::Series(0)
                };
                canvas.text((LEFT - 10, y + 13), Anchor::End, 12, &row.contestant);
                let columns = [
                    (
                        LEFT,
                        row.requests_per_cpu_second / requests,
                        grouped(row.requests_per_cpu_second),
                    ),
                    (LEFT + 330, row.p99_us / late, millis(row.p99_us)),
                ];
                for (x, share, text) in columns {
                    let length = (190.0 * share).round() as i32;
                    canvas.rect((x, y), (length, BAR), Style::NONE.filled(ink, 0.9));
                    canvas.text((x + length + 6, y + 13), Anchor::Start, 12, &text);
                }
                y += BAR + 6;
            }
            y += 14;
        }
        let title = "Requests for each second of processor time and 99th percentile of latency, for each proxy";
        canvas.figure("edge-proxy-race.svg", title, y)
    }
}

fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
}

fn millis(micros: f64) -> String {
    format!("{:.2} ms", micros / 1000.0)
}
