//! Caches that draw themselves: what is where, as a picture for a page.
//!
//! A cache is drawn as *lanes*: rows of cells that each show one of its parts, such as the buckets
//! of the table, the slots of the slab, or a list in its order. A [`Film`] stacks such pictures,
//! one for each operation, so that one can follow what moves.
//!
//! The result is an SVG element to put into an HTML page, which takes its colours from there
//! (`currentColor`), so that it follows the page's theme. It has no blank lines, because Markdown
//! would end an HTML block at one.
//!
//! ```
//! use std::num::NonZeroUsize;
//! use lru::{LruCache, draw::Film};
//!
//! let mut cache = LruCache::new(NonZeroUsize::new(2).unwrap());
//! let mut film = Film::new("Two entries");
//! cache.put("a", 1);
//! film.frame("put a", &cache);
//! cache.put("b", 2);
//! film.frame("put b", &cache);
//! assert!(film.to_svg().starts_with("<svg"));
//! ```

use std::fmt::{self, Display, Write};

/// What can be drawn.
pub trait Draw {
    /// The parts of the cache, from top to bottom.
    fn lanes(&self) -> Vec<Lane>;
}

/// A row of cells that shows one part of a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// What part it is.
    pub label: String,
    /// From left to right; in a list, from the front.
    pub cells: Vec<Cell>,
    /// Whether arrows lead from each cell to the next.
    pub linked: bool,
}

/// One place in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What is in it; nothing, if it is a free place.
    pub text: String,
    /// A small note above it: a slot's number, a counter.
    pub note: String,
    /// The cell in the lane below that it leads to, if any, counted from zero.
    pub leads_to: Option<usize>,
}

impl Lane {
    /// A lane whose cells stand side by side.
    pub fn array(label: impl Into<String>, cells: impl IntoIterator<Item = Cell>) -> Self {
        Lane {
            label: label.into(),
            cells: cells.into_iter().collect(),
            linked: false,
        }
    }

    /// A lane whose cells follow one another by links.
    pub fn list(label: impl Into<String>, cells: impl IntoIterator<Item = Cell>) -> Self {
        Lane {
            linked: true,
            ..Lane::array(label, cells)
        }
    }
}

impl Cell {
    /// A cell with nothing above it.
    pub fn new(text: impl Display) -> Self {
        Cell::noted(text, "")
    }

    /// A cell with a note above it.
    pub fn noted(text: impl Display, note: impl Display) -> Self {
        let (text, note) = (text.to_string(), note.to_string());
        Cell {
            text,
            note,
            leads_to: None,
        }
    }

    /// The same cell, from which a line leads to a cell in the lane below.
    pub fn leading_to(self, cell: Option<usize>) -> Self {
        Cell {
            leads_to: cell,
            ..self
        }
    }

    fn width(&self) -> usize {
        CELL.max(self.text.chars().count() * CHARACTER + 14)
    }
}

impl Lane {
    /// Where each of its cells begins.
    fn starts(&self) -> impl Iterator<Item = usize> {
        let gap = if self.linked { ARROW } else { 0 };
        let widths = self.cells.iter().map(move |cell| cell.width() + gap);
        widths.scan(LEFT, |next, width| {
            Some(std::mem::replace(next, *next + width))
        })
    }

    /// Where its last cell ends.
    fn end(&self) -> usize {
        let ends = self
            .starts()
            .zip(&self.cells)
            .map(|(start, cell)| start + cell.width());
        ends.last().unwrap_or(LEFT)
    }

    /// Whether a cell is one to look at, after a frame in which this lane was `before`: it is new
    /// or changed, or new at the front.
    fn is_news(&self, position: usize, before: Option<&Lane>) -> bool {
        let cell = &self.cells[position];
        let Some(before) = before.filter(|_| !cell.text.is_empty()) else {
            return false;
        };
        let is_it = |other: &Cell| (&other.text, &other.note) == (&cell.text, &cell.note);
        let was_first = before
            .cells
            .first()
            .is_some_and(|first| first.text == cell.text);
        !before.cells.iter().any(is_it) || (self.linked && position == 0 && !was_first)
    }
}

/// Pictures of a cache, one below the other.
#[derive(Clone, Debug)]
pub struct Film {
    title: String,
    frames: Vec<(String, Vec<Lane>)>,
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const LEFT: usize = 190;
const CELL: usize = 30;
const HEIGHT: usize = 24;
const ARROW: usize = 22;
const LANE: usize = 50;
const MARGIN: usize = 14;
const CHARACTER: usize = 8;

impl Film {
    /// A film without a frame. The title is for those who do not see the picture.
    pub fn new(title: impl Into<String>) -> Self {
        Film {
            title: title.into(),
            frames: Vec::new(),
        }
    }

    /// Adds a picture of `cache` as it is now, with the operation that led to it.
    pub fn frame(&mut self, caption: impl Into<String>, cache: &impl Draw) {
        self.frames.push((caption.into(), cache.lanes()));
    }

    /// The film as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let lanes = || self.frames.iter().flat_map(|(_, lanes)| lanes);
        let width = lanes().map(Lane::end).max().unwrap_or(LEFT).max(400) + MARGIN;
        let height = LANE * lanes().count() + MARGIN * self.frames.len();
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" stroke-linecap=\"round\" font-family=\"monospace\" font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", escape(&self.title))?;
        let mut top = 0;
        let mut before: &[Lane] = &[];
        for (caption, lanes) in &self.frames {
            if top > 0 {
                path(svg, &format!("M0 {top}H{width}"), 0.15, false)?;
            }
            text(svg, (0, top + MARGIN + 23), "start", 1.0, caption)?;
            for (index, lane) in lanes.iter().enumerate() {
                // A first frame has nothing to be compared with.
                let lane_top = top + MARGIN + index * LANE;
                lane.write(svg, lane_top, before.get(index))?;
                if let Some(below) = lanes.get(index + 1) {
                    lane.write_leads(svg, lane_top, below)?;
                }
            }
            top += MARGIN + lanes.len() * LANE;
            before = lanes;
        }
        writeln!(svg, "</svg>")
    }
}

impl Lane {
    fn write(&self, svg: &mut String, top: usize, before: Option<&Lane>) -> fmt::Result {
        let box_top = top + 6;
        let base = box_top + 17;
        text(svg, (LEFT - 12, base), "end", 0.65, &self.label)?;
        for (position, (x, cell)) in self.starts().zip(&self.cells).enumerate() {
            if self.linked && position > 0 {
                let middle = box_top + HEIGHT / 2;
                let arrow = format!("M{} {middle}H{}m-4 -4l4 4l-4 4", x - ARROW + 3, x - 3);
                path(svg, &arrow, 0.7, false)?;
            }
            let (width, news) = (cell.width(), self.is_news(position, before));
            let rect = format!("M{x} {box_top}h{width}v{HEIGHT}h-{width}z");
            path(
                svg,
                &rect,
                if cell.text.is_empty() { 0.25 } else { 0.8 },
                news,
            )?;
            text(svg, (x + width / 2, base), "middle", 1.0, &cell.text)?;
            small(svg, (x + width / 2, box_top - 4), &cell.note)?;
        }
        Ok(())
    }
}

impl Lane {
    /// The lines from its cells to those of the lane below: to the note of each, if it has one.
    fn write_leads(&self, svg: &mut String, top: usize, below: &Lane) -> fmt::Result {
        let middle = |(start, cell): (usize, &Cell)| start + cell.width() / 2;
        let targets: Vec<usize> = below.starts().zip(&below.cells).map(middle).collect();
        for (start, cell) in self.starts().zip(&self.cells) {
            let Some(position) = cell.leads_to.filter(|&position| position < targets.len()) else {
                continue;
            };
            let (from, to) = (middle((start, cell)), targets[position]);
            let note = if below.cells[position].note.is_empty() {
                0
            } else {
                13
            };
            let (start, end) = (top + 6 + HEIGHT, top + LANE + 6 - note);
            path(
                svg,
                &format!("M{from} {start}C{from} {end} {to} {start} {to} {end}"),
                0.5,
                false,
            )?;
        }
        Ok(())
    }
}

/// A line, in the colour of links if it is news.
fn path(svg: &mut String, path: &str, opacity: f32, news: bool) -> fmt::Result {
    let (colour, width, opacity) = if news {
        ("var(--links, currentColor)", 2, 1.0)
    } else {
        ("currentColor", 1, opacity)
    };
    let style = format!("stroke: {colour}; stroke-width: {width}; stroke-opacity: {opacity}");
    writeln!(svg, "<path d=\"{path}\" fill=\"none\" style=\"{style}\"/>")
}

fn text(
    svg: &mut String,
    (x, y): (usize, usize),
    anchor: &str,
    opacity: f32,
    text: &str,
) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    let text = escape(text);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill-opacity=\"{opacity}\">{text}</text>"
    )
}

fn small(svg: &mut String, (x, y): (usize, usize), text: &str) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    let text = escape(text);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"10\" fill-opacity=\"0.65\">{text}</text>"
    )
}

/// What is drawn is somebody's keys and values: markup in them is text.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hostile;

    impl Draw for Hostile {
        fn lanes(&self) -> Vec<Lane> {
            vec![Lane::list(
                "a & b",
                [Cell::noted("<script>", "\n\n"), Cell::new("")],
            )]
        }
    }

    #[test]
    fn keys_cannot_break_out_of_the_picture() {
        let mut film = Film::new("\"<title>\"");
        film.frame("put </text>", &Hostile);
        let svg = film.to_svg();
        assert!(
            !svg.contains("<script>")
                && !svg.contains("put </text>")
                && svg.contains("&lt;script&gt;")
        );
        assert!(!svg.contains("\n\n"), "Markdown would end the block here");
    }
}
