//! A plan as the graph that it is: inputs above, the bill below, and a line for each name that a
//! formula has in it.

use capacity::{Plan, Source};

use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const TITLE: &str = "A plan as a graph: from users and their habits down to the cost of a month";
const WIDTH: i32 = 720;
const BOX: (i32, i32) = (112, 40);
const ROW: i32 = 76;
const TOP: i32 = 12;

/// What is drawn: name, column (in half boxes) and row. Of the plan's other steps little comes to the
/// bill.
const NODES: [(&str, i32, i32); 23] = [
    ("users.peak", 0, 0),
    ("post.reads", 2, 0),
    ("users.daily", 4, 0),
    ("post.writes", 6, 0),
    ("photo.share", 8, 0),
    ("photo.size", 10, 0),
    ("post reads", 2, 1),
    ("post writes", 4, 1),
    ("post on the wire", 7, 1),
    ("requests", 2, 2),
    ("bandwidth out", 5, 2),
    ("horizon", 8, 2),
    ("photo data a day", 10, 2),
    ("requests at the peak", 1, 3),
    ("photo data kept", 10, 3),
    ("servers in a zone", 1, 4),
    ("photo data with copies", 10, 4),
    ("servers", 1, 5),
    ("data stored", 10, 5),
    ("cost of servers", 1, 6),
    ("cost of traffic", 5, 6),
    ("cost of storage", 10, 6),
    ("cost", 5, 7),
];

pub(super) fn figure(plan: &Plan, source: &Source) -> Figure {
    let mut canvas = Canvas::new(WIDTH);
    let corner = |column: i32, row: i32| (2 + column * 60, TOP + row * ROW);
    for (name, column, row) in &NODES {
        let Some(step) = plan.step(name) else {
            continue;
        };
        for (part, from_column, from_row) in &NODES {
            if step.names.split(OPERATORS).any(|atom| atom.trim() == *part) {
                let from = corner(*from_column, *from_row);
                let to = corner(*column, *row);
                let half = BOX.0 / 2;
                canvas.edge(
                    (from.0 + half, from.1 + BOX.1),
                    (to.0 + half, to.1),
                    Style::PLAIN,
                );
            }
        }
    }
    let inputs = source.inputs();
    for (name, column, row) in &NODES {
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
        let size = if name.chars().count() > 18 { 8 } else { 10 };
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
