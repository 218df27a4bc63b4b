//! Trees that draw themselves.
//!
//! A [`Picture`] is a tree's nodes, level by level. It becomes SVG for a page, or DOT for Graphviz;
//! and a [`Film`] stacks pictures, one for each operation, so that one can follow what splits and
//! what merges.
//!
//! The SVG takes its colours from the page that it is put into (`currentColor`), so that it follows
//! the page's theme. It has no blank lines, because Markdown would end an HTML block at one.
//!
//! ```
//! use bplustree::BPlusTreeMap;
//! use bplustree::map::draw::Film;
//!
//! let mut tree = BPlusTreeMap::<_, _, 3>::with_order();
//! let mut film = Film::new("A leaf splits");
//! for key in [1, 3, 5, 7] {
//!     tree.insert(key, ());
//!     film.frame(format!("insert {key}"), &tree.picture());
//! }
//! assert!(film.to_svg().starts_with("<svg"));
//! ```

use std::collections::HashSet;
use std::fmt::{self, Display, Write};

use super::BPlusTreeMap;
use super::arena::Id;

/// The nodes of a tree, level by level, from the root down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The last one is that of the leaves.
    pub levels: Vec<Vec<Node>>,
}

/// A node as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The keys in it.
    pub keys: Vec<String>,
    /// How many nodes of the level below are its children. They are taken from left to right.
    pub children: usize,
}

impl<K: Display, V, const ORDER: usize> BPlusTreeMap<K, V, ORDER> {
    /// Returns the keys of all nodes, to be drawn. O(n).
    pub fn picture(&self) -> Picture {
        let texts = |keys: &[K]| keys.iter().map(K::to_string).collect();
        let mut levels = Vec::new();
        let mut level: Vec<Id> = self
            .leaves
            .get(self.root)
            .map_or(vec![], |_| vec![self.root]);
        for _ in 0..self.height {
            let nodes = level.iter().map(|&id| &self.inners[id]);
            let draw = |keys: &[K], children| Node {
                keys: texts(keys),
                children,
            };
            levels.push(
                nodes
                    .clone()
                    .map(|node| draw(&node.rest.keys, node.len() + 1))
                    .collect(),
            );
            level = nodes.flat_map(|node| node.children()).collect();
        }
        let leaf = |id: &Id| Node {
            keys: texts(&self.leaves[*id].entries.keys),
            children: 0,
        };
        levels.push(level.iter().map(leaf).collect());
        Picture { levels }
    }

    /// Returns the tree as an SVG element: its keys, without the values. O(n).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let tree = BPlusTreeMap::<_, _, 3>::from_sorted_iter((1..9).map(|key| (key, ())));
    /// assert!(tree.unwrap().to_svg().contains("<title>B+ tree of order 3, 8 entries</title>"));
    /// ```
    pub fn to_svg(&self) -> String {
        let mut film = Film::new(format!("B+ tree of order {ORDER}, {} entries", self.len));
        film.frame("", &self.picture());
        film.to_svg()
    }

    /// Returns the tree in the language of Graphviz: its keys, without the values. O(n).
    ///
    /// ```
    /// use bplustree::BPlusTreeMap;
    ///
    /// let tree = BPlusTreeMap::<_, _, 3>::from_sorted_iter((1..5).map(|key| (key, ())));
    /// assert!(tree.unwrap().to_dot().contains(r#"n0 [label="<c0>|3|<c1>"]"#));
    /// ```
    pub fn to_dot(&self) -> String {
        self.picture().to_dot()
    }
}

impl Picture {
    /// The picture in the language of Graphviz.
    pub fn to_dot(&self) -> String {
        let mut dot = String::new();
        self.write_dot(&mut dot).expect("a string grows");
        dot
    }

    fn write_dot(&self, dot: &mut String) -> fmt::Result {
        writeln!(
            dot,
            "digraph bplustree {{\n  node [shape=record, fontname=monospace]"
        )?;
        let mut number = 0;
        for (depth, level) in self.levels.iter().enumerate() {
            let mut child = number + level.len();
            for node in level {
                if node.children == 0 {
                    let keys: Vec<String> = node.keys.iter().map(|key| record(key)).collect();
                    writeln!(dot, "  n{number} [label=\"{}\"]", keys.join("|"))?;
                } else {
                    write!(dot, "  n{number} [label=\"<c0>")?;
                    for (at, key) in node.keys.iter().enumerate() {
                        write!(dot, "|{}|<c{}>", record(key), at + 1)?;
                    }
                    writeln!(dot, "\"]")?;
                    for at in 0..node.children {
                        writeln!(dot, "  n{number}:c{at} -> n{}", child + at)?;
                    }
                    child += node.children;
                }
                number += 1;
            }
            if depth + 1 == self.levels.len() && level.len() > 1 {
                let leaves: Vec<String> = (number - level.len()..number)
                    .map(|leaf| format!("n{leaf}"))
                    .collect();
                writeln!(
                    dot,
                    "  {{ rank=same; {} [dir=both, style=dashed] }}",
                    leaves.join(" -> ")
                )?;
            }
        }
        writeln!(dot, "}}")
    }

    /// The cells, each by the number of levels below it.
    fn cells(&self) -> HashSet<(usize, &str)> {
        let levels = self.levels.iter().rev().enumerate();
        let keys = levels.flat_map(|(height, level)| {
            level
                .iter()
                .flat_map(move |node| node.keys.iter().map(move |key| (height, key.as_str())))
        });
        keys.collect()
    }

    /// Where the nodes stand: leaves side by side, every other node above the middle of its
    /// children.
    fn layout(&self) -> Vec<Vec<usize>> {
        let mut places: Vec<Vec<usize>> = Vec::new();
        for level in self.levels.iter().rev() {
            let mut next = 0;
            let mut starts = Vec::new();
            let below = places
                .last()
                .map(|starts| (starts, &self.levels[self.levels.len() - places.len()]));
            let mut children = 0..0;
            for node in level {
                children = children.end..children.end + node.children;
                let over = below.filter(|_| node.children > 0).map(|(starts, nodes)| {
                    let (first, last) = (children.start, children.end - 1);
                    let middle = (starts[first] + starts[last] + nodes[last].width()) / 2;
                    middle.saturating_sub(node.width() / 2)
                });
                let start = over.unwrap_or(next).max(next);
                starts.push(start);
                next = start + node.width() + GAP;
            }
            places.push(starts);
        }
        places.reverse();
        places
    }
}

impl Node {
    fn width(&self) -> usize {
        self.keys
            .iter()
            .map(|key| cell_width(key))
            .sum::<usize>()
            .max(CELL)
    }

    /// Where the cells begin, and where the last one ends.
    fn edges(&self, start: usize) -> Vec<usize> {
        let widths = self.keys.iter().map(|key| cell_width(key));
        let ends = widths.scan(start, |end, width| {
            *end += width;
            Some(*end)
        });
        std::iter::once(start).chain(ends).collect()
    }
}

fn cell_width(key: &str) -> usize {
    CELL.max(key.chars().count() * CHARACTER + 14)
}

/// Pictures of a tree, one below the other.
#[derive(Clone, Debug)]
pub struct Film {
    title: String,
    frames: Vec<(String, Picture)>,
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const CELL: usize = 30;
const HEIGHT: usize = 24;
const LEVEL: usize = 56;
const GAP: usize = 26;
const CAPTION: usize = 30;
const MARGIN: usize = 14;
const CHARACTER: usize = 8;
const LEAST_WIDTH: usize = 400;

impl Film {
    /// A film without a frame. The title is for those who do not see the picture.
    pub fn new(title: impl Into<String>) -> Self {
        Film {
            title: title.into(),
            frames: Vec::new(),
        }
    }

    /// Adds a picture of a tree as it is now, with the operation that led to it.
    ///
    /// Keys that are new in their level are drawn in another colour, except in the first picture.
    pub fn frame(&mut self, caption: impl Into<String>, picture: &Picture) {
        self.frames.push((caption.into(), picture.clone()));
    }

    /// The film as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let ends = self.frames.iter().flat_map(|(caption, picture)| {
            let caption = (caption.chars().count() * CHARACTER).saturating_sub(2 * MARGIN);
            let ends = |(starts, level): (Vec<usize>, &Vec<Node>)| {
                Some(starts.last()? + level.last()?.width())
            };
            picture
                .layout()
                .into_iter()
                .zip(&picture.levels)
                .filter_map(ends)
                .chain([caption])
                .max()
        });
        let width = ends.max().unwrap_or(0).max(LEAST_WIDTH) + 2 * MARGIN;
        let height: usize = self.frames.iter().map(frame_height).sum();
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" stroke-linecap=\"round\" font-family=\"monospace\" font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", escape(&self.title))?;
        let mut top = 0;
        let mut before: Option<&Picture> = None;
        for frame in &self.frames {
            let (caption, picture) = frame;
            if top > 0 {
                line(svg, &format!("M0 {top}H{width}"), 0.15, false)?;
            }
            text(svg, (0, top + 20), "start", caption)?;
            let caption_height = if caption.is_empty() { MARGIN } else { CAPTION };
            picture.write_svg(svg, top + caption_height, before)?;
            top += frame_height(frame);
            before = Some(picture);
        }
        writeln!(svg, "</svg>")
    }
}

fn frame_height((caption, picture): &(String, Picture)) -> usize {
    let caption = if caption.is_empty() { MARGIN } else { CAPTION };
    let levels = picture.levels.len().max(1);
    caption + (levels - 1) * LEVEL + HEIGHT + MARGIN
}

impl Picture {
    fn write_svg(&self, svg: &mut String, top: usize, before: Option<&Picture>) -> fmt::Result {
        let known = before.map(Picture::cells);
        let places = self.layout();
        for (depth, (level, starts)) in self.levels.iter().zip(&places).enumerate() {
            let (top, height) = (top + depth * LEVEL, self.levels.len() - 1 - depth);
            let is_news = |key: &str| {
                known
                    .as_ref()
                    .is_some_and(|known| !known.contains(&(height, key)))
            };
            let mut below = places.get(depth + 1).into_iter().flatten();
            let mut children = self.levels.get(depth + 1).into_iter().flatten();
            for (node, &start) in level.iter().zip(starts) {
                let edges = node.edges(start + MARGIN);
                node.write_svg(svg, &edges, top, is_news)?;
                for edge in edges.iter().take(node.children) {
                    if let (Some(start), Some(child)) = (below.next(), children.next()) {
                        let to = start + MARGIN + child.width() / 2;
                        let (from_y, to_y) = (top + HEIGHT, top + LEVEL);
                        let middle = (from_y + to_y) / 2;
                        let curve =
                            format!("M{edge} {from_y}C{edge} {middle} {to} {middle} {to} {to_y}");
                        line(svg, &curve, 0.5, false)?;
                    }
                }
            }
            if height == 0 {
                for (node, start) in level.iter().zip(starts).take(level.len().saturating_sub(1)) {
                    let (left, middle) = (start + MARGIN + node.width() + 3, top + HEIGHT / 2);
                    let right = left + GAP - 6;
                    let heads = format!(
                        "M{} {}l-4 4l4 4M{} {}l4 4l-4 4",
                        left + 4,
                        middle - 4,
                        right - 4,
                        middle - 4
                    );
                    line(svg, &format!("M{left} {middle}H{right}{heads}"), 0.5, false)?;
                }
            }
        }
        Ok(())
    }
}

impl Node {
    fn write_svg(
        &self,
        svg: &mut String,
        edges: &[usize],
        top: usize,
        is_news: impl Fn(&str) -> bool,
    ) -> fmt::Result {
        let empty = [String::new()];
        let keys = if self.keys.is_empty() {
            &empty[..]
        } else {
            &self.keys
        };
        // What is news is drawn last, so that its neighbours do not cover its sides.
        for news in [false, true] {
            for (key, &start) in keys
                .iter()
                .zip(edges)
                .filter(|(key, _)| is_news(key) == news)
            {
                let width = cell_width(key);
                line(
                    svg,
                    &format!("M{start} {top}h{width}v{HEIGHT}h-{width}z"),
                    0.8,
                    news,
                )?;
                text(svg, (start + width / 2, top + 17), "middle", key)?;
            }
        }
        Ok(())
    }
}

/// A line, in the colour of links if it is news.
fn line(svg: &mut String, path: &str, opacity: f32, news: bool) -> fmt::Result {
    let (colour, width, opacity) = if news {
        ("var(--links, currentColor)", 2, 1.0)
    } else {
        ("currentColor", 1, opacity)
    };
    let style = format!("stroke: {colour}; stroke-width: {width}; stroke-opacity: {opacity}");
    writeln!(svg, "<path d=\"{path}\" fill=\"none\" style=\"{style}\"/>")
}

fn text(svg: &mut String, (x, y): (usize, usize), anchor: &str, text: &str) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
        escape(text)
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

/// In the label of a record, some characters are its own.
fn record(key: &str) -> String {
    let mut escaped = String::with_capacity(key.len());
    for character in key.chars() {
        if "\\{}|<>\" ".contains(character) {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    escaped
}
