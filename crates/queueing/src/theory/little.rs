//! Little's law: `L = λW`.
//!
//! The problem: of three numbers one can be measured, one is wanted, and nobody knows the
//! distribution of anything. The idea: count. Over a long time T, each request is *in the system*
//! for its time Wᵢ. Add these times up by requests, and there are λT of them that take W on
//! average: λTW. Add the same times up by moments: at each moment L are inside, so it is LT. It is
//! the same area, cut once into rows and once into columns.
//!
//! ```text
//! request 1  ██████              by rows:    6 + 5 + 6 + 3 = 20
//! request 2    █████             by columns: 1+1+2+2+3+3+2+2+2+2 = 20
//! request 3      ██████
//! request 4         ███
//! ```
//!
//! Nothing is said of distributions, servers, order or fairness: only that what comes in goes out.
//! *System* is whatever one draws a line around: a server, its queue alone, a connection pool, a
//! data centre.
//!
//! Source: J. D. C. Little, *A Proof for the Queuing Formula: L = λW*, Operations Research 9
//! (1961).

// ANCHOR: little
/// How many are inside on average: `L = λW`.
pub fn in_system(rate: f64, time: f64) -> f64 {
    rate * time
}

/// How long each stays on average: `W = L/λ`.
pub fn time(in_system: f64, rate: f64) -> f64 {
    in_system / rate
}

/// How many pass through in a unit of time: `λ = L/W`.
pub fn rate(in_system: f64, time: f64) -> f64 {
    in_system / time
}
// ANCHOR_END: little
