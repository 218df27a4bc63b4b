//! A load on the demo over time: a lane for each server, one for the clients, and one for the
//! longest wait.

use super::record::{Lane, Scene};
use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const WIDTH: i32 = 720;
const LEFT: i32 = 70;
const RIGHT: i32 = 712;
const HEIGHT: i32 = 40;
const GAP: i32 = 16;
/// The palette's colours for what went well, and what did not.
const GOOD: Ink = Ink::Series(3);
const BAD: Ink = Ink::Series(4);
const WAIT: Ink = Ink::Series(1);

struct Scale {
    steps: usize,
}

impl Scale {
    fn x(&self, step: f64) -> i32 {
        LEFT + (f64::from(RIGHT - LEFT) * step / self.steps as f64).round() as i32
    }
}

/// The figure of a scene.
pub fn figure(scene: &Scene) -> Figure {
    let mut canvas = Canvas::new(WIDTH);
    let scale = Scale {
        steps: scene.slowest.len(),
    };
    canvas.text((0, 14), Anchor::Start, 13, &summary(scene));
    let mut y = 58;
    let top = y - 8;
    let most = scene.servers.iter().flat_map(totals).max().unwrap_or(1);
    for lane in &scene.servers {
        draw_lane(&mut canvas, &scale, y, lane, &lane.name, most);
        y += HEIGHT + GAP;
    }
    let most = totals(&scene.clients).max().unwrap_or(1);
    draw_lane(&mut canvas, &scale, y, &scene.clients, "clients", most);
    if scene.breaker.contains(&true) {
        // Above the bars, which are there as well.
        let band = (y - GAP + 2, GAP - 3);
        shade(&mut canvas, &scale, band, &scene.breaker, "breaker open");
    }
    y += HEIGHT + GAP;
    draw_waits(&mut canvas, &scale, y, &scene.slowest);
    y += HEIGHT;
    for event in &scene.events {
        let x = scale.x(event.at as f64 / scene.step as f64);
        canvas.path(&format!("M{x} {top}V{y}"), Style::OLD);
        canvas.text((x, top - 8), Anchor::Middle, 12, &event.what);
    }
    draw_axis(&mut canvas, &scale, y, scene.step);
    legend(&mut canvas, y + 40, !scene.servers.is_empty());
    let title = format!(
        "Requests of each server and answers to clients over time: {}",
        summary(scene)
    );
    canvas.figure(&format!("edge-proxy-{}.svg", scene.name), &title, y + 50)
}

fn totals(lane: &Lane) -> impl Iterator<Item = u64> {
    lane.good
        .iter()
        .zip(&lane.bad)
        .map(|(good, bad)| good + bad)
}

/// What the clients got in all.
fn summary(scene: &Scene) -> String {
    let all: u64 = scene.outcomes.values().sum();
    let each = scene
        .outcomes
        .iter()
        .map(|(outcome, count)| match outcome.as_str() {
            "none" => format!("{count} without an answer"),
            status => format!("{count} × {status}"),
        });
    let each: Vec<String> = each.collect();
    let retries = match scene.retries {
        0 => String::new(),
        retries => format!("; {retries} sent again"),
    };
    format!("{all} requests: {}{retries}", each.join(", "))
}

fn draw_lane(canvas: &mut Canvas, scale: &Scale, y: i32, lane: &Lane, name: &str, most: u64) {
    canvas.text((LEFT - 10, y + HEIGHT / 2 + 5), Anchor::End, 13, name);
    shade(canvas, scale, (y, HEIGHT), &lane.out, "out");
    for (step, (&good, &bad)) in lane.good.iter().zip(&lane.bad).enumerate() {
        let bottom = bar(canvas, scale, (step, y + HEIGHT), bad, most, BAD);
        bar(canvas, scale, (step, bottom), good, most, GOOD);
    }
    canvas.path(&format!("M{LEFT} {}H{RIGHT}", y + HEIGHT), Style::FAINT);
}

/// A bar that stands at `bottom`; gives where it ends.
fn bar(
    canvas: &mut Canvas,
    scale: &Scale,
    (step, bottom): (usize, i32),
    count: u64,
    most: u64,
    ink: Ink,
) -> i32 {
    if count == 0 {
        return bottom;
    }
    let height = ((i64::from(HEIGHT) * count as i64 + most as i64 - 1) / most as i64) as i32;
    let (from, to) = (scale.x(step as f64), scale.x(step as f64 + 1.0));
    let width = (to - from - 1).max(1);
    canvas.rect(
        (from, bottom - height),
        (width, height),
        Style::NONE.filled(ink, 0.9),
    );
    bottom - height
}

/// The steps that are marked, as grounds.
fn shade(canvas: &mut Canvas, scale: &Scale, (y, height): (i32, i32), marked: &[bool], what: &str) {
    let mut step = 0;
    while step < marked.len() {
        let length = marked[step..].iter().take_while(|marked| **marked).count();
        if length > 0 {
            let (from, to) = (scale.x(step as f64), scale.x((step + length) as f64));
            canvas.rect(
                (from, y),
                (to - from, height),
                Style::NONE.filled(Ink::Text, 0.12),
            );
            if to - from > 60 {
                canvas.faint_text(
                    ((from + to) / 2, y + height / 2 + 4),
                    Anchor::Middle,
                    12,
                    what,
                );
            }
        }
        step += length + 1;
    }
}

fn draw_waits(canvas: &mut Canvas, scale: &Scale, y: i32, slowest: &[u64]) {
    let most = slowest.iter().copied().max().unwrap_or(1).max(1);
    canvas.text((LEFT - 10, y + 16), Anchor::End, 13, "longest");
    canvas.text((LEFT - 10, y + 31), Anchor::End, 13, "wait");
    for (step, &wait) in slowest.iter().enumerate() {
        bar(canvas, scale, (step, y + HEIGHT), wait, most, WAIT);
    }
    canvas.faint_text((RIGHT, y - 3), Anchor::End, 11, &format!("{most} ms"));
}

fn draw_axis(canvas: &mut Canvas, scale: &Scale, y: i32, step: u64) {
    canvas.path(&format!("M{LEFT} {y}H{RIGHT}"), Style::PLAIN);
    let seconds = scale.steps as f64 * step as f64 / 1000.0;
    let every = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|every| seconds / every <= 13.0);
    let every = every.unwrap_or(60.0);
    for tick in 0..=(seconds / every) as u32 {
        let at = every * f64::from(tick);
        let x = scale.x(at * 1000.0 / step as f64);
        canvas.path(&format!("M{x} {y}v4"), Style::PLAIN);
        let digits = usize::from(every < 1.0);
        let anchor = if x > RIGHT - 20 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        canvas.faint_text(
            (x.min(RIGHT), y + 17),
            anchor,
            11,
            &format!("{at:.digits$} s"),
        );
    }
}

fn legend(canvas: &mut Canvas, y: i32, servers: bool) {
    let mut keys = vec![
        (GOOD, "answered well"),
        (BAD, "failed"),
        (WAIT, "longest wait of a client"),
    ];
    if servers {
        keys.push((Ink::Text, "left out by the balancer"));
    }
    let mut x = LEFT;
    for (ink, name) in keys {
        let opacity = if matches!(ink, Ink::Text) { 0.12 } else { 0.9 };
        canvas.rect((x, y - 10), (12, 12), Style::NONE.filled(ink, opacity));
        canvas.text((x + 18, y), Anchor::Start, 12, name);
        x += 36 + 15 * name.len() as i32 / 2;
    }
}
