//! The figures of the chapter on the log-structured merge tree: drawn from databases that are made
//! for them, in memory and without threads, so that every byte is the same each time.

mod amplification;
mod bytes;
mod crash;
mod filters;
mod levels;
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
pub fn figures(_root: &Path) -> Result<Vec<Figure>, FigureError> {
    let t = std::time::Instant::now();
    let mut figures = vec![table::figure()?];
    eprintln!("table {:?}", t.elapsed());
    figures.push(levels::figure()?);
    eprintln!("levels {:?}", t.elapsed());
    figures.push(filters::table()?);
    eprintln!("filters {:?}", t.elapsed());
    figures.extend(random::figures()?);
    eprintln!("random {:?}", t.elapsed());
    figures.extend(amplification::figures()?);
    eprintln!("ampl {:?}", t.elapsed());
    figures.extend(tombstones::figures()?);
    eprintln!("tomb {:?}", t.elapsed());
    figures.push(stall::figure()?);
    eprintln!("stall {:?}", t.elapsed());
    figures.push(scan::table()?);
    eprintln!("scan {:?}", t.elapsed());
    figures.push(crash::table()?);
    eprintln!("crash {:?}", t.elapsed());
    eprintln!("tomb {:?}", t.elapsed());
    Ok(figures)
}
