//! Erlang's two formulas, by one recurrence.
//!
//! The problem: with c servers, how often does a request find all of them busy? The formulas of A.
//! K. Erlang (1917) have `aᶜ/c!` in them, which is above what an `f64` can hold from about 170
//! servers on, though their quotient is a modest number between 0 and 1.
//!
//! The idea: let `full(k)` be the share of time during which a system with room for k is full. With
//! room for one more, the states below are visited in the same proportions as before, and the new
//! state k+1 is entered from the full one with the arrival rate and left with the rate of its busy
//! servers. That gives `full(k+1)` from `full(k)`, and all numbers on the way are between 0 and 1.
//!
//! # Complexity
//!
//! O(c), no allocation; every step loses at most a few units in the last place, which later steps
//! make smaller.

use crate::error::{Error, positive};

// ANCHOR: full
/// The share of time during which a system is full that has room for one more than one that is full
/// for `before`, if `offered` comes while one request is served, and `busy` are served in the new
/// state.
pub(crate) fn full(before: f64, offered: f64, busy: f64) -> f64 {
    let weight = before * offered / busy;
    weight / (1.0 + weight)
}
// ANCHOR_END: full

/// Erlang B: the share of requests that find all of `servers` busy, if nobody waits and those who
/// find no place are lost.
///
/// `offered` is the load in erlangs: arrival rate times service time. It may be above the number of
/// servers.
///
/// # Errors
///
/// [`Error::NotPositive`].
///
/// # Complexity
///
/// O(servers).
// ANCHOR: erlang_b
pub fn erlang_b(servers: u32, offered: f64) -> Result<f64, Error> {
    let offered = positive("offered load", offered)?;
    // A system without room is always full.
    Ok((1..=servers).fold(1.0, |before, busy| full(before, offered, f64::from(busy))))
}
// ANCHOR_END: erlang_b

/// Erlang C: the share of requests that find all of `servers` busy, if these wait in one line.
///
/// # Errors
///
/// [`Error::NoServers`]; [`Error::NotPositive`]; [`Error::Unstable`] if `offered`, in erlangs, is
/// not below `servers`.
///
/// # Complexity
///
/// O(servers).
///
/// ```
/// // Two servers at three quarters: more than half of the requests wait.
/// let waits = queueing::theory::erlang_c(2, 1.5)?;
/// assert!((waits - 9.0 / 14.0).abs() < 1e-12);
/// # Ok::<(), queueing::Error>(())
/// ```
pub fn erlang_c(servers: u32, offered: f64) -> Result<f64, Error> {
    if servers == 0 {
        return Err(Error::NoServers);
    }
    let all = f64::from(servers);
    if offered >= all && offered.is_finite() {
        return Err(Error::Unstable {
            arrival_rate: offered,
            capacity: all,
        });
    }
    Ok(of_lost(erlang_b(servers, offered)?, offered / all))
}

/// Erlang C from Erlang B: in a line, the time with all servers busy is longer by a factor `1/(1 -
/// utilisation)`.
pub(crate) fn of_lost(lost: f64, utilisation: f64) -> f64 {
    lost / (1.0 - utilisation * (1.0 - lost))
}
