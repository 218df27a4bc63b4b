//! A writer that is faster than compaction: the real strategy and the real brakes, and a disk that
//! is simulated by a number of bytes a second.

use std::sync::Arc;

use lsm::LsmError;
use lsm::compaction::{Action, Compaction, Leveled, Strategy};
use lsm::key::{self, Kind};
use lsm::version::{Bounds, TableMeta, Version, VersionEdit};

use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

const NAME: &str = "lsm-stall.svg";
const TITLE: &str = "A writer that is faster than compaction, for ten minutes: tables pile up at \
                     level 0, and the more there are, the fewer bytes a second are let through";

const MIB: f64 = (1 << 20) as f64;
/// What the writer has, in bytes a second, and for how many seconds.
const OFFERED: f64 = 30.0 * MIB;
const BUSY: f64 = 600.0;
const END: f64 = 780.0;
/// Bytes a second that compaction reads and writes.
const DISK: f64 = 250.0 * MIB;
const MEMTABLE: f64 = 64.0 * MIB;
const STEP: f64 = 0.5;
/// Steps from one point of the lines to the next.
const SHOWN: usize = 6;

#[derive(Default)]
struct Model {
    version: Version,
    edits: u64,
    next_file: u64,
    /// Bytes of the memtable.
    memtable: f64,
    /// What is being merged, and how many bytes of it are left.
    running: Option<(Compaction, f64)>,
}

struct Point {
    seconds: f64,
    runs: f64,
    debt: f64,
    rate: f64,
}

/// The chart.
///
/// # Errors
///
/// [`FigureError::Lsm`] and [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let points = simulate()?;
    let panel = |caption: &str, y: &str, colour, value: fn(&Point) -> f64| Panel {
        caption: caption.to_owned(),
        x: "seconds".to_owned(),
        y: y.to_owned(),
        lines: vec![Line {
            name: caption.to_owned(),
            points: points
                .iter()
                .map(|point| (point.seconds, value(point)))
                .collect(),
            colour,
        }],
    };
    let panels = [
        panel("Tables at level 0", "tables", 1, |point| point.runs),
        panel("Compaction debt", "GB to read and write", 4, |point| {
            point.debt
        }),
        panel(
            "Writes let through, of 30 MiB a second that come for 600 seconds",
            "MiB a second",
            3,
            |point| point.rate,
        ),
    ];
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &panels, 1, 200)?,
    })
}

fn simulate() -> Result<Vec<Point>, LsmError> {
    // Tables of a memtable's size: fewer for the model to handle.
    let strategy = Leveled {
        table_bytes: MEMTABLE as u64,
        ..Leveled::default()
    };
    let mut model = Model::default();
    let mut points = Vec::new();
    let mut written = 0.0;
    for step in 1..=(END / STEP) as usize {
        let seconds = step as f64 * STEP;
        let backlog = strategy.backlog(&model.version, 0);
        if seconds <= BUSY {
            let bytes = OFFERED.min(backlog.write_rate()) * STEP;
            written += bytes;
            model.write(bytes)?;
        }
        model.compact(&strategy)?;
        if step % SHOWN == 0 {
            points.push(Point {
                seconds,
                runs: backlog.runs as f64,
                debt: backlog.bytes as f64 / 1e9,
                rate: written / (SHOWN as f64 * STEP) / MIB,
            });
            written = 0.0;
        }
    }
    Ok(points)
}

impl Model {
    fn write(&mut self, bytes: f64) -> Result<(), LsmError> {
        self.memtable += bytes;
        if self.memtable < MEMTABLE {
            return Ok(());
        }
        let table = self.table(0, u32::MAX, self.memtable as u64);
        self.memtable = 0.0;
        self.apply(VersionEdit {
            added: vec![(0, table)],
            ..VersionEdit::default()
        })
    }

    /// Does as much as the disk does in a step.
    fn compact(&mut self, strategy: &Leveled) -> Result<(), LsmError> {
        let mut disk = DISK * STEP;
        while disk > 0.0 {
            let next = self.running.take().or_else(|| {
                let picked = strategy.pick(&self.version, 0)?;
                let bytes = match picked.action {
                    Action::Merge { .. } => 2 * picked.input_bytes(),
                    _ => 0,
                };
                Some((picked, bytes as f64))
            });
            let Some((compaction, left)) = next else {
                return Ok(());
            };
            if left > disk {
                self.running = Some((compaction, left - disk));
                return Ok(());
            }
            disk -= left;
            let outputs = self.merged(&compaction);
            self.apply(compaction.to_edit(outputs))?;
        }
        Ok(())
    }

    /// As many bytes as the inputs have, in tables of about the same size.
    fn merged(&mut self, compaction: &Compaction) -> Vec<Arc<TableMeta>> {
        let Action::Merge { table_bytes, .. } = compaction.action else {
            return Vec::new();
        };
        let bounds = compaction.inputs.iter().map(|(_, table)| &table.bounds);
        let bounds = Bounds::hull(bounds).expect("a compaction has inputs");
        let (first, last) = (number(bounds.start()), number(bounds.end()));
        let tables = compaction.input_bytes().div_ceil(table_bytes);
        let width = (u64::from(last - first) + 1) / tables;
        let bytes = compaction.input_bytes() / tables;
        let outputs = (0..tables).map(|table| {
            let start = first + (table * width) as u32;
            let end = if table + 1 == tables {
                last
            } else {
                start + width as u32 - 1
            };
            self.table(start, end, bytes)
        });
        outputs.collect()
    }

    fn table(&mut self, first: u32, last: u32, bytes: u64) -> Arc<TableMeta> {
        self.next_file += 1;
        let bound = |number: u32| {
            let mut bound = Vec::new();
            key::encode(&mut bound, &number.to_be_bytes(), 1, Kind::Put);
            bound
        };
        Arc::new(TableMeta {
            number: self.next_file,
            file_len: bytes,
            entries: 1,
            tombstones: 0,
            min_sequence: 1,
            max_sequence: self.next_file,
            created_ms: 0,
            bounds: Bounds {
                smallest: bound(first),
                largest: bound(last),
            },
        })
    }

    fn apply(&mut self, edit: VersionEdit) -> Result<(), LsmError> {
        self.edits += 1;
        self.version = self.version.apply(&edit, self.edits)?;
        Ok(())
    }
}

fn number(user_key: &[u8]) -> u32 {
    let number = user_key.first_chunk().copied().unwrap_or_default();
    u32::from_be_bytes(number)
}
