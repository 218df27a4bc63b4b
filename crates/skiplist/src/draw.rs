//! Lists that draw themselves: towers, links with their spans, and the way of a search.
//!
//! A [`Film`] stacks pictures of a list, one for each operation, so that one can follow what
//! changes. In each, an entry is a column of boxes, one for each level that it stands on, and a
//! link is an arrow with its span written on it. A way down is drawn over the links that it takes,
//! and their spans are added up above.
//!
//! The result is an SVG element to put into an HTML page, which takes its colours from there
//! (`currentColor`), so that it follows the page's theme. It has no blank lines, because Markdown
//! would end an HTML block at one.
//!
//! ```
//! use skiplist::{SkipList, draw::Film};
//!
//! let mut list: SkipList<_, _> = [3, 7, 12, 19].map(|key| (key, ())).into();
//! let mut film = Film::new("Inserting 9");
//! film.search("the way to 9", &list, &9);
//! list.insert(9, ());
//! film.frame("insert 9", &list);
//! film.rank("rank 2", &list, 2);
//! assert!(film.to_svg().starts_with("<svg"));
//! ```

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::{self, Display, Write};

use crate::SkipList;

/// Pictures of a list, one below the other.
#[derive(Clone, Debug)]
pub struct Film {
    title: String,
    frames: Vec<Frame>,
}

/// A picture: the head's tower, those of the entries, and one for the end.
#[derive(Clone, Debug)]
struct Frame {
    caption: String,
    levels: usize,
    towers: Vec<Tower>,
    /// Column and level of every box that a search went through.
    way: Vec<(usize, usize)>,
    /// The spans that it added up.
    spans: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Tower {
    label: String,
    /// From the lowest level up, to which column each link leads, and its span.
    links: Vec<(usize, u32)>,
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const MARGIN: usize = 10;
const CAPTION: usize = 30;
const BOX: usize = 30;
const GAP: usize = 32;
const ROW: usize = 26;
const LABEL: usize = 24;
const CHARACTER: usize = 8;

impl Film {
    /// A film without a frame. The title is for those who do not see the picture.
    pub fn new(title: impl Into<String>) -> Self {
        Film {
            title: title.into(),
            frames: Vec::new(),
        }
    }

    /// Adds a picture of `list` as it is now. Keys that the picture before does not have stand out.
    pub fn frame<K: Display, V>(&mut self, caption: impl Into<String>, list: &SkipList<K, V>) {
        self.frames.push(Frame::new(caption.into(), list));
    }

    /// Adds a picture of the way to `key`: to its entry, or to the place where it would be.
    pub fn search<K: Display + Borrow<Q>, V, Q: Ord + ?Sized>(
        &mut self,
        caption: impl Into<String>,
        list: &SkipList<K, V>,
        key: &Q,
    ) {
        let mut frame = Frame::new(caption.into(), list);
        let keys: Vec<&K> = list.keys().collect();
        frame.walk(|rank| keys[rank].borrow().cmp(key));
        self.frames.push(frame);
    }

    /// Adds a picture of the way to the entry that has `rank` others before it.
    pub fn rank<K: Display, V>(
        &mut self,
        caption: impl Into<String>,
        list: &SkipList<K, V>,
        rank: usize,
    ) {
        let mut frame = Frame::new(caption.into(), list);
        frame.walk(|other| other.cmp(&rank));
        self.frames.push(frame);
    }

    /// The film as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let width = self
            .frames
            .iter()
            .map(Frame::width)
            .max()
            .unwrap_or(0)
            .max(300);
        let height: usize = self.frames.iter().map(Frame::height).sum();
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" stroke-linecap=\"round\" font-family=\"monospace\" font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", escape(&self.title))?;
        let mut top = 0;
        let mut before: Option<&Frame> = None;
        for frame in &self.frames {
            if top > 0 {
                path(svg, &format!("M0 {top}H{width}"), 0.15, false)?;
            }
            frame.write(svg, top, before)?;
            top += frame.height();
            before = Some(frame);
        }
        writeln!(svg, "</svg>")
    }
}

impl Frame {
    fn new<K: Display, V>(caption: String, list: &SkipList<K, V>) -> Self {
        let slots: Vec<_> = list.slots().collect();
        let columns: HashMap<_, _> = slots.iter().skip(1).copied().zip(1..).collect();
        let end = slots.len();
        let keys = list.keys().map(|key| key.to_string());
        let labels = std::iter::once("head".to_string()).chain(keys);
        let tower = |(slot, label)| {
            let column_of = |slot| columns.get(&slot).copied().unwrap_or(end);
            let links = list
                .links_of(slot)
                .map(|link| (column_of(link.next), link.span));
            let links = links.collect();
            Tower { label, links }
        };
        let towers: Vec<_> = slots.into_iter().zip(labels).map(tower).collect();
        Frame {
            caption,
            levels: towers[0].links.len(),
            towers,
            way: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// Goes down to what is `Equal` by `compare`, which is asked about ranks.
    fn walk(&mut self, compare: impl Fn(usize) -> Ordering) {
        let mut column = 0;
        for level in (0..self.levels).rev() {
            self.way.push((column, level));
            loop {
                let (next, span) = self.towers[column].links[level];
                let goal = if level == 0 {
                    Ordering::Equal
                } else {
                    Ordering::Less
                };
                if next == self.towers.len() || compare(next - 1) > goal {
                    break;
                }
                self.spans.push(span);
                self.way.push((next, level));
                column = next;
            }
        }
    }

    /// Where each column begins, that of the end too.
    fn starts(&self) -> Vec<usize> {
        let widths = self.towers.iter().map(Tower::width);
        let starts = widths.scan(MARGIN, |next, width| {
            *next += width + GAP;
            Some(*next)
        });
        std::iter::once(MARGIN).chain(starts).collect()
    }

    fn width(&self) -> usize {
        self.starts()[self.towers.len()] + BOX + MARGIN
    }

    fn height(&self) -> usize {
        CAPTION + self.levels * ROW + LABEL
    }

    fn write(&self, svg: &mut String, top: usize, before: Option<&Frame>) -> fmt::Result {
        let starts = self.starts();
        let row = |level: usize| top + CAPTION + (self.levels - 1 - level) * ROW;
        let sum = self.sum();
        text(
            svg,
            (MARGIN, top + 18),
            "start",
            1.0,
            &format!("{}{sum}", self.caption),
        )?;
        let end = starts[self.towers.len()];
        for (column, tower) in self.towers.iter().enumerate() {
            let (x, width) = (starts[column], tower.width());
            let news = before.is_some_and(|before| !before.has(&tower.label));
            for (level, (next, span)) in tower.links.iter().enumerate() {
                let y = row(level);
                path(svg, &format!("M{x} {y}h{width}v{ROW}h-{width}z"), 0.8, news)?;
                let (from, to, middle) = (x + width, starts[*next] - 3, y + ROW / 2);
                path(
                    svg,
                    &format!("M{from} {middle}H{to}m-4 -4l4 4l-4 4"),
                    0.5,
                    false,
                )?;
                small(svg, ((from + to) / 2, middle - 3), &span.to_string())?;
            }
            text(
                svg,
                (x + width / 2, row(0) + ROW + 16),
                "middle",
                1.0,
                &tower.label,
            )?;
        }
        path(
            svg,
            &format!("M{end} {}V{}", row(self.levels - 1), row(0) + ROW),
            0.8,
            false,
        )?;
        text(svg, (end, row(0) + ROW + 16), "middle", 0.65, "end")?;
        self.write_way(svg, &starts, row)
    }

    /// The way of the search, through the middle of its boxes.
    fn write_way(
        &self,
        svg: &mut String,
        starts: &[usize],
        row: impl Fn(usize) -> usize,
    ) -> fmt::Result {
        let middle = |(column, level): (usize, usize)| {
            (
                starts[column] + self.towers[column].width() / 2,
                row(level) + ROW / 2,
            )
        };
        let Some((first, rest)) = self.way.split_first() else {
            return Ok(());
        };
        let (x, y) = middle(*first);
        let mut line = format!("M{x} {y}");
        for at in rest {
            let (x, y) = middle(*at);
            write!(line, "L{x} {y}")?;
        }
        path(svg, &line, 1.0, true)
    }

    fn has(&self, label: &str) -> bool {
        self.towers.iter().any(|tower| tower.label == label)
    }

    /// What the spans on the way add up to.
    fn sum(&self) -> String {
        if self.spans.is_empty() {
            return String::new();
        }
        let terms: Vec<_> = self.spans.iter().map(u32::to_string).collect();
        let sum: u32 = self.spans.iter().sum();
        format!(":  {} = {sum}", terms.join(" + "))
    }
}

impl Tower {
    fn width(&self) -> usize {
        BOX.max(self.label.chars().count() * CHARACTER + 6)
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
    let text = escape(text);
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill-opacity=\"{opacity}\">{text}</text>"
    )
}

fn small(svg: &mut String, (x, y): (usize, usize), text: &str) -> fmt::Result {
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"10\" fill-opacity=\"0.65\">{text}</text>"
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
