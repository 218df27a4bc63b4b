//! A history as a picture: a lane for each site, and a bar for each operation from asking to being
//! told.

use std::fmt::Write as _;
use std::time::Duration;

use crate::history::{History, Outcome, Record};

const LEFT: f64 = 84.0;
const WIDTH: f64 = 720.0;
const BAR: f64 = 7.0;
const GAP: f64 = 2.0;

/// The kinds of bars: how they look, and what the legend says.
const KINDS: [(&str, &str); 5] = [
    ("fill: #00a078", "answered"),
    ("fill: #b89a1e", "stale read"),
    ("fill: #d9621c", "acknowledged, and lost"),
    ("fill: currentColor; fill-opacity: 0.22", "refused"),
    ("fill: none; stroke: #cc79a7; stroke-width: 1.5", "unknown"),
];

/// Draws histories under one another, each under its name, with one scale and one legend. The result
/// is an SVG element for a page: it takes the colour of its text from there.
///
/// ```
/// use partition::{Simulation, Workload, timeline};
///
/// let history = Simulation::new(1).run(&Workload::default())?;
/// assert!(timeline(&[("a quiet day", &history)]).starts_with("<svg"));
/// # Ok::<(), partition::SimError>(())
/// ```
pub fn timeline(histories: &[(&str, &History)]) -> String {
    let ends = histories.iter().flat_map(|(_, history)| {
        let told = history.records.iter().map(|record| record.returned);
        told.chain(history.cuts.iter().map(|cut| cut.during.end))
    });
    let end = ends.max().unwrap_or_default().as_secs_f64().ceil().max(1.0);
    let mut drawing = Drawing {
        body: String::new(),
        y: 0.0,
        scale: (WIDTH - LEFT - 12.0) / end,
    };
    for (name, history) in histories {
        drawing.history(name, history);
    }
    drawing.axis(end as u64);
    drawing.legend();
    let (height, body) = (drawing.y, drawing.body);
    format!(
        "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
         fill=\"currentColor\" font-family=\"monospace\">\n<title>Operations at each site over \
         time, and when which links are cut</title>\n{body}</svg>\n"
    )
}

struct Drawing {
    body: String,
    y: f64,
    scale: f64,
}

impl Drawing {
    fn x(&self, time: Duration) -> f64 {
        LEFT + time.as_secs_f64() * self.scale
    }

    fn history(&mut self, name: &str, history: &History) {
        self.text(0.0, self.y + 16.0, 13, name);
        self.y += 26.0;
        let (stale, lost) = (history.stale_reads(), history.lost_updates());
        for (site, site_name) in history.sites.iter().enumerate() {
            let top = self.y;
            let mut rows: Vec<Duration> = Vec::new();
            let mut bars = Vec::new();
            for (number, record) in history.records.iter().enumerate() {
                if record.site != site {
                    continue;
                }
                let row = free_row(&mut rows, record);
                let kind = kind(record, stale.contains(&number), lost.contains(&number));
                bars.push((row, kind, record));
            }
            let height = rows.len().max(1) as f64 * (BAR + GAP) + GAP;
            self.shade(history, site, top, height);
            self.text(0.0, top + height / 2.0 + 4.0, 12, site_name);
            for (row, kind, record) in bars {
                let y = top + GAP + row as f64 * (BAR + GAP);
                let x = self.x(record.invoked);
                let width = (self.x(record.returned) - x).max(3.5);
                self.bar(x, y, width, kind);
            }
            self.y += height + 4.0;
        }
        self.y += 8.0;
    }

    /// The time during which the site cannot reach some other one.
    fn shade(&mut self, history: &History, site: usize, top: f64, height: f64) {
        let line = format!("M{LEFT} {:.1}H{}", top + height + 2.0, WIDTH - 12.0);
        self.add(&format!(
            "<path d=\"{line}\" style=\"stroke: currentColor; stroke-opacity: 0.15\"/>"
        ));
        for cut in &history.cuts {
            let group = cut.group.get(site);
            // The smaller side is the one that is cut off.
            let size = |number| cut.group.iter().filter(|it| Some(*it) == number).count();
            let is_small = 2 * size(group) <= cut.group.len();
            let strength = if is_small { 0.2 } else { 0.08 };
            let (x, to) = (self.x(cut.during.start), self.x(cut.during.end));
            self.add(&format!(
                "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\" \
                 style=\"fill: #2f8fd8; fill-opacity: {strength}\"/>",
                to - x
            ));
        }
    }

    fn bar(&mut self, x: f64, y: f64, width: f64, kind: usize) {
        let style = KINDS[kind].0;
        self.add(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" style=\"{style}\"/>"
        ));
    }

    fn axis(&mut self, end: u64) {
        let step = (end / 12).max(1);
        for second in (0..=end).step_by(step as usize) {
            let x = self.x(Duration::from_secs(second));
            self.add(&format!(
                "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" \
                 fill-opacity=\"0.65\">{second} s</text>",
                self.y + 6.0
            ));
        }
        self.y += 26.0;
    }

    fn legend(&mut self) {
        let mut x = LEFT;
        for (kind, (_, name)) in KINDS.iter().enumerate() {
            self.bar(x, self.y - 8.0, 14.0, kind);
            self.text(x + 19.0, self.y, 11, name);
            x += 36.0 + 6.7 * name.chars().count() as f64;
        }
        let y = self.y - 11.0;
        self.add(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"14\" height=\"13\" style=\"fill: #2f8fd8; \
             fill-opacity: 0.2\"/>"
        ));
        self.text(x + 19.0, self.y, 11, "cut off");
        self.y += 12.0;
    }

    fn text(&mut self, x: f64, y: f64, size: u32, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.add(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\">{text}</text>"
        ));
    }

    fn add(&mut self, line: &str) {
        writeln!(self.body, "{line}").expect("a string grows");
    }
}

/// The first row in which nothing is under way when the operation begins.
fn free_row(rows: &mut Vec<Duration>, record: &Record) -> usize {
    let free = rows.iter().position(|until| *until <= record.invoked);
    let row = free.unwrap_or(rows.len());
    if row == rows.len() {
        rows.push(Duration::ZERO);
    }
    rows[row] = record.returned;
    row
}

fn kind(record: &Record, is_stale: bool, is_lost: bool) -> usize {
    match record.outcome {
        Outcome::Refused => 3,
        Outcome::Unknown => 4,
        _ if is_stale => 1,
        _ if is_lost => 2,
        _ => 0,
    }
}
