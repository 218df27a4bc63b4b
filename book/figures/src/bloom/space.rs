//! Bits an item: as a chart, and as a table.

use std::fmt::Write as _;

use plotters::prelude::*;

use super::rates::{RATES, Rates, Row, Variant};
use super::rates_chart::power_of_ten;
use crate::chart::{Area, legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const NAME: &str = "bloom-space.svg";
const TITLE: &str = "Bits an item against the rate of false positives: the bound, four kinds of \
                     filter";
const SIZE: (u32, u32) = (720, 420);
/// Height of the legend, below the chart.
const STRIP: u32 = 30;
/// The size of filter that is shown: none of them changes much beyond.
const ITEMS: u64 = 1_000_000;
/// The drawn variants, each with its colour. Counting filters, at four times the classic, are in
/// the table only.
const LINES: [(Variant, usize); 3] = [
    (Variant::Classic, 1),
    (Variant::Blocked, 2),
    (Variant::Scalable, 4),
];
const POINTS: [Variant; 2] = [Variant::Fuse8, Variant::Fuse16];

impl Rates {
    fn of(&self, variant: Variant) -> impl Iterator<Item = &Row> {
        let chosen = move |row: &&Row| row.variant == variant && row.items == ITEMS;
        self.rows.iter().filter(chosen)
    }

    /// Bits an item against the rate, with the bound below which nothing can be.
    pub(super) fn space_figure(&self) -> Result<Figure, FigureError> {
        let mut svg = String::new();
        self.draw_space(&mut svg).map_err(|why| FigureError::Draw {
            name: NAME.to_owned(),
            why: why.to_string(),
        })?;
        Ok(Figure {
            name: NAME.to_owned(),
            contents: for_page(&svg, TITLE),
        })
    }

    fn draw_space(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let (chart, strip) = area.split_vertically(SIZE.1 - STRIP);
        let mut chart = ChartBuilder::on(&chart)
            .margin(8)
            .margin_right(24)
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d((1e-5..0.15).log_scale(), 0.0..32.0)?;
        chart
            .configure_mesh()
            .axis_style(FOREGROUND)
            .bold_line_style(FAINT)
            .max_light_lines(0)
            .x_labels(6)
            .y_labels(8)
            .x_desc("rate of false positives, as measured")
            .y_desc("bits an item")
            .x_label_formatter(&|rate| power_of_ten(*rate))
            .y_label_formatter(&|bits| format!("{bits:.0}"))
            .label_style(text(12))
            .axis_desc_style(text(12))
            .draw()?;
        let bound = [1e-5, 0.15].map(|rate: f64| (rate, -rate.log2()));
        chart.draw_series(LineSeries::new(bound, SERIES[0].stroke_width(2)))?;
        for (variant, colour) in LINES {
            let points: Vec<_> = self.of(variant).map(Row::point).collect();
            let colour = SERIES[colour];
            chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?;
            let dots = points.into_iter();
            chart.draw_series(dots.map(|point| Circle::new(point, 3, colour.filled())))?;
        }
        for row in POINTS.iter().flat_map(|&variant| self.of(variant)) {
            chart.draw_series([Circle::new(row.point(), 5, SERIES[3].filled())])?;
        }
        let mut names = strip.split_evenly((1, 5)).into_iter();
        for (variant, colour) in LINES {
            legend_in(names.next(), variant.name(), colour)?;
        }
        legend_in(names.next(), "fuse, 8 and 16 bits", 3)?;
        legend_in(names.next(), "bound, log₂ 1/p", 0)?;
        area.present()?;
        Ok(())
    }

    /// One row a kind of filter, one column a rate.
    pub(super) fn space_table(&self) -> Figure {
        let mut table = String::from("| bits an item |");
        for rate in RATES {
            write!(table, " 1 in {} |", grouped(1.0 / rate)).expect("a string grows");
        }
        table += "\n|---|";
        table += &"--:|".repeat(RATES.len());
        table += "\n| the bound, log₂ 1/p |";
        for rate in RATES {
            write!(table, " {:.1} |", -rate.log2()).expect("a string grows");
        }
        table.push('\n');
        for variant in Variant::ALL {
            self.write_row(&mut table, variant);
        }
        Figure {
            name: "bloom-space.md".to_owned(),
            contents: table,
        }
    }

    fn write_row(&self, table: &mut String, variant: Variant) {
        write!(table, "| {} |", variant.name()).expect("a string grows");
        for rate in RATES {
            // A filter of a fixed rate serves all those that are not lower.
            let served = |row: &&Row| row.asked <= rate * 1.000_001;
            let row = self
                .of(variant)
                .filter(served)
                .max_by(|a, b| a.asked.total_cmp(&b.asked));
            match row {
                Some(row) => write!(table, " {:.1} |", row.bits_per_item),
                None => write!(table, " – |"),
            }
            .expect("a string grows");
        }
        table.push('\n');
    }
}

/// A name of the legend, in its part of the strip.
fn legend_in(
    area: Option<Area<'_>>,
    name: &str,
    colour: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    area.map_or(Ok(()), |area| legend(&area, (8, 14), name, colour))
}

impl Row {
    fn point(&self) -> (f64, f64) {
        (self.found as f64 / self.lookups as f64, self.bits_per_item)
    }
}

/// With a narrow space before each thousand.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    match digits.len() {
        5.. => format!(
            "{}\u{202f}{}",
            &digits[..digits.len() - 3],
            &digits[digits.len() - 3..]
        ),
        _ => digits,
    }
}
