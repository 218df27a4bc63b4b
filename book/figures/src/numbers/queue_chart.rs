//! Response times against utilisation: theory as lines, and what was simulated as points with
//! their intervals. Where there is no theory, a thin line joins the points.

use plotters::prelude::*;
use queueing::sim::Estimate;

use crate::chart::{Area, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

/// One kind of queue.
pub struct Curve {
    /// What the legend says.
    pub name: String,
    /// Index of its colour in the palette.
    pub colour: usize,
    /// By theory, if there is one; in ascending utilisation.
    pub theory: Vec<(f64, f64)>,
    /// As it was simulated.
    pub simulated: Vec<(f64, Estimate)>,
}

/// One set of axes.
pub struct Panel {
    /// Above it.
    pub caption: &'static str,
    /// The least utilisation that is shown.
    pub from: f64,
    /// Where the axis of response times ends; what is above is cut off.
    pub top: f64,
    /// The queues.
    pub curves: Vec<Curve>,
}

/// Utilisations for a smooth line, in ascending order.
pub fn fine(from: f64) -> impl Iterator<Item = f64> {
    let steps = 200;
    (0..=steps).map(move |step| from + (0.995 - from) * f64::from(step) / f64::from(steps))
}

/// Panels side by side, with one legend for all.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn figure(name: &str, title: &str, panels: &[Panel]) -> Result<Figure, FigureError> {
    let mut svg = String::new();
    draw(&mut svg, panels).map_err(|why| FigureError::Draw {
        name: name.to_owned(),
        why: why.to_string(),
    })?;
    Ok(Figure {
        name: name.to_owned(),
        contents: for_page(&svg, title),
    })
}

fn draw(svg: &mut String, panels: &[Panel]) -> Result<(), Box<dyn std::error::Error>> {
    let area: Area<'_> = SVGBackend::with_string(svg, (720, 350)).into_drawing_area();
    let (charts, key) = area.split_vertically(296);
    for (panel, area) in panels.iter().zip(charts.split_evenly((1, panels.len()))) {
        draw_panel(panel, &area)?;
    }
    let curves = panels.first().map_or(&[][..], |panel| &panel.curves);
    let columns = curves.len().min(3);
    for (place, curve) in curves.iter().enumerate() {
        let (column, row) = ((place % columns) as i32, (place / columns) as i32);
        let at = (54 + column * (680 / columns as i32), 12 + 22 * row);
        legend(&key, at, &curve.name, curve.colour)?;
    }
    area.present()?;
    Ok(())
}

fn draw_panel(panel: &Panel, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(panel.caption, text(15))
        .margin(8)
        .margin_right(22)
        .x_label_area_size(38)
        .y_label_area_size(50)
        .build_cartesian_2d(100.0 * panel.from..100.0, 0.0..panel.top)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(6)
        .y_labels(6)
        .x_desc("utilisation, %")
        .y_desc("response time, in services")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for curve in &panel.curves {
        let colour = SERIES[curve.colour];
        // Where there is no theory, a thin line leads from point to point.
        let points = curve.simulated.iter();
        let (line, width) = if curve.theory.is_empty() {
            (
                points
                    .map(|(at, simulated)| (*at, simulated.mean))
                    .collect(),
                1,
            )
        } else {
            (curve.theory.clone(), 2)
        };
        let style = colour.stroke_width(width);
        chart.draw_series(LineSeries::new(below(&line, panel.top), style))?;
        for (at, estimate) in &curve.simulated {
            if estimate.mean > panel.top {
                continue;
            }
            let (low, high) = estimate.interval().into_inner();
            let ends = [low.max(0.0), high.min(panel.top)].map(|end| (100.0 * at, end));
            let bar = PathElement::new(ends.to_vec(), colour.stroke_width(1));
            chart.draw_series([bar])?;
            let middle = (100.0 * at, estimate.mean);
            chart.draw_series([Circle::new(middle, 3, colour.filled())])?;
        }
    }
    Ok(())
}

/// The part of a line that is not above `top`, with the point at which it goes there.
fn below(line: &[(f64, f64)], top: f64) -> Vec<(f64, f64)> {
    let mut seen: Vec<(f64, f64)> = Vec::new();
    for &(at, value) in line {
        if value > top {
            if let Some(&(x, y)) = seen.last() {
                let x = x / 100.0;
                seen.push((100.0 * (x + (at - x) * (top - y) / (value - y)), top));
            }
            break;
        }
        seen.push((100.0 * at, value));
    }
    seen
}
