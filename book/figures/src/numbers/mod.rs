//! The figures of the chapter on numbers.

mod cells;
mod nines;
mod omission;
mod percentiles;
mod race;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [
        percentiles::table()?,
        omission::figure()?,
        omission::table()?,
        cells::figure()?,
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}
