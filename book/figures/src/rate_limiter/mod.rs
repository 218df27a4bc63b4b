//! The figures of the chapter on rate limiters: what the crate's limiters decide, on clocks that
//! are moved by hand.

mod admits;
mod bounds;
mod concurrency;
mod log;
mod race;
mod tat;

use std::num::NonZeroU32;
use std::path::Path;

use rate_limiter::Quota;

use crate::{Figure, FigureError};

/// Every figure and table of the chapter.
///
/// # Errors
///
/// As [`crate::all`].
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let drawn = [
        admits::bursts()?,
        admits::edge()?,
        tat::figure(),
        bounds::table()?,
        concurrency::figure()?,
        log::table(root)?,
    ];
    Ok(drawn.into_iter().chain(race::figures(root)?).collect())
}

/// The quota that most figures are about.
fn ten_a_second() -> Quota {
    Quota::per_second(number(10))
}

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}
