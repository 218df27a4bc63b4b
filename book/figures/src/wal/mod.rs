//! The figures of the chapter on the write-ahead log.

mod bytes;
mod file;
mod race;
mod recovery;
mod timeline;
pub(crate) mod writes;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [
        bytes::figure()?,
        recovery::figure()?,
        timeline::figure(),
        writes::Writes::load(root)?.figure()?,
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}
