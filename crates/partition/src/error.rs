//! What cannot be simulated, in the words of whoever asked for it.

use std::time::Duration;

/// Why a simulation was not begun.
///
/// ```
/// use partition::{Policy, SimError, Simulation, Workload};
///
/// let simulation = Simulation::new(1).policy(Policy::Quorum { read: 4, write: 2 });
/// let error = simulation.run(&Workload::default()).unwrap_err();
/// assert!(matches!(error, SimError::Quorum { .. }));
/// assert_eq!(error.to_string(), "a quorum of 4 for `read` is not between 1 and the number of sites, 3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// No site, or more than the simulation is meant for.
    #[error("{count} sites: there must be between 1 and {most}")]
    Sites {
        /// How many were given.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// Two sites have the same name.
    #[error("there are two sites called `{0}`: names tell them apart")]
    SameName(String),
    /// A cut, a link, a clock or an operation names a site that is not there.
    #[error("{place} names a site `{site}`, which is not among the simulation's sites")]
    UnknownSite {
        /// What names it.
        place: &'static str,
        /// The name.
        site: String,
    },
    /// A site is in two groups of one cut.
    #[error("`{0}` is in two groups of the same cut")]
    InTwoGroups(String),
    /// A quorum that can never be reached, or that is empty.
    #[error("a quorum of {size} for `{field}` is not between 1 and the number of sites, {sites}")]
    Quorum {
        /// `read` or `write`.
        field: &'static str,
        /// What was asked for.
        size: usize,
        /// How many sites there are.
        sites: usize,
    },
    /// A time, or a number, outside what makes sense.
    #[error("{field}: {problem}")]
    Range {
        /// The setting, by the name of its method or field.
        field: &'static str,
        /// What it is, and what it may be.
        problem: String,
    },
}

/// No simulated time may be longer: it is a day.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A time in microseconds, if it is not longer than [`LONGEST`].
pub(crate) fn micros(field: &'static str, time: Duration) -> Result<u64, SimError> {
    if time > LONGEST {
        return Err(SimError::Range {
            field,
            problem: format!("{time:?} is longer than a day"),
        });
    }
    Ok(time.as_micros() as u64)
}
