//! The figures of the chapter on load balancing.

mod drawn;
mod fresh;
mod moves;
mod queues;
mod race;
mod shares;
mod sim;
mod slow;

use std::path::Path;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let mut figures = vec![
        drawn::turns(),
        drawn::one_point()?,
        drawn::many_points()?,
        drawn::maglev()?,
        queues::tail()?,
        queues::stale()?,
        shares::figure()?,
        fresh::figure()?,
    ];
    figures.extend(moves::figures()?);
    figures.extend(slow::figures()?);
    figures.extend(race::figures(root)?);
    Ok(figures)
}

/// A figure of this chapter.
fn named(name: &str, contents: String) -> Figure {
    Figure {
        name: name.to_owned(),
        contents,
    }
}
