//! The figures of the chapter on numbers.

mod knee;
mod ladder;
pub(crate) mod latency;
mod latency_chart;
mod latency_table;
mod pooling;
mod queue_chart;
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
    Ok(vec![
        latency_chart::figure(&latencies),
        latency_table::table(&latencies),
        latency_table::about(&latencies),
        ladder::figure(&latencies)?,
        knee::figure()?,
        pooling::figure()?,
        variability::figure()?,
    ])
}
