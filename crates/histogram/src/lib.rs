//! HDR histograms: how often each value occurred, to a number of significant figures.
//!
//! The names and the answers are those of the crate `hdrhistogram`, which is Gil Tene's
//! HdrHistogram in Rust.
//!
//! | to | see | file |
//! |---|---|---|
//! | know which values share a cell | | `layout.rs`, `counts.rs` |
//! | record | [`Histogram::record`] | `histogram.rs` |
//! | ask for a percentile | [`Histogram::value_at_quantile`] | `query.rs` |
//! | walk over it | [`Histogram::iter_quantiles`] | `iter.rs` |
//! | aggregate | [`Histogram::add`], [`Histogram::subtract`] | `merge.rs` |
//! | correct a measurement that waited for its server | [`Histogram::record_correct`] | `omission.rs` |
//! | record from several threads | [`AtomicHistogram`], [`SyncHistogram`] | `atomic.rs`, `sync.rs` |
//! | send it elsewhere | [`Histogram::serialize`], [`Histogram::deserialize`] | `v2.rs` |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod atomic;
mod counts;
mod error;
mod histogram;
mod iter;
mod layout;
mod merge;
mod omission;
mod query;
mod sync;
mod v2;
mod varint;

pub use atomic::AtomicHistogram;
pub use error::HistogramError;
pub use histogram::Histogram;
pub use iter::IterationValue;
pub use sync::{Recorder, SyncHistogram};
