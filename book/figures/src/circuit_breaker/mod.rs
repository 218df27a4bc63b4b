//! The figures of the chapter on circuit breakers and their companions.

mod backoff;
mod race;
mod storm;
mod timeline;
mod together;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = vec![timeline::figure()?, together::figure()?, backoff::figure()?];
    figures.extend(storm::figures()?);
    figures.extend(race::figures(root)?);
    Ok(figures)
}
