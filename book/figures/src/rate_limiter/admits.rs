//! What each algorithm admits of the same arrivals, as the crate draws it.

use rate_limiter::draw::{Chart, bursts as burst_arrivals, edge as edge_arrivals};

use super::ten_a_second;
use crate::{Figure, FigureError};

/// All of them, under bursts.
///
/// # Errors
///
/// [`FigureError::Limiter`].
pub fn bursts() -> Result<Figure, FigureError> {
    let chart = Chart::of_all(ten_a_second(), &burst_arrivals())?;
    Ok(figure("limiter-admits.svg", &chart))
}

/// A fixed window at its edge.
///
/// # Errors
///
/// [`FigureError::Limiter`].
pub fn edge() -> Result<Figure, FigureError> {
    let chart = Chart::of_edge(ten_a_second(), &edge_arrivals())?;
    Ok(figure("limiter-edge.svg", &chart))
}

fn figure(name: &str, chart: &Chart) -> Figure {
    Figure {
        name: name.to_owned(),
        contents: chart.to_svg(),
    }
}
