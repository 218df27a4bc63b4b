//! The figures of the chapter on B+ trees in memory.

mod arithmetic;
mod race;
mod steps;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [
        steps::insert(),
        steps::root(),
        steps::delete(),
        arithmetic::entries(),
        arithmetic::reads(),
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}
