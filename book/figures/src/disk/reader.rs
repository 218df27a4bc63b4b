//! What a reader that stays costs: the size of the file over commits.

use bplustree::disk::{Durability, Options, ReadTx, StoreError};
use plotters::prelude::*;

use super::file::{self, TABLE};
use super::fsyncs::{key, value};
use crate::chart::{legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const NAME: &str = "disk-reader.svg";
const TITLE: &str = "The size of the file over 400 commits, with and without a reader that stays \
                     from commit 100 to commit 300";
const SIZE: (u32, u32) = (720, 320);
/// Height of the legend, below the chart.
const STRIP: u32 = 30;

const PAGE: u32 = 1024;
const ENTRIES: u32 = 2000;
const COMMITS: u32 = 400;
/// The commits during which there is a reader.
const READS: std::ops::Range<u32> = 100..300;

/// The figure.
///
/// # Errors
///
/// [`FigureError::Store`], [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let lines = [
        ("a reader from commit 100 to 300", sizes(READS)?, 4),
        ("no reader", sizes(0..0)?, 1),
    ];
    let mut svg = String::new();
    draw(&mut svg, &lines).map_err(|why| FigureError::Draw {
        name: NAME.to_owned(),
        why: why.to_string(),
    })?;
    Ok(Figure {
        name: NAME.to_owned(),
        contents: for_page(&svg, TITLE),
    })
}

/// KiB of the file after each commit, of which each changes one entry.
fn sizes(reads: std::ops::Range<u32>) -> Result<Vec<(f64, f64)>, StoreError> {
    let (_disk, store) = file::store(&Options::new().page_size(PAGE))?;
    let mut tx = store.write()?;
    tx.table(TABLE)?
        .bulk_load((0..ENTRIES).map(|number| (key(number), value(number))))?;
    tx.commit_with(Durability::Durable)?;
    let mut reader: Option<ReadTx> = None;
    let mut sizes = Vec::new();
    for commit in 0..COMMITS {
        if commit == reads.start && !reads.is_empty() {
            reader = Some(store.read());
        }
        if commit == reads.end {
            drop(reader.take());
        }
        let mut tx = store.write()?;
        tx.table(TABLE)?
            .insert(key(commit * 7919 % ENTRIES), value(commit))?;
        tx.commit()?;
        let bytes = u64::from(store.stats().pages) * u64::from(PAGE);
        sizes.push((f64::from(commit + 1), bytes as f64 / 1024.0));
    }
    Ok(sizes)
}

type Line<'a> = (&'a str, Vec<(f64, f64)>, usize);

fn draw(svg: &mut String, lines: &[Line<'_>]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let (chart, strip) = area.split_vertically(SIZE.1 - STRIP);
    let points = || lines.iter().flat_map(|(_, points, _)| points);
    let most = points().map(|(_, size)| *size).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(&chart)
        .margin(8)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..f64::from(COMMITS), 0.0..most * 1.1)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(5)
        .y_labels(5)
        .x_desc("commits of one change")
        .y_desc("KiB in the file")
        .x_label_formatter(&|commits| format!("{commits:.0}"))
        .y_label_formatter(&|size| format!("{size:.0}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for (_, points, colour) in lines {
        let colour = SERIES[*colour].stroke_width(2);
        chart.draw_series(LineSeries::new(points.iter().copied(), colour))?;
    }
    for (index, (name, _, colour)) in (0..).zip(lines) {
        legend(&strip, (60 + 320 * index, 14), name, *colour)?;
    }
    area.present()?;
    Ok(())
}
