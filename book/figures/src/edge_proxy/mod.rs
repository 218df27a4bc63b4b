//! The figures of the chapter on the edge proxy: what was recorded of the demo while it was broken
//! on purpose, and the race against nginx and haproxy.

mod bench;
mod breaking;
mod demo;
mod http;
mod lanes;
mod load;
pub(crate) mod record;
mod typed;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter. Nothing of what there is no record of.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = bench::figures(root)?;
    if let Some(breaks) = record::Breaks::load(root)? {
        figures.extend(breaks.sessions.iter().map(typed::figure));
        figures.extend(breaks.scenes.iter().map(lanes::figure));
        figures.push(typed::about(&breaks));
    }
    Ok(figures)
}
