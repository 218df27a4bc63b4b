//! The figures of the LRU chapter.

pub mod curves;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let curves = curves::Curves::load(root)?;
    Ok(vec![curves.figure()?, curves.table()])
}
