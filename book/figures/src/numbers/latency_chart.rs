//! The latency numbers as bars on a logarithmic scale, with the textbook's figures as marks.

use super::latency::{Latencies, Row, time};
use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const WIDTH: i32 = 720;
/// Where the scale begins and ends.
const LEFT: i32 = 205;
const RIGHT: i32 = 640;
/// A row's height, its bar's, and what stands above the first row.
const ROW: i32 = 24;
const BAR: i32 = 12;
const TOP: i32 = 44;
/// Powers of ten of nanoseconds at which the scale begins and ends.
const DECADES: (i32, i32) = (-1, 8);
const MEASURED: Ink = Ink::Series(1);
const TEXTBOOK: Ink = Ink::Series(4);

/// A bar for each row.
pub fn figure(latencies: &Latencies) -> Figure {
    let rows = &latencies.report.rows;
    let mut canvas = Canvas::new(WIDTH);
    let bottom = TOP + ROW * rows.len() as i32;
    key(&mut canvas);
    scale(&mut canvas, bottom);
    for (number, row) in rows.iter().enumerate() {
        draw(&mut canvas, row, TOP + ROW * number as i32);
    }
    let title = "What operations take, from a tenth of a nanosecond to a tenth of a second: the median \
                 as a bar, the 99th percentile as a whisker, and the textbook's figure as a mark";
    canvas.figure("numbers-latency.svg", title, bottom + 24)
}

fn key(canvas: &mut Canvas) {
    canvas.rect((LEFT, 8), (22, BAR), bar());
    canvas.text((LEFT + 30, 18), Anchor::Start, 12, "median");
    whisker(canvas, (LEFT + 100, LEFT + 122), 14);
    canvas.text((LEFT + 130, 18), Anchor::Start, 12, "to p99");
    diamond(canvas, (LEFT + 211, 14));
    canvas.text(
        (LEFT + 224, 18),
        Anchor::Start,
        12,
        "the textbook, 2009 and 2012",
    );
}

/// A line for each factor of ten, with a name at each thousand.
fn scale(canvas: &mut Canvas, bottom: i32) {
    for power in DECADES.0..=DECADES.1 {
        let x = x(10f64.powi(power));
        canvas.path(&format!("M{x} {}V{bottom}", TOP - 8), Style::FAINT);
        let name = time(10f64.powi(power)).replace(".0", "");
        canvas.faint_text((x, bottom + 16), Anchor::Middle, 11, &name);
    }
}

fn draw(canvas: &mut Canvas, row: &Row, y: i32) {
    let middle = y + BAR / 2;
    canvas.text((LEFT - 8, middle + 4), Anchor::End, 12, &row.name);
    if let Some(measured) = &row.measured {
        let end = x(measured.median_ns);
        canvas.rect((LEFT, y), (end - LEFT, BAR), bar());
        whisker(canvas, (end, x(measured.p99_ns).max(end)), middle);
        let median = time(measured.median_ns);
        canvas.text((WIDTH - 8, middle + 4), Anchor::End, 12, &median);
    }
    if let Some(textbook) = &row.textbook {
        diamond(canvas, (x(textbook.ns), middle));
    }
}

fn bar() -> Style {
    Style::NONE.filled(MEASURED, 0.55)
}

fn whisker(canvas: &mut Canvas, (from, to): (i32, i32), y: i32) {
    canvas.path(&format!("M{from} {y}H{to}M{to} {}v8", y - 4), Style::PLAIN);
}

fn diamond(canvas: &mut Canvas, (x, y): (i32, i32)) {
    let path = format!("M{} {y}l5 -6l5 6l-5 6z", x - 5);
    canvas.path(&path, Style::PLAIN.filled(TEXTBOOK, 1.0));
}

/// Where so many nanoseconds are.
fn x(nanoseconds: f64) -> i32 {
    let (first, last) = (f64::from(DECADES.0), f64::from(DECADES.1));
    let along = (nanoseconds.max(1e-9).log10().clamp(first, last) - first) / (last - first);
    LEFT + (along * f64::from(RIGHT - LEFT)).round() as i32
}
