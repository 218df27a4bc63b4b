//! What a step of a random walk takes, by the memory that it goes through: each cache is a landing
//! of the stairs.

use plotters::prelude::*;

use super::latency::{Latencies, size};
use crate::chart::text;
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const NAME: &str = "numbers-ladder.svg";
const TITLE: &str = "Nanoseconds for each step of a random walk through memory, by how much memory it \
                     goes through, with the sizes of the caches";

/// One line, and where the caches end.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn figure(latencies: &Latencies) -> Result<Figure, FigureError> {
    let mut svg = String::new();
    draw(latencies, &mut svg).map_err(|why| FigureError::Draw {
        name: NAME.to_owned(),
        why: why.to_string(),
    })?;
    Ok(Figure {
        name: NAME.to_owned(),
        contents: for_page(&svg, TITLE),
    })
}

fn draw(latencies: &Latencies, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let report = &latencies.report;
    let points = report.ladder.iter();
    let points: Vec<_> = points
        .map(|step| (step.bytes as f64, step.median_ns))
        .collect();
    let last = points.last().map_or(1.0, |point| point.0);
    let times = points.iter().map(|point| point.1);
    let (least, most) = times.fold((f64::MAX, 0.0), |(least, most), time| {
        (time.min(least), time.max(most))
    });
    let (low, high) = (least / 1.6, most * 1.8);
    let area = SVGBackend::with_string(svg, (720, 330)).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .margin_right(30)
        .x_label_area_size(38)
        .y_label_area_size(52)
        .build_cartesian_2d(
            (3500.0..last * 1.15).log_scale().base(2.0),
            (low..high).log_scale(),
        )?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(10)
        .x_desc("memory that the walk goes through")
        .y_desc("ns a step")
        .x_label_formatter(&|bytes| size(*bytes as u64))
        .y_label_formatter(&|nanoseconds| format!("{nanoseconds}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for cache in &report.machine.caches {
        let x = cache.bytes as f64;
        let wall = [(x, low), (x, high / 1.25)];
        chart.draw_series(DashedLineSeries::new(
            wall,
            4,
            4,
            FOREGROUND.stroke_width(1),
        ))?;
        let name = format!("L{} ends: {}", cache.level, size(cache.bytes));
        let label = Text::new(name, (x / 1.1, high / 1.02), text(12));
        chart.draw_series([label])?;
    }
    let line = SERIES[1].stroke_width(2);
    chart.draw_series(LineSeries::new(points.iter().copied(), line))?;
    chart.draw_series(
        points
            .iter()
            .map(|&point| Circle::new(point, 3, SERIES[1].filled())),
    )?;
    area.present()?;
    Ok(())
}
