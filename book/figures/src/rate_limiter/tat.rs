//! How far the theoretical arrival time is ahead, while requests come: GCRA's whole memory.

use std::fmt::Write as _;

use clock::{ManualClock, Nanos};
use rate_limiter::{Gcra, Quota};

use super::number;
use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const NAME: &str = "limiter-tat.svg";
const TITLE: &str = "How far the theoretical arrival time is ahead of now: each request that is \
                     admitted adds an interval, time takes it away, and what would exceed the burst \
                     is denied";

/// In ms.
const ARRIVALS: [u64; 17] = [
    60, 90, 120, 150, 180, 210, 240, 480, 510, 800, 850, 1140, 1165, 1190, 1215, 1240, 1265,
];
const END: u64 = 1_700;
const BURST: u32 = 4;

const LEFT: i32 = 56;
const WIDTH: i32 = 720;
const TOP: i32 = 26;
const HEIGHT: i32 = 150;
/// The highest that is drawn, in ms.
const MOST: u64 = 460;

/// The figure.
pub fn figure() -> Figure {
    let quota = super::ten_a_second().with_burst(number(BURST));
    let mut canvas = Canvas::new(WIDTH);
    axes(&mut canvas, quota);
    let gcra = Gcra::with_clock(quota, ManualClock::new());
    // Where the line has come to: a time, and how far the TAT was ahead of it.
    let (mut at, mut ahead) = (0, 0);
    let mut line = format!("M{} {}", x(0), y(0));
    for now in ARRIVALS {
        let left = ahead.min(at + ahead - now.min(at + ahead));
        write!(line, "L{} {}", x((at + ahead).min(now)), y(left)).expect("a string grows");
        write!(line, "L{} {}", x(now), y(left)).expect("a string grows");
        let decision = gcra.check_at(Nanos(now * 1_000_000), 1);
        (at, ahead) = (now, left);
        if let Ok(admitted) = decision {
            ahead = admitted.reset_after().as_millis() as u64;
            write!(line, "L{} {}", x(now), y(ahead)).expect("a string grows");
        }
        tick(&mut canvas, now, decision.is_ok());
    }
    write!(line, "L{} {}H{}", x(at + ahead), y(0), x(END)).expect("a string grows");
    canvas.path(&line, Style::NEWS);
    canvas.figure(NAME, TITLE, y(0) + 74)
}

fn axes(canvas: &mut Canvas, quota: Quota) {
    let refill = quota.refill().as_millis() as u64;
    canvas.path(&format!("M{} {}H{}", LEFT, y(refill), x(END)), Style::OLD);
    let heading = format!("TAT − now, in ms, at {quota}");
    canvas.text((LEFT, 12), Anchor::Start, 13, &heading);
    canvas.faint_text((x(END), y(refill) - 6), Anchor::End, 12, "burst × interval");
    for ms in (0..=refill).step_by(100) {
        canvas.faint_text((LEFT - 8, y(ms) + 4), Anchor::End, 12, &ms.to_string());
        if ms < refill {
            canvas.path(&format!("M{} {}H{}", LEFT, y(ms), x(END)), Style::FAINT);
        }
    }
    for ms in (0..=END).step_by(200) {
        let at = (x(ms), y(0) + 66);
        canvas.faint_text(at, Anchor::Middle, 12, &format!("{ms} ms"));
    }
}

/// A request: long and green when it was admitted, short when it was denied.
fn tick(canvas: &mut Canvas, now: u64, admitted: bool) {
    let base = y(0) + 44;
    let (height, ink) = if admitted {
        (26, Ink::Series(3))
    } else {
        (10, Ink::Series(4))
    };
    let at = (x(now) - 1, base - height);
    canvas.rect(at, (3, height), Style::NONE.filled(ink, 1.0));
}

fn x(ms: u64) -> i32 {
    LEFT + (ms * (WIDTH - LEFT - 24) as u64 / END) as i32
}

fn y(ms: u64) -> i32 {
    TOP + HEIGHT - (ms * HEIGHT as u64 / MOST) as i32
}
