//! An arena's report as a table and a plot: the same for every chapter.
//!
//! The number that counts is the ratio: a contestant's time divided by ours, taken within each
//! round and then the median over the rounds. Above one, ours is faster. The quartiles beside it
//! say how far to trust it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde::Deserialize;

use crate::FigureError;
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};

/// What this module needs of a report; `arena/src/report.rs` describes all of it.
#[derive(Deserialize)]
pub struct Report {
    rounds: u32,
    date: String,
    command: String,
    machine: Machine,
    cases: Vec<CaseNote>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Machine {
    cpu: String,
    cores: usize,
    rustc: String,
}

#[derive(Deserialize)]
struct CaseNote {
    case: String,
    about: String,
}

#[derive(Deserialize)]
struct Row {
    case: String,
    contestant: String,
    version: String,
    ours: bool,
    reference: bool,
    ns_per_op: Option<f64>,
    ratio: Option<f64>,
    ratio_lo: Option<f64>,
    ratio_hi: Option<f64>,
    measures: std::collections::BTreeMap<String, f64>,
}

/// A column of a table.
pub enum Column {
    /// The ratio in a case.
    Ratio(&'static str),
    /// Something else that was measured in a case, and how to print it.
    Measure(&'static str, &'static str, fn(f64) -> String),
}

impl Report {
    /// Whether `race` has been run in the repository at `root`.
    pub fn exists(root: &Path, race: &str) -> bool {
        root.join(path_of(race)).exists()
    }

    /// Reads the report of `race` in the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path, race: &str) -> Result<Self, FigureError> {
        let path = path_of(race);
        let json = fs::read_to_string(root.join(&path)).map_err(|source| FigureError::Io {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&json).map_err(|source| FigureError::Record { path, source })
    }

    /// Those of `cases`, which are given with a heading, that were run.
    pub fn run_of(
        &self,
        cases: &[(&'static str, &'static str)],
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let was_run = |(_, case): &(_, &str)| self.cases.iter().any(|note| note.case == *case);
        cases.iter().copied().filter(was_run)
    }

    /// Whether there is anything for a column.
    pub fn has(&self, column: &Column) -> bool {
        self.rows.iter().any(|row| row.case == column.case())
    }

    /// A column for each of `cases`, which are given with a heading, that was run.
    pub fn ratios(&self, cases: &[(&'static str, &'static str)]) -> Vec<(&'static str, Column)> {
        let ratio = |(heading, case)| (heading, Column::Ratio(case));
        self.run_of(cases).map(ratio).collect()
    }

    /// One row a contestant of the first column's case, one column each of `columns` under its
    /// heading.
    pub fn table(&self, columns: &[(&str, Column)]) -> String {
        let headings = columns.iter().map(|(heading, _)| format!(" {heading} |"));
        let mut table = format!(
            "| |{}\n|---|{}\n",
            headings.collect::<String>(),
            "--:|".repeat(columns.len())
        );
        let Some((_, first)) = columns.first() else {
            return table;
        };
        for row in self.rows.iter().filter(|row| row.case == first.case()) {
            let name = match row.ours {
                true => format!("**`{}`**", row.contestant),
                false => format!("`{}` {}", row.contestant, row.version),
            };
            write!(table, "| {name} |").expect("a string grows");
            for (_, column) in columns {
                write!(table, " {} |", self.cell(&row.contestant, column)).expect("a string grows");
            }
            table.push('\n');
        }
        table
    }

    /// The other way round: one row for each of `cases`, which are given with a heading, with our
    /// time and the ratio of every peer that `is_shown`.
    pub fn by_case(
        &self,
        cases: &[(&str, &'static str)],
        is_shown: impl Fn(&str) -> bool,
    ) -> String {
        let peers = self.peers_of(cases, is_shown);
        let names = peers.iter().map(|row| match row.ours {
            true => format!(" `{}` |", row.contestant),
            false => format!(" `{}` {} |", row.contestant, row.version),
        });
        let ours = self.rows.iter().find(|row| row.reference);
        let ours = ours.map_or("", |row| &row.contestant);
        let mut table = format!(
            "| | **`{ours}`** |{}\n|---|--:|{}\n",
            names.collect::<String>(),
            "--:|".repeat(peers.len())
        );
        for (heading, case) in cases {
            let time = self.row(case, ours).and_then(|row| row.ns_per_op);
            let time = time.map_or("–".to_owned(), duration);
            write!(table, "| {heading} | {time} |").expect("a string grows");
            for peer in &peers {
                let cell = self.cell(&peer.contestant, &Column::Ratio(case));
                write!(table, " {cell} |").expect("a string grows");
            }
            table.push('\n');
        }
        table
    }

    /// A row of such a table for something else that was measured in a case.
    pub fn measure_row(
        &self,
        heading: &str,
        cases: &[(&str, &'static str)],
        is_shown: impl Fn(&str) -> bool,
        column: &Column,
    ) -> String {
        let peers = self.peers_of(cases, is_shown);
        let ours = self.rows.iter().find(|row| row.reference);
        let cells = ours.into_iter().chain(peers);
        let cells = cells.map(|row| format!(" {} |", self.cell(&row.contestant, column)));
        format!("| {heading} |{}\n", cells.collect::<String>())
    }

    /// A row of each contestant but the reference that was in any of `cases`.
    fn peers_of(
        &self,
        cases: &[(&str, &'static str)],
        is_shown: impl Fn(&str) -> bool,
    ) -> Vec<&Row> {
        let mut peers: Vec<&Row> = Vec::new();
        let rows = self.rows.iter().filter(|row| !row.reference);
        for row in rows.filter(|row| cases.iter().any(|(_, case)| row.case == *case)) {
            let is_new = peers.iter().all(|peer| peer.contestant != row.contestant);
            if is_new && is_shown(&row.contestant) {
                peers.push(row);
            }
        }
        peers
    }

    /// Nanoseconds for one operation, if that was run and timed.
    pub fn time(&self, case: &str, contestant: &str) -> Option<f64> {
        self.row(case, contestant).and_then(|row| row.ns_per_op)
    }

    fn row(&self, case: &str, contestant: &str) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.case == case && row.contestant == contestant)
    }

    fn cell(&self, contestant: &str, column: &Column) -> String {
        let row = self.row(column.case(), contestant);
        let text = row.and_then(|row| match column {
            Column::Ratio(_) if row.reference => Some("1".to_owned()),
            Column::Ratio(_) => row
                .ratio
                .zip(row.ratio_lo.zip(row.ratio_hi))
                .map(|(ratio, (lo, hi))| format!("{ratio:.2} ({lo:.2}–{hi:.2})")),
            Column::Measure(_, measure, print) => {
                row.measures.get(*measure).map(|&value| print(value))
            }
        });
        text.unwrap_or_else(|| "–".to_owned())
    }

    /// Where and when, in a sentence to stand under a table.
    pub fn provenance(&self) -> String {
        let Machine { cpu, cores, rustc } = &self.machine;
        let Report {
            rounds,
            date,
            command,
            ..
        } = self;
        format!("`{command}`, {date}: {rounds} rounds on {cores} cores of {cpu}, {rustc}.\n")
    }

    /// What each of `cases` measures, as a list.
    pub fn legend(&self, cases: &[(&str, &str)]) -> String {
        let about = |case: &str| {
            self.cases
                .iter()
                .find(|note| note.case == case)
                .map_or("", |note| &note.about)
        };
        cases
            .iter()
            .map(|(heading, case)| {
                format!("- *{heading}*: {}.\n", about(case).trim_end_matches('.'))
            })
            .collect()
    }

    /// A panel for each of `cases`, given with its caption: the ratio of every peer to ours on a
    /// logarithmic scale, with its quartiles.
    ///
    /// # Errors
    ///
    /// [`FigureError::Draw`].
    pub fn plot(
        &self,
        name: &str,
        title: &str,
        cases: &[(&str, &str)],
    ) -> Result<String, FigureError> {
        let panels: Vec<(&str, Vec<&Row>)> = cases
            .iter()
            .map(|(caption, case)| (*caption, self.peers(case)))
            .collect();
        let heights: Vec<u32> = panels
            .iter()
            .map(|(_, rows)| CAPTION + ROW * rows.len() as u32 + AXIS)
            .collect();
        let scale = Scale::over(panels.iter().flat_map(|(_, rows)| rows));
        let mut svg = String::new();
        let draw = |svg: &mut String| -> Result<(), Box<dyn std::error::Error>> {
            let area =
                SVGBackend::with_string(svg, (WIDTH, heights.iter().sum())).into_drawing_area();
            let mut rest = area.clone();
            for ((caption, rows), height) in panels.iter().zip(&heights) {
                let (panel, below) = rest.split_vertically(*height);
                draw_panel(&panel, caption, rows, &scale)?;
                rest = below;
            }
            area.present()?;
            Ok(())
        };
        draw(&mut svg).map_err(|why| FigureError::Draw {
            name: name.to_owned(),
            why: why.to_string(),
        })?;
        Ok(for_page(&svg, title))
    }

    /// What else a contestant was measured to do in a case.
    pub fn measure(&self, case: &str, contestant: &str, measure: &str) -> Option<f64> {
        let is_it = |row: &&Row| row.case == case && row.contestant == contestant;
        self.rows.iter().find(is_it)?.measures.get(measure).copied()
    }

    fn peers(&self, case: &str) -> Vec<&Row> {
        self.rows
            .iter()
            .filter(|row| row.case == case && !row.reference && row.ratio.is_some())
            .collect()
    }
}

/// A time in the unit that leaves it one to three digits before the point.
fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        ..1e6 => (nanoseconds / 1e3, "µs"),
        _ => (nanoseconds / 1e6, "ms"),
    };
    let digits = if value < 10.0 { 2 } else { 0 };
    format!("{value:.digits$} {unit}")
}

/// Where the report of `race` is, in the repository.
fn path_of(race: &str) -> PathBuf {
    PathBuf::from(format!("arena/results/{race}.json"))
}

impl Column {
    fn case(&self) -> &str {
        match self {
            Column::Ratio(case) | Column::Measure(case, ..) => case,
        }
    }
}

const WIDTH: u32 = 720;
const CAPTION: u32 = 30;
const ROW: u32 = 22;
const AXIS: u32 = 28;
/// Where the scale begins, right of the names, and where it ends, left of the numbers.
const LEFT: f64 = 190.0;
const RIGHT: f64 = 640.0;

/// A logarithmic scale over powers of two that always holds 1.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn over<'a>(rows: impl Iterator<Item = &'a &'a Row>) -> Self {
        let ratios = rows
            .flat_map(|row| [row.ratio_lo, row.ratio_hi, row.ratio])
            .flatten();
        let (low, high) = ratios.fold((1.0_f64, 1.0_f64), |(low, high), ratio| {
            (low.min(ratio), high.max(ratio))
        });
        Scale {
            low: (low.log2() - 0.1).floor(),
            high: (high.log2() + 0.1).ceil(),
        }
    }

    fn x(&self, ratio: f64) -> i32 {
        (LEFT + (ratio.log2() - self.low) / (self.high - self.low) * (RIGHT - LEFT)).round() as i32
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.low as i32..=self.high as i32).map(|power| 2f64.powi(power))
    }
}

fn draw_panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    caption: &str,
    rows: &[&Row],
    scale: &Scale,
) -> Result<(), Box<dyn std::error::Error>> {
    let text = |size: u32, pos: Pos| ("sans-serif", size).into_font().color(&FOREGROUND).pos(pos);
    let right = Pos::new(HPos::Right, VPos::Center);
    let left = Pos::new(HPos::Left, VPos::Center);
    let middle = Pos::new(HPos::Center, VPos::Center);
    let bottom = (CAPTION + ROW * rows.len() as u32) as i32;

    area.draw(&Text::new(caption.to_owned(), (8, 16), text(14, left)))?;
    for tick in scale.ticks() {
        let colour = if tick == 1.0 { FOREGROUND } else { FAINT };
        area.draw(&PathElement::new(
            vec![(scale.x(tick), CAPTION as i32), (scale.x(tick), bottom)],
            colour.stroke_width(1),
        ))?;
        let label = if tick < 1.0 {
            format!("1/{}", 1.0 / tick)
        } else {
            format!("{tick}")
        };
        area.draw(&Text::new(
            label,
            (scale.x(tick), bottom + 10),
            text(11, middle),
        ))?;
    }
    for (position, row) in rows.iter().enumerate() {
        let y = (CAPTION + ROW / 2 + ROW * position as u32) as i32;
        let colour = if row.ours { SERIES[3] } else { SERIES[1] };
        let ratio = row.ratio.unwrap_or(1.0);
        let ends = [row.ratio_lo.unwrap_or(ratio), row.ratio_hi.unwrap_or(ratio)]
            .map(|end| (scale.x(end), y));
        area.draw(&Text::new(
            row.contestant.clone(),
            (LEFT as i32 - 12, y),
            text(12, right),
        ))?;
        area.draw(&PathElement::new(ends.to_vec(), colour.stroke_width(3)))?;
        area.draw(&Circle::new((scale.x(ratio), y), 5, colour.filled()))?;
        area.draw(&Text::new(
            format!("{ratio:.2}"),
            (RIGHT as i32 + 14, y),
            text(12, left),
        ))?;
    }
    Ok(())
}
