//! Latencies by percentile, on an axis that counts nines: every step to the right is a tenth of
//! the requests before.

use plotters::prelude::*;

use crate::chart::{Area, grouped, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

/// A line.
pub struct Curve {
    /// What the legend says.
    pub name: String,
    /// Nines, and milliseconds.
    pub points: Vec<(f64, f64)>,
    /// Index of its colour in the palette.
    pub colour: usize,
    /// Of the stroke. The last curve is drawn first, so let it be the widest.
    pub width: u32,
}

/// The chart.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn figure(name: &str, title: &str, curves: &[Curve]) -> Result<Figure, FigureError> {
    let mut svg = String::new();
    draw(&mut svg, curves).map_err(|why| FigureError::Draw {
        name: name.to_owned(),
        why: why.to_string(),
    })?;
    Ok(Figure {
        name: name.to_owned(),
        contents: for_page(&svg, title),
    })
}

fn draw(svg: &mut String, curves: &[Curve]) -> Result<(), Box<dyn std::error::Error>> {
    let area: Area<'_> = SVGBackend::with_string(svg, (720, 330)).into_drawing_area();
    let (chart, key) = area.split_vertically(298);
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let last = points().map(|point| point.0).fold(0.0, f64::max);
    let top = points().map(|point| point.1).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(&chart)
        .margin(8)
        .margin_right(28)
        .x_label_area_size(38)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..last, 0.0..1.06 * top)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .max_light_lines(0)
        .x_labels(last as usize + 1)
        .y_labels(6)
        .x_desc("percentile")
        .y_desc("latency, ms")
        .x_label_formatter(&percentile)
        .y_label_formatter(&|y| grouped(*y))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for curve in curves.iter().rev() {
        let style = SERIES[curve.colour].stroke_width(curve.width);
        chart.draw_series(LineSeries::new(curve.points.iter().copied(), style))?;
    }
    for (place, curve) in curves.iter().enumerate() {
        legend(
            &key,
            (64 + 220 * place as i32, 14),
            &curve.name,
            curve.colour,
        )?;
    }
    area.present()?;
    Ok(())
}

/// 0 nines are the 0th percentile, 1 the 90th, 3 the 99.9th.
fn percentile(nines: &f64) -> String {
    let share = 100.0 * (1.0 - 0.1_f64.powf(*nines));
    let decimals = (*nines as usize).saturating_sub(2);
    format!("{share:.decimals$} %")
}
