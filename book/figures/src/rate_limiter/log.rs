//! What quotas would have denied to the clients of a real web server, in the order in which its log
//! has their requests.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clock::{ManualClock, Nanos};
use rate_limiter::sliding_log::Log;
use rate_limiter::{ConfigError, Decision, FixedWindow, Gcra, Quota, SlidingWindow};

use super::number;
use crate::{Figure, FigureError};

const DATA: &str = "book/figures/data/access-order.txt";
/// Clients that have a row of their own.
const SHOWN: usize = 5;
/// From one line of the log to the next.
const STEP: Nanos = Nanos(1_000_000_000);

/// Bursts that are more, and less, than a minute's worth.
const LARGE: u32 = 60;
const SMALL: u32 = 5;

/// Whether a limiter admits one at a time.
type Ask = Box<dyn FnMut(Nanos) -> Decision>;

/// The table.
///
/// # Errors
///
/// [`FigureError::Io`] without the extract of the log, and [`FigureError::Limiter`].
pub fn table(root: &Path) -> Result<Figure, FigureError> {
    let clients = clients(root)?;
    let per_minute = Quota::per_minute(number(20));
    let names = names(per_minute);
    let mut table = format!(
        "| client | requests |{}\n|---|--:|{}\n",
        names
            .iter()
            .map(|name| format!(" {name} |"))
            .collect::<String>(),
        "--:|".repeat(names.len())
    );
    let mut others = (0, vec![0; names.len()]);
    for (rank, times) in clients.iter().enumerate() {
        let denied: Vec<usize> = limiters(per_minute)?
            .into_iter()
            .map(|mut ask| times.iter().filter(|&&now| ask(now).is_err()).count())
            .collect();
        if rank < SHOWN {
            row(&mut table, &(rank + 1).to_string(), times.len(), &denied);
        } else {
            others.0 += times.len();
            for (sum, denied) in others.1.iter_mut().zip(denied) {
                *sum += denied;
            }
        }
    }
    let name = format!("the other {}", clients.len().saturating_sub(SHOWN));
    row(&mut table, &name, others.0, &others.1);
    Ok(Figure {
        name: "limiter-log.md".to_owned(),
        contents: table,
    })
}

fn row(table: &mut String, name: &str, requests: usize, denied: &[usize]) {
    write!(table, "| {name} | {requests} |").expect("a string grows");
    for denied in denied {
        let share = 100.0 * *denied as f64 / requests.max(1) as f64;
        write!(table, " {share:.1} |").expect("a string grows");
    }
    table.push('\n');
}

/// The times of each client's requests, the busiest client first.
fn clients(root: &Path) -> Result<Vec<Vec<Nanos>>, FigureError> {
    let text = fs::read_to_string(root.join(DATA)).map_err(|source| FigureError::Io {
        path: DATA.into(),
        source,
    })?;
    let ranks = text.lines().filter_map(|line| line.parse::<usize>().ok());
    let mut clients: Vec<Vec<Nanos>> = Vec::new();
    for (line, rank) in ranks.enumerate() {
        if clients.len() < rank {
            clients.resize(rank, Vec::new());
        }
        clients[rank - 1].push(Nanos(STEP.0 * line as u64));
    }
    Ok(clients)
}

fn names(quota: Quota) -> [String; 6] {
    let gcra = |burst| format!("GCRA, burst {burst}");
    [
        format!("fixed window, {quota}"),
        "sliding window".to_owned(),
        "sliding log".to_owned(),
        gcra(quota.burst()),
        gcra(number(LARGE)),
        gcra(number(SMALL)),
    ]
}

fn limiters(quota: Quota) -> Result<Vec<Ask>, ConfigError> {
    let fixed = FixedWindow::with_clock(quota, ManualClock::new())?;
    let sliding = SlidingWindow::with_clock(quota, ManualClock::new())?;
    let mut log = Log::new(quota)?;
    let gcra = |quota| {
        let gcra = Gcra::with_clock(quota, ManualClock::new());
        Box::new(move |now| gcra.check_at(now, 1))
    };
    Ok(vec![
        Box::new(move |now| fixed.check_at(now, 1)),
        Box::new(move |now| sliding.check_at(now, 1)),
        Box::new(move |now| log.at(now, 1)),
        gcra(quota),
        gcra(quota.with_burst(number(LARGE))),
        gcra(quota.with_burst(number(SMALL))),
    ])
}
