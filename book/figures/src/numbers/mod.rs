//! The figures of the chapter on numbers: what operations take, percentiles, and queues.

mod cells;
mod knee;
mod ladder;
pub(crate) mod latency;
mod latency_chart;
mod latency_table;
mod nines;
mod omission;
mod percentiles;
mod pooling;
mod queue_chart;
mod race;
mod variability;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let latencies = latency::Latencies::load(root)?;
    let drawn = [
        latency_table::table(&latencies),
        latency_table::about(&latencies),
        latency_chart::figure(&latencies),
        ladder::figure(&latencies)?,
        percentiles::table()?,
        cells::figure()?,
        omission::figure()?,
        omission::table()?,
        knee::figure()?,
        pooling::figure()?,
        variability::figure()?,
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}
