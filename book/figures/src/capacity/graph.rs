//! A plan as the graph that it is: inputs above, the bill below, and a line for each name that a
//! formula has in it.

use capacity::{Plan, Source};

use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const TITLE: &str = "A plan as a graph: from users and their habits down to the cost of a month";
const WIDTH: i32 = 720;
const BOX: (i32, i32) = (122, 40);
const ROW: i32 = 76;
const TOP: i32 = 12;

/// What is drawn: name, column (in half boxes) and row. What stands between two of these in the
/// plan, such as a sum of one, is passed over.
const NODES: [(&str, i32, i32); 21] = [
    ("users.peak", 0, 0),
    ("post.reads", 2, 0),
    ("users.daily", 4, 0),
    ("post.writes", 6, 0),
    ("photo.share", 8, 0),
    ("photo.size", 10, 0),
    ("post reads", 2, 1),
    ("post writes", 5, 1),
    ("post on the wire", 9, 1),
    ("requests", 2, 2),
    ("bandwidth out", 5, 2),
    ("photo data a day", 9, 2),
    ("requests at the peak", 1, 3),
    ("photo data kept", 9, 3),
    ("horizon", 7, 3),
    ("servers in a zone", 1, 4),
    ("photo data with copies", 9, 4),
    ("cost of servers", 1, 6),
    ("cost of traffic", 5, 6),
    ("cost of storage", 9, 6),
    ("cost", 5, 7),
];
/// Steps whose names are replaced by what they are made of, so that fewer boxes say the same.
const THROUGH: [(&str, i32, i32); 2] = [("servers", 1, 5), ("data stored", 9, 5)];

pub(super) fn figure(plan: &Plan, source: &Source) -> Figure {
    let mut canvas = Canvas::new(WIDTH);
    let nodes: Vec<_> = NODES.iter().chain(&THROUGH).collect();
    let corner = |column: i32, row: i32| (2 + column * 59, TOP + row * ROW);
    for (name, column, row) in &nodes {
        let Some(step) = plan.step(name) else {
            continue;
        };
        for (part, from_column, from_row) in &nodes {
            if step.names.split(OPERATORS).any(|atom| atom.trim() == *part) {
                let from = corner(*from_column, *from_row);
                let to = corner(*column, *row);
                let half = BOX.0 / 2;
                canvas.edge(
                    (from.0 + half, from.1 + BOX.1),
                    (to.0 + half, to.1),
                    Style::FAINT,
                );
            }
        }
    }
    let inputs = source.inputs();
    for (name, column, row) in &nodes {
        let (x, y) = corner(*column, *row);
        let step = plan.step(name);
        let style = match step {
            None => Style::PLAIN.filled(Ink::Series(1), 0.12),
            Some(_) if *name == "cost" => Style::NEWS.filled(Ink::News, 0.12),
            Some(_) => Style::PLAIN.filled(Ink::Series(0), 0.12),
        };
        let input = inputs.iter().find(|input| input.short() == *name);
        let shown = step
            .map(|step| step.shown())
            .or_else(|| input.map(|input| input.text.clone()));
        canvas.rect((x, y), BOX, style);
        let middle = x + BOX.0 / 2;
        let size = if name.chars().count() > 18 { 9 } else { 10 };
        canvas.faint_text((middle, y + 15), Anchor::Middle, size, name);
        canvas.text(
            (middle, y + 32),
            Anchor::Middle,
            13,
            &shown.unwrap_or_default(),
        );
    }
    canvas.figure("capacity-graph.svg", TITLE, TOP + 7 * ROW + BOX.1 + 6)
}

const OPERATORS: [char; 7] = ['×', '/', '+', '(', ')', ',', '^'];
