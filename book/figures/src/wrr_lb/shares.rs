//! How even the shares of a ring are, by how many points an endpoint has.

use plotters::prelude::*;
use wrr_lb::Ring;

use super::named;
use crate::chart::{Area, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const ENDPOINTS: usize = 100;
/// Those of the crate's tests, and others before and after.
const POINTS: [u32; 10] = [1, 2, 5, 10, 20, 50, 100, 150, 500, 1000];
const NAME: &str = "lb-shares.svg";
const TITLE: &str = "The standard deviation of a hundred endpoints' shares of a ring, in per cent of \
                     the mean share, by the number of points that each has, close to 1/√v";

/// The figure.
pub fn figure() -> Result<Figure, FigureError> {
    let measured: Result<Vec<_>, FigureError> = POINTS
        .iter()
        .map(|&points| Ok((f64::from(points), deviation(points)?)))
        .collect();
    let mut svg = String::new();
    draw(&mut svg, &measured?).map_err(|why| FigureError::Draw {
        name: NAME.to_owned(),
        why: why.to_string(),
    })?;
    Ok(named(NAME, for_page(&svg, TITLE)))
}

/// The standard deviation of the shares, in per cent of the mean share.
fn deviation(points: u32) -> Result<f64, FigureError> {
    let names: Vec<String> = (0..ENDPOINTS)
        .map(|number| format!("10.0.0.{number}:80"))
        .collect();
    let endpoints: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let ring = Ring::new(&endpoints, points)?;
    let mut shares = [0.0; ENDPOINTS];
    let last = ring.points().last().map_or(0, |(point, _)| point);
    let mut before = f64::from(last) - 2f64.powi(32);
    for (point, owner) in ring.points() {
        shares[owner] += (f64::from(point) - before) / 2f64.powi(32) * ENDPOINTS as f64;
        before = f64::from(point);
    }
    let variance = shares
        .iter()
        .map(|share| (share - 1.0) * (share - 1.0))
        .sum::<f64>();
    Ok(100.0 * (variance / ENDPOINTS as f64).sqrt())
}

fn draw(svg: &mut String, measured: &[(f64, f64)]) -> Result<(), Box<dyn std::error::Error>> {
    let area: Area<'_> = SVGBackend::with_string(svg, (720, 330)).into_drawing_area();
    let (chart, key) = area.split_vertically(300);
    let mut chart = ChartBuilder::on(&chart)
        .margin(8)
        .margin_right(24)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d((0.9..1100.0).log_scale(), (2.0..150.0).log_scale())?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_desc("points of each endpoint")
        .y_desc("deviation, % of the mean share")
        .x_label_formatter(&|points| format!("{points:.0}"))
        .y_label_formatter(&|percent: &f64| match percent.round() as u32 {
            number @ (2 | 5 | 10 | 20 | 50 | 100) => number.to_string(),
            _ => String::new(),
        })
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    let ideal = |&(points, _): &(f64, f64)| (points, 100.0 / f64::sqrt(points));
    chart.draw_series(LineSeries::new(
        measured.iter().map(ideal),
        SERIES[0].stroke_width(2),
    ))?;
    chart.draw_series(LineSeries::new(
        measured.iter().copied(),
        SERIES[3].stroke_width(2),
    ))?;
    let dots = measured
        .iter()
        .map(|&point| Circle::new(point, 3, SERIES[3].filled()));
    chart.draw_series(dots)?;
    for &point in measured
        .iter()
        .filter(|(points, _)| *points == 1.0 || *points == 150.0)
    {
        let label = format!("{:.0} points: {:.1} %", point.0, point.1);
        let label = label.replace("1 points", "1 point");
        chart.draw_series([EmptyElement::at(point) + Text::new(label, (8, -16), text(12))])?;
    }
    legend(&key, (70, 14), "a hundred endpoints on a ring", 3)?;
    legend(&key, (320, 14), "1/√v", 0)?;
    area.present()?;
    Ok(())
}
