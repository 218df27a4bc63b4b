//! Caches that draw themselves: what is where, as a picture for a page.
//!
//! A cache is drawn as *lanes*: rows of cells that each show one of its parts, such as the buckets of the table, the slots of the
//! slab, or a list in its order. A [`Film`] stacks such pictures, one for each operation, so that one can follow what moves.
//!
//! The result is an SVG element to put into an HTML page, which takes its colours from there (`currentColor`), so that it follows
//! the page's theme. It has no blank lines, because Markdown would end an HTML block at one.
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
        Cell {
            text: text.to_string(),
            note: note.to_string(),
        }
    }
}

/// Pictures of a cache, one below the other.
#[derive(Clone, Debug)]
pub struct Film {
    title: String,
    frames: Vec<(String, Vec<Lane>)>,
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const WIDTH: usize = 720;
const CAPTION: usize = 132;
const LABEL: usize = 64;
const CELL: usize = 30;
const GAP: usize = 16;
const LANE: usize = 44;
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
        let lanes: usize = self.frames.iter().map(|(_, lanes)| lanes.len()).sum();
        let height = LANE * lanes + GAP * self.frames.len();
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" font-family=\"monospace\" font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", escape(&self.title))?;
        let mut top = 0;
        for (caption, lanes) in &self.frames {
            if top > 0 {
                line(svg, (0, top), (WIDTH, top), 0.15)?;
            }
            text(svg, (0, top + GAP + LANE / 2), "start", 1.0, caption)?;
            for lane in lanes {
                draw_lane(svg, lane, top + GAP)?;
                top += LANE;
            }
            top += GAP;
        }
        writeln!(svg, "</svg>")
    }
}

fn draw_lane(svg: &mut String, lane: &Lane, top: usize) -> fmt::Result {
    let middle = top + LANE / 2;
    text(svg, (CAPTION + LABEL - 8, middle), "end", 0.6, &lane.label)?;
    let mut x = CAPTION + LABEL;
    for (position, cell) in lane.cells.iter().enumerate() {
        if lane.linked && position > 0 {
            line(svg, (x, middle - 4), (x + GAP, middle - 4), 0.6)?;
            x += GAP;
        }
        let width = CELL.max(cell.text.chars().count() * CHARACTER + 12);
        let faint = if cell.text.is_empty() { 0.3 } else { 0.8 };
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"24\" rx=\"3\" fill=\"none\" stroke=\"currentColor\" \
             stroke-opacity=\"{faint}\"/>",
            middle - 16
        )?;
        text(svg, (x + width / 2, middle), "middle", 1.0, &cell.text)?;
        if !cell.note.is_empty() {
            let at = format!("x=\"{}\" y=\"{}\"", x + width / 2, middle - 19);
            let note = escape(&cell.note);
            writeln!(
                svg,
                "<text {at} text-anchor=\"middle\" font-size=\"10\" fill-opacity=\"0.6\">{note}</text>"
            )?;
        }
        x += width;
    }
    Ok(())
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

fn line(svg: &mut String, from: (usize, usize), to: (usize, usize), opacity: f32) -> fmt::Result {
    writeln!(
        svg,
        "<path d=\"M{} {}H{}\" stroke=\"currentColor\" stroke-opacity=\"{opacity}\"/>",
        from.0, from.1, to.0
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
