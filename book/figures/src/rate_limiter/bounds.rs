//! What each algorithm remembers, promises, and gives to a client who takes all there is.

use std::fmt::Write as _;

use clock::{Clock, ManualClock, Nanos};
use rate_limiter::sliding_log::Log;
use rate_limiter::{FixedWindow, Gcra, LeakyQueue, Quota, SlidingWindow};

use super::{number, ten_a_second};
use crate::{Figure, FigureError};

const MS: u64 = 1_000_000;
/// The lengths of the columns, in ms.
const LENGTHS: [u64; 4] = [1, 500, 999, 1_999];
/// The last point of a window of a second.
const START: u64 = 5_000 * MS - 1;

struct Row {
    name: String,
    remembers: &'static str,
    bound: &'static str,
    /// When each of those who were admitted passed, since the client began.
    passed: Vec<u64>,
}

/// The table.
///
/// # Errors
///
/// [`FigureError::Limiter`].
pub fn table() -> Result<Figure, FigureError> {
    let quota = ten_a_second();
    let heads = LENGTHS.map(|ms| format!(" {ms} ms |"));
    let mut table = format!(
        "| | remembers | at most, in any time `t` |{}\n|---|---|---|{}\n",
        heads.concat(),
        "--:|".repeat(LENGTHS.len())
    );
    for row in rows(quota)? {
        let Row {
            name,
            remembers,
            bound,
            passed,
        } = row;
        write!(table, "| {name} | {remembers} | {bound} |").expect("a string grows");
        for ms in LENGTHS {
            let count = passed.iter().filter(|&&after| after <= ms * MS).count();
            write!(table, " {count} |").expect("a string grows");
        }
        table.push('\n');
    }
    Ok(Figure {
        name: "limiter-bounds.md".to_owned(),
        contents: table,
    })
}

fn rows(quota: Quota) -> Result<Vec<Row>, FigureError> {
    let fixed = FixedWindow::with_clock(quota, ManualClock::new())?;
    let sliding = SlidingWindow::with_clock(quota, ManualClock::new())?;
    let mut log = Log::new(quota)?;
    let gcra = |quota| Gcra::with_clock(quota, ManualClock::new());
    let (burst, small) = (gcra(quota), gcra(quota.with_burst(number(3))));
    let row = |name: &str, remembers, bound, passed| Row {
        name: name.to_owned(),
        remembers,
        bound,
        passed,
    };
    let same = "`burst + ⌊t / interval⌋`";
    Ok(vec![
        row(
            "fixed window",
            "a count",
            "`count × (1 + ⌈t / per⌉)`",
            greedy(|now| fixed.check_at(now, 1).is_ok()),
        ),
        row(
            "sliding log",
            "`count` times",
            "`count × (1 + ⌊t / per⌋)`",
            greedy(|now| log.at(now, 1).is_ok()),
        ),
        row(
            "sliding window",
            "two counts",
            "`count + ⌊count × t / per⌋`",
            greedy(|now| sliding.check_at(now, 1).is_ok()),
        ),
        row(
            "GCRA, buckets",
            "one time",
            same,
            greedy(|now| burst.check_at(now, 1).is_ok()),
        ),
        row(
            "the same, burst 3",
            "one time",
            same,
            greedy(|now| small.check_at(now, 1).is_ok()),
        ),
        row(
            "leaky queue",
            "one time",
            "`1 + ⌊t / interval⌋` leave",
            departures(quota),
        ),
    ])
}

/// Asks each millisecond until it is denied.
fn greedy(mut ask: impl FnMut(Nanos) -> bool) -> Vec<u64> {
    let longest = LENGTHS.into_iter().max().unwrap_or_default();
    let times = (0..=longest).map(|ms| ms * MS);
    times
        .flat_map(|after| {
            let admitted = std::iter::from_fn(|| ask(Nanos(START + after)).then_some(after));
            admitted.collect::<Vec<_>>()
        })
        .collect()
}

/// When those leave who keep the queue full.
fn departures(quota: Quota) -> Vec<u64> {
    let clock = ManualClock::new();
    let queue = LeakyQueue::with_clock(quota, clock.clone());
    let mut left = Vec::new();
    greedy(|now| {
        clock.advance(now - clock.now());
        let departure = queue.enqueue();
        left.extend(departure.iter().map(|departure| departure.at.0 - START));
        departure.is_ok()
    });
    left
}
