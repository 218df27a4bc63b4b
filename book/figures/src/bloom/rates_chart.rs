//! The record of rates as a chart: what was measured, divided by what theory says.

use plotters::prelude::*;

use super::rates::{RATES, Rates, Row, Variant};
use crate::chart::{Area, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const NAME: &str = "bloom-rates.svg";
const TITLE: &str = "Measured rate of false positives divided by the rate that theory gives, for \
                     each filter, from a thousand to ten million items";
const SIZE: (u32, u32) = (720, 760);
/// How far from 1 a panel reaches.
const REACH: f64 = 0.08;
/// Standard deviations in each direction that a whisker shows.
const WHISKER: f64 = 3.0;

/// What a panel shows.
const PANELS: [(&str, &[Variant]); 5] = [
    ("Classic", &[Variant::Classic]),
    ("Blocked", &[Variant::Blocked]),
    ("Counting", &[Variant::Counting]),
    ("Scalable, grown a hundredfold", &[Variant::Scalable]),
    ("Binary fuse", &[Variant::Fuse8, Variant::Fuse16]),
];

impl Rates {
    /// A panel for each kind of filter.
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
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let panels = area.split_evenly((3, 2));
        for ((caption, variants), area) in PANELS.iter().zip(&panels) {
            let rows = self
                .rows
                .iter()
                .filter(|row| variants.contains(&row.variant));
            draw_panel(caption, rows, area)?;
        }
        draw_legend(&panels[PANELS.len()])?;
        area.present()?;
        Ok(())
    }
}

fn draw_panel<'a>(
    caption: &str,
    rows: impl Iterator<Item = &'a Row>,
    area: &Area<'_>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(caption, text(15))
        .margin(8)
        .margin_right(20)
        .x_label_area_size(36)
        .y_label_area_size(50)
        .build_cartesian_2d((400.0..2.5e7).log_scale(), 1.0 - REACH..1.0 + REACH)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(5)
        .y_labels(5)
        .x_desc("items")
        .y_desc("measured / theory")
        .x_label_formatter(&|items| power_of_ten(*items))
        .y_label_formatter(&|ratio| format!("{ratio:.2}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    for row in rows {
        let (place, colour) = series(row);
        let x = row.items as f64 * 1.25_f64.powf(place);
        let (ratio, deviation) = (row.ratio(), row.deviation());
        let ends = [-WHISKER, WHISKER].map(|times| (x, ratio + times * deviation));
        chart.draw_series([PathElement::new(ends.to_vec(), colour.stroke_width(2))])?;
        chart.draw_series([Circle::new((x, ratio), 3, colour.filled())])?;
    }
    Ok(())
}

/// Where among those of the same number of items it is drawn, in steps from the middle, and how.
fn series(row: &Row) -> (f64, RGBColor) {
    let last = (RATES.len() - 1) as f64;
    match row.variant {
        Variant::Fuse8 => (-0.5, SERIES[5]),
        Variant::Fuse16 => (0.5, SERIES[0]),
        _ => {
            let rate = RATES.iter().position(|&rate| rate == row.asked);
            let rate = rate.unwrap_or(0);
            (rate as f64 - last / 2.0, SERIES[1 + rate])
        }
    }
}

/// In the place of a sixth panel: which colour is which rate.
fn draw_legend(area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    area.draw(&Text::new("Rate that was asked for", (60, 40), text(15)))?;
    let asked = ["1 in 10", "1 in 100", "1 in 1 000", "1 in 10 000"];
    let names = asked.into_iter().zip(1..);
    let fixed = [("1 in 256 (8 bits)", 5), ("1 in 65 536 (16 bits)", 0)];
    for (line, (name, colour)) in names.chain(fixed).enumerate() {
        legend(area, (60, 76 + 22 * line as i32), name, colour)?;
    }
    area.draw(&Text::new(
        "Whiskers: three standard deviations",
        (60, 76 + 22 * 6 + 8),
        text(12),
    ))?;
    Ok(())
}

/// 10³, 10⁴, …
pub(super) fn power_of_ten(value: f64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let power = value.log10().round() as i32;
    let sign = if power < 0 { "⁻" } else { "" };
    match DIGITS.get(power.unsigned_abs() as usize) {
        Some(digit) => format!("10{sign}{digit}"),
        None => format!("{value:e}"),
    }
}
