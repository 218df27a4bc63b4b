//! Filters that draw themselves: which bits a key has, and which of them are set.
//!
//! A [`Film`] stacks pictures of a [`BloomFilter`], one for each key that is inserted or looked up.
//! The cells that the key leads to are marked; those that an insertion has set just now are full.
//!
//! The result is an SVG element to put into an HTML page, which takes its colours from there
//! (`currentColor`), so that it follows the page's theme. It has no blank lines, because Markdown
//! would end an HTML block at one.
//!
//! ```
//! use bloom::{BloomFilter, draw::Film};
//!
//! # fn main() -> Result<(), bloom::BloomError> {
//! let mut film = Film::new("Two keys", BloomFilter::with_bits_and_hashes(32, 3)?);
//! film.insert("a");
//! assert!(film.look_up("a"));
//! assert!(film.to_svg().starts_with("<svg"));
//! # Ok(())
//! # }
//! ```

use std::fmt::{self, Write};

use crate::{BloomFilter, hash_key};

/// Pictures of a filter, one below the other.
#[derive(Clone, Debug)]
pub struct Film {
    title: String,
    filter: BloomFilter,
    frames: Vec<Frame>,
}

/// The filter after one operation.
#[derive(Clone, Debug)]
struct Frame {
    caption: String,
    answer: String,
    bits: Vec<bool>,
    /// Where the key leads, in the order of the hash.
    probes: Vec<usize>,
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const LEFT: usize = 110;
const CELL: usize = 10;
const HEIGHT: usize = 20;
const FRAME: usize = 92;
const MARGIN: usize = 14;
const ARROW: usize = 30;

impl Film {
    /// A film without a frame, of a filter that is small enough to be seen. The title is for those
    /// who do not see the picture.
    pub fn new(title: impl Into<String>, filter: BloomFilter) -> Self {
        Film {
            title: title.into(),
            filter,
            frames: Vec::new(),
        }
    }

    /// The filter as it is now.
    pub fn filter(&self) -> &BloomFilter {
        &self.filter
    }

    /// Inserts a key, and adds a picture of it.
    pub fn insert(&mut self, key: &str) {
        self.filter.insert(key);
        self.frame(format!("insert {key}"), String::new(), key);
    }

    /// Looks a key up, and adds a picture of it; returns the filter's answer.
    pub fn look_up(&mut self, key: &str) -> bool {
        let found = self.filter.contains(key);
        let answer = if found { "probably" } else { "no" };
        self.frame(format!("contains {key}"), answer.to_owned(), key);
        found
    }

    fn frame(&mut self, caption: String, answer: String, key: &str) {
        let hash = hash_key(key, self.filter.seed());
        let bits = (0..self.filter.bits()).map(|position| self.filter.is_set(position));
        self.frames.push(Frame {
            caption,
            answer,
            bits: bits.collect(),
            probes: self.filter.positions(hash).collect(),
        });
    }

    /// The film as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let width = LEFT + self.filter.bits() * CELL + MARGIN;
        let height = (FRAME * self.frames.len()).max(MARGIN);
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" stroke-linecap=\"round\" font-family=\"monospace\" \
             font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", escape(&self.title))?;
        for (index, frame) in self.frames.iter().enumerate() {
            frame.write(svg, index * FRAME)?;
        }
        writeln!(svg, "</svg>")
    }
}

impl Frame {
    fn write(&self, svg: &mut String, top: usize) -> fmt::Result {
        let (source, cells) = (top + MARGIN + 6, top + MARGIN + ARROW + 10);
        text(svg, (0, source + 4), "start", &self.caption)?;
        text(svg, (0, cells + 15), "start", &self.answer)?;
        for (position, &set) in self.bits.iter().enumerate() {
            let x = LEFT + position * CELL;
            let (probed, opacity) = (self.probes.contains(&position), if set { 0.8 } else { 0.3 });
            let (colour, line) = if probed {
                (LINK, 2)
            } else {
                ("currentColor", 1)
            };
            let stroke_opacity = if probed { 1.0 } else { opacity };
            let fill_opacity = if set { 0.25 } else { 0.0 };
            writeln!(
                svg,
                "<path d=\"M{x} {cells}h{CELL}v{HEIGHT}h-{CELL}z\" fill-opacity=\"{fill_opacity}\" \
                 style=\"stroke: {colour}; stroke-width: {line}; \
                 stroke-opacity: {stroke_opacity}\"/>"
            )?;
            let middle = (x + CELL / 2, cells + 15);
            text(svg, middle, "middle", if set { "1" } else { "0" })?;
            if position % 8 == 0 {
                let label = (x + CELL / 2, cells + HEIGHT + 12);
                writeln!(
                    svg,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"10\" \
                     fill-opacity=\"0.65\">{position}</text>",
                    label.0, label.1
                )?;
            }
        }
        for &probe in &self.probes {
            let (x, end) = (LEFT + probe * CELL + CELL / 2, cells - 3);
            writeln!(
                svg,
                "<path d=\"M{LEFT} {source}H{}Q{x} {source} {x} {}V{end}m-3 -4l3 4l3 -4\" \
                 fill=\"none\" style=\"stroke: {LINK}; stroke-width: 1.5\"/>",
                x.saturating_sub(8).max(LEFT),
                source + 8
            )?;
        }
        Ok(())
    }
}

/// The colour of what is to be looked at: that of the page's links.
const LINK: &str = "var(--links, currentColor)";

fn text(svg: &mut String, (x, y): (usize, usize), anchor: &str, text: &str) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    let text = escape(text);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
    )
}

/// What is drawn is somebody's keys: markup in them is text.
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
