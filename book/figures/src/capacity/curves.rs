//! A day, and five years.

use std::f64::consts::TAU;

use capacity::{Plan, Source};

use super::{plan, value};
use crate::chart::{Line, Panel, lines};
use crate::{Figure, FigureError};

/// Points of a curve.
const STEPS: u32 = 96;

/// Requests a second of a day whose busiest moment is the model's peak, and the average beside it.
pub(super) fn day(plan: &Plan) -> Result<Figure, FigureError> {
    let average = value(plan, "requests")?;
    let peak = value(plan, "requests at the peak")?;
    let sharpness = sharpness(peak / average);
    let at = |hour: f64| ((hour - 20.0) / 24.0 * TAU).cos();
    let mean = mean(sharpness);
    let curve = (0..=STEPS).map(|step| {
        let hour = 24.0 * f64::from(step) / f64::from(STEPS);
        (hour, average * (sharpness * at(hour)).exp() / mean)
    });
    let level = |height: f64| vec![(0.0, height), (24.0, height)];
    let panel = Panel {
        caption: String::new(),
        x: "hour of the day".to_owned(),
        y: "requests/s".to_owned(),
        lines: vec![
            line("requests of a day", curve.collect(), 1),
            line("their average", level(average), 3),
            line("the peak", level(peak), 4),
        ],
    };
    let name = "capacity-day.svg";
    let title = "A day of the shop: the load, its average, and its peak, which is three times that";
    svg(name, lines(name, title, &[panel], 1, 270)?)
}

/// The `k` for which `exp(k cos x)` is so many times its average at its highest: a day with one hill.
fn sharpness(peak: f64) -> f64 {
    let (mut low, mut high) = (0.0, 50.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if f64::exp(middle) / mean(middle) < peak {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

fn mean(sharpness: f64) -> f64 {
    let hours = 1_000;
    let each =
        (0..hours).map(|i| (sharpness * (TAU * f64::from(i) / f64::from(hours)).cos()).exp());
    each.sum::<f64>() / f64::from(hours)
}

/// What is kept after so many years: by kind and with copies, and with ever more users.
pub(super) fn growth(source: &Source) -> Result<Figure, FigureError> {
    let kinds = [
        ("posts", "post data kept", 3),
        ("photos", "photo data kept", 1),
        ("all, with copies", "data stored", 4),
    ];
    let mut left = Vec::new();
    for (name, step, colour) in kinds {
        left.push(line(name, kept(source, step, "0 %")?, colour));
    }
    let mut right = Vec::new();
    for (name, growth, colour) in [
        ("all, with copies", "0 %", 4),
        ("30 % more users a year", "30 %", 2),
        ("100 % more users a year", "100 %", 5),
    ] {
        right.push(line(name, kept(source, "data stored", growth)?, colour));
    }
    let panel = |caption: &str, lines| Panel {
        caption: caption.to_owned(),
        x: "years".to_owned(),
        y: "PB".to_owned(),
        lines,
    };
    let panels = [panel("What is kept", left), panel("With growth", right)];
    let name = "capacity-growth.svg";
    let title = "Petabytes that are kept after so many years: posts, photos, all with copies; and \
                 all with ever more users";
    svg(name, lines(name, title, &panels, 2, 260)?)
}

/// A step in petabytes, planned for each half year.
fn kept(source: &Source, step: &str, growth: &str) -> Result<Vec<(f64, f64)>, FigureError> {
    let mut points = vec![(0.0, 0.0)];
    for half in 1..=10 {
        let years = f64::from(half) / 2.0;
        let mut source = source.clone();
        source.set("horizon", &format!("{years} years"))?;
        source.set("users.growth", growth)?;
        points.push((years, value(&plan(&source)?, step)? / 1e15));
    }
    Ok(points)
}

fn line(name: &str, points: Vec<(f64, f64)>, colour: usize) -> Line {
    Line {
        name: name.to_owned(),
        points,
        colour,
    }
}

fn svg(name: &str, contents: String) -> Result<Figure, FigureError> {
    Ok(Figure {
        name: name.to_owned(),
        contents,
    })
}
