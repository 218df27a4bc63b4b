//! Pickers that draw themselves: a ring with its points, and the order of picks as strips.
//!
//! The result is an SVG element to put into an HTML page. Lines and text take their colour from
//! there (`currentColor`), so that they follow the page's theme; endpoints have a hue each, spread
//! by the golden angle, so that neighbours in number differ most. It has no blank lines, because
//! Markdown would end an HTML block at one.
//!
//! ```
//! use wrr_lb::{Cycle, Ring, draw};
//!
//! let ring = Ring::new(&[("a", 1), ("b", 1), ("c", 1)], 5)?;
//! assert!(draw::ring("Three endpoints", &ring, &["a", "b", "c"]).starts_with("<svg"));
//!
//! let mut strips = draw::Strips::new("Weights 5, 1, 1");
//! strips.add("smooth", Cycle::smooth(&[5, 1, 1]).picks().iter().map(|&pick| pick as usize));
//! assert!(strips.to_svg().starts_with("<svg"));
//! # Ok::<(), wrr_lb::ConfigError>(())
//! ```

use std::f64::consts::TAU;
use std::fmt::{self, Write};

use crate::Ring;

// Sizes in the picture's own units, which are pixels until a page scales it.
const RADIUS: f64 = 130.0;
const WIDTH: f64 = 12.0;
const TICK: f64 = 10.0;
const CENTRE: f64 = 160.0;
const LEGEND: usize = 340;
const ROW: usize = 22;
const LEFT: usize = 150;
const BOX: usize = 22;
const MARGIN: usize = 10;

/// A ring: a tick for each point, and the arc before it in the colour of its owner. Names are of
/// the endpoints in the ring's order, for the legend, which gives everybody's share of the circle.
///
/// It is meant for a few hundred points.
pub fn ring(title: &str, ring: &Ring, names: &[&str]) -> String {
    let mut svg = String::new();
    write_ring(&mut svg, title, ring, names).expect("a string grows");
    svg
}

fn write_ring(svg: &mut String, title: &str, ring: &Ring, names: &[&str]) -> fmt::Result {
    let height = (2.0 * CENTRE) as usize;
    let height = height.max(2 * MARGIN + ROW * names.len());
    open(svg, title, LEGEND + 200, height)?;
    let mut shares = vec![0.0; names.len()];
    for (from, to, owner) in arcs(ring) {
        // The arc of a whole circle would begin where it ends, and not be seen.
        let length = (to - from).min(0.999_9);
        write_arc(svg, from, from + length, owner)?;
        if let Some(share) = shares.get_mut(owner) {
            *share += length;
        }
    }
    for (point, owner) in ring.points() {
        let [(x0, y0), (x1, y1)] =
            [WIDTH / 2.0, WIDTH / 2.0 + TICK].map(|out| at(part(point), RADIUS + out));
        writeln!(
            svg,
            "<path d=\"M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}\" fill=\"none\" stroke=\"{}\" \
             stroke-width=\"2\"/>",
            colour(owner)
        )?;
    }
    for (row, (name, share)) in names.iter().zip(shares).enumerate() {
        let y = MARGIN + row * ROW;
        square(svg, (LEGEND, y), 14, row)?;
        let label = format!("{name} {:.1} %", 100.0 * share);
        text(svg, (LEGEND + 22, y + 12), "start", &label)?;
    }
    writeln!(svg, "</svg>")
}

/// Which part of the circle belongs to whom: from (exclusive), to (inclusive), owner. The arc that
/// crosses zero begins below it.
fn arcs(ring: &Ring) -> impl Iterator<Item = (f64, f64, usize)> {
    let last = ring
        .points()
        .last()
        .map_or(0.0, |(point, _)| part(point) - 1.0);
    ring.points().scan(last, |from, (point, owner)| {
        let to = part(point);
        Some((std::mem::replace(from, to), to, owner))
    })
}

/// A point as a part of the circle.
fn part(point: u32) -> f64 {
    f64::from(point) / 2f64.powi(32)
}

/// Where a part of the circle is, clockwise from the top.
fn at(part: f64, radius: f64) -> (f64, f64) {
    let angle = part * TAU;
    (CENTRE + radius * angle.sin(), CENTRE - radius * angle.cos())
}

fn write_arc(svg: &mut String, from: f64, to: f64, owner: usize) -> fmt::Result {
    let [(x0, y0), (x1, y1)] = [from, to].map(|part| at(part, RADIUS));
    let is_large = u8::from(to - from > 0.5);
    writeln!(
        svg,
        "<path d=\"M{x0:.1} {y0:.1}A{RADIUS} {RADIUS} 0 {is_large} 1 {x1:.1} {y1:.1}\" \
         fill=\"none\" stroke=\"{}\" stroke-width=\"{WIDTH}\"/>",
        colour(owner)
    )
}

/// Orders of picks, one below the other, so that one can see how evenly they are spread.
#[derive(Clone, Debug)]
pub struct Strips {
    title: String,
    strips: Vec<(String, Vec<usize>)>,
}

impl Strips {
    /// Without a strip yet. The title is for those who do not see the picture.
    pub fn new(title: impl Into<String>) -> Self {
        Strips {
            title: title.into(),
            strips: Vec::new(),
        }
    }

    /// Adds the picks of an algorithm, in their order. Endpoints are called a, b, c and so on.
    pub fn add(&mut self, label: impl Into<String>, picks: impl IntoIterator<Item = usize>) {
        self.strips
            .push((label.into(), picks.into_iter().collect()));
    }

    /// The strips as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let longest = self.strips.iter().map(|(_, picks)| picks.len()).max();
        let width = LEFT + longest.unwrap_or(0) * BOX + MARGIN;
        let height = self.strips.len() * (BOX + MARGIN) + MARGIN;
        open(svg, &self.title, width, height)?;
        for (row, (label, picks)) in self.strips.iter().enumerate() {
            let y = MARGIN + row * (BOX + MARGIN);
            text(svg, (LEFT - 10, y + 15), "end", label)?;
            for (column, &pick) in picks.iter().enumerate() {
                let x = LEFT + column * BOX;
                square(svg, (x, y), BOX - 2, pick)?;
                text(svg, (x + BOX / 2 - 1, y + 15), "middle", &letter(pick))?;
            }
        }
        writeln!(svg, "</svg>")
    }
}

/// What an endpoint is called.
fn letter(endpoint: usize) -> String {
    let letter = ('a'..='z').nth(endpoint);
    letter.map_or_else(|| endpoint.to_string(), String::from)
}

/// An endpoint's colour, of a lightness to be seen on a dark page and on a light one.
fn colour(endpoint: usize) -> String {
    format!(
        "hsl({:.0} 60% 55%)",
        (endpoint as f64 * 137.508 + 210.0) % 360.0
    )
}

fn open(svg: &mut String, title: &str, width: usize, height: usize) -> fmt::Result {
    writeln!(
        svg,
        "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
         fill=\"currentColor\" font-family=\"monospace\" font-size=\"13\">"
    )?;
    writeln!(svg, "<title>{}</title>", escape(title))
}

fn square(svg: &mut String, (x, y): (usize, usize), side: usize, endpoint: usize) -> fmt::Result {
    let colour = colour(endpoint);
    writeln!(
        svg,
        "<path d=\"M{x} {y}h{side}v{side}h-{side}z\" fill=\"{colour}\"/>"
    )
}

fn text(svg: &mut String, (x, y): (usize, usize), anchor: &str, text: &str) -> fmt::Result {
    let text = escape(text);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
