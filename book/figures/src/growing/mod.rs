//! The figures of the chapter on growing past one machine.

mod policies;
mod scaling;
mod threads;
mod timeline;

use std::path::Path;

use crate::{Figure, FigureError};

/// All of them.
///
/// # Errors
///
/// When one cannot be drawn, or the race's record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = vec![
        scaling::figure()?,
        timeline::figure()?,
        policies::table(false)?,
        policies::table(true)?,
    ];
    figures.extend(threads::table(root)?);
    Ok(figures)
}
