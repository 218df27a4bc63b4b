//! The figures of the Bloom filter chapter.

pub mod rates;
mod rates_chart;
mod space;
mod steps;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let rates = rates::Rates::load(root)?;
    Ok(vec![
        steps::classic()?,
        rates.figure()?,
        rates.space_figure()?,
        rates.space_table(),
    ])
}
