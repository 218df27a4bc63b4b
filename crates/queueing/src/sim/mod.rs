//! What happens if it is tried.
//!
//! The problem: formulas assume things. Arrivals in bursts, a line for each server, a bound: for
//! most of what one meets there is no formula, or none that one would trust without a check. The
//! idea: play it through. Nothing changes between two events, so the clock may jump from one to the
//! next, and an hour of a busy service takes a second.
//!
//! ```text
//!            arrivals ──▶ choose a line ──▶ room? ──▶ ▒▒▒▒ ──▶ server ──▶ served
//!  (a stream of random       (a stream)      │       waiting  (a stream for service times)
//!   numbers)                                 ▼
//!                                          lost
//! ```
//!
//! What is measured is random as well, so that a number without its margin of error is worth
//! little. Response times that follow one another are alike, because they have stood in the same
//! line, and the usual formula for the error of a mean would promise far too much. So the run is
//! cut into [`BATCHES`] batches that are long enough to know little of one another, and their means
//! are compared: the method of *batch means*. What happens in the beginning, when all is still
//! empty, is left out.
//!
//! # Invariants
//!
//! - `arrived = served + lost + in_system` after each event.
//! - In a run that has ended, the times that requests spent in the system add up to the integral of
//!   the number in the system: Little's law, for this one run, without any probability.
//! - The configuration determines everything; two runs give the same bits.
//!
//! # Complexity
//!
//! O(log servers) an event, two events a request; with [`Choice::Shortest`] O(servers). Memory for
//! who is in the system, and for a histogram a batch.
//!
//! Source: Law, *Simulation Modeling and Analysis*, for event loop and batch means.

mod arrivals;
mod config;
mod estimate;
mod lines;
mod meter;
mod random;
mod report;
mod responses;
mod run;
mod times;

pub use arrivals::Arrivals;
pub use config::Config;
pub use estimate::Estimate;
pub use lines::{Choice, Lines};
pub use meter::Totals;
pub use report::Report;
pub use run::{Simulation, simulate};
pub use times::Times;

/// Into so many parts a run is cut to find out how far its results can be trusted.
pub const BATCHES: usize = 30;
