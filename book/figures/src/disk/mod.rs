//! The figures of the chapter on B+ trees on disk: drawn from stores that are made for them, on a
//! simulated disk, so that every page is the same each time.

mod cow;
mod crash;
mod file;
mod fsyncs;
mod meta;
mod page;
mod race;
mod reader;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [
        page::figure()?,
        cow::figure()?,
        meta::figure()?,
        crash::table()?,
        reader::figure()?,
        fsyncs::table()?,
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}
