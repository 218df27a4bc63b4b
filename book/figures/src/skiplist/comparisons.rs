//! Comparisons of a search, counted, against Pugh's bound.

use std::cell::Cell;
use std::cmp::Ordering;

use plotters::prelude::*;
use skiplist::SkipList;

use crate::chart::{legend, text};
use crate::theme::{FAINT, FOREGROUND, SERIES, for_page};
use crate::{Figure, FigureError};

const NAME: &str = "skiplist-comparisons.svg";
const TITLE: &str = "Comparisons of a search against the number of entries: counted, Pugh's bound, \
                     and binary search";
const SIZE: (u32, u32) = (720, 360);
/// Height of the legend, below the chart.
const STRIP: u32 = 30;

/// Powers of four: with each there is one level more.
const ENTRIES: [u64; 8] = [4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536];
/// Lists of each size, of which each throws its own coins.
const SEEDS: u64 = 20;
/// Keys that are looked up in each.
const SEARCHES: u64 = 500;

thread_local! {
    static COMPARISONS: Cell<u64> = const { Cell::new(0) };
}

/// A number that counts how often it is compared.
#[derive(PartialEq, Eq)]
struct Counted(u64);

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Comparisons of a search, on average over keys from one end of the list to the other.
fn comparisons(entries: u64, seed: u64) -> f64 {
    let mut list = SkipList::with_seed(seed);
    list.extend((0..entries).map(|key| (Counted(key), ())));
    let searches = SEARCHES.min(entries);
    COMPARISONS.set(0);
    for search in 0..searches {
        let key = search * entries / searches;
        assert!(list.contains_key(&Counted(key)), "every key is in");
    }
    COMPARISONS.get() as f64 / searches as f64
}

/// Least, mean and most over the seeds.
fn spread(entries: u64) -> [f64; 3] {
    let mut counts: Vec<f64> = (0..SEEDS).map(|seed| comparisons(entries, seed)).collect();
    counts.sort_by(f64::total_cmp);
    let mean = counts.iter().sum::<f64>() / SEEDS as f64;
    [counts[0], mean, counts[counts.len() - 1]]
}

/// Pugh 1990, *Analysis of expected search cost*: L(n)/p + 1/(1 − p).
fn bound(entries: f64) -> f64 {
    const P: f64 = 0.25;
    entries.log(1.0 / P) / P + 1.0 / (1.0 - P)
}

/// The chart.
///
/// # Errors
///
/// [`FigureError::Draw`].
pub fn figure() -> Result<Figure, FigureError> {
    let mut svg = String::new();
    draw(&mut svg).map_err(|why| FigureError::Draw {
        name: NAME.to_owned(),
        why: why.to_string(),
    })?;
    Ok(Figure {
        name: NAME.to_owned(),
        contents: for_page(&svg, TITLE),
    })
}

fn draw(svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let (chart, strip) = area.split_vertically(SIZE.1 - STRIP);
    let mut chart = ChartBuilder::on(&chart)
        .margin(8)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d((3.0..90_000.0).log_scale(), 0.0..40.0)?;
    chart
        .configure_mesh()
        .axis_style(FOREGROUND)
        .bold_line_style(FAINT)
        .max_light_lines(0)
        .y_labels(5)
        .x_desc("entries")
        .y_desc("comparisons a search")
        .x_label_formatter(&|entries| format!("{entries:.0}"))
        .y_label_formatter(&|count| format!("{count:.0}"))
        .label_style(text(12))
        .axis_desc_style(text(12))
        .draw()?;
    let sizes = || ENTRIES.into_iter().map(|entries| entries as f64);
    let bounds = sizes().map(|entries| (entries, bound(entries)));
    chart.draw_series(LineSeries::new(bounds, SERIES[4].stroke_width(2)))?;
    let least = sizes().map(|entries| (entries, entries.log2()));
    chart.draw_series(LineSeries::new(least, SERIES[0].stroke_width(2)))?;
    for entries in ENTRIES {
        let ([least, mean, most], x) = (spread(entries), entries as f64);
        let colour = SERIES[1];
        chart.draw_series([PathElement::new(
            vec![(x, least), (x, most)],
            colour.stroke_width(3),
        )])?;
        chart.draw_series([Circle::new((x, mean), 4, colour.filled())])?;
    }
    let mut names = strip.split_evenly((1, 3)).into_iter();
    for (name, colour) in [
        ("counted: 20 lists, mean and range", 1),
        ("Pugh's bound", 4),
        ("log₂ n", 0),
    ] {
        if let Some(area) = names.next() {
            legend(&area, (8, 14), name, colour)?;
        }
    }
    area.present()?;
    Ok(())
}
