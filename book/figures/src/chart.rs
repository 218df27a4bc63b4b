//! Line charts and bar charts, as every chapter's figures use them.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::FigureError;
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};

/// Width of a figure, in pixels of its own coordinates; a page scales it down where it is narrower.
const WIDTH: u32 = 720;

/// A line: a name and its points.
pub struct Line {
    /// What the legend says.
    pub name: String,
    /// In ascending x.
    pub points: Vec<(f64, f64)>,
    /// Index of its colour in the palette, so that a name keeps its colour across charts.
    pub colour: usize,
}

/// One set of axes.
pub struct Panel {
    /// Above it.
    pub caption: String,
    /// What x is, with its unit.
    pub x: String,
    /// What y is, with its unit.
    pub y: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Panels side by side, two a row, with one legend for all; y runs from 0 to 100.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn percentages(name: &str, title: &str, panels: &[Panel]) -> Result<String, FigureError> {
    let rows = panels.len().div_ceil(2);
    let height = 250 * rows as u32 + 30;
    let draw = |svg: &mut String| -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
        let (charts, legend) = area.split_vertically(height - 30);
        for (panel, area) in panels.iter().zip(charts.split_evenly((rows, 2))) {
            draw_panel(panel, &area)?;
        }
        draw_legend(panels, &legend)?;
        area.present()?;
        Ok(())
    };
    let mut svg = String::new();
    draw(&mut svg).map_err(|why| FigureError::Draw {
        name: name.to_owned(),
        why: why.to_string(),
    })?;
    Ok(for_page(&svg, title))
}

/// A part of a drawing.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Text in the page's colour.
pub fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&FOREGROUND)
}

fn draw_panel(panel: &Panel, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let points = panel.lines.iter().flat_map(|line| &line.points);
    let last = points.map(|point| point.0).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.caption, text(15))
        .margin(8)
        .margin_right(24)
        .x_label_area_size(36)
        .y_label_area_size(46)
        .build_cartesian_2d(0.0..last, 0.0..100.0)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(5)
        .y_labels(6)
        .x_desc(&panel.x)
        .y_desc(&panel.y)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for line in &panel.lines {
        let colour = SERIES[line.colour];
        chart.draw_series(LineSeries::new(
            line.points.iter().copied(),
            colour.stroke_width(2),
        ))?;
        chart.draw_series(
            line.points
                .iter()
                .map(|&point| Circle::new(point, 2, colour.filled())),
        )?;
    }
    Ok(())
}

/// The names in one row under the panels: those of the first panel, which all share.
fn draw_legend(panels: &[Panel], area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let lines = panels.first().map_or(&[][..], |panel| &panel.lines);
    let step = WIDTH as i32 / (lines.len() as i32).max(1);
    for (position, line) in lines.iter().enumerate() {
        let x = step * position as i32 + 24;
        legend(area, (x, 14), &line.name, line.colour)?;
    }
    Ok(())
}

/// A stroke of a series' colour that begins at `(x, y)`, and its name.
pub fn legend(
    area: &Area<'_>,
    (x, y): (i32, i32),
    name: &str,
    colour: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    area.draw(&PathElement::new(
        vec![(x, y), (x + 22, y)],
        SERIES[colour].stroke_width(3),
    ))?;
    area.draw(&Text::new(name.to_owned(), (x + 28, y - 6), text(13)))?;
    Ok(())
}

/// Points of a line that goes up and down with each of them: it is drawn thin.
const MANY: usize = 200;

/// Height of a row of the legend.
const LEGEND: u32 = 24;

/// Panels with axes of their own, so many to a row and each so high, and one legend for all. Every axis begins at 0.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn lines(
    name: &str,
    title: &str,
    panels: &[Panel],
    columns: usize,
    height: u32,
) -> Result<String, FigureError> {
    let rows = panels.len().div_ceil(columns);
    let names = legend_rows(panels);
    let charts = height * rows as u32;
    let all = charts + LEGEND * names.len() as u32 + 8;
    let draw = |svg: &mut String| -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, (WIDTH, all)).into_drawing_area();
        let (charts, strip) = area.split_vertically(charts);
        for (panel, area) in panels.iter().zip(charts.split_evenly((rows, columns))) {
            draw_lines(panel, &area)?;
        }
        for (row, names) in names.iter().enumerate() {
            for (x, line) in names {
                let at = (*x, 14 + (LEGEND as usize * row) as i32);
                legend(&strip, at, &line.name, line.colour)?;
            }
        }
        area.present()?;
        Ok(())
    };
    let mut svg = String::new();
    draw(&mut svg).map_err(|why| FigureError::Draw {
        name: name.to_owned(),
        why: why.to_string(),
    })?;
    Ok(for_page(&svg, title))
}

/// Each name once, and where it begins, in as many rows as they need. A line that has its panel's
/// name needs none.
fn legend_rows(panels: &[Panel]) -> Vec<Vec<(i32, &Line)>> {
    let mut rows: Vec<Vec<(i32, &Line)>> = Vec::new();
    let mut x = WIDTH as i32;
    let named = |panel: &&Panel| panel.lines.iter().any(|line| line.name != panel.caption);
    for line in panels.iter().filter(named).flat_map(|panel| &panel.lines) {
        if rows
            .iter()
            .flatten()
            .any(|(_, other)| other.name == line.name)
        {
            continue;
        }
        let width = 46 + 13 * line.name.chars().count() as i32 / 2;
        if x + width > WIDTH as i32 {
            rows.push(Vec::new());
            x = 54;
        }
        if let Some(row) = rows.last_mut() {
            row.push((x, line));
        }
        x += width;
    }
    rows
}

fn draw_lines(panel: &Panel, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let points = || panel.lines.iter().flat_map(|line| &line.points);
    let last = points().map(|point| point.0).fold(0.0, f64::max);
    let top = 1.06 * points().map(|point| point.1).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area);
    if !panel.caption.is_empty() {
        chart.caption(&panel.caption, text(15));
    }
    let mut chart = chart
        .margin(8)
        .margin_right(28)
        .x_label_area_size(38)
        .y_label_area_size(50)
        .build_cartesian_2d(0.0..last, 0.0..top)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(6)
        .y_labels(6)
        .x_desc(&panel.x)
        .y_desc(&panel.y)
        .x_label_formatter(&|x| grouped(*x))
        .y_label_formatter(&|y| match top {
            ..5.0 => format!("{y:.1}"),
            _ => grouped(*y),
        })
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for line in &panel.lines {
        let points = line.points.iter().copied();
        let width = if line.points.len() < MANY { 2 } else { 1 };
        let style = SERIES[line.colour].stroke_width(width);
        chart.draw_series(LineSeries::new(points, style))?;
    }
    Ok(())
}

/// A whole number, in groups of three digits.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len() > 4 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}
