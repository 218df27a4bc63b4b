//! The figures of the chapter on numbers.

mod knee;
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
pub fn figures(_root: &Path) -> Result<Vec<Figure>, FigureError> {
    Ok(vec![
        knee::figure()?,
        pooling::figure()?,
        variability::figure()?,
    ])
}
