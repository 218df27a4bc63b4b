//! The book's figures and tables: everything under `book/src/figures/`, made from the crates and
//! from recorded results.
//!
//! `cargo book figures` writes them; a test compares what is committed with what would be written,
//! so a figure cannot outlive the code that it shows. What takes long to measure is recorded first,
//! and drawn from the record:
//!
//! | record | made by | from |
//! |---|---|---|
//! | `arena/results/*.json` | `cargo arena NAME` | races on one machine |
//! | `book/figures/data/lru-curves.json` | `cargo book figures --replay` | the traces that are there |
//! | `book/figures/data/bloom-rates.json` | `cargo book figures --measure` | filters with seeds |
//! | `book/figures/data/bloom-words.json` | `cargo book figures --words` | a word list, and names of places |
//! | `book/figures/data/wal-writes.json` | `cargo book figures --writes` | this machine's disk |
//! | `book/figures/data/latency.json` | `cargo book figures --latency` | `examples/latency_numbers` on this machine |
//! | `book/figures/data/edge-proxy.json` | `cargo book figures --breaks` | the edge proxy's demo, broken on purpose |
//! | `examples/edge-proxy/bench/result.json` | `examples/edge-proxy/bench/run` | proxies on one machine |
//!
//! The roadmap's map and modules are drawn from `book/roadmap.toml`.
//!
//! A figure is SVG that is included in the page's own HTML, so that it can take its colours from
//! the page's theme.

#![forbid(unsafe_code)]

mod bloom;
mod bplustree;
mod canvas;
mod capacity;
mod chart;
mod circuit_breaker;
mod disk;
mod edge_proxy;
mod growing;
mod lru;
mod lsm;
mod numbers;
mod output;
mod race;
mod rate_limiter;
mod roadmap;
mod skiplist;
mod theme;
mod wal;
mod wrr_lb;

pub use bloom::rates::{Rates, measure};
pub use bloom::words::Words;
pub use edge_proxy::record::Breaks;
pub use lru::curves::{Curves, replay};
pub use numbers::latency::Latencies;
pub use output::{Figure, FigureError, stale, write};
pub use wal::writes::Writes;

use std::path::Path;

/// Every figure and table of the book whose repository is at `root`.
///
/// # Errors
///
/// When a record is missing or is not of its format.
pub fn all(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = Vec::new();
    figures.extend(growing::figures(root)?);
    figures.extend(numbers::figures(root)?);
    figures.extend(capacity::figures(root)?);
    figures.extend(lru::figures(root)?);
    figures.extend(bloom::figures(root)?);
    figures.extend(skiplist::figures(root)?);
    figures.extend(bplustree::figures(root)?);
    figures.extend(disk::figures(root)?);
    figures.extend(wal::figures(root)?);
    figures.extend(lsm::figures(root)?);
    figures.extend(circuit_breaker::figures(root)?);
    figures.extend(wrr_lb::figures(root)?);
    figures.extend(rate_limiter::figures(root)?);
    figures.extend(edge_proxy::figures(root)?);
    figures.extend(roadmap::figures(root)?);
    Ok(figures)
}
