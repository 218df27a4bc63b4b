//! What each input does to the cost, halved and doubled: the widest bar first.

use capacity::{Source, Swing, tornado};

use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const TITLE: &str = "Tornado: the cost of a month with each input halved and doubled";
const WIDTH: i32 = 720;
const LEFT: i32 = 150;
/// The place where nothing changes.
const MIDDLE: i32 = 430;
/// Of a doubling.
const UNIT: f64 = 235.0;
const ROW: i32 = 26;
const BAR: i32 = 15;
const TOP: i32 = 46;
/// Inputs that hardly move it are not drawn.
const LEAST: f64 = 0.02;

pub(super) fn figure(source: &Source) -> Result<Figure, FigureError> {
    let swings = tornado(source, "cost")?;
    let swings: Vec<&Swing> = swings
        .iter()
        .filter(|swing| swing.width() > LEAST)
        .collect();
    let bottom = TOP + ROW * swings.len() as i32;
    let mut canvas = Canvas::new(WIDTH);
    for (halvings, label) in [
        (-1.0, "half"),
        (-0.415, "3/4"),
        (0.0, "the plan"),
        (0.585, "3/2"),
        (1.0, "twice"),
    ] {
        let x = place(halvings);
        canvas.path(&format!("M{x} {}V{bottom}", TOP - 8), Style::FAINT);
        canvas.faint_text((x, TOP - 14), Anchor::Middle, 11, label);
    }
    canvas.faint_text((LEFT - 60, TOP - 14), Anchor::End, 11, "cost is");
    for (row, swing) in swings.iter().enumerate() {
        let y = TOP + ROW * row as i32;
        canvas.text((LEFT - 8, y + 12), Anchor::End, 12, &swing.input);
        bar(&mut canvas, y, swing.halved, Ink::Series(1));
        bar(&mut canvas, y, swing.doubled, Ink::Series(4));
    }
    for (x, ink, label) in [
        (LEFT, Ink::Series(1), "input halved"),
        (LEFT + 150, Ink::Series(4), "input doubled"),
    ] {
        canvas.rect((x, bottom + 10), (16, 12), Style::NONE.filled(ink, 0.75));
        canvas.text((x + 22, bottom + 20), Anchor::Start, 12, label);
    }
    Ok(canvas.figure("capacity-tornado.svg", TITLE, bottom + 32))
}

fn place(doublings: f64) -> i32 {
    MIDDLE + (UNIT * doublings).round() as i32
}

fn bar(canvas: &mut Canvas, y: i32, ratio: Option<f64>, ink: Ink) {
    let Some(end) = ratio.map(|ratio| place(ratio.log2())) else {
        return;
    };
    let (from, to) = (end.min(MIDDLE), end.max(MIDDLE));
    canvas.rect((from, y), (to - from, BAR), Style::NONE.filled(ink, 0.75));
}
