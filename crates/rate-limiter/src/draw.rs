//! Limiters that draw what they admit: one lane for each, under the same arrivals.
//!
//! Two limiters with the same quota differ in *when* they say yes, and that shows in a picture of
//! time better than in a table. A [`Chart`] has a lane for each algorithm, with a tick for each
//! request: a long one where it was admitted, a short one where it was denied.
//!
//! The result is an SVG element to put into an HTML page, which takes its colours from there
//! (`currentColor`), so that it follows the page's theme. It has no blank lines, because Markdown
//! would end an HTML block at one.
//!
//! ```
//! use std::num::NonZeroU32;
//! use rate_limiter::{Quota, draw::{Chart, bursts}};
//!
//! let quota = Quota::per_second(NonZeroU32::new(10).unwrap());
//! let chart = Chart::of_all(quota, &bursts())?;
//! assert!(chart.to_svg().starts_with("<svg"));
//! # Ok::<(), rate_limiter::ConfigError>(())
//! ```

use std::fmt::{self, Write};
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};

use crate::sliding_log::Log;
use crate::{ConfigError, Decision, FixedWindow, Gcra, LeakyQueue, Quota, SlidingWindow};

/// What each algorithm made of the same arrivals.
#[derive(Clone, Debug)]
pub struct Chart {
    title: String,
    /// Where windows begin.
    per: Duration,
    until: Nanos,
    lanes: Vec<Lane>,
}

/// What one of them made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name.
    pub label: String,
    /// When requests came, or left the queue, and whether they were admitted.
    pub ticks: Vec<(Nanos, bool)>,
}

impl Lane {
    /// How many were admitted.
    pub fn admitted(&self) -> usize {
        self.ticks.iter().filter(|(_, admitted)| *admitted).count()
    }
}

/// Arrivals with everything in it that tells algorithms apart, for a quota of 10 a second: a burst
/// across the edge of a window, a steady stream at one and a half times the rate, a pause, and
/// another burst.
pub fn bursts() -> Vec<Nanos> {
    let millis = |start: u64, step: u64, n: u64| (0..n).map(move |i| start + i * step);
    let times = millis(880, 8, 32)
        .chain(millis(1500, 66, 22))
        .chain(millis(4100, 8, 20));
    times.map(|time| Nanos(time * 1_000_000)).collect()
}

/// Arrivals that find the hole in a fixed window of a second: all at the edge.
pub fn edge() -> Vec<Nanos> {
    let times = (900..1100).step_by(8);
    times.map(|time| Nanos(time * 1_000_000)).collect()
}

impl Chart {
    /// All algorithms. Arrivals have to be in order.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if one of the windows cannot have this quota.
    pub fn of_all(quota: Quota, arrivals: &[Nanos]) -> Result<Self, ConfigError> {
        let mut log = Log::new(quota)?;
        let gcra = Gcra::with_clock(quota, ManualClock::new());
        let fixed = FixedWindow::with_clock(quota, ManualClock::new())?;
        let sliding = SlidingWindow::with_clock(quota, ManualClock::new())?;
        let mut chart = Chart::new(
            format!("What each algorithm admits of {quota}"),
            &quota,
            arrivals,
        );
        chart.lane(
            "arrivals",
            arrivals.iter().map(|&now| (now, true)).collect(),
        );
        chart.asked("fixed window", arrivals, |now| fixed.check_at(now, 1));
        chart.asked("sliding window", arrivals, |now| sliding.check_at(now, 1));
        chart.asked("sliding log", arrivals, |now| log.at(now, 1));
        chart.asked("GCRA, buckets", arrivals, |now| gcra.check_at(now, 1));
        chart.lane("leaky queue", departures(quota, arrivals));
        Ok(chart)
    }

    /// The fixed window alone, and the sliding log, which has no edge.
    ///
    /// # Errors
    ///
    /// As [`of_all`](Self::of_all).
    pub fn of_edge(quota: Quota, arrivals: &[Nanos]) -> Result<Self, ConfigError> {
        let mut log = Log::new(quota)?;
        let fixed = FixedWindow::with_clock(quota, ManualClock::new())?;
        let title = format!("A fixed window of {quota} at its edge");
        let mut chart = Chart::new(title, &quota, arrivals);
        chart.asked("fixed window", arrivals, |now| fixed.check_at(now, 1));
        chart.asked("sliding log", arrivals, |now| log.at(now, 1));
        Ok(chart)
    }

    /// What was made of it, from top to bottom.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    fn new(title: String, quota: &Quota, arrivals: &[Nanos]) -> Self {
        Chart {
            title,
            per: quota.per(),
            until: arrivals.last().copied().unwrap_or_default(),
            lanes: Vec::new(),
        }
    }

    fn asked(&mut self, label: &str, arrivals: &[Nanos], mut ask: impl FnMut(Nanos) -> Decision) {
        let ticks = arrivals.iter().map(|&now| (now, ask(now).is_ok()));
        self.lane(label, ticks.collect());
    }

    fn lane(&mut self, label: &str, ticks: Vec<(Nanos, bool)>) {
        let last = ticks.iter().map(|(now, _)| *now).max();
        self.until = self.until.max(last.unwrap_or_default());
        let label = label.into();
        self.lanes.push(Lane { label, ticks });
    }
}

/// When those leave who were admitted to the queue; the others do so when they come.
fn departures(quota: Quota, arrivals: &[Nanos]) -> Vec<(Nanos, bool)> {
    let clock = ManualClock::new();
    let queue = LeakyQueue::with_clock(quota, clock.clone());
    let leave = |now: Nanos| {
        clock.advance(now - clock.now());
        match queue.enqueue() {
            Ok(departure) => (departure.at, true),
            Err(_) => (now, false),
        }
    };
    arrivals.iter().map(|&now| leave(now)).collect()
}

// Sizes in the picture's own units, which are pixels until a page scales it.
const LEFT: u64 = 130;
const WIDTH: u64 = 600;
const RIGHT: u64 = 50;
const LANE: u64 = 34;
const TOP: u64 = 22;

impl Chart {
    /// The chart as an SVG element.
    pub fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.write(&mut svg).expect("a string grows");
        svg
    }

    fn write(&self, svg: &mut String) -> fmt::Result {
        let (width, base) = (LEFT + WIDTH + RIGHT, TOP + LANE * self.lanes.len() as u64);
        let height = base + 24;
        writeln!(
            svg,
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" stroke=\"none\" font-family=\"monospace\" font-size=\"13\">"
        )?;
        writeln!(svg, "<title>{}</title>", self.title)?;
        self.write_windows(svg, base)?;
        for (index, lane) in self.lanes.iter().enumerate() {
            self.write_lane(svg, TOP + LANE * index as u64, lane)?;
        }
        writeln!(svg, "</svg>")
    }

    /// A line where each window begins, if that is not too many lines.
    fn write_windows(&self, svg: &mut String, base: u64) -> fmt::Result {
        let most = WIDTH / 40;
        for window in 0..=most {
            let start = Nanos::ZERO + self.per.saturating_mul(window as u32);
            if start > self.until {
                break;
            }
            let (x, y) = (self.x(start), base + 16);
            line(svg, &format!("M{x} {}V{base}", TOP - 12), 1, 0.25)?;
            // A duration of nothing is in nanoseconds.
            let time = format!("{:?}", start.since_zero()).replace("0ns", "0s");
            text(svg, (x, y), "middle", &time)?;
        }
        Ok(())
    }

    fn write_lane(&self, svg: &mut String, top: u64, lane: &Lane) -> fmt::Result {
        let base = top + LANE - 10;
        text(svg, (LEFT - 12, base), "end", &lane.label)?;
        line(svg, &format!("M{LEFT} {base}H{}", LEFT + WIDTH), 1, 0.25)?;
        let ticks = |wanted: bool, height: u64| {
            let ticks = lane
                .ticks
                .iter()
                .filter(|(_, admitted)| *admitted == wanted);
            ticks.fold(String::new(), |path, (now, _)| {
                format!("{path}M{} {base}v-{height}", self.x(*now))
            })
        };
        line(svg, &ticks(false, 6), 1, 0.45)?;
        line(svg, &ticks(true, 18), 2, 1.0)?;
        let count = lane.admitted().to_string();
        text(svg, (LEFT + WIDTH + 8, base), "start", &count)
    }

    fn x(&self, now: Nanos) -> u64 {
        let across = u128::from(now.0) * u128::from(WIDTH) / u128::from(self.until.0.max(1));
        LEFT + u64::try_from(across).unwrap_or(WIDTH).min(WIDTH)
    }
}

fn line(svg: &mut String, path: &str, width: u32, opacity: f32) -> fmt::Result {
    let style = format!("stroke: currentColor; stroke-width: {width}; stroke-opacity: {opacity}");
    writeln!(svg, "<path d=\"{path}\" fill=\"none\" style=\"{style}\"/>")
}

fn text(svg: &mut String, (x, y): (u64, u64), anchor: &str, text: &str) -> fmt::Result {
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
    )
}
