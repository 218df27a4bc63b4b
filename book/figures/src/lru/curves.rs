//! Hit rate against size, for every policy on every trace.

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use book_traces::Policy;
use serde::{Deserialize, Serialize};

use crate::chart::{Line, Panel, percentages};
use crate::{Figure, FigureError};

const RECORD: &str = "book/figures/data/lru-curves.json";

/// A trace and the capacities at which it is replayed.
struct Source {
    name: &'static str,
    what: &'static str,
    /// Relative to the repository. Most traces may not be copied, so they are looked for beside it.
    path: &'static str,
    sizes: &'static [usize],
}

const SOURCES: [Source; 6] = [
    Source {
        name: "web07",
        what: "product pages of a shop",
        path: "crates/lru/tests/data/web07.trace.xz",
        sizes: &[125, 250, 500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000],
    },
    Source {
        name: "OLTP",
        what: "pages of a database",
        path: "../shared/data/cache-traces/OLTP.lis.zst",
        sizes: &[250, 500, 1_000, 2_000, 5_000, 10_000, 15_000],
    },
    Source {
        name: "2_pools",
        what: "index and records in turn",
        path: "../shared/data/cache-traces/2_pools.trace.gz",
        sizes: &[50, 100, 200, 300, 400, 600, 800],
    },
    Source {
        name: "loop",
        what: "the same scan, again and again",
        path: "../shared/data/cache-traces/loop.trace.gz",
        sizes: &[100, 250, 500, 750, 1_000, 1_010, 1_100],
    },
    Source {
        name: "sprite",
        what: "a network file system",
        path: "../shared/data/cache-traces/sprite.trace.gz",
        sizes: &[100, 200, 400, 800],
    },
    Source {
        name: "gli",
        what: "a text search that loops over files",
        path: "../shared/data/cache-traces/gli.trace.gz",
        sizes: &[500, 1_000, 1_500, 2_000],
    },
];

/// The panels of the figure; the other traces are in the table only.
const DRAWN: [&str; 4] = ["web07", "OLTP", "2_pools", "loop"];

/// The record: the curves of each trace.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    traces: Vec<Curve>,
}

#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
struct Curve {
    trace: String,
    what: String,
    requests: u64,
    sizes: Vec<usize>,
    hits: Vec<PolicyHits>,
}

#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
struct PolicyHits {
    policy: String,
    /// One a size.
    hits: Vec<u64>,
}

/// Replays every trace that is there; of those that are not, the recorded curves are kept.
///
/// # Errors
///
/// When a trace that is there cannot be read, or one that is not has no record.
pub fn replay(root: &Path) -> Result<Curves, FigureError> {
    let mut traces = Vec::new();
    let mut recorded = Curves::load(root)
        .map(|record| record.traces)
        .unwrap_or_default();
    for source in &SOURCES {
        let path = root.join(source.path);
        if path.exists() {
            traces.push(source.replay(&book_traces::read(&path)?));
        } else if let Some(known) = recorded.iter().position(|curve| curve.trace == source.name) {
            eprintln!(
                "{}: the trace is not there; keeping what is recorded",
                source.name
            );
            traces.push(recorded.swap_remove(known));
        } else {
            return Err(book_traces::read(&path)
                .expect_err("the trace does not exist")
                .into());
        }
    }
    Ok(Curves { traces })
}

impl Source {
    fn replay(&self, trace: &[u64]) -> Curve {
        let sizes = || {
            self.sizes
                .iter()
                .filter_map(|&size| NonZeroUsize::new(size))
        };
        let hits = |policy: Policy| PolicyHits {
            policy: policy.name().to_owned(),
            hits: sizes()
                .map(|size| policy.hits(trace, size, |_| ()))
                .collect(),
        };
        Curve {
            trace: self.name.to_owned(),
            what: self.what.to_owned(),
            requests: trace.len() as u64,
            sizes: self.sizes.to_vec(),
            hits: Policy::ALL.map(hits).to_vec(),
        }
    }
}

impl Curves {
    /// Reads the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Self, FigureError> {
        let path = PathBuf::from(RECORD);
        let json = fs::read_to_string(root.join(RECORD)).map_err(|source| FigureError::Io {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&json).map_err(|source| FigureError::Record { path, source })
    }

    /// Writes the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn save(&self, root: &Path) -> Result<(), FigureError> {
        let json = serde_json::to_string_pretty(self).expect("plain structs serialise");
        fs::write(root.join(RECORD), json + "\n").map_err(|source| FigureError::Io {
            path: RECORD.into(),
            source,
        })
    }

    /// One panel a trace, one line a policy.
    pub(super) fn figure(&self) -> Result<Figure, FigureError> {
        let name = "lru-curves.svg";
        let drawn = DRAWN
            .iter()
            .filter_map(|name| self.traces.iter().find(|curve| curve.trace == *name));
        let panels: Vec<Panel> = drawn.map(Curve::panel).collect();
        let title = "Hit rate against cache size for each policy on four recorded traces";
        Ok(Figure {
            name: name.to_owned(),
            contents: percentages(name, title, &panels)?,
        })
    }

    /// One row a trace and size, one column a policy; the best that can be had is in bold.
    pub(super) fn table(&self) -> Figure {
        let mut table = String::from("| trace | size |");
        for policy in Policy::ALL {
            write!(table, " {policy} |").expect("a string grows");
        }
        table += "\n|---|--:|";
        table += &"--:|".repeat(Policy::ALL.len());
        table.push('\n');
        for curve in &self.traces {
            curve.rows(&mut table);
        }
        Figure {
            name: "lru-hit-rates.md".to_owned(),
            contents: table,
        }
    }
}

impl Curve {
    fn percentage(&self, hits: u64) -> f64 {
        100.0 * hits as f64 / self.requests as f64
    }

    fn panel(&self) -> Panel {
        let line = |(colour, series): (usize, &PolicyHits)| Line {
            name: series.policy.clone(),
            points: self
                .sizes
                .iter()
                .zip(&series.hits)
                .map(|(&x, &y)| (x as f64, self.percentage(y)))
                .collect(),
            colour,
        };
        Panel {
            caption: format!("{}: {}", self.trace, self.what),
            x: "entries".to_owned(),
            y: "hit rate, %".to_owned(),
            lines: self.hits.iter().enumerate().map(line).collect(),
        }
    }

    fn rows(&self, table: &mut String) {
        for (row, size) in self.sizes.iter().enumerate() {
            let bound = Policy::Opt.name();
            let real = self.hits.iter().filter(|series| series.policy != bound);
            let best = real.map(|series| series.hits[row]).max();
            write!(
                table,
                "| {} | {size} |",
                if row == 0 { &self.trace } else { "" }
            )
            .expect("a string grows");
            for series in &self.hits {
                let rate = self.percentage(series.hits[row]);
                let cell =
                    match series.policy != bound && Some(series.hits[row]) == best && rate > 0.0 {
                        true => format!(" **{rate:.2}** |"),
                        false => format!(" {rate:.2} |"),
                    };
                table.push_str(&cell);
            }
            table.push('\n');
        }
    }
}
