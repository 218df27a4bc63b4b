//! What a small durable write costs in three places: at a log's end, in a page of its own behind
//! the one before, and in a page anywhere. Timed on a disk, so it is recorded, and drawn from the
//! record.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use plotters::prelude::*;
use serde::{Deserialize, Serialize};

use crate::chart::{Area, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const RECORD: &str = "book/figures/data/wal-writes.json";
const NAME: &str = "wal-writes.svg";
const TITLE: &str = "Microseconds for each durable record of 128 bytes, by how many share an fsync: \
                     at the end of a log, in consecutive pages, and in pages anywhere in the file";

/// Bytes of a record, of a page that has to be written for it in a file of pages, and of the file.
const BYTES: usize = 128;
const PAGE: usize = 4096;
const FILE: u64 = 256 << 20;
/// Records for each fsync.
const GROUPS: [u32; 6] = [1, 4, 16, 64, 256, 1024];
/// Each is timed so often, in turns; what is kept is the median.
const ROUNDS: u64 = 5;

/// Where records go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Log,
    NextPage,
    AnyPage,
}

impl Place {
    const ALL: [Place; 3] = [Place::AnyPage, Place::NextPage, Place::Log];

    fn name(self) -> &'static str {
        match self {
            Place::Log => "a record at a log's end",
            Place::NextPage => "a page behind the other",
            Place::AnyPage => "a page anywhere",
        }
    }

    fn colour(self) -> usize {
        match self {
            Place::Log => 3,
            Place::NextPage => 1,
            Place::AnyPage => 4,
        }
    }
}

/// The record: what was timed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Writes {
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    place: Place,
    /// Records that share an fsync.
    group: u32,
    /// Microseconds a record.
    micros: f64,
}

impl Writes {
    /// Times all of them, in a file in the repository at `root`: about a minute.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn measure(root: &Path) -> Result<Self, FigureError> {
        measure(root).map_err(|source| FigureError::Io {
            path: root.to_owned(),
            source,
        })
    }

    /// Reads the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Self, FigureError> {
        let json = fs::read_to_string(root.join(RECORD)).map_err(|source| FigureError::Io {
            path: RECORD.into(),
            source,
        })?;
        serde_json::from_str(&json).map_err(|source| FigureError::Record {
            path: RECORD.into(),
            source,
        })
    }

    /// Writes the record into the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn save(&self, root: &Path) -> Result<(), FigureError> {
        let json = serde_json::to_string_pretty(self).expect("a record is plain data");
        fs::write(root.join(RECORD), json + "\n").map_err(|source| FigureError::Io {
            path: RECORD.into(),
            source,
        })
    }

    /// A line for each place.
    ///
    /// # Errors
    ///
    /// [`FigureError::Draw`].
    pub(super) fn figure(&self) -> Result<Figure, FigureError> {
        let mut svg = String::new();
        self.draw(&mut svg).map_err(|why| FigureError::Draw {
            name: NAME.to_owned(),
            why: why.to_string(),
        })?;
        Ok(Figure {
            name: NAME.to_owned(),
            contents: for_page(&svg, TITLE),
        })
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let micros = self.rows.iter().map(|row| row.micros);
        let (least, most) = micros.fold((f64::MAX, 0.0), |(least, most), time| {
            (time.min(least), time.max(most))
        });
        let area: Area<'_> = SVGBackend::with_string(svg, (720, 360)).into_drawing_area();
        let (chart, key) = area.split_vertically(330);
        let mut chart = ChartBuilder::on(&chart)
            .margin(8)
            .margin_right(24)
            .x_label_area_size(36)
            .y_label_area_size(60)
            .build_cartesian_2d(
                (0.9..1150.0).log_scale(),
                (least / 1.3..most * 1.3).log_scale(),
            )?;
        chart
            .configure_mesh()
            .axis_style(FOREGROUND)
            .bold_line_style(FAINT)
            .disable_x_mesh()
            .max_light_lines(0)
            .x_desc("records that share an fsync")
            .y_desc("µs a record")
            .x_label_formatter(&|group| format!("{group:.0}"))
            .y_label_formatter(&|micros| format!("{micros}"))
            .label_style(text(12))
            .axis_desc_style(text(12))
            .draw()?;
        for (position, place) in Place::ALL.into_iter().enumerate() {
            let rows = self.rows.iter().filter(|row| row.place == place);
            let points: Vec<_> = rows.map(|row| (f64::from(row.group), row.micros)).collect();
            let colour = SERIES[place.colour()];
            let dots = points
                .iter()
                .map(|&point| Circle::new(point, 3, colour.filled()));
            chart.draw_series(LineSeries::new(
                points.iter().copied(),
                colour.stroke_width(2),
            ))?;
            chart.draw_series(dots)?;
            let x = 70 + 215 * position as i32;
            legend(&key, (x, 14), place.name(), place.colour())?;
        }
        area.present()?;
        Ok(())
    }
}

fn measure(root: &Path) -> io::Result<Writes> {
    let folder = tempfile::tempdir_in(root)?;
    let mut file = File::create_new(folder.path().join("pages"))?;
    // Every page has its place on the disk before any is timed.
    let zeros = vec![0; 1 << 20];
    (0..FILE >> 20).try_for_each(|_| file.write_all(&zeros))?;
    file.sync_all()?;
    let mut times = vec![Vec::new(); Place::ALL.len() * GROUPS.len()];
    for round in 0..ROUNDS {
        let mut slots = times.iter_mut();
        for place in Place::ALL {
            for group in GROUPS {
                let micros = time(&file, place, group, round)?;
                slots.next().expect("a slot for each").push(micros);
            }
        }
    }
    let kinds = Place::ALL
        .iter()
        .flat_map(|place| GROUPS.map(|group| (*place, group)));
    let rows = kinds.zip(times).map(|((place, group), mut times)| {
        times.sort_by(f64::total_cmp);
        let micros = (times[times.len() / 2] * 100.0).round() / 100.0;
        Row {
            place,
            group,
            micros,
        }
    });
    Ok(Writes {
        rows: rows.collect(),
    })
}

/// Microseconds for each of some records.
fn time(file: &File, place: Place, group: u32, seed: u64) -> io::Result<f64> {
    let syncs = (400 / group).clamp(8, 60);
    let pages = FILE / PAGE as u64;
    let mut at = seed << 20;
    let mut number = seed;
    let start = Instant::now();
    for _ in 0..syncs {
        if place == Place::Log {
            let records = vec![1; BYTES * group as usize];
            file.write_all_at(&records, at)?;
            at += records.len() as u64;
        } else {
            for _ in 0..group {
                number = match place {
                    Place::NextPage => number + 1,
                    // Knuth's generator: a page in no order.
                    _ => number
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407),
                };
                let page = (number >> if place == Place::AnyPage { 33 } else { 0 }) % pages;
                file.write_all_at(&[1; PAGE], page * PAGE as u64)?;
            }
        }
        file.sync_data()?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(syncs * group))
}
