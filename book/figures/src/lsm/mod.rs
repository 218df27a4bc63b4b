//! The figures of the chapter on the log-structured merge tree: drawn from databases that are made
//! for them, in memory and without threads, so that every byte is the same each time.

mod amplification;
mod bytes;
mod crash;
mod filters;
mod levels;
mod race;
mod random;
mod scan;
mod stall;
mod table;
mod tombstones;
mod work;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = vec![
        table::figure()?,
        levels::figure()?,
        filters::table()?,
        scan::table()?,
        stall::figure()?,
        crash::table()?,
    ];
    figures.extend(random::figures()?);
    figures.extend(amplification::figures()?);
    figures.extend(tombstones::figures()?);
    figures.extend(race::figures(root)?);
    Ok(figures)
}
