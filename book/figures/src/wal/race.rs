//! The race of the logs, once it has been run.

use std::path::Path;

use plotters::prelude::*;

use crate::chart::{Area, legend, text};
use crate::race::{Column, Report};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const RACE: &str = "wal";
const SMALL: [(&str, &str); 3] = [
    ("1 thread", "append/1-thread"),
    ("8 threads", "append/8-threads"),
    ("64 threads", "append/64-threads"),
];
const LARGE: [(&str, &str); 5] = [
    ("4 KiB, 1 thread", "append-4k/1-thread"),
    ("4 KiB, 8 threads", "append-4k/8-threads"),
    ("4 KiB, 64 threads", "append-4k/64-threads"),
    ("not synced, 1 thread", "append-os/1-thread"),
    ("not synced, 8 threads", "append-os/8-threads"),
];
const PLOTTED: [(&str, &str); 4] = [
    (
        "Durable appends of 128 bytes, one thread",
        "append/1-thread",
    ),
    ("8 threads", "append/8-threads"),
    ("64 threads", "append/64-threads"),
    ("Not synced, one thread", "append-os/1-thread"),
];
const FSYNCS: &str = "fsyncs_per_append";
const FSYNCS_NAME: &str = "wal-fsyncs.svg";
const FSYNCS_TITLE: &str = "fsyncs for each durable append at 1, 8 and 64 threads: one with a file \
                            and a lock; fewer the more threads share them with group commit";
/// Who counts its fsyncs, and its colour.
const COUNTED: [(&str, usize); 3] = [("File, prepared", 0), ("raft-engine", 1), ("book::Wal", 3)];

/// Two tables, two plots, and where it was run. Nothing without a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    if !Report::exists(root, RACE) {
        return Ok(Vec::new());
    }
    let report = Report::load(root, RACE)?;
    let title =
        "Time of each peer divided by ours, on a logarithmic scale; right of 1, ours is faster";
    let plot = report.plot("wal-race.svg", title, &PLOTTED)?;
    let about = [&SMALL[..], &LARGE[..]].concat();
    let about = format!("{}\n{}", report.legend(&about), report.provenance());
    let figure = |name: &str, contents: String| Figure {
        name: name.to_owned(),
        contents,
    };
    let fsyncs = |count: f64| format!("{count:.3}");
    let mut small = report.ratios(&SMALL);
    small.extend(
        SMALL
            .map(|(_, case)| (case, Column::Measure(case, FSYNCS, fsyncs)))
            .map(|(case, column)| {
                let threads = case.trim_start_matches("append/");
                (heading(threads), column)
            }),
    );
    Ok(vec![
        figure("wal-race.svg", plot),
        figure("wal-race-durable.md", report.table(&small)),
        figure("wal-race-more.md", report.table(&report.ratios(&LARGE))),
        figure("wal-race-about.md", about),
        figure(FSYNCS_NAME, plot_fsyncs(&report)?),
    ])
}

fn heading(threads: &str) -> &'static str {
    match threads {
        "1-thread" => "fsyncs an append, 1 thread",
        "8-threads" => "8 threads",
        _ => "64 threads",
    }
}

/// Threads from left to right, fsyncs an append from bottom to top, both logarithmic.
fn plot_fsyncs(report: &Report) -> Result<String, FigureError> {
    let mut svg = String::new();
    draw_fsyncs(report, &mut svg).map_err(|why| FigureError::Draw {
        name: FSYNCS_NAME.to_owned(),
        why: why.to_string(),
    })?;
    Ok(for_page(&svg, FSYNCS_TITLE))
}

fn draw_fsyncs(report: &Report, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let area: Area<'_> = SVGBackend::with_string(svg, (720, 320)).into_drawing_area();
    let (chart_area, key) = area.split_vertically(290);
    let mut chart = ChartBuilder::on(&chart_area)
        .margin(8)
        .margin_right(24)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(-0.2..6.2, (0.012..1.4).log_scale())?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_desc("threads that append")
        .y_desc("fsyncs an append")
        // Logarithms, so that the ticks are powers of two.
        .x_labels(7)
        .x_label_formatter(&|power: &f64| format!("{:.0}", power.exp2()))
        .y_label_formatter(&|fsyncs| format!("{fsyncs}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    // If every fsync were for all threads.
    let best = (0..=24).map(|step| f64::from(step) / 4.0);
    let best: Vec<(f64, f64)> = best.map(|power| (power, (-power).exp2())).collect();
    chart.draw_series(DashedLineSeries::new(
        best,
        4,
        4,
        FOREGROUND.stroke_width(1),
    ))?;
    for (position, (who, colour)) in COUNTED.into_iter().enumerate() {
        let points = SMALL.iter().zip([0.0, 3.0, 6.0]);
        let points = points
            .filter_map(|((_, case), power)| Some((power, report.measure(case, who, FSYNCS)?)));
        let points: Vec<(f64, f64)> = points.collect();
        chart.draw_series(LineSeries::new(
            points.iter().copied(),
            SERIES[colour].stroke_width(2),
        ))?;
        chart.draw_series(
            points
                .iter()
                .map(|&point| Circle::new(point, 4, SERIES[colour].filled())),
        )?;
        legend(&key, (60 + 165 * position as i32, 14), who, colour)?;
    }
    let dashes = [(560, 14), (566, 14), (572, 14), (578, 14)];
    for pair in dashes.chunks(2) {
        key.draw(&PathElement::new(pair.to_vec(), FOREGROUND.stroke_width(1)))?;
    }
    key.draw(&Text::new("one for all threads", (588, 8), text(13)))?;
    area.present()?;
    Ok(())
}
